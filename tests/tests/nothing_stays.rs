//! Nothing about a viewer stays: a busy session, and then a search of all that the node wrote, also of what it deleted
//! again. What the host writes down on purpose is found, so the search can find.
#![allow(clippy::unwrap_used, reason = "panicking is how a test fails")]

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use data_encoding::{BASE64_NOPAD, HEXLOWER, HEXUPPER};
use parlor_e2e::host::Host;
use parlor_e2e::memory::is_in;
use parlor_e2e::trace::{Heard, Trace};
use parlor_e2e::visitor::Visitor;
use parlor_e2e::{Node, Place, Scratch, in_time};
use reqwest::Method;
use reqwest::header::COOKIE;
use sha2::{Digest, Sha256};

/// Everything that a logger can be asked for, one by one what knows addresses and requests among it.
const TALKATIVE: &str = "trace,parlor=trace,axum=trace,axum::rejection=trace,tower=trace,multer=trace,hyper=trace,\
    hyper::proto=trace,hyper::proto::h1=trace,hyper_util=trace,libp2p=trace,libp2p_swarm=trace,libp2p_core=trace,\
    libp2p_identify=trace,libp2p_kad=trace,libp2p_kad::behaviour=trace,libp2p_tcp=trace,libp2p_ping=trace,\
    multistream_select=trace,yamux=trace,quinn=trace,quinn_proto=trace,quinn_proto::connection=trace,rustls=trace,\
    rtc=trace,webrtc=trace,webrtc::peer_connection=trace,mio=trace,tokio=trace";

/// The files that the node may write: what the host keeps, and of each the one that is to replace it.
const KEPT: [&str; 4] = ["list", "room", "node", "settings"];

/// Words that nobody else uses, by what they are.
#[derive(Default)]
struct Canaries(BTreeMap<&'static str, Vec<u8>>);

impl Canaries {
    /// A new word. Letters and digits alone, so that it is the same within addresses, forms and JSON.
    fn word(&mut self, what: &'static str) -> String {
        let word = format!("w{:015x}", fastrand::u64(..) >> 4);
        self.add(what, &word);
        word
    }

    fn add(&mut self, what: &'static str, word: impl AsRef<[u8]>) {
        assert!(self.0.insert(what, word.as_ref().to_vec()).is_none(), "{what} is there already");
    }

    /// Which of them stand here, as they are or in another dress.
    fn found_in(&self, bytes: &[u8]) -> Vec<&'static str> {
        let stands = |word: &Vec<u8>| dresses(word).iter().any(|dress| is_in(bytes, dress));
        self.0.iter().filter(|(_, word)| stands(word)).map(|(what, _)| *what).collect()
    }
}

/// The ways in which a word may be written.
fn dresses(word: &[u8]) -> Vec<Vec<u8>> {
    let hash = Sha256::digest(word);
    let mut dresses = vec![word.to_vec(), word.to_ascii_uppercase(), hash.to_vec()];
    let hex = [HEXLOWER.encode(word), HEXUPPER.encode(word), HEXLOWER.encode(&hash)];
    dresses.extend(hex.map(String::into_bytes));
    dresses.push(word.iter().flat_map(|byte| [*byte, 0]).collect());
    dresses.extend((0..3).map(|before| base64(word, before)));
    dresses
}

/// The letters that the word has in base64 (RFC 4648), whatever stands around it, where so many bytes stand before it.
fn base64(word: &[u8], before: usize) -> Vec<u8> {
    let letters = BASE64_NOPAD.encode(&[&vec![0; before][..], word].concat());
    // Six bits each: the first and last may belong to a neighbour too.
    letters.as_bytes()[(before * 8).div_ceil(6)..(before + word.len()) * 8 / 6].to_vec()
}

/// A page that stays open, read until this stands in it.
async fn read_until(page: &mut reqwest::Response, what: &str) -> String {
    let mut text = Vec::new();
    let read = async {
        while !is_in(&text, what.as_bytes()) {
            text.extend(page.chunk().await.unwrap().expect("the page stays open"));
        }
    };
    in_time(what, read).await;
    String::from_utf8(text).unwrap()
}

/// What follows this on a page, until the next quotation mark.
fn after<'a>(page: &'a str, mark: &str) -> &'a str {
    let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    rest.split('"').next().unwrap()
}

