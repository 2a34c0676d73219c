//! Text that a stranger wrote and a person will read.

/// Characters that reorder what stands beside them (Unicode Standard Annex 9, explicit formatting): with them a
/// title could rewrite the page around it.
const REORDERING: [std::ops::RangeInclusive<char>; 2] = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];

/// Whether the text is one line of `max` characters (code points) at most.
pub(crate) fn is_line(text: &str, max: usize) -> bool {
    text.chars().count() <= max && text.chars().all(is_plain)
}

/// As [`is_line`], with line feeds allowed.
pub(crate) fn is_paragraphs(text: &str, max: usize) -> bool {
    text.chars().count() <= max && text.chars().all(|c| c == '\n' || is_plain(c))
}

fn is_plain(c: char) -> bool {
    !c.is_control() && !REORDERING.iter().any(|range| range.contains(&c))
}
