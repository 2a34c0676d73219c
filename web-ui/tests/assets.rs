//! What holds for the embedded files: the scripts stay small and whole, nothing is loaded from elsewhere, and the
//! colours can be read.

use std::collections::{BTreeSet, HashMap};

use parlor_web::assets;

/// What the scripts that every room's page begins with may weigh together, each compressed as it is sent.
const ROOM_SCRIPTS_BYTES: usize = 15_000;
/// What a script may weigh that a room's page loads later, or for some alone: it is no way around the limit above.
const LATER_SCRIPT_BYTES: usize = 2_500;
/// Scripts that a room's page has only for who chose what they do.
const CHOSEN: [&str; 2] = ["announce.js", "captions.js"];

fn text(name: &str) -> &'static str {
    let asset = assets::asset(name).unwrap_or_else(|| panic!("there is no {name}"));
    str::from_utf8(asset.bytes).expect("assets are text")
}

/// The module and all that it imports.
fn modules(entry: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![entry.to_owned()];
    while let Some(name) = waiting.pop() {
        let imports = text(&name).lines().filter_map(|line| line.split_once(" from \""));
        for (_, import) in imports {
            let path = import.trim_end_matches("\";").strip_prefix("./").expect("imports are relative");
            if !found.contains(path) {
                waiting.push(path.to_owned());
            }
        }
        found.insert(name);
    }
    found
}

/// What the module loads only once it is needed.
fn later(entry: &str) -> BTreeSet<String> {
    let pieces = text(entry).split("import(\"./").skip(1);
    pieces.map(|piece| piece.split_once('"').expect("a string ends").0.to_owned()).collect()
}

#[test]
fn the_room_s_scripts_are_small() {
    let modules = modules("room.js");
    assert!(modules.contains("whep.js") && modules.contains("facts.js"), "{modules:?}");
    let total: usize = modules.iter().map(|name| assets::asset(name).unwrap().gzip.len()).sum();
    assert!(total <= ROOM_SCRIPTS_BYTES, "{total} bytes");
    let later = later("room.js");
    assert!(later.contains("arrange.js"), "{later:?}");
    for name in later.iter().map(String::as_str).chain(CHOSEN) {
        let own = self::modules(name)
            .difference(&modules)
            .map(|name| assets::asset(name).unwrap().gzip.len())
            .sum();
        assert!((1..=LATER_SCRIPT_BYTES).contains(&own), "{name}: {own} bytes");
    }
}

#[test]
fn every_script_is_used() {
    let pages = ["check.js", "check-work.js", "lobby.js", "room.js", "studio.js"].into_iter().chain(CHOSEN);
    let begun: BTreeSet<String> = pages.flat_map(modules).collect();
    let later = begun.iter().flat_map(|name| later(name)).flat_map(|name| modules(&name));
    let used: BTreeSet<String> = begun.iter().cloned().chain(later).collect();
    let scripts = assets::names()
        .filter(|name| name.rsplit_once('.').is_some_and(|(_, kind)| kind == "js"))
        .map(str::to_owned);
    assert_eq!(used, scripts.collect());
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for name in assets::names() {
        let text = text(name).replace("http://www.w3.org/2000/svg", "");
        for foreign in ["http:", "https:", "@import", "eval(", "new Function", "innerHTML", "stun:", "turn:"]
        {
            assert!(!text.contains(foreign), "{name} has {foreign}");
        }
    }
}

/// Text on what it stands on, in the page's own colours: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
const TEXT: [(&str, &str); 22] = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "sunk"),
    ("ink", "wash"),
    ("ink", "glow"),
    ("ink", "bad-wash"),
    ("ink", "warn-wash"),
    ("soft", "paper"),
    ("soft", "sheet"),
    ("soft", "sunk"),
    ("soft", "wash"),
    ("soft", "glow"),
    ("accent", "paper"),
    ("accent", "sheet"),
    ("accent", "glow"),
    ("accent-deep", "paper"),
    ("accent-deep", "sheet"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("on-live", "live"),
    ("good", "sheet"),
    ("bad", "sheet"),
];
/// Edges of fields, the focus ring and signs: at least 3 to 1 (WCAG 2.2, 1.4.11).
const SIGNS: [(&str, &str); 6] = [
    ("edge", "paper"),
    ("edge", "sheet"),
    ("edge", "sunk"),
    ("accent", "sunk"),
    ("live", "sheet"),
    ("live", "paper"),
];
/// The stage, the initials and the door are the same in both themes.
const FIXED: [(&str, &str); 12] = [
    ("#f5ebef", "#0d080e"),
    ("#f5ebef", "#201722"),
    ("#f5ebef", "#35233a"),
    ("#cbb9c6", "#0d080e"),
    ("#cbb9c6", "#43263a"),
    ("#f4ba6d", "#0d080e"),
    ("#2a170a", "#f4ba6d"),
    ("#fff", "#8a2f62"),
    ("#fff", "#8b4a1c"),
    ("#fff", "#2f5f74"),
    ("#fff", "#4e5a2a"),
    ("#fff", "#9a3434"),
];

#[test]
fn the_colours_can_be_read() {
    let (light, dark) =
        text("base.css").split_once("prefers-color-scheme: dark").expect("there are two themes");
    for (theme, css) in [("light", light), ("dark", dark)] {
        let tokens = tokens(css);
        let colour = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("{theme} has no --{name}"));
        for (pairs, least) in [(&TEXT[..], 4.5), (&SIGNS[..], 3.0)] {
            for (front, back) in pairs {
                let ratio = contrast(colour(front), colour(back));
                assert!(ratio >= least, "{theme}: --{front} on --{back} is {ratio:.2} to 1");
            }
        }
    }
    let room = text("room.css");
    for (front, back) in FIXED {
        assert!(room.contains(front) && room.contains(back), "no {front} or {back}");
        let ratio = contrast(hex(front), hex(back));
        assert!(ratio >= 4.5, "{front} on {back} is {ratio:.2} to 1");
    }
}

/// The custom properties of a sheet that are plain colours.
fn tokens(css: &str) -> HashMap<&str, [f64; 3]> {
    css.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"))
        .map(|(name, value)| (name, hex(&format!("#{}", &value[..6]))))
        .collect()
}

/// `#rrggbb` or `#rgb`, as parts of one.
fn hex(colour: &str) -> [f64; 3] {
    let digits = &colour[1..];
    let wide = digits.len() / 3;
    std::array::from_fn(|at| {
        let part = &digits[at * wide..(at + 1) * wide];
        f64::from(u8::from_str_radix(&part.repeat(2 / wide), 16).expect("a colour is hexadecimal")) / 255.0
    })
}

/// WCAG 2.2: the ratio of relative luminances.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let linear = |part: f64| {
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}
