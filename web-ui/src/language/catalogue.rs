//! The catalogues as Fluent reads them, and a message filled in.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::{CATALOGUES, Language, Value};

type Bundle = FluentBundle<FluentResource>;

/// Each language's messages, in the order of [`CATALOGUES`]; read when a page first needs them.
static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| CATALOGUES.iter().map(bundle).collect());

fn bundle((tag, files): &(&str, &[&str])) -> Bundle {
    let language: LanguageIdentifier = tag.parse().expect("a test reads every tag");
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Fluent would put invisible marks (U+2068, U+2069) around whatever is put in, so that a name that runs from right
    // to left does not carry what stands beside it along. It costs more than it gives: the marks would stand in
    // addresses, values and titles, and whoever copies a name would take them. Without them, a full stop or a number
    // right behind such a name may be shown on its other side.
    bundle.set_use_isolating(false);
    bundle.add_builtins().expect("a new bundle has no functions");
    for file in *files {
        let resource = FluentResource::try_new((*file).to_owned());
        let resource = resource.unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    // Numbers have no thousands' signs in any language: what pages count is small, and `1.000` is read in two ways.
    if decimals(&bundle).as_deref() == Some(",") {
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(number.as_string().replace('.', ",")),
            _ => None,
        }));
    }
    bundle
}

/// A message with what is put into it; texts of others go through `guard` first. What this language lacks is English; what
/// that lacks too, which a test rules out, is its name.
pub(super) fn format(
    language: Language,
    id: &str,
    values: &[(&str, Value)],
    guard: &dyn Fn(&str) -> String,
) -> String {
    let mut arguments = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        let value = match value {
            Value::Number(number) => FluentValue::from(*number),
            Value::Text(text) => FluentValue::from(guard(text)),
            Value::Said(said) => FluentValue::from(guard(&said.told(language))),
        };
        arguments.set(Cow::Borrowed(*name), value);
    }
    let filled = |language: Language| filled(&BUNDLES[language.0], id, &arguments);
    filled(language).or_else(|| filled(Language::ENGLISH)).unwrap_or_else(|| id.to_owned())
}

/// What stands before a number's decimals.
fn decimals(bundle: &Bundle) -> Option<String> {
    let sign = bundle.get_message("language-name")?.get_attribute("decimals")?;
    Some(bundle.format_pattern(sign.value(), None, &mut Vec::new()).into_owned())
}

fn filled(bundle: &Bundle, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    // What can't be filled in stays as the catalogue has it; a test compares the arguments.
    Some(bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_can_be_read() {
        for (tag, files) in CATALOGUES {
            assert!(tag.parse::<LanguageIdentifier>().is_ok(), "{tag}");
            for file in *files {
                assert!(FluentResource::try_new((*file).to_owned()).is_ok(), "{tag}");
            }
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_does() {
        let [german, english] = ["de", "en"].map(|tag| Language::of_tag(tag).unwrap());
        assert_eq!(english.size_mb(2.4), "2.4 MB");
        assert_eq!(german.size_mb(2.4), "2,4 MB");
        assert_eq!(english.delay_s(2.0), "2.0 s");
        assert_eq!(german.delay_s(2.0), "2,0 s");
    }

    #[test]
    fn plurals_are_those_of_the_language() {
        let spanish = Language::of_tag("es").unwrap();
        assert_ne!(spanish.hours(1_u64), spanish.hours(2_u64).replace('2', "1"));
    }

    #[test]
    fn what_is_put_into_html_is_no_markup() {
        for language in Language::all() {
            let html = language.room_as_html("<i>\"'&").0;
            assert!(html.contains("&#60;i&#62;&#34;&#39;&#38;"), "{html}");
            assert!(language.talk_more("<i>").contains("<i>"));
        }
    }

    #[test]
    fn no_invisible_marks_stand_around_a_name() {
        assert_eq!(Language::ENGLISH.talk_more("דנה"), "What you can do with the line of דנה");
    }
}
