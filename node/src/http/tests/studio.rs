//! The host's forms.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn going_on_air_is_said_once() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let answer = host.submit(&node, "/studio/air", "on=1&stated=1").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/studio"));
    assert!(node.room.is_on_air());
    assert!(host.get(&node, "/studio").await.body.contains("The room is on air."));
    assert!(!host.get(&node, "/studio").await.body.contains("The room is on air."));
    host.submit(&node, "/studio/air", "on=0").await;
    assert!(!node.room.is_on_air());
    assert_eq!(host.submit(&node, "/studio/air", "on=perhaps").await.status, 422);
}

#[tokio::test]
async fn before_going_on_air_the_host_states_once_who_is_on_camera() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let asks = |page: &str| page.contains("name=\"stated\"");
    assert!(asks(&host.get(&node, "/studio").await.body));
    for form in ["on=1", "on=1&stated=0"] {
        let refused = host.submit(&node, "/studio/air", form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("everybody on camera is an adult") && asks(&refused.body));
        assert!(!node.room.is_on_air());
    }
    assert_eq!(host.submit(&node, "/studio/air", "on=1&stated=1").await.status, 303);
    host.submit(&node, "/studio/air", "on=0").await;
    assert!(!asks(&host.get(&node, "/studio").await.body), "once in a session");
    assert_eq!(host.submit(&node, "/studio/air", "on=1").await.status, 303);
    assert!(node.room.is_on_air());
    let mut another = node.host().await;
    assert!(asks(&another.get(&node, "/studio").await.body), "each session is asked");
}

#[tokio::test]
async fn the_card_changes_or_what_was_typed_stays() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let form = "title=Tea+%26+talk&description=Late%0D%0Anight&tags=%23tea+talk";
    assert_eq!(host.submit(&node, "/studio/card", form).await.status, 303);
    let about = node.room.card().borrow().about.clone();
    assert_eq!((about.title.as_str(), about.tags.len()), ("Tea & talk", 2));

    let long = "ü".repeat(121);
    let form = format!("title={}&description=kept+words&tags=one", long.replace('ü', "%C3%BC"));
    let refused = host.submit(&node, "/studio/card", &form).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("longer than 120 characters"));
    assert!(refused.body.contains(&long) && refused.body.contains("kept words"));
    assert_eq!(node.room.card().borrow().about, about);

    let refused = host.submit(&node, "/studio/card", "title=a%07b").await;
    assert!(refused.status == 422 && refused.body.contains("cannot be shown"));
    let refused = host.submit(&node, "/studio/card", "tags=a+b+c+d+e+f+g+h+i").await;
    assert!(refused.status == 422 && refused.body.contains("a b c d e f g h i"));
}

#[tokio::test]
async fn source_and_quality_are_checked() {
    let node = Node::start().await;
    let mut host = node.host().await;
    assert_eq!(host.submit(&node, "/studio/source", "source=test").await.status, 303);
    assert_eq!(host.submit(&node, "/studio/source", "source=http%3A%2F%2Fcamera").await.status, 422);
    let form = "width=640&height=480&fps=25&bitrate_kbps=1000";
    assert_eq!(host.submit(&node, "/studio/quality", form).await.status, 303);
    let form = "width=640&height=480&fps=99&bitrate_kbps=1000";
    let refused = host.submit(&node, "/studio/quality", form).await;
    assert!(refused.status == 422 && refused.body.contains("value=\"99\""));
    let form = "width=wide&height=480&fps=25&bitrate_kbps=1000";
    assert_eq!(host.submit(&node, "/studio/quality", form).await.status, 422);
}

#[tokio::test]
async fn a_way_in_that_does_not_open_says_why() {
    let node = Node::start().await;
    let mut host = node.host().await;
    let refused = host.submit(&node, "/studio/ingest", "kind=rtmp&action=on").await;
    assert!(refused.status == 422 && refused.body.contains("built without a camera"));
    assert_eq!(host.submit(&node, "/studio/ingest", "kind=fax&action=on").await.status, 422);
    assert_eq!(host.submit(&node, "/studio/ingest", "kind=whip&action=off").await.status, 303);
}

#[tokio::test]
async fn only_the_host_sees_the_desk() {
    let node = Node::start().await;
    let mut visitor = Browser::default();
    assert_eq!(visitor.get(&node, "/studio/facts").await.status, 401);
    assert!(visitor.get(&node, "/studio").await.body.contains("one-time link"));
    let mut host = node.host().await;
    let facts = host.get(&node, "/studio/facts").await;
    assert!(facts.status == 200 && facts.body.contains("Latency"));
    assert!(host.get(&node, "/").await.body.contains("href=\"/studio\">Studio"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_form_panics(
        path in prop::sample::select(vec![
            "air", "card", "source", "quality", "ingest", "login", "visibility", "invite", "reach", "relay",
            "upload", "relayed",
        ]),
        form in "([a-z_]{1,12}=[ -~]{0,20}&?){0,4}",
        source in ".{0,30}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let node = Node::start().await;
            let mut host = node.host().await;
            let path = format!("/studio/{path}");
            let mut typed = String::new();
            source.bytes().for_each(|byte| write!(typed, "%{byte:02X}").unwrap());
            for form in [form, format!(
                "source={typed}&title={typed}&kind={typed}&width={typed}&on={typed}&languages={typed}&address={typed}\
                &action=make&name={typed}&limit={typed}&mbps={typed}"
            )] {
                let status = host.submit(&node, &path, &form).await.status;
                assert!((300..500).contains(&status), "{status}");
            }
        });
    }
}

#[tokio::test]
async fn only_a_host_who_means_it_destroys_everything() {
    let node = Node::start().await;
    let mut host = node.host().await;
    assert_eq!(Browser::default().submit_as(&node, "/studio/destroy", "confirm=destroy").await.status, 401);
    let unclear = host.submit(&node, "/studio/destroy", "confirm=maybe").await;
    assert!(unclear.status == 400 && unclear.body.contains("Nothing was destroyed"));
    assert!(!node.app.closing.is_cancelled());
    node.room.set_on_air(true);
    let last = host.submit(&node, "/studio/destroy", "confirm=destroy").await;
    assert!(last.status == 200 && last.body.contains("It is destroyed") && !last.body.contains("refresh"));
    assert!(!node.room.is_on_air());
    node.app.closing.cancelled().await;
}
