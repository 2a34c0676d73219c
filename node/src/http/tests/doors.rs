//! Who is let in: hosts, origins, one-time links, passwords, tokens in forms.

use axum::http::header::ORIGIN;

use super::*;

#[tokio::test]
async fn strangers_are_refused_before_routing() {
    let node = Node::start().await;
    for path in ["/", "/nowhere", "/studio"] {
        let request = Request::get(path).header(HOST, "evil.example:8787").body(Body::empty()).unwrap();
        let answer = node.ask(request).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (421, ""));
        let request = get(path).header(ORIGIN, "http://evil.example").body(Body::empty()).unwrap();
        assert_eq!(node.ask(request).await.status, 403);
    }
    let mut host = node.host().await;
    let csrf = host.csrf(&node).await;
    for origin in ["http://evil.example", "null", "http://127.0.0.1:8788"] {
        let request = host
            .with_cookies(request(Method::POST, "/studio/air"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, origin)
            .body(Body::from(format!("csrf={csrf}&on=1")));
        assert_eq!(node.ask(request.unwrap()).await.status, 403, "{origin}");
    }
    assert!(!node.room.is_on_air());
}

#[tokio::test]
async fn a_link_works_once() {
    let node = Node::start().await;
    let login = format!("/studio/login/{}", node.app.issue_login().reveal());
    let look = node.ask(request(Method::HEAD, &login).body(Body::empty()).unwrap()).await;
    assert_eq!(look.status, 405);

    let mut host = Browser::default();
    let answer = host.get(&node, &login).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/studio"));
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("parlor-host-8787=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict")
    );
    assert!(!cookie.contains(login.rsplit_once('/').unwrap().1));
    assert!(host.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));
    // The host's own browser may load it again; another may not.
    assert_eq!(host.get(&node, &login).await.status, 303);
    let mut other = Browser::default();
    assert_eq!(other.get(&node, &login).await.status, 403);
    assert!(!other.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));

    assert_eq!(host.submit(&node, "/studio/logout", "").await.status, 303);
    assert!(host.cookies.iter().all(|(name, _)| !name.contains("host")));
    assert!(!host.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));
}

#[tokio::test]
async fn over_tls_cookies_stay_there() {
    let node = Node::start().await;
    let request = get("/").header("x-forwarded-proto", "https").body(Body::empty()).unwrap();
    assert!(node.ask(request).await.header("set-cookie").ends_with("; SameSite=Strict; Secure"));
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_session() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let mut other = node.host().await;
    let foreign = other.csrf(&node).await;
    for form in ["on=1".to_owned(), "csrf=&on=1".to_owned(), format!("csrf={foreign}&on=1")] {
        assert_eq!(host.submit_as(&node, "/studio/air", &form).await.status, 403, "{form}");
    }
    assert!(!node.room.is_on_air());
    let mut visitor = Browser::default();
    assert_eq!(visitor.submit_as(&node, "/studio/air", "on=1").await.status, 401);
    assert_eq!(host.submit(&node, "/studio/air", "on=1&stated=1").await.status, 303);
    assert!(node.room.is_on_air());
}

#[tokio::test]
async fn a_form_is_small_and_a_form() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let title = "x".repeat(40_000);
    assert_eq!(host.submit(&node, "/studio/card", &format!("title={title}")).await.status, 413);
    let request = host.with_cookies(request(Method::POST, "/studio/air")).header(CONTENT_TYPE, "text/plain");
    assert_eq!(node.ask(request.body(Body::from("on=1")).unwrap()).await.status, 400);
}

// Time stands still, so that no try comes back however long hashing takes.
#[tokio::test(start_paused = true)]
async fn the_password_opens_and_guessing_is_slow() {
    let node = Node::start().await;
    let mut visitor = Browser::default();
    visitor.get(&node, "/studio").await;
    // Without a password there is no form, and so no token to take from it.
    assert_eq!(visitor.submit_as(&node, "/studio/login", "password=x").await.status, 403);

    let mut host = node.host().await;
    let mut second = node.host().await;
    assert_eq!(host.submit(&node, "/studio/password", "password=short").await.status, 422);
    assert_eq!(host.submit(&node, "/studio/password", "password=correct+horse").await.status, 303);
    assert!(host.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));
    // Whoever was in before is out.
    assert!(!second.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));

    let right = "password=correct+horse";
    assert_eq!(visitor.submit_as(&node, "/studio/login", right).await.status, 403);
    assert_eq!(visitor.submit(&node, "/studio/login", right).await.status, 303);
    assert!(visitor.get(&node, "/studio").await.body.contains("action=\"/studio/air\""));

    let mut guesser = Browser::default();
    let mut seen = Vec::new();
    for _ in 0..6 {
        let answer = guesser.submit(&node, "/studio/login", "password=wrong+horse").await;
        seen.push((answer.status, !answer.header("retry-after").is_empty()));
    }
    assert_eq!(seen[..5], [(403, false); 5]);
    assert_eq!(seen[5], (429, true));
}
