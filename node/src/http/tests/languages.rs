//! Pages in the language of who reads them.

use axum::http::header::ACCEPT_LANGUAGE;

use super::*;

async fn asked(node: &Node, path: &str, accepts: &str, accept: &str) -> Answer {
    let request = get(path).header(ACCEPT_LANGUAGE, accepts).header(ACCEPT, accept);
    node.ask(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_page_is_in_the_language_that_its_browser_asks_for() {
    let node = Node::start().await;
    for (accepts, tag) in [("de-CH,de;q=0.9,en;q=0.8", "de"), ("es", "es"), ("en-GB", "en"), ("fr", "en")] {
        for path in
            ["/".to_owned(), node.path(""), node.path("/facts"), node.path("/chat/form"), "/nowhere".into()]
        {
            let page = asked(&node, &path, accepts, "text/html").await;
            assert!(page.body.contains(&format!("<html lang=\"{tag}\">")), "{path} {accepts}");
            assert_eq!(page.header("content-language"), tag, "{path}");
            assert_eq!(page.header("vary"), "Accept-Language, Cookie", "{path}");
        }
    }
}

#[tokio::test]
async fn programs_read_english_and_players_what_their_page_speaks() {
    let node = Node::start().await;
    let json = asked(&node, "/api/v1/unknown", "de", "*/*").await;
    assert!(json.body.contains("There is no such page."), "{}", json.body);
    assert_eq!(json.header("content-language"), "");
    let text = asked(&node, &node.path("/live.mp4"), "de", "*/*").await;
    assert_eq!((text.status, text.header("content-type")), (404, "text/plain; charset=utf-8"));
    assert!(text.body.starts_with("Der Raum ist nicht auf Sendung. Bleib auf seiner Seite"), "{}", text.body);
    assert!(node.get(&node.path("/live.mp4")).await.body.starts_with("The room is off air."));
}

#[tokio::test]
async fn a_choice_is_kept_in_the_browser_and_leads_back() {
    let node = Node::start().await;
    let mut browser = Browser::default();
    let page = browser.get(&node, &node.path("?watch=mjpeg&fps=5")).await;
    assert!(
        page.body.contains("name=\"back\" value=\"/room/") && page.body.contains("?watch=mjpeg&#38;fps=5")
    );
    let chosen = browser.submit(&node, "/language", "language=es&back=/%3Fq%3Dtea").await;
    assert_eq!((chosen.status, chosen.header("location")), (303, "/?q=tea"));
    assert!(browser.get(&node, "/").await.body.contains("<html lang=\"es\">"));
    let elsewhere = browser.submit(&node, "/language", "language=de&back=//evil.example/").await;
    assert_eq!((elsewhere.status, elsewhere.header("location")), (303, "/"));
    let unknown = browser.submit(&node, "/language", "language=tlh&back=/").await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("Das Formular nennt keine Sprache"), "{}", unknown.body);
}

#[tokio::test]
async fn what_is_refused_is_refused_in_the_visitor_s_language() {
    let node = Node::start().await;
    let mut host = node.host().await;
    host.submit(&node, "/language", "language=de&back=/studio").await;
    let refused = host.submit(&node, "/studio/upload", "mbps=many").await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("Die Obergrenze ist eine ganze Zahl von Mbit/s."), "{}", refused.body);
    let quality = "width=641&height=360&fps=30&bitrate_kbps=800";
    let refused = host.submit(&node, "/studio/quality", quality).await;
    assert!(refused.body.contains("muss aber eine gerade Zahl sein"), "{}", refused.body);
    let done = host.submit(&node, "/studio/visibility", "visibility=invite").await;
    assert_eq!(done.status, 303);
    assert!(
        host.get(&node, "/studio").await.body.contains("Jetzt finden nur noch Leute mit Einladung den Raum.")
    );
}
