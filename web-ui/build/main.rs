//! Makes the typed layer over the catalogues: a function for each message of English, with an argument for each thing that
//! is put into it. So a page that names a message which is not there does not compile, and one that nobody names is
//! unused code. What the other languages lack is said in English; a test holds them to be complete.

mod messages;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use messages::{Message, messages};

/// The language that holds every message.
const SOURCE: &str = "en";
/// The file of what the node says: it decides what before it knows in which language.
const SAID: &str = "said.ftl";

fn main() {
    let languages = Path::new(&env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("languages");
    println!("cargo::rerun-if-changed={}", languages.display());
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let write =
        |name: &str, text: String| fs::write(out.join(name), text).expect("cargo's folder takes files");
    write("catalogues.rs", catalogues(&languages));
    let (mut pages, mut said) = (String::new(), String::new());
    for file in listed(&languages.join(SOURCE)) {
        let text = fs::read_to_string(&file).expect("a catalogue is text");
        let messages = messages(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        for message in &messages {
            if file.ends_with(SAID) { said.push_str(&say(message)) } else { pages.push_str(&tell(message)) }
        }
    }
    write("pages.rs", format!("#[allow(clippy::pedantic)]\nimpl Language {{\n{pages}}}\n"));
    write("said.rs", said);
}

/// All languages with their files, and which of them is English.
fn catalogues(folder: &Path) -> String {
    let mut text = "const CATALOGUES: &[(&str, &[&str])] = &[\n".to_owned();
    let mut english = None;
    for (at, language) in listed(folder).into_iter().enumerate() {
        let tag = language.file_name().and_then(|name| name.to_str()).expect("a folder is named by its tag");
        english = english.or((tag == SOURCE).then_some(at));
        let files = listed(&language)
            .into_iter()
            .map(|file| format!("include_str!({:?}), ", file.display().to_string()));
        writeln!(text, "    ({tag:?}, &[{}]),", files.collect::<String>())
            .expect("a string takes every write");
    }
    let english = english.expect("there is English");
    text + &format!("];\nconst ENGLISH: usize = {english};\n")
}

/// What a folder holds, by name.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder can be read").path()).collect();
    paths.sort();
    paths
}

/// A message of the pages: a method of the language that it is told in.
fn tell(message: &Message) -> String {
    let (result, how) = if message.is_html() { ("Safe<String>", "html") } else { ("String", "text") };
    format!(
        "    pub(crate) fn {}(self{}) -> {result} {{ self.{how}({:?}, {}) }}\n",
        message.function(),
        parameters(message, ", "),
        message.id,
        arguments(message)
    )
}

/// A message of the node.
fn say(message: &Message) -> String {
    assert!(!message.is_html(), "{}: what the node says is plain text", message.id);
    format!(
        "/// The message `{}`.\n#[must_use]\n#[allow(clippy::pedantic)]\npub fn {}({}) -> Said {{\n    Said::new({:?}, {})\n}}\n",
        message.id,
        message.function(),
        parameters(message, ""),
        message.id,
        arguments(message).replacen('&', "", 1).replacen('[', "vec![", 1)
    )
}

fn parameters(message: &Message, before: &str) -> String {
    let parameters = message.variables.iter().map(|name| format!("{name}: impl Argument"));
    let parameters: Vec<_> = parameters.collect();
    if parameters.is_empty() { String::new() } else { format!("{before}{}", parameters.join(", ")) }
}

fn arguments(message: &Message) -> String {
    let arguments: Vec<_> =
        message.variables.iter().map(|name| format!("({name:?}, {name}.value())")).collect();
    format!("&[{}]", arguments.join(", "))
}
