//! Invites over HTTP: a link leads in, as many as it says, until it ends, and leaves no secret behind.

use super::*;
use crate::app::InviteWish;

/// Makes an invite, and gives the path of its link for a browser.
async fn make(node: &Node, host: &mut Browser, wish: &InviteWish<'_>) -> String {
    node.app.studio.make_invite(wish).unwrap();
    let page = host.get(node, "/studio").await.body;
    let link = page.split("value=\"http://").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    link.strip_prefix(ADDRESS).expect("under the address of the page").to_owned()
}

/// Opens a link as a browser does, wherever it leads.
async fn open(browser: &mut Browser, node: &Node, link: &str) -> Answer {
    let mut answer = browser.get(node, link).await;
    for _ in 0..2 {
        if answer.status == 303 {
            let onward = answer.header("location").to_owned();
            answer = browser.get(node, &onward).await;
        }
    }
    answer
}

async fn only_invited(node: &Node, host: &mut Browser) {
    assert_eq!(host.submit(node, "/studio/accounts", "action=only&who=invited").await.status, 303);
}

async fn say(browser: &mut Browser, node: &Node, text: &str) {
    let csrf = browser.csrf_on(node, &node.path("/chat/form")).await;
    let form = format!("csrf={csrf}&text={text}");
    assert_eq!(browser.submit_as(node, &node.path("/chat"), &form).await.status, 303);
}

#[tokio::test]
async fn a_link_for_one_gives_its_name_and_is_used_up() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let wish = InviteWish { name: "Ann", limit: Some(1), ..InviteWish::default() };
    let link = make(&node, &mut host, &wish).await;
    let secret = link.rsplit('/').next().unwrap().to_owned();
    only_invited(&node, &mut host).await;

    let (mut ann, mut bob) = (Browser::default(), Browser::default());
    // Programs that look the link over take no place.
    for _ in 0..3 {
        assert_eq!(Browser::default().get(&node, &link).await.status, 303);
    }
    let first = ann.get(&node, &link).await;
    let onward = first.header("location").to_owned();
    assert!(first.status == 303 && onward == node.path("/invited") && !onward.contains(&secret));
    let cookie = first.header("set-cookie");
    assert!(cookie.starts_with("parlor-invited-8787=") && cookie.contains("HttpOnly; SameSite=Lax"));
    assert!(!cookie.contains(&secret));
    let room = open(&mut ann, &node, &onward).await;
    assert!(room.status == 200 && !room.body.contains(&secret));
    assert_eq!(open(&mut ann, &node, &link).await.status, 200, "she takes no second place");
    say(&mut ann, &node, "hello").await;
    assert_eq!(node.room.talk().line(1).unwrap().by.name.as_given(), Some("Ann"));

    let refused = open(&mut bob, &node, &link).await;
    assert!(
        refused.status == 403 && refused.body.contains("As many people as this invite is for have used it.")
    );
    assert_eq!(bob.get(&node, &node.path("")).await.status, 404);
    assert!(host.get(&node, "/studio").await.body.contains("1 of 1 person has used it"));
    // A session that nobody gave them.
    let made_up = ann.cookies.iter().find(|(name, _)| name == "parlor-invited-8787").unwrap().1.clone();
    let mut forger =
        Browser { cookies: vec![("parlor-invited-8787".into(), made_up[..61].to_owned() + "A")] };
    assert!(made_up.ends_with('A') || forger.get(&node, &node.path("")).await.status == 404);
}

