//! Accounts over HTTP: who knows a password comes in, and of a room for those alone whom the host knows nobody else learns.

use futures_util::StreamExt;

use super::*;

async fn make(host: &mut Browser, node: &Node, name: &str) {
    let fields = format!("action=make&name={name}&password=correct-horse");
    assert_eq!(host.submit(node, "/studio/accounts", &fields).await.status, 303);
}

async fn log_in(browser: &mut Browser, node: &Node, name: &str, password: &str) -> Answer {
    let path = node.path("/enter");
    let csrf = browser.csrf_on(node, &path).await;
    browser.submit_as(node, &path, &format!("csrf={csrf}&name={name}&password={password}")).await
}

async fn say(browser: &mut Browser, node: &Node, text: &str) -> Answer {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    browser.submit_as(node, &node.path("/chat"), &format!("csrf={csrf}&text={text}")).await
}

#[tokio::test]
async fn a_regular_is_known_by_the_account_s_name() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    assert!(!anna.get(&node, &node.path("")).await.body.contains("/enter\""), "there are no accounts");
    make(&mut host, &node, "Anna").await;
    let again = "action=make&name=ANNA&password=correct-horse";
    assert!(host.submit(&node, "/studio/accounts", again).await.body.contains("of this name already"));
    assert!(anna.get(&node, &node.path("")).await.body.contains("/enter\""));
    assert_eq!(log_in(&mut anna, &node, "Anna", "wrong-horse").await.status, 403);
    let entered = log_in(&mut anna, &node, "anna", "correct-horse").await;
    assert_eq!((entered.status, entered.header("location")), (303, &*node.path("")));
    assert!(entered.header("set-cookie").starts_with("parlor-guest-8787="));
    assert!(anna.get(&node, &node.path("")).await.body.contains("You are here as <b>Anna</b>"));
    assert_eq!(say(&mut anna, &node, "hello").await.status, 303);
    let line = node.room.talk().line(1).unwrap();
    assert_eq!(
        (line.by.name.as_given(), line.by.badge),
        (Some("Anna"), Some(parlor_protocol::talk::Badge::Guest))
    );
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    let renamed =
        anna.submit_as(&node, &node.path("/chat/name"), &format!("csrf={csrf}&name=Host&phrase=")).await;
    assert_eq!(renamed.status, 422);
    assert!(host.get(&node, "/studio/accounts").await.body.contains("Logged in"));
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    assert_eq!(anna.submit_as(&node, &node.path("/exit"), &format!("csrf={csrf}")).await.status, 303);
    assert!(!anna.get(&node, &node.path("")).await.body.contains("You are here as"));
}

#[tokio::test]
async fn a_guest_s_badge_gives_no_power_and_an_account_may_be_barred() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    make(&mut host, &node, "Anna").await;
    log_in(&mut anna, &node, "Anna", "correct-horse").await;
    say(&mut anna, &node, "rude").await;
    let csrf = anna.csrf_on(&node, &node.path("/chat/form")).await;
    let order = format!("csrf={csrf}&order=clear");
    assert_eq!(anna.submit_as(&node, &node.path("/chat/order"), &order).await.status, 403);
    let csrf = host.csrf_on(&node, &node.path("/chat/form")).await;
    host.submit_as(&node, &node.path("/chat/order"), &format!("csrf={csrf}&order=bar&line=1")).await;
    // On another device, she is barred as well.
    let mut phone = Browser::default();
    log_in(&mut phone, &node, "Anna", "correct-horse").await;
    for browser in [&mut anna, &mut phone] {
        assert!(say(browser, &node, "again").await.body.contains("closed the talk to you"));
    }
}

#[tokio::test]
async fn what_changes_about_an_account_ends_its_sessions() {
    let node = Node::start().await;
    let mut host = node.host().await;
    for change in ["rename&name=Ben", "password&password=another-horse", "disable", "remove"] {
        make(&mut host, &node, "Anna").await;
        let mut anna = Browser::default();
        assert_eq!(log_in(&mut anna, &node, "Anna", "correct-horse").await.status, 303, "{change}");
        let fields = format!("account=Anna&action={change}");
        assert_eq!(host.submit(&node, "/studio/accounts", &fields).await.status, 303, "{change}");
        assert!(!anna.get(&node, &node.path("")).await.body.contains("You are here as"), "{change}");
        let again = log_in(&mut Browser::default(), &node, "Anna", "correct-horse").await;
        assert_eq!(again.status, 403, "{change}");
        host.submit(&node, "/studio/accounts", "account=Anna&action=remove").await;
        host.submit(&node, "/studio/accounts", "account=Ben&action=remove").await;
    }
    for wrong in [
        "account=Anna&action=disable",
        "action=make&name=&password=correct-horse",
        "action=make&name=A&password=short",
        "action=befriend&name=A&key=x",
        "action=x",
    ] {
        assert_eq!(host.submit(&node, "/studio/accounts", wrong).await.status, 422, "{wrong}");
    }
    assert_eq!(node.get("/studio/accounts").await.status, 401);
}

