//! What the viewers read of the talk: each as its node would, which puts bulletins in order and goes on after one that
//! never came with the next that begins anew (`spec/talk.md`, section 4).

use parlor_protocol::talk::{News, Transcript};

use super::Histogram;
use crate::engine::{MS, Micros};
use crate::protocol::Sequence;
use crate::scenario::{Conversation, Film};

/// What was read, of all viewers together.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Lines that were told while a viewer who had begun to read was there.
    pub due: u64,
    /// Those of them that the viewer read.
    pub read: u64,
    /// Lines that came behind one that was said later.
    pub disordered: u64,
    /// From when the host told of a line, or of all, until a viewer had it.
    pub delay: Histogram,
    /// What the host sent for it, in bytes: bulletins, and its answers to those who talk.
    pub host_bytes: u64,
}

impl Reading {
    /// A bulletin came so long after the host had told of it.
    pub fn told(&mut self, delay: Micros) {
        self.delay.add(delay / MS);
    }

    /// Adds what another one has counted.
    pub fn add(&mut self, other: &Self) {
        self.due += other.due;
        self.read += other.read;
        self.disordered += other.disordered;
        self.delay.merge(&other.delay);
        self.host_bytes += other.host_bytes;
    }

    /// A viewer was there from then until then, and had those bulletins that `has` says.
    pub fn stayed(&mut self, film: &Film, from: Micros, until: Micros, has: impl Fn(Sequence) -> bool) {
        let mut transcript = Transcript::default();
        let (mut has_begun, mut follows) = (false, false);
        let mut newest = 0;
        let (mut due, mut read) = (0, 0);
        for (number, (told, bulletin)) in (0..).zip(film.conversation().bulletins()) {
            let Some(sequence) = film.find_talk(number).filter(|_| (from..until).contains(told)) else {
                continue;
            };
            due += if has_begun { Conversation::told_by(bulletin).count() as u64 } else { 0 };
            follows = has(sequence) && (follows || bulletin.begins_anew());
            if !follows {
                continue;
            }
            for news in transcript.take(bulletin.clone()) {
                let News::Said(line) = news else { continue };
                self.disordered += u64::from(line.number <= newest);
                newest = newest.max(line.number);
                // What was said before is for those who come to catch up with.
                read += u64::from(has_begun);
            }
            has_begun = true;
        }
        self.due += due;
        self.read += read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::SECOND;
    use crate::scenario::load;

    #[test]
    fn what_is_missed_is_caught_up_with_where_the_host_begins_anew() {
        let mut scenario = load("talk").unwrap();
        scenario.seconds = 40;
        let film = Film::of(&scenario);
        let stay = |until: u64, has: &dyn Fn(Sequence) -> bool| {
            let mut reading = Reading::default();
            reading.stayed(&film, 5 * SECOND, until * SECOND, has);
            (reading.due, reading.read, reading.disordered)
        };
        let (due, read, disordered) = stay(40, &|_| true);
        assert!(due > 150 && (due, disordered) == (read, 0), "{due} {read}");
        let lost = film.find_talk(60).unwrap();
        assert_eq!(stay(40, &|sequence| sequence != lost), (due, due, 0), "the next beginning has it");
        let ending =
            film.conversation().bulletins().iter().rposition(|(told, _)| *told < 29 * SECOND).unwrap();
        let lost = film.find_talk(ending as u64).unwrap();
        let (due, read, disordered) = stay(29, &|sequence| sequence != lost);
        assert!(read < due && disordered == 0, "who leaves before that does not have it");
    }
}
