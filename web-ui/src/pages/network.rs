//! The studio's panel `Network`: what changes in it by itself.

use askama::Template;

use super::document;
use crate::assets;
use crate::swarm;
use crate::view::{Nat, NetworkFacts, Reach, RelayState, Upload};
use crate::words;

impl NetworkFacts {
    /// The document at `/studio/network`, which reloads itself in an `iframe` for pages without scripts.
    #[must_use]
    pub fn render(&self) -> String {
        document(&NetworkFactsHtml { fragment: self.fragment() })
    }

    /// What stands within that document's `<main>`; scripts take it from there.
    #[must_use]
    pub fn fragment(&self) -> String {
        document(&NetworkFactsFragment { facts: self })
    }
}

#[derive(Template)]
#[template(path = "network_facts_document.html")]
struct NetworkFactsHtml {
    fragment: String,
}

#[derive(Template)]
#[template(path = "network_facts.html")]
struct NetworkFactsFragment<'a> {
    facts: &'a NetworkFacts,
}

impl NetworkFactsFragment<'_> {
    /// Whether people get through, in a sentence.
    fn nat(&self) -> &'static str {
        match (self.facts.reach, self.facts.nat) {
            (Reach::Direct, Nat::Unknown) => {
                "Parlor is finding out whether people outside your home network can reach you."
            }
            (_, Nat::Direct) => "People can reach you directly.",
            (Reach::Direct, Nat::RelayOnly) => "People can reach you, but only through a relay.",
            (Reach::Direct, Nat::Unreachable) => "Nobody outside your home network can reach you yet.",
            (Reach::Relayed, Nat::Unknown) => "Parlor is asking your relays.",
            (Reach::Relayed, Nat::RelayOnly) => {
                "People reach you through your relays, and only these know your address."
            }
            (Reach::Relayed, Nat::Unreachable) => {
                "No relay of yours lets people through, so nobody can reach you."
            }
        }
    }

    /// What to do where they don't.
    fn remedy(&self) -> Option<&'static str> {
        match (self.facts.reach, self.facts.nat) {
            (Reach::Direct, Nat::Unreachable) => {
                Some("Let your router pass Parlor’s port on to this machine, or choose a relay below.")
            }
            (Reach::Relayed, Nat::Unreachable) => Some("Check their addresses below, or add another relay."),
            _ => None,
        }
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
