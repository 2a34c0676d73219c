//! Languages by their own names, so that people who speak them find them.

/// What a page writes for a language.
pub(crate) struct Spoken {
    /// Its own name where it is a common one, else the tag itself.
    pub(crate) name: String,
    /// The value of the `lang` attribute, with which a screen reader says the name right; only for those that are
    /// known, as anybody may have written the tag.
    pub(crate) tag: Option<&'static str>,
}

/// Primary subtags of BCP 47 and the languages' own names: the most spoken ones, and those of Europe.
const NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("bg", "Български"),
    ("bn", "বাংলা"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("ga", "Gaeilge"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("is", "Íslenska"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("nb", "Norsk"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("sw", "Kiswahili"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// The language that this tag names.
pub(crate) fn language(tag: &str) -> Spoken {
    let primary = tag.split('-').next().unwrap_or(tag).to_lowercase();
    match NAMES.binary_search_by_key(&primary.as_str(), |(known, _)| known) {
        Ok(at) => Spoken { name: NAMES[at].1.to_owned(), tag: Some(NAMES[at].0) },
        Err(_) => Spoken { name: tag.to_owned(), tag: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn known_languages_have_their_own_names() {
        for (tag, name, lang) in [
            ("de", "Deutsch", Some("de")),
            ("pt-BR", "Português", Some("pt")),
            ("EN", "English", Some("en")),
            ("tlh", "tlh", None),
            ("", "", None),
        ] {
            let language = language(tag);
            assert_eq!((language.name.as_str(), language.tag), (name, lang), "{tag}");
        }
    }
}
