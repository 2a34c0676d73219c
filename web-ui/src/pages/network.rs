//! The studio's panel `Network`: what changes in it by itself.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::swarm;
use crate::view::{Nat, NetworkFacts, Page, Reach, RelayState, Upload};
use crate::words;

impl NetworkFacts {
    /// The document at `/studio/network`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self, page: &Page) -> String {
        document(&NetworkFactsHtml { say: page.language, page, fragment: self.fragment(page.language) })
    }

    /// What stands within that document's `<main>`; scripts take it from there.
    #[must_use]
    pub fn fragment(&self, language: Language) -> String {
        document(&NetworkFactsFragment { say: language, facts: self })
    }
}

#[derive(Template)]
#[template(path = "network_facts_document.html")]
struct NetworkFactsHtml<'a> {
    say: Language,
    page: &'a Page,
    fragment: String,
}

#[derive(Template)]
#[template(path = "network_facts.html")]
struct NetworkFactsFragment<'a> {
    say: Language,
    facts: &'a NetworkFacts,
}

impl NetworkFactsFragment<'_> {
    /// Whether people get through, in a sentence.
    fn nat(&self) -> String {
        let say = self.say;
        match (self.facts.reach, self.facts.nat) {
            (Reach::Direct, Nat::Unknown) => say.nat_unknown(),
            (_, Nat::Direct) => say.nat_direct(),
            (Reach::Direct, Nat::RelayOnly) => say.nat_relay_only(),
            (Reach::Direct, Nat::Unreachable) => say.nat_unreachable(),
            (Reach::Relayed, Nat::Unknown) => say.nat_asking(),
            (Reach::Relayed, Nat::RelayOnly) => say.nat_relayed(),
            (Reach::Relayed, Nat::Unreachable) => say.nat_no_relay(),
        }
    }

    /// What to do where they don't.
    fn remedy(&self) -> Option<String> {
        match (self.facts.reach, self.facts.nat) {
            (Reach::Direct, Nat::Unreachable) => Some(self.say.nat_unreachable_remedy()),
            (Reach::Relayed, Nat::Unreachable) => Some(self.say.nat_no_relay_remedy()),
            _ => None,
        }
    }

    /// What goes out, of what may.
    fn used(&self) -> String {
        let Upload { used_bps, allowed_bps } = self.facts.upload;
        self.say.network_upload_used(words::mbps(used_bps), words::mbps(allowed_bps))
    }

    /// Relays that let people through.
    fn ready(&self) -> usize {
        self.facts.relays.iter().filter(|state| **state == RelayState::Ready).count()
    }

    /// Each relay's state: where one changes, scripts take the list of relays anew.
    fn relays(&self) -> String {
        let words = self.facts.relays.iter().map(|state| match state {
            RelayState::Connecting => "asked",
            RelayState::Ready => "ready",
            RelayState::Lost(why) => why,
        });
        words.collect::<Vec<_>>().join(" / ")
    }

    /// How full the meter is: it ends at its ceiling.
    fn used_percent(&self) -> u64 {
        let Upload { used_bps, allowed_bps } = self.facts.upload;
        (u128::from(used_bps) * 100)
            .checked_div(allowed_bps.into())
            .map_or(0, |percent| percent.min(100) as u64)
    }

    fn through_relay(&self) -> bool {
        self.facts.swarm.branches.iter().any(|branch| branch.through_relay)
    }
}