#[tokio::test]
async fn an_ended_link_lets_nobody_in_and_who_is_in_stays_for_the_show() {
    let (node, _reel) = Node::on_air().await;
    let mut host = node.host().await;
    only_invited(&node, &mut host).await;
    let ended = InviteWish { name: "late", lasts_ms: Some(0), ..InviteWish::default() };
    let link = make(&node, &mut host, &ended).await;
    let refused = open(&mut Browser::default(), &node, &link).await;
    assert!(refused.status == 403 && refused.body.contains("This invite has ended."));
    assert!(host.get(&node, "/studio").await.body.contains("has ended"));

    let link = make(&node, &mut host, &InviteWish { lasts_ms: Some(3000), ..ended }).await;
    let mut ann = Browser::default();
    assert_eq!(open(&mut ann, &node, &link).await.status, 200);
    let refused = loop {
        let answer = open(&mut Browser::default(), &node, &link).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert!(refused.status == 403 && refused.body.contains("This invite has ended."));
    assert_eq!(ann.get(&node, &node.path("/facts")).await.status, 200, "she stays");
    assert_eq!(open(&mut ann, &node, &link).await.status, 200);
}

#[tokio::test]
async fn who_has_no_invite_learns_nothing_and_who_loses_it_is_out() {
    let (node, _reel) = Node::on_air().await;
    let mut host = node.host().await;
    let link = make(&node, &mut host, &InviteWish::default()).await;
    only_invited(&node, &mut host).await;
    let (mut ann, mut stranger) = (Browser::default(), Browser::default());
    assert_eq!(open(&mut ann, &node, &link).await.status, 200);
    for rest in ["", "/facts", "/chat", "/live.mp4", "/frame.jpg", "/files", "/snapshot.jpg"] {
        assert_eq!(stranger.get(&node, &node.path(rest)).await.status, 404, "{rest}");
    }
    assert_eq!(ann.get(&node, &node.path("/live.m3u8")).await.status, 200);
    // Wrong secrets, and right ones at another door, are all the same.
    let other = link.replace(&node.room.id().to_string(), &other_room(9).to_string());
    let wrong = no_invite(&node);
    for link in [other, node.path(&format!("/invite/{wrong}")), node.path("/invite/x")] {
        let refused = stranger.get(&node, &link).await;
        assert!(refused.status == 403 && refused.body.contains("does not count here"), "{link}");
    }
    assert_eq!(stranger.get(&node, &node.path("/invited")).await.status, 403);

    let id = node.app.studio.terms().invites.last().unwrap().id.clone();
    host.submit(&node, "/studio/invite", &format!("action=revoke&id={id}")).await;
    assert_eq!(ann.get(&node, &node.path("/facts")).await.status, 404);
    assert!(open(&mut ann, &node, &link).await.body.contains("does not count here"));

    // Where only those come in whom the host knows, no invite helps.
    let link = make(&node, &mut host, &InviteWish::default()).await;
    host.submit(&node, "/studio/accounts", "action=only&who=known").await;
    assert!(open(&mut stranger, &node, &link).await.body.contains("does not count here"));
}

/// The secret of an invite that there is not.
fn no_invite(node: &Node) -> String {
    let secret = parlor_protocol::invite::InviteSecret::new([9; 16]);
    secret.text(&node.room.id()).to_string()
}

#[tokio::test]
async fn a_locked_door_opens_to_the_invites_that_say_so() {
    let (node, _reel) = Node::on_air().await;
    let mut host = node.host().await;
    let plain = make(&node, &mut host, &InviteWish::default()).await;
    let key = make(&node, &mut host, &InviteWish { opens_lock: true, ..InviteWish::default() }).await;
    let csrf = host.csrf_on(&node, &node.path("/chat/form")).await;
    let order = async |host: &mut Browser, order: &str| {
        let form = format!("csrf={csrf}&order={order}");
        assert_eq!(host.submit_as(&node, &node.path("/chat/order"), &form).await.status, 303);
    };
    order(&mut host, "lock").await;
    let refused = open(&mut Browser::default(), &node, &plain).await;
    assert!(refused.status == 403 && refused.body.contains("The door is locked."));
    let mut ann = Browser::default();
    assert_eq!(open(&mut ann, &node, &key).await.status, 200);
    assert_eq!(ann.get(&node, &node.path("/live.m3u8")).await.status, 200);

    order(&mut host, "send-out").await;
    for path in [node.path(""), key.clone()] {
        assert_eq!(open(&mut ann, &node, &path).await.status, 403, "{path}");
    }
    let mut ben = Browser::default();
    assert_eq!(open(&mut ben, &node, &key).await.status, 200);
    let id = node.app.studio.terms().invites.last().unwrap().id.clone();
    host.submit(&node, "/studio/invite", &format!("action=revoke&id={id}")).await;
    assert_eq!(ben.get(&node, &node.path("/facts")).await.status, 403);
}
