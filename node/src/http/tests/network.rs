//! The studio's panel `Network`: its forms, and what changes in it by itself.

use super::*;
use crate::carry::{LobbyPicture, Visibility};
use crate::swarm::RelayState;

/// What stands in the page between `before` and the next quotation mark, wherever it does.
fn all<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn the_card_takes_languages_and_the_label() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let form = "title=Tea&description=&tags=&languages=en+pt-BR&adult=1";
    assert_eq!(host.submit(&node, "/studio/card", form).await.status, 303);
    let terms = node.app.studio.terms();
    assert!(terms.adult && terms.languages.len() == 2);
    let page = host.get(&node, "/studio").await.body;
    assert!(page.contains("value=\"en pt-br\"") && page.contains("name=\"adult\" value=\"1\" checked"));

    let refused = host.submit(&node, "/studio/card", "title=Coffee&tags=late&languages=klingonisch!").await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("A language is a code such as en"));
    for kept in ["value=\"Coffee\"", "value=\"late\"", "value=\"klingonisch!\""] {
        assert!(refused.body.contains(kept), "{kept}");
    }
    assert!(!refused.body.contains("name=\"adult\" value=\"1\" checked"));
    assert_eq!(node.room.card().borrow().about.title, "Tea", "nothing of it has changed");
    assert!(node.app.studio.terms().adult);
}

#[tokio::test]
async fn the_host_decides_who_finds_the_room() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let visibility = || node.app.studio.terms().visibility;
    assert_eq!(visibility(), Visibility::Invite);
    assert_eq!(host.submit(&node, "/studio/visibility", "visibility=listed").await.status, 303);
    assert_eq!(visibility(), Visibility::Listed);
    let refused = host.submit(&node, "/studio/visibility", "visibility=everywhere").await;
    assert!(refused.status == 422 && refused.body.contains("does not say who finds the room"));
    assert_eq!(visibility(), Visibility::Listed);
}

#[tokio::test]
async fn the_host_decides_what_lobbies_show() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let picture = || node.app.studio.terms().lobby_picture;
    assert_eq!(picture(), LobbyPicture::Live);
    for (name, wanted) in [
        ("blurred", LobbyPicture::Blurred),
        ("frozen", LobbyPicture::Frozen),
        ("none", LobbyPicture::None),
        ("live", LobbyPicture::Live),
    ] {
        let form = format!("picture={name}");
        assert_eq!(host.submit(&node, "/studio/lobby-picture", &form).await.status, 303);
        assert_eq!(picture(), wanted);
        assert!(host.get(&node, "/studio").await.body.contains(&format!("value=\"{name}\" checked")));
    }
    let refused = host.submit(&node, "/studio/lobby-picture", "picture=sharp").await;
    assert!(refused.status == 422 && refused.body.contains("which picture lobbies show"));
    assert_eq!(picture(), LobbyPicture::Live);
}

#[tokio::test]
async fn an_invite_is_revoked_by_what_names_it() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let first = host.get(&node, "/studio").await.body;
    assert_eq!(all(&first, "value=\"parlor://").len(), 1, "there is one from the start");
    let before = all(&first, "name=\"id\" value=\"")[0].to_owned();
    assert_eq!(host.submit(&node, "/studio/invite", "action=make&name=Anna&limit=2").await.status, 303);
    let page = host.get(&node, "/studio").await.body;
    let ids = all(&page, "name=\"id\" value=\"");
    assert!(
        page.contains("Anna") && page.contains("0 here now · 0 of 2 people have used it · without an end")
    );
    assert_eq!((ids.len(), ids[1]), (2, before.as_str()), "the newest comes first, and names stay");
    assert!(
        all(&page, "value=\"parlor://").iter().all(|link| !link.contains(ids[0]) && !link.contains(ids[1]))
    );

    let revoke = format!("action=revoke&id={before}");
    assert_eq!(host.submit(&node, "/studio/invite", &revoke).await.status, 303);
    let names: Vec<_> = node.app.studio.terms().invites.into_iter().map(|invite| invite.name).collect();
    assert_eq!(names, ["Anna"]);
    // One that ends, and opens the locked door.
    let made = "action=make&name=Ben&limit=1&ends=day&lock=1";
    assert_eq!(host.submit(&node, "/studio/invite", made).await.status, 303);
    let page = host.get(&node, "/studio").await.body;
    assert!(page.contains("0 of 1 person has used it · ends in 24 hours · opens the locked door too"));
    let ben = node.app.studio.terms().invites.pop().unwrap();
    assert!(ben.opens_lock && ben.ends.is_some());
    assert_eq!(
        host.submit(&node, "/studio/invite", &format!("action=revoke&id={}", ben.id)).await.status,
        303
    );
    // The same page in another tab: the second press takes nothing else.
    let again = host.submit(&node, "/studio/invite", &revoke).await;
    assert!(again.status == 422 && again.body.contains("This invite is gone already."));
    assert_eq!(node.app.studio.terms().invites.len(), 1);
}

