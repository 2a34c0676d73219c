//! The scenarios that are built in.

/// Name and text of each, in the order of `parlor-sim list`.
const BUILT_IN: [(&str, &str); 10] = [
    ("steady", include_str!("../../scenarios/steady.toml")),
    ("flash-crowd", include_str!("../../scenarios/flash-crowd.toml")),
    ("churn", include_str!("../../scenarios/churn.toml")),
    ("freeriders", include_str!("../../scenarios/freeriders.toml")),
    ("massleave", include_str!("../../scenarios/massleave.toml")),
    ("hostile", include_str!("../../scenarios/hostile.toml")),
    ("nat", include_str!("../../scenarios/nat.toml")),
    ("partition", include_str!("../../scenarios/partition.toml")),
    ("talk", include_str!("../../scenarios/talk.toml")),
    ("small", include_str!("../../scenarios/small.toml")),
];

/// The names of the built-in scenarios.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The text of a built-in scenario.
#[must_use]
pub fn built_in(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, text)| *text)
}