/// The number of the line in which this was said, as the host's page shows it.
async fn line(node: &Node, host: &Host<'_>, text: &str) -> String {
    let request = node.request(Method::GET, &node.room_url("/chat")).header(COOKIE, host.cookie());
    let page = read_until(&mut request.send().await.unwrap(), text).await;
    let (before, _) = page.split_once(text).unwrap();
    after(&before[before.rfind(r#"id="line-"#).unwrap()..], r#"id="line-"#).to_owned()
}

/// The host prepares the room: what they write down is theirs, but for passwords.
async fn prepare(
    node: &Node,
    host: &Host<'_>,
    secret: &mut Canaries,
    kept: &mut Canaries,
) -> (String, String) {
    let title = kept.word("the title");
    host.post("/studio/card", &[("title", &title), ("description", ""), ("tags", "")]).await;
    host.post("/studio/files", &[("senders", "everybody")]).await;
    host.post("/studio/password", &[("password", &secret.word("the studio's password"))]).await;
    let (name, password) = (kept.word("an account's name"), secret.word("an account's password"));
    host.post("/studio/accounts", &[("action", "make"), ("name", &name), ("password", &password)]).await;
    assert!(node.text("").await.contains(&title));
    (name, password)
}

/// Somebody on a page: what their browser tells, what they look for, say, send and are refused.
async fn visit(node: &Node, secret: &mut Canaries, address: Ipv4Addr) {
    let headers = [
        ("user-agent", secret.word("a browser")),
        ("referer", format!("http://{}.example/", secret.word("where they come from"))),
        ("x-forwarded-for", "203.0.113.197".to_owned()),
        ("accept-language", format!("de-{}", &secret.word("a language")[..8])),
    ];
    secret.add("an address that a proxy tells", "203.0.113.197");
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut visitor = Visitor::from(node, IpAddr::V4(address), &headers).await;
    secret.add("a visitor's cookie", visitor.cookies()[0].split_once('=').unwrap().1);

    visitor.ask(&node.url(&format!("/?q={}&tag={}", secret.word("a search"), secret.word("a tag")))).await;
    visitor.ask(&node.url(&format!("/{}", secret.word("a path that is not there")))).await;
    visitor.ask(&node.room_url(&format!("/live.m3u8?{}", secret.word("a parameter")))).await;
    visitor.ask(&node.url(&format!("/studio/login/{}", secret.word("a link that they guess")))).await;
    visitor.ask(&node.room_url("/snapshot.jpg")).await;
    let mut stream = visitor.ask(&node.room_url("/live.mp4")).await;
    stream.chunk().await.unwrap().expect("a film");
    let mut events = visitor.ask(&node.room_url("/events")).await;

    visitor.look("/chat/form").await;
    let (name, phrase) = (secret.word("a name"), secret.word("a phrase"));
    assert_eq!(visitor.post("/chat/name", &[("name", &name), ("phrase", &phrase)]).await.0, 303);
    let said = secret.word("what is said");
    assert_eq!(visitor.post("/chat", &[("text", &format!("I say {said}"))]).await.0, 303);
    read_until(&mut events, &said).await;
    let long = format!("{}{}", secret.word("what is too long"), "x".repeat(600));
    assert_eq!(visitor.post("/chat", &[("text", &long)]).await.0, 422);

    visitor.look("/files/form").await;
    let (file, content) = (secret.word("a file's name"), secret.word("a file"));
    // Larger than what a library may keep in memory before it takes to a temporary file.
    let mut content = content.into_bytes();
    content.resize(3 << 20, b'.');
    assert_eq!(visitor.upload(&format!("{file}.txt"), &content).await.0, 303);
    let refused = secret.word("a file that is refused");
    assert_ne!(visitor.upload(&refused, &[refused.as_bytes(), &vec![b'.'; 20 << 20]].concat()).await.0, 303);

    // The end of the talk's patience, and what is asked then.
    let mut number = 0;
    let check = in_time("the flood check", async {
        loop {
            number += 1;
            let (_, page) = visitor.post("/chat", &[("text", &format!("{name} {number}"))]).await;
            if page.contains("data-id=") {
                return after(&page, r#"data-id=""#).to_owned();
            }
        }
    });
    let check = check.await;
    for form in ["png", "wav"] {
        let told = visitor.ask(&node.room_url(&format!("/chat/check/{check}/digits.{form}"))).await;
        assert_eq!(told.status(), 200);
    }
    let wrong = secret.word("a wrong answer");
    // On a slow machine the flood is over by now, and a line is said whatever is answered: they go on until it is not.
    let refused = in_time("a wrong answer's end", async {
        loop {
            let form = [("text", wrong.as_str()), ("check", &check), ("code", &wrong)];
            let (status, _) = visitor.post("/chat", &form).await;
            if status != 303 {
                return status;
            }
        }
    });
    assert_eq!(refused.await, 422);
    secret.add("a flood check", check);
    let sdp = format!("v=0\r\ns={}\r\n", secret.word("an offer"));
    let offer = node.request(Method::POST, &node.room_url("/whep")).header("content-type", "application/sdp");
    assert!(offer.body(sdp).send().await.unwrap().status().is_client_error());
}

/// Somebody with an account, who forgets the password first.
async fn log_in(node: &Node, secret: &mut Canaries, address: Ipv4Addr, name: &str, password: &str) {
    let mut guest = Visitor::from(node, IpAddr::V4(address), &[]).await;
    guest.look("/enter").await;
    let (wrong, nobody) = (secret.word("a wrong password"), secret.word("a name without account"));
    for (name, password) in [(name, wrong.as_str()), (nobody.as_str(), password)] {
        assert_eq!(guest.post("/enter", &[("name", name), ("password", password)]).await.0, 403);
    }
    assert_eq!(guest.post("/enter", &[("name", name), ("password", password)]).await.0, 303);
    let session = guest.cookies().iter().find(|cookie| cookie.starts_with("parlor-guest")).unwrap();
    secret.add("a guest's session", session.split_once('=').unwrap().1);
    guest.look("/chat/form").await;
    let said = secret.word("what a guest says");
    assert_eq!(guest.post("/chat", &[("text", &said)]).await.0, 303);
    guest.look("").await;
    assert_eq!(guest.post("/exit", &[]).await.0, 303);
}

/// Somebody who is barred until the node stops, and somebody who is barred for good and then forgiven.
async fn bar(
    node: &Node,
    host: &Host<'_>,
    secret: &mut Canaries,
    kept: &mut Canaries,
    address: [Ipv4Addr; 2],
) {
    let form = format!("/room/{}/chat", node.ready().room);
    for (for_good, address) in address.into_iter().enumerate().map(|(at, address)| (at == 1, address)) {
        let name = if for_good { kept.word("a name that is kept") } else { secret.word("a barred name") };
        let said = secret.word(if for_good { "what is too much" } else { "what is bad" });
        let mut visitor = Visitor::from(node, IpAddr::V4(address), &[]).await;
        visitor.look("/chat/form").await;
        assert_eq!(visitor.post("/chat/name", &[("name", &name), ("phrase", &said)]).await.0, 303);
        assert_eq!(visitor.post("/chat", &[("text", &said)]).await.0, 303);
        let number = line(node, host, &said).await;
        host.post(&format!("{form}/order"), &[("order", "bar"), ("line", &number)]).await;
        let page = host.page(&format!("{form}/form")).await;
        let speaker = after(&page, r#"name="speaker" value=""#).to_owned();
        if for_good {
            let why = kept.word("a note");
            host.post(&format!("{form}/ban"), &[("speaker", &speaker), ("note", &why)]).await;
            let studio = host.page("/studio").await;
            assert!(studio.contains(&why));
            host.post("/studio/bans", &[("forgive", after(&studio, r#"name="forgive" value=""#))]).await;
        } else {
            host.post(&format!("{form}/order"), &[("order", "unbar"), ("speaker", &speaker)]).await;
            let mark = visitor.look("/chat/form").await;
            let mark = mark.split_once(r#"<span class="mark">!"#).unwrap().1.split('<').next().unwrap();
            secret.add("a mark", mark);
        }
        secret.add(if for_good { "a speaker" } else { "a barred speaker" }, &speaker);
    }
}

/// Somebody who watches from a node of their own.
async fn watch_from_a_node(node: &Node, host: &Host<'_>, secret: &mut Canaries) {
    let viewer = Node::start(&["--camera", "none"], "").await;
    let owner = Host::new(&viewer).await;
    owner.post("/rooms/open", &[("invite", &node.ready().invite)]).await;
    let peer = &viewer.ready().peer;
    secret.add("a viewer's node", peer);
    secret.add("a viewer's node in bytes", peer.parse::<libp2p::PeerId>().unwrap().to_bytes());
    let room = format!("/room/{}", node.ready().room);
    node.status_when("the viewer's node", |status| status["network"]["peers"] == 1).await;
    let (name, said) = (secret.word("a name from afar"), secret.word("what is said from afar"));
    owner.post(&format!("{room}/chat/name"), &[("name", &name), ("phrase", "")]).await;
    let say = async {
        loop {
            let url = viewer.url(&format!("{room}/chat"));
            let request = viewer.request(Method::POST, &url).header(COOKIE, owner.cookie());
            let form = [("text", said.as_str()), ("csrf", owner.csrf())];
            if request.form(&form).send().await.unwrap().status() == 303 {
                return;
            }
        }
    };
    in_time("a line from afar", say).await;
    line(node, host, &said).await;
    let roster = async { while !node.text("/facts").await.contains(&name) {} };
    in_time("their name in the roster", roster).await;
    viewer.stop("TERM").await;
}

/// Every file under this folder, whole.
fn folder(dir: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        bytes.extend(path.to_str().unwrap().bytes());
        bytes.extend(if path.is_dir() { folder(&path) } else { std::fs::read(&path).unwrap() });
    }
    bytes
}

/// Whether the node may write there: its own folder's files, and what GStreamer keeps about its plugins and makes of its
/// own code (`orcexec`).
fn is_known(path: &str, data: &Path) -> bool {
    let mut kept = KEPT
        .iter()
        .flat_map(|name| ["new", "key", "toml"].map(|extension| data.join(name).with_extension(extension)));
    let is_gstreamer = path.contains("/gstreamer-1.0") || path.contains("orcexec.");
    Path::new(path) == data
        || kept.any(|kept| kept == Path::new(path))
        || path.starts_with("/dev/")
        || is_gstreamer
}

#[tokio::test]
async fn nothing_about_a_viewer_is_written_down() {
    let scratch = Scratch::default();
    let (data, temporary) = (scratch.path("parlor"), scratch.path("tmp"));
    std::fs::create_dir(&temporary).unwrap();
    let env = [("PARLOR_LOG", TALKATIVE), ("TMPDIR", temporary.to_str().unwrap())];
    let Some(trace) = Trace::new(&env) else { return };
    let args = ["--camera", "test", "--live", "--data-dir", data.to_str().unwrap()];
    let node = Node::start_in(Place::Under(&trace), &args, "").await;
    let (mut secret, mut kept) = (Canaries::default(), Canaries::default());
    let addresses = [31, 97, 139, 211].map(|last| Ipv4Addr::new(127, 77, 13, last));
    for (what, address) in
        ["an address", "a guest's", "a barred one's", "a forgiven one's"].into_iter().zip(addresses)
    {
        secret.add(what, address.to_string());
    }

    let host = Host::new(&node).await;
    let (name, password) = prepare(&node, &host, &mut secret, &mut kept).await;
    visit(&node, &mut secret, addresses[0]).await;
    log_in(&node, &mut secret, addresses[1], &name, &password).await;
    bar(&node, &host, &mut secret, &mut kept, [addresses[2], addresses[3]]).await;
    watch_from_a_node(&node, &host, &mut secret).await;

    let authorized = |path| node.request(Method::GET, &node.url(path)).bearer_auth(&node.ready().api_token);
    for path in ["/metrics", "/api/v1/status"] {
        let told = authorized(path).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(secret.found_in(&told), [""; 0], "{path}");
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", node.pid())).unwrap();
    let room = node.ready().room.clone();
    let (code, log) = node.stop("TERM").await;
    assert_eq!(code, Some(0), "{log}");
    let Heard { files, output, changed, services } = trace.end().await;

    // The net holds: what the host wrote down is found, also what they took back, and so is what the node said.
    let written: Vec<u8> = files.values().flatten().copied().collect();
    assert_eq!(kept.found_in(&written), kept.0.keys().copied().collect::<Vec<_>>());
    assert_eq!(kept.found_in(&folder(&data)), ["an account's name", "the title"]);
    assert!(
        is_in(&output, room.as_bytes()) && is_in(&output, b"encoder chosen"),
        "nothing was heard of the output"
    );

    for (what, bytes) in [("a file", &written), ("the output", &output), ("the data folder", &folder(&data))]
    {
        assert_eq!(secret.found_in(bytes), [""; 0], "in {what}");
    }
    assert_eq!(kept.found_in(&output), [""; 0], "in the output");
    assert_eq!(folder(&temporary), b"", "temporary files");
    let unknown: Vec<_> = changed.iter().chain(files.keys()).filter(|path| !is_known(path, &data)).collect();
    assert!(unknown.is_empty(), "the node wrote elsewhere: {unknown:?}");
    // A camera's library offers its times to a tracer (LTTng), which is there only where somebody traces cameras.
    let spoken_to: Vec<_> = services.iter().filter(|path| !path.contains("/lttng")).collect();
    assert!(spoken_to.is_empty(), "the node spoke to {spoken_to:?}");
    let dump = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let zeros = dump.split_whitespace().filter(|word| *word == "0").count();
    assert_eq!(zeros, 2, "a crash would write it all down: {dump}");
}

#[test]
fn a_word_is_found_in_every_dress() {
    let mut canaries = Canaries::default();
    let word = canaries.word("a word");
    for text in [&word, &word.to_uppercase()] {
        assert_eq!(canaries.found_in(format!("before {text} after").as_bytes()), ["a word"]);
    }
    // As Python's base64 writes it behind none, one and two other bytes.
    for (before, dress) in [(0, "Y2FuYX"), (1, "NhbmFy"), (2, "jYW5hcn")] {
        assert!(base64(b"canary", before).starts_with(&dress.as_bytes()[..6]), "{before}");
    }
    assert_eq!(canaries.found_in(b"something else"), [""; 0]);
}
