//! Rooms of other hosts: opened, shown and left by this node's owner, and by nobody else; and the 18+ question.

use super::*;
use crate::app::Relaying;

impl Node {
    /// Rooms of other hosts that are open.
    fn opened(&self) -> usize {
        self.app.studio.peers().all_opened().len()
    }
}

#[tokio::test]
async fn an_invite_leads_into_its_room() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let id = other_room(1);
    let answer = host.submit(&node, "/rooms/open", &format!("invite=+parlor%3A%2F%2F{id}+")).await;
    assert_eq!((answer.status, answer.header("location")), (303, format!("/room/{id}").as_str()));
    let page = host.get(&node, &format!("/room/{id}")).await;
    assert!(page.status == 200 && page.body.contains("data-slate-title=\"Joining…\""));
    assert!(page.body.contains("data-on-air=\"false\"") && page.body.contains("Leave the room"));
    assert_eq!(host.get(&node, &format!("/room/{id}/facts")).await.status, 200);
    let own = format!("invite=parlor%3A%2F%2F{}", node.room.id());
    assert_eq!(host.submit(&node, "/rooms/open", &own).await.header("location"), node.path(""));
    assert_eq!(node.opened(), 1, "our own room is no other host's");
    assert_eq!(node.get(&node.path("")).await.status, 200);
}

#[tokio::test]
async fn an_invite_that_is_none_stays_in_its_field() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let refused = host.submit(&node, "/rooms/open", "invite=https%3A%2F%2Fexample.org").await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("This is not an invite: it should begin with parlor://"));
    assert!(refused.body.contains("value=\"https://example.org\"") && refused.body.contains("Come in"));
    assert_eq!(host.submit(&node, "/rooms/open", "").await.status, 422);

    let id = other_room(1);
    assert_eq!(host.get(&node, &format!("/room/{id}")).await.status, 200);
    let refused =
        host.submit(&node, "/rooms/open", &format!("room={id}&invite=parlor%3A%2F%2Fnowhere")).await;
    assert!(refused.status == 422 && refused.body.contains("id=\"remote\""), "it is said on the room's page");
    assert_eq!(node.opened(), 1);
}

