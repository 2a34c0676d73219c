//! Names for visitors who gave none: two friendly words, easier to tell apart and to read out than a number.

const MANNERS: [&str; 48] = [
    "Amber", "Blue", "Bold", "Brave", "Bright", "Calm", "Clever", "Coral", "Cosy", "Curious", "Dapper",
    "Early", "Easy", "Fair", "Fond", "Gentle", "Glad", "Golden", "Hazel", "Honest", "Humble", "Ivory",
    "Jolly", "Keen", "Kind", "Late", "Lilac", "Little", "Lively", "Lucky", "Mellow", "Merry", "Misty",
    "Nimble", "Noble", "Olive", "Patient", "Plum", "Quiet", "Rosy", "Scarlet", "Shy", "Silver", "Sunny",
    "Tidy", "Velvet", "Warm", "Witty",
];
const CALLERS: [&str; 48] = [
    "Badger", "Beetle", "Birch", "Candle", "Cedar", "Clover", "Comet", "Crane", "Curlew", "Dahlia",
    "Dormouse", "Falcon", "Fern", "Finch", "Fox", "Hare", "Hazel", "Heron", "Iris", "Jay", "Kestrel",
    "Kettle", "Lantern", "Lark", "Linnet", "Lynx", "Magpie", "Maple", "Marten", "Moth", "Newt", "Nutmeg",
    "Otter", "Owl", "Pebble", "Piper", "Poppy", "Quail", "Raven", "Robin", "Sparrow", "Swift", "Tern",
    "Thistle", "Walnut", "Willow", "Wren", "Zephyr",
];

/// The name that this number stands for; 2304 different ones.
pub(super) fn name(number: u64) -> String {
    let manner = MANNERS[(number % MANNERS.len() as u64) as usize];
    let caller = CALLERS[(number / MANNERS.len() as u64 % CALLERS.len() as u64) as usize];
    format!("{manner} {caller}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_differ() {
        let all = (MANNERS.len() * CALLERS.len()) as u64;
        let names: BTreeSet<_> = (0..all).map(name).collect();
        assert_eq!(names.len() as u64, all);
        assert_eq!(name(u64::MAX), name(u64::MAX % all));
    }
}
