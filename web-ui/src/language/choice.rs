//! Which language somebody gets: the one they chose, else the best of those that their browser asks for, else English.

use std::cmp::Reverse;

use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use super::{CATALOGUES, Language};

/// Ranges of an `Accept-Language` that are looked at: browsers send a handful, and each costs time.
const MAX_RANGES: usize = 16;

impl Language {
    /// The language for somebody who `chose` one, or whose browser `accepts` some (the values of `Accept-Language`, RFC
    /// 9110, section 12.5.4).
    #[must_use]
    pub fn choose<'a>(chosen: Option<&str>, accepts: impl IntoIterator<Item = &'a str>) -> Self {
        chosen.and_then(Self::of_tag).unwrap_or_else(|| Self::accepted(accepts))
    }

    fn accepted<'a>(accepts: impl IntoIterator<Item = &'a str>) -> Self {
        let ranges = accepts.into_iter().flat_map(|value| value.split(','));
        let mut wanted: Vec<_> = ranges.take(MAX_RANGES).filter_map(range).collect();
        // Of two that are wanted alike, the first.
        wanted.sort_by_key(|(weight, _)| Reverse(*weight));
        let wanted: Vec<_> = wanted.into_iter().map(|(_, language)| language).collect();
        let available: Vec<LanguageIdentifier> =
            CATALOGUES.iter().filter_map(|(tag, _)| tag.parse().ok()).collect();
        let best = negotiate_languages(&wanted, &available, None, NegotiationStrategy::Lookup);
        let at = best.first().and_then(|best| available.iter().position(|language| language == *best));
        at.map_or(Self::ENGLISH, Self)
    }
}

/// A language that is wanted, and how much, in thousandths; `None` for one that is not, or that can't be read. `*`, which is
/// any, is not looked at: whoever has no better wish gets English.
fn range(text: &str) -> Option<(u16, LanguageIdentifier)> {
    let (tag, parameter) = text.split_once(';').unwrap_or((text, "q=1"));
    let (name, weight) = parameter.trim().split_once('=')?;
    let weight: f32 =
        weight.trim().parse().ok().filter(|weight| name.trim() == "q" && (0.0..=1.0).contains(weight))?;
    let weight = (weight * 1000.0) as u16;
    let tag = tag.trim();
    if weight == 0 || tag == "*" {
        return None;
    }
    Some((weight, tag.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(cookie: Option<&str>, accepts: &str) -> &'static str {
        Language::choose(cookie, [accepts]).tag()
    }

    #[test]
    fn the_best_of_what_a_browser_asks_for() {
        for (accepts, tag) in [
            ("", "en"),
            ("de", "de"),
            ("DE-at", "de"),
            ("es-419,es;q=0.9,en;q=0.8", "es"),
            ("fr, de;q=0.5, en;q=0.4", "de"),
            ("fr-FR,fr;q=0.9", "en"),
            ("de;q=0.2, es;q=0.7", "es"),
            ("de;q=0, es;q=0.1", "es"),
            ("*", "en"),
            ("*;q=0.9, de;q=0.1", "de"),
            ("de;q=2, es;q=x, en", "en"),
            ("zh-Hant-TW, es ; q=0.3", "es"),
            (";;;,,=q, de-", "en"),
        ] {
            assert_eq!(chosen(None, accepts), tag, "{accepts}");
        }
        assert_eq!(Language::choose(None, ["fr", "es"]).tag(), "es");
    }

    #[test]
    fn what_was_chosen_comes_first() {
        assert_eq!(chosen(Some("es"), "de"), "es");
        for unknown in ["", "tlh", "de-AT", "../de"] {
            assert_eq!(chosen(Some(unknown), "de"), "de");
        }
    }

    #[test]
    fn a_long_list_costs_little() {
        let list = "fr,".repeat(100_000) + "de";
        assert_eq!(chosen(None, &list), "en");
    }
}
