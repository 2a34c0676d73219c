//! What a file is called: what its sender says, as far as it is safe to show and to save.

use std::fmt;

/// The longest name, in characters: most file systems take 255 bytes, and a page shows one line.
const MAX_CHARS: usize = 60;
/// The longest ending of a name that is kept when the rest is cut.
const MAX_EXTENSION_CHARS: usize = 8;

/// A file's name: one line, no folder, no character that hides or rearranges what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The name that is left of what somebody sent; `file` where that is nothing.
    #[must_use]
    pub fn of(sent: &str) -> Self {
        let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last.chars().map(plain).collect();
        // A point in front hides a file, one behind it is dropped by some systems.
        let plain = plain.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
        let (stem, extension) = split(plain);
        let room = MAX_CHARS.saturating_sub(extension.chars().count());
        let stem: String = stem.chars().take(room).collect();
        if stem.is_empty() { Self("file".to_owned()) } else { Self(stem + extension) }
    }

    /// The same with another ending.
    #[must_use]
    pub fn with_extension(&self, extension: &str) -> Self {
        let (stem, _) = split(&self.0);
        Self(format!("{stem}.{extension}"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name and its ending, with the point.
fn split(name: &str) -> (&str, &str) {
    let at = name.rfind('.').filter(|at| *at > 0 && name[*at..].chars().count() <= MAX_EXTENSION_CHARS);
    name.split_at(at.unwrap_or(name.len()))
}

/// A character that some system gives a meaning, or that is not what it looks like (Unicode Standard Annex 9, and
/// those of no width), becomes a line.
fn plain(letter: char) -> char {
    let is_hidden = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if letter.is_control() || is_hidden || "<>:\"|?*".contains(letter) { '_' } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_says_what_it_is_and_leads_nowhere() {
        for (sent, name) in [
            ("Grüße aus Köln.txt", "Grüße aus Köln.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\evil.exe", "evil.exe"),
            (".htaccess", "htaccess"),
            ("photo\u{202e}gpj.exe", "photo_gpj.exe"),
            ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x"),
            ("name.", "name"),
            ("...", "file"),
            ("", "file"),
            ("/", "file"),
        ] {
            assert_eq!(FileName::of(sent).as_str(), name, "{sent:?}");
        }
        let long = FileName::of(&format!("{}.tar.gz", "x".repeat(300)));
        assert_eq!(long.as_str().chars().count(), MAX_CHARS);
        assert_eq!(split(long.as_str()).1, ".gz");
        assert_eq!(FileName::of("cat.webp").with_extension("png").as_str(), "cat.png");
        assert_eq!(FileName::of("cat").with_extension("png").as_str(), "cat.png");
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_one_line_of_a_few_words(sent in any::<String>()) {
            let name = FileName::of(&sent).to_string();
            prop_assert!(!name.is_empty() && name.chars().count() <= MAX_CHARS);
            prop_assert!(!name.contains(['/', '\\', '"', '\r', '\n']) && !name.starts_with('.'));
        }
    }
}
