//! The JSON interface and the totals.

use axum::http::header::AUTHORIZATION;
use parlor_protocol::talk::News;
use serde_json::{Value, json};

use super::*;

async fn call(node: &Node, method: Method, path: &str, body: &str) -> (u16, Value) {
    let token = node.app.studio.api_token().reveal().to_owned();
    let request = request(method, path).header(AUTHORIZATION, format!("Bearer {token}"));
    let answer = node.ask(request.body(Body::from(body.to_owned())).unwrap()).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

#[tokio::test]
async fn the_token_opens() {
    let node = Node::start().await;
    for token in [None, Some("Bearer x"), Some("Basic x"), Some("x")] {
        let mut request = get("/api/v1/status");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let answer = node.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
    }
    let mut host = node.host().await;
    assert_eq!(host.get(&node, "/api/v1/status").await.status, 401);
    let (status, body) = call(&node, Method::GET, "/api/v1/status", "").await;
    assert_eq!((status, &body["room"]), (200, &json!(node.room.id().to_string())));
}

#[tokio::test]
async fn air_and_card_change() {
    let node = Node::start().await;
    let (status, body) = call(&node, Method::POST, "/api/v1/air", r#"{"on":true}"#).await;
    assert_eq!((status, &body["on_air"]), (200, &json!(true)));
    assert!(node.room.is_on_air());
    let card = r#"{"title":"Tea","tags":["tea","late"]}"#;
    let (status, body) = call(&node, Method::PUT, "/api/v1/card", card).await;
    assert_eq!((status, &body["card"]["tags"]), (200, &json!(["tea", "late"])));
    let long = json!({ "title": "x".repeat(121) }).to_string();
    assert_eq!(call(&node, Method::PUT, "/api/v1/card", &long).await.0, 422);
    for body in ["", "[]", r#"{"on":1}"#, r#"{"on":true,"off":1}"#] {
        let (status, problem) = call(&node, Method::POST, "/api/v1/air", body).await;
        assert_eq!((status, &problem["status"]), (400, &json!(400)), "{body}");
    }
    assert_eq!(call(&node, Method::PUT, "/api/v1/card", &"x".repeat(40_000)).await.0, 413);
}

#[tokio::test]
async fn captions_are_shown_while_the_room_is_on_air() {
    let node = Node::start().await;
    let caption = r#"{"text":"Good evening!"}"#;
    assert_eq!(call(&node, Method::POST, "/api/v1/captions", caption).await.0, 409);
    call(&node, Method::POST, "/api/v1/air", r#"{"on":true}"#).await;
    let mut news = node.room.talk().follow().news;
    let (status, shown) = call(&node, Method::POST, "/api/v1/captions", caption).await;
    assert_eq!((status, &shown["lasts_ms"]), (200, &json!(1500 + 13 * 60)));
    let News::Caption(told) = news.recv().await.unwrap() else { panic!("it is no caption") };
    assert_eq!(told.text, "Good evening!");
    for (body, status) in [
        ("{}", 400),
        (r#"{"text":"x","voice":1}"#, 400),
        (r#"{"text":""}"#, 422),
        (r#"{"text":"x","lasts_ms":1}"#, 422),
        (r#"{"text":"x","at":1}"#, 422),
    ] {
        assert_eq!(call(&node, Method::POST, "/api/v1/captions", body).await.0, status, "{body}");
    }
    for _ in 0..4 {
        assert_eq!(call(&node, Method::POST, "/api/v1/captions", caption).await.0, 200);
    }
    assert_eq!(call(&node, Method::POST, "/api/v1/captions", caption).await.0, 429);
}

#[tokio::test]
async fn the_network_is_told_and_changed() {
    let node = Node::start().await;
    let listed = r#"{"visibility":"listed"}"#;
    let (status, body) = call(&node, Method::POST, "/api/v1/visibility", listed).await;
    assert_eq!((status, &body["network"]["visibility"]), (200, &json!("listed")));
    for body in ["", "{}", r#"{"visibility":"secret"}"#] {
        assert_eq!(call(&node, Method::POST, "/api/v1/visibility", body).await.0, 400, "{body}");
    }
    let id = other_room(1);
    let open = json!({ "room": format!("parlor://{id}") }).to_string();
    let (status, body) = call(&node, Method::POST, "/api/v1/rooms/open", &open).await;
    assert_eq!((status, &body["path"]), (200, &json!(format!("/room/{id}"))));
    let (_, body) = call(&node, Method::GET, "/api/v1/status", "").await;
    assert_eq!(body["network"]["rooms"][0]["room"], json!(id.to_string()));
    assert_eq!(body["network"]["rooms"][0]["state"], json!("joining"));
    for (body, expected) in [(r#"{"room":"somewhere"}"#, 422), ("{}", 400), (r#"{"invite":"x"}"#, 400)] {
        assert_eq!(call(&node, Method::POST, "/api/v1/rooms/open", body).await.0, expected, "{body}");
    }
    // Our own needs no opening.
    let open = json!({ "room": node.room.id().to_string() }).to_string();
    assert_eq!(call(&node, Method::POST, "/api/v1/rooms/open", &open).await.0, 200);
    let (_, body) = call(&node, Method::GET, "/api/v1/status", "").await;
    assert_eq!(body["network"]["rooms"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_description_fits_what_is_answered() {
    let node = Node::start().await;
    let description: Value = serde_json::from_str(&node.get("/api/v1/openapi.json").await.body).unwrap();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let (status, _) = call(&node, method, path, "").await;
            assert!(status == 200 || status == 400, "{path}: {status}");
        }
    }
    let schema = &description["components"]["schemas"]["Status"];
    let (_, answer) = call(&node, Method::GET, "/api/v1/status", "").await;
    let part = |name: &str| (schema["properties"][name].clone(), answer[name].clone());
    for (described, answered) in [(schema.clone(), answer.clone()), part("engine"), part("network")] {
        let required = described["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap());
        let answered = answered.as_object().unwrap().keys().map(String::as_str);
        let sorted = |keys: Vec<&str>| {
            std::collections::BTreeSet::from_iter(keys).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(sorted(required.collect()), sorted(answered.collect()));
    }
}

#[tokio::test]
async fn totals_are_for_this_machine() {
    let (node, _reel) = Node::on_air().await;
    let token = format!("Bearer {}", node.app.studio.api_token().reveal());
    let ask = |peer| {
        let request =
            Request::get("/metrics").header(HOST, ADDRESS).header(AUTHORIZATION, &token).extension(peer);
        node.ask(request.body(Body::empty()).unwrap())
    };
    let local = ask(Peer { connection: 1, is_local: true, reached: None }).await;
    assert_eq!(local.status, 200);
    assert!(local.body.contains("\nparlor_on_air 1\n"));
    assert!(local.body.contains("\nparlor_peers 0\n"));
    assert!(local.body.contains("# TYPE parlor_upload_bytes_total counter\nparlor_upload_bytes_total 0\n"));
    assert_eq!(ask(Peer { connection: 1, is_local: false, reached: None }).await.status, 403);
    assert_eq!(node.get("/metrics").await.status, 401);
}
