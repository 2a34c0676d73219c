//! The catalogues hold together: every language says everything, with the same things put in and the same HTML around
//! them, and nothing is said that nobody uses. (That a page's sentence exists and is used, the compiler sees.)

#[path = "../build/messages.rs"]
mod messages;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use messages::{Message, messages};
use parlor_web::assets;
use parlor_web::language::Language;

const LANGUAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/languages");

/// Each message of a language with what is put into it, in any order, and its source.
type Catalogue = BTreeMap<String, (BTreeSet<String>, String)>;

fn catalogue(tag: &str) -> Catalogue {
    let mut all = Catalogue::new();
    for (file, text) in files(tag) {
        let found: Vec<Message> = messages(&text).unwrap_or_else(|why| panic!("{tag}/{file}: {why}"));
        for message in found {
            let source = source(&text, &message.id);
            let before = all.insert(message.id.clone(), (message.variables.into_iter().collect(), source));
            assert!(before.is_none(), "{tag}/{file}: {} twice", message.id);
        }
    }
    all
}

fn files(tag: &str) -> BTreeMap<String, String> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    listed(&Path::new(LANGUAGES).join(tag)).iter().map(|path| (name(path), read(path))).collect()
}

/// What a folder holds.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("a folder can be read").path()).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A message as the file has it, up to the next one.
fn source(text: &str, id: &str) -> String {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{id} =")));
    let first = lines.next().unwrap_or_default();
    let more = lines.take_while(|line| line.starts_with([' ', '}']));
    [first].into_iter().chain(more).collect::<Vec<_>>().join("\n")
}

/// The tags in a message, in any order: languages put them elsewhere in the sentence.
fn tags(source: &str) -> Vec<&str> {
    let mut tags: Vec<_> =
        source.split('<').skip(1).map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag)).collect();
    tags.sort_unstable();
    tags
}

#[test]
fn every_language_says_everything_in_the_same_places() {
    let english = catalogue("en");
    for language in Language::all() {
        let tag = language.tag();
        let other = catalogue(tag);
        let names = |catalogue: &Catalogue| catalogue.keys().cloned().collect::<BTreeSet<_>>();
        let (here, there) = (names(&english), names(&other));
        assert!(here == there, "{tag}: {:?}", here.symmetric_difference(&there));
        assert_eq!(files(tag).into_keys().collect::<Vec<_>>(), files("en").into_keys().collect::<Vec<_>>());
        for (id, (variables, source)) in &english {
            assert_eq!(&other[id].0, variables, "{tag}: {id}");
            assert_eq!(tags(&other[id].1), tags(source), "{tag}: {id}");
        }
    }
}

#[test]
fn only_html_has_tags() {
    for language in Language::all() {
        for text in files(language.tag()).values() {
            for message in messages(text).unwrap() {
                let has_tags = source(text, &message.id).contains('<');
                assert_eq!(message.is_html(), has_tags, "{}: {}", language.tag(), message.id);
            }
        }
    }
}

/// All Rust below a folder.
fn rust(folder: &Path, found: &mut String) {
    for path in listed(folder) {
        if path.is_dir() {
            rust(&path, found);
        } else {
            found.push_str(&read(&path));
        }
    }
}

#[test]
fn the_node_says_every_sentence_of_its_own() {
    let mut node = String::new();
    for folder in ["http", "app"] {
        rust(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../node/src").join(folder), &mut node);
    }
    for message in messages(&files("en")["said.ftl"]).unwrap() {
        let call = format!("said::{}(", message.function());
        assert!(node.contains(&call), "nobody says {}", message.id);
    }
}

/// The names in `say("…")`, `say(… ? "…" : "…")` and `new Failure("…")`.
fn said_by(script: &str) -> BTreeSet<String> {
    let calls = script.split("say(").skip(1).map(|rest| rest.split([')', ',']).next().unwrap_or_default());
    let failures =
        script.split("new Failure(\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    let literals = calls.flat_map(|call| call.split('"').skip(1).step_by(2));
    literals.chain(failures).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn pages_carry_what_their_scripts_say() {
    let template = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/pages/script.rs")).unwrap();
    let (_, lists) = template.split_once("fn player").unwrap();
    let (player, others) = lists.split_once("fn studio").unwrap();
    let (studio, announcing) = others.split_once("fn announcing").unwrap();
    let names = |list: &str| -> BTreeSet<String> {
        list.lines()
            .filter_map(|line| line.trim().strip_prefix("(\"")?.split_once('"'))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let (mut room, mut desk, mut told) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for name in assets::names().filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "js")) {
        let text = str::from_utf8(assets::asset(name).unwrap().bytes).unwrap();
        let said = said_by(text);
        if ["desk.js", "broadcast.js", "studio.js"].contains(&name) {
            desk.extend(said);
        } else if name == "announce.js" {
            told.extend(said);
        } else {
            room.extend(said);
        }
    }
    assert_eq!(room, names(player));
    assert_eq!(desk, names(studio));
    assert_eq!(told, names(announcing));
}