#[tokio::test]
async fn to_whom_the_host_does_not_know_the_room_is_like_one_that_is_not_here() {
    let (node, _reel) = Node::on_air().await;
    let (mut anna, mut stranger, mut host) = (Browser::default(), Browser::default(), node.host().await);
    node.app.studio.set_labels(true, "").unwrap();
    make(&mut host, &node, "Anna").await;
    assert_eq!(host.submit(&node, "/studio/accounts", "action=only&who=known").await.status, 303);
    // From here on they have a cookie.
    stranger.get(&node, "/").await;
    let other = other_room(9).to_string();
    let own = node.room.id().to_string();
    for rest in [
        "",
        "/facts",
        "/events",
        "/chat",
        "/chat/form",
        "/files",
        "/files/form",
        "/files/1/download",
        "/clock",
        "/live.m3u8",
        "/hls/video.m3u8",
        "/hls/video/captions.m3u8",
        "/hls/video/0.vtt",
        "/live.mp4",
        "/live.mjpeg",
        "/frame.jpg",
        "/snapshot.jpg",
        "/enter",
    ] {
        let here = stranger.get(&node, &node.path(rest)).await;
        let there = stranger.get(&node, &format!("/room/{other}{rest}")).await;
        assert_eq!(here.status, if rest == "/enter" { 200 } else { 404 }, "{rest}");
        assert_eq!((here.status, here.body.replace(&own, &other)), (there.status, there.body), "{rest}");
        let names =
            |answer: &axum::http::HeaderMap| answer.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&here.head), names(&there.head), "{rest}");
    }
    for rest in ["/chat", "/chat/name", "/files", "/files/remove", "/whep"] {
        let post = |path: String| request(Method::POST, &path).body(Body::from("x")).unwrap();
        let here = node.ask(post(node.path(rest))).await;
        let there = node.ask(post(format!("/room/{other}{rest}"))).await;
        assert_eq!((here.status, here.body), (there.status, there.body), "{rest}");
    }
    assert!(!stranger.get(&node, "/").await.body.contains(&own), "the lobby tells of it");
    // The right words at another door are as wrong as any.
    let csrf = anna.csrf_on(&node, &format!("/room/{other}/enter")).await;
    let form = format!("csrf={csrf}&name=Anna&password=correct-horse");
    assert_eq!(anna.submit_as(&node, &format!("/room/{other}/enter"), &form).await.status, 403);
    assert_eq!(log_in(&mut anna, &node, "Anna", "correct-horse").await.status, 303);
    assert_eq!(anna.get(&node, &node.path("")).await.status, 200);
    assert_eq!(host.get(&node, &node.path("")).await.status, 200);
    assert_eq!(host.submit(&node, "/studio/accounts", "action=only&who=whoever").await.status, 303);
    assert_eq!(stranger.get(&node, &node.path("/facts")).await.status, 200);
}

#[tokio::test]
async fn who_is_not_known_any_more_hears_nothing_more() {
    let node = Node::start().await;
    let (mut anna, mut host) = (Browser::default(), node.host().await);
    make(&mut host, &node, "Anna").await;
    log_in(&mut anna, &node, "Anna", "correct-horse").await;
    let open = |browser: &Browser| {
        let request = browser.with_cookies(get(&node.path("/chat"))).body(Body::empty()).unwrap();
        node.send(request)
    };
    let mut known = open(&anna).await.into_body().into_data_stream();
    let mut stranger = open(&Browser::default()).await.into_body().into_data_stream();
    known.next().await.unwrap().unwrap();
    stranger.next().await.unwrap().unwrap();
    host.submit(&node, "/studio/accounts", "action=only&who=known").await;
    say(&mut host, &node, "among+us").await;
    assert!(String::from_utf8_lossy(&known.next().await.unwrap().unwrap()).contains("among us"));
    assert!(stranger.next().await.is_none());
    host.submit(&node, "/studio/accounts", "account=Anna&action=disable").await;
    say(&mut host, &node, "alone").await;
    assert!(known.next().await.is_none());
}

#[tokio::test]
async fn guessing_is_slow_and_tells_nothing() {
    let node = Node::start().await;
    let mut host = node.host().await;
    make(&mut host, &node, "Anna").await;
    for name in ["Anna", "Nobody"] {
        let mut guesser = Browser::default();
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(log_in(&mut guesser, &node, name, "wrong-horse").await.status);
        }
        assert_eq!(statuses, [403, 403, 403, 403, 403, 429], "{name}");
    }
}