#[tokio::test]
async fn an_invite_that_is_refused_stays_in_its_form() {
    let node = Node::start().await;
    let mut host = node.host().await;
    for (form, sentence, kept) in [
        ("action=make&name=Ben&limit=none", "People who may use it are a number", "value=\"none\""),
        ("action=make&name=Ben&limit=0", "People who may use it are a number", "value=\"0\""),
        ("action=make&name=Ben&limit=20001", "People who may use it are a number", "value=\"Ben\""),
        ("action=make&name=a%07b&limit=7", "An invite&#39;s name is one line", "value=\"7\""),
        ("action=make&name=Ben&limit=7&ends=soon", "does not say when the invite ends", "value=\"7\""),
        ("action=burn&name=Ben", "does not say what to do", "action=\"/studio/invite\""),
    ] {
        let refused = host.submit(&node, "/studio/invite", form).await;
        assert_eq!(refused.status, 422, "{form}");
        assert!(refused.body.contains(sentence) && refused.body.contains(kept), "{form}");
    }
    assert_eq!(node.app.studio.terms().invites.len(), 1);
    let long = format!("action=make&name={}", "x".repeat(41));
    assert_eq!(host.submit(&node, "/studio/invite", &long).await.status, 422);
    for count in 2..=crate::carry::MAX_INVITES {
        assert_eq!(host.submit(&node, "/studio/invite", "action=make").await.status, 303, "{count}");
    }
    assert_eq!(host.submit(&node, "/studio/invite", "action=make").await.status, 422);
}

#[tokio::test]
async fn relays_are_added_before_the_host_hides_behind_them() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let refused = host.submit(&node, "/studio/reach", "reach=relayed").await;
    assert!(refused.status == 422 && refused.body.contains("add a relay first"));
    let refused = host.submit(&node, "/studio/relay", "action=add&address=relay.example").await;
    assert!(refused.status == 422 && refused.body.contains("value=\"relay.example\""));
    let address =
        "/dns/relay.example/udp/4001/quic-v1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    let form = |action| format!("action={action}&address={}", address.replace('/', "%2F"));
    assert_eq!(host.submit(&node, "/studio/relay", &form("add")).await.status, 303);
    let mut standing = node.app.studio.peers().carrier().network().standing();
    standing.wait_for(|standing| standing.relays.len() == 1).await.unwrap();
    let page = host.get(&node, "/studio").await.body;
    // There is no such name: that is known at once, or in a while.
    let states = ["Is being asked", "Could not be reached. Parlor tries again"];
    assert!(
        page.contains(&format!("<code>{address}</code>")) && states.iter().any(|state| page.contains(state))
    );
    standing.wait_for(|standing| standing.relays[0].state == RelayState::Unreachable).await.unwrap();
    assert!(host.get(&node, "/studio").await.body.contains(states[1]));
    assert_eq!(host.submit(&node, "/studio/reach", "reach=relayed").await.status, 303);
    let page = host.get(&node, "/studio").await.body;
    assert!(page.contains("from the next start of Parlor on."));
    assert!(
        page.contains("value=\"relayed\" checked") && page.contains("The change holds from the next start")
    );
    assert_eq!(host.submit(&node, "/studio/reach", "reach=direct").await.status, 303);
    assert_eq!(host.submit(&node, "/studio/reach", "reach=sideways").await.status, 422);
    assert_eq!(host.submit(&node, "/studio/relay", &form("paint")).await.status, 422);
    assert_eq!(host.submit(&node, "/studio/relay", &form("remove")).await.status, 303);
    standing.wait_for(|standing| standing.relays.is_empty()).await.unwrap();
    assert_eq!(host.submit(&node, "/studio/relay", "action=remove&address=x").await.status, 422);
}

#[tokio::test]
async fn the_upload_has_a_ceiling() {
    let node = Node::start().await;
    let mut host = node.host().await;
    assert_eq!(host.submit(&node, "/studio/upload", "mbps=25").await.status, 303);
    assert_eq!(node.app.studio.peers().carrier().upload().ceiling_bps(), 25_000_000);
    for (typed, sentence) in
        [("lots", "a whole number"), ("1.5", "a whole number"), ("10001", "at most 10000")]
    {
        let refused = host.submit(&node, "/studio/upload", &format!("mbps={typed}")).await;
        assert_eq!(refused.status, 422, "{typed}");
        assert!(refused.body.contains(sentence) && refused.body.contains(&format!("value=\"{typed}\"")));
    }
    assert_eq!(host.submit(&node, "/studio/upload", "mbps=0").await.status, 303);
    assert_eq!(node.app.studio.peers().carrier().upload().ceiling_bps(), 0);
}

#[tokio::test]
async fn the_panel_is_the_hosts_alone() {
    let node = Node::start().await;
    let mut visitor = Browser::default();
    assert_eq!(visitor.get(&node, "/studio/network").await.status, 401);
    for path in ["visibility", "lobby-picture", "invite", "reach", "relay", "upload", "relayed"] {
        let answer = visitor.submit_as(&node, &format!("/studio/{path}"), "csrf=x&visibility=listed").await;
        assert_eq!(answer.status, 401, "{path}");
    }
    let mut host = node.host().await;
    let panel = host.get(&node, "/studio/network").await;
    assert!(panel.status == 200 && panel.body.contains("No other node gets the room yet."));
    let stale = host.submit_as(&node, "/studio/visibility", "csrf=x&visibility=listed").await;
    assert_eq!(stale.status, 403);
    assert_eq!(node.app.studio.terms().visibility, Visibility::Invite);
}