#[tokio::test]
async fn visitors_open_nothing_and_see_nothing_of_it() {
    let node = Node::start().await;
    let (id, unknown) = (other_room(1), other_room(2));
    let mut host = node.host().await;
    host.get(&node, &format!("/room/{id}")).await;
    let mut visitor = Browser::default();
    visitor.get(&node, "/").await;
    for room in [id, unknown] {
        for rest in
            ["", "/facts", "/events", "/live.m3u8", "/live.mp4", "/live.mjpeg", "/frame.jpg", "/snapshot.jpg"]
        {
            assert_eq!(visitor.get(&node, &format!("/room/{room}{rest}")).await.status, 404, "{rest}");
        }
    }
    for (path, form) in [
        ("/rooms/open".to_owned(), format!("invite=parlor%3A%2F%2F{unknown}")),
        (format!("/room/{id}/relay"), "on=1".to_owned()),
        (format!("/room/{id}/leave"), String::new()),
    ] {
        let answer = visitor.submit_as(&node, &path, &format!("csrf=x&{form}")).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    let lobby = visitor.get(&node, "/").await.body;
    assert!(!lobby.contains(&id.to_string()) && !lobby.contains("Paste an invite"));
    assert_eq!(visitor.get(&node, "/lobby/cards?q=a&sort=newest&lang=x").await.status, 200);
    assert_eq!(node.opened(), 1);
    let stale =
        host.submit_as(&node, "/rooms/open", &format!("csrf=x&invite=parlor%3A%2F%2F{unknown}")).await;
    assert_eq!(stale.status, 403);
    assert_eq!(node.opened(), 1);
}

#[tokio::test]
async fn a_page_elsewhere_opens_nothing() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let csrf = host.csrf(&node).await;
    for (path, body) in
        [("/rooms/open", "invite=x"), ("/adult", "adult=yes"), ("/studio/visibility", "visibility=listed")]
    {
        let request = host
            .with_cookies(request(Method::POST, path))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", "http://evil.example")
            .body(Body::from(format!("csrf={csrf}&{body}")));
        assert_eq!(node.ask(request.unwrap()).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_room_elsewhere_that_is_off_air_has_no_picture_for_its_viewer() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let id = other_room(1);
    host.get(&node, &format!("/room/{id}")).await;
    for rest in ["/live.mp4", "/live.m3u8", "/live.mjpeg", "/frame.jpg", "/clock"] {
        let answer = host.get(&node, &format!("/room/{id}{rest}")).await;
        assert!(answer.status == 404 && answer.body.contains("off air"), "{rest}: {}", answer.status);
    }
    assert_eq!(host.get(&node, &format!("/room/{id}/snapshot.jpg")).await.status, 404);
    assert_eq!(host.get(&node, "/room/nonsense").await.status, 404);
    assert_eq!(
        host.get(&node, &format!("/room/{}/facts", other_room(9))).await.status,
        404,
        "only the page opens"
    );
}

#[tokio::test]
async fn relaying_is_switched_and_a_room_is_left() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let id = other_room(1);
    let page = format!("/room/{id}");
    assert!(host.get(&node, &page).await.body.contains("While you watch"));
    let relaying = || node.app.studio.peers().opened(id).unwrap().relaying;
    for (typed, expected) in [("1", Relaying::On), ("0", Relaying::Off)] {
        let answer = host.submit(&node, &format!("{page}/relay"), &format!("on={typed}")).await;
        assert_eq!((answer.status, answer.header("location")), (303, page.as_str()));
        assert_eq!(relaying(), expected);
    }
    assert_eq!(host.submit(&node, &format!("{page}/relay"), "on=maybe").await.status, 400);
    host.submit(&node, &format!("{page}/relay"), "on=1").await;
    assert!(host.get(&node, "/studio").await.body.contains("Stop relaying"));
    assert_eq!(host.submit(&node, "/studio/relayed", &format!("room={id}")).await.status, 303);
    assert_eq!(relaying(), Relaying::Off);
    assert_eq!(host.submit(&node, "/studio/relayed", "room=nonsense").await.status, 422);

    let answer = host.submit(&node, &format!("{page}/leave"), "").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    assert_eq!(node.opened(), 0);
    assert_eq!(host.submit(&node, &format!("{page}/leave"), "").await.status, 404);
    assert_eq!(host.submit(&node, &format!("{page}/relay"), "on=1").await.status, 404);
    assert_eq!(host.submit(&node, "/room/nonsense/relay", "on=1").await.status, 404);
}

#[tokio::test]
async fn a_room_for_adults_asks_first_and_the_browser_keeps_the_answer() {
    let node = Node::start().await;
    node.app.studio.set_labels(true, "").unwrap();
    let mut visitor = Browser::default();
    let answer = visitor.get(&node, &node.path("")).await;
    assert_eq!(answer.header("rating"), "RTA-5042-1996-1400-1577-RTA");
    let gate = answer.body;
    assert!(gate.contains("This room is for adults") && !gate.contains("id=\"stage\""));
    let (_, rest) = gate.split_once("name=\"csrf\" value=\"").unwrap();
    let csrf = rest.split_once('"').unwrap().0.to_owned();
    let room = node.room.id();
    let form = |answer: &str| format!("csrf={csrf}&room={room}&adult={answer}");
    let bad = visitor.submit_as(&node, "/adult", &form("perhaps")).await;
    assert!(bad.status == 400 && bad.body.contains("neither yes nor no"));
    assert_eq!(visitor.submit_as(&node, "/adult", "csrf=x&adult=yes").await.status, 403);
    let no = visitor.submit_as(&node, "/adult", &form("no")).await;
    assert_eq!((no.status, no.header("location")), (303, node.path("").as_str()));
    assert!(no.header("set-cookie").starts_with("parlor-adults-8787=no; Path=/; HttpOnly; SameSite=Strict"));
    assert!(visitor.get(&node, &node.path("")).await.body.contains("You answered that it is not for you."));
    visitor.submit_as(&node, "/adult", &form("yes")).await;
    assert!(visitor.get(&node, &node.path("")).await.body.contains("id=\"stage\""));
    assert!(visitor.get(&node, "/").await.body.contains("Pictures of rooms for adults are shown."));
    let elsewhere = visitor.submit_as(&node, "/adult", &format!("csrf={csrf}&adult=no&room=//evil")).await;
    assert_eq!(elsewhere.header("location"), "/");
    let mut host = node.host().await;
    assert!(host.get(&node, &node.path("")).await.body.contains("id=\"stage\""), "hosts see their own");
}
