//! What is said in a run: the host's own desk takes lines, and tells of them as a node does (`spec/talk.md`).

use parlor_protocol::clock::Time;
use parlor_protocol::media::UnixMs;
use parlor_protocol::talk::{Author, Bulletin, Desk, News, Refusal, Speaker, Words};

use crate::engine::{MS, Micros, SECOND, rng};

/// What is said within so long travels together (`spec/talk.md`, section 4).
const GATHERS: Micros = 250 * MS;
/// How often a host begins anew, for those who come.
const EPOCH: Micros = 10 * SECOND;
/// How long lines are, in characters: from a word to some sentences.
const CHARS: std::ops::Range<usize> = 2..120;
/// Who says something is one of so many: talkers come back.
const TALKERS: u64 = 1000;

/// A conversation, as the host has put it in order. The same in every run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conversation {
    bulletins: Vec<(Micros, Bulletin)>,
    heard: Vec<Micros>,
    taken: u64,
}

impl Conversation {
    /// So many lines a second come to the host, from everywhere and at random, for so many seconds. What its desk refuses
    /// is not said again.
    #[must_use]
    pub fn of(lines_per_second: f64, seconds: u32) -> Self {
        let mut chance = rng(0x7a1c, 0);
        let end = u64::from(seconds) * SECOND;
        let mut desk = Desk::new(Time::ZERO);
        let mut conversation = Self::default();
        let mut said: Vec<(Micros, News)> = Vec::new();
        let mut at = 0;
        loop {
            // The time between two lines, where none knows of the other.
            at += (-(1.0 - chance.f64()).ln() / lines_per_second.max(1e-6) * SECOND as f64) as Micros;
            if at >= end {
                break;
            }
            conversation.heard.push(at);
            let speaker = chance.u64(1..=TALKERS);
            let text: String = (0..chance.usize(CHARS)).map(|_| chance.lowercase()).collect();
            let by = Author::named(&format!("talker {speaker}")).expect("it is a name");
            let words = Words::new(&text, None).expect("they are words");
            let taken: Result<News, Refusal> =
                desk.say(Time::from_micros(at), UnixMs(at / MS), Speaker(speaker), by, words);
            if let Ok(news) = taken {
                conversation.taken += 1;
                said.push((at, news));
            }
        }
        conversation.tell(&said, end);
        conversation
    }

    /// Puts what was said into bulletins.
    fn tell(&mut self, said: &[(Micros, News)], end: Micros) {
        let mut seen = Vec::new();
        let mut next = said.iter().peekable();
        for tick in 0..end / GATHERS {
            let at = tick * GATHERS;
            let mut bulletin = Bulletin::default();
            while let Some((_, news)) = next.next_if(|(when, _)| *when < at) {
                if let News::Said(line) = news {
                    seen.push(line.clone());
                }
                if let Err(more) = bulletin.add(news.clone()) {
                    self.bulletins.push((at, std::mem::take(&mut bulletin)));
                    bulletin.add(more).expect("an empty one has room");
                }
            }
            if bulletin != Bulletin::default() {
                self.bulletins.push((at, bulletin));
            }
            if at.is_multiple_of(EPOCH) {
                let newest = seen.len().saturating_sub(parlor_protocol::talk::MAX_LINES);
                self.bulletins.push((at, Bulletin::of_all(seen[newest..].iter(), [])));
            }
        }
    }

    /// What the host tells everybody, and when.
    #[must_use]
    pub fn bulletins(&self) -> &[(Micros, Bulletin)] {
        &self.bulletins
    }

    /// When lines come to the host, those that it refuses among them: it answers each.
    #[must_use]
    pub fn heard(&self) -> &[Micros] {
        &self.heard
    }

    /// How many of them it took.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// The numbers of the lines that are new in this bulletin.
    pub fn told_by(bulletin: &Bulletin) -> impl Iterator<Item = u64> + '_ {
        let is_new = !bulletin.begins_anew();
        bulletin.said.iter().filter(move |_| is_new).map(|line| line.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_is_taken_is_told_once_and_in_order() {
        let conversation = Conversation::of(30.0, 40);
        let told: Vec<_> = conversation
            .bulletins()
            .iter()
            .flat_map(|(_, bulletin)| Conversation::told_by(bulletin))
            .collect();
        assert!(told.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{told:?}");
        // The room's limit: forty at once, and ten a second.
        assert!((390..=440).contains(&conversation.taken()), "{}", conversation.taken());
        assert!(conversation.taken() - told.len() as u64 <= 10, "what was said last is still to be told");
        assert!((1100..1300).contains(&conversation.heard().len()), "{}", conversation.heard().len());
        assert_eq!(Conversation::of(0.0, 40).taken(), 0);
    }
}
