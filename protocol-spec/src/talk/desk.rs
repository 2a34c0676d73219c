//! The host's desk: takes lines in order, refuses what floods, and does what the host says.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::caption::{CAPTION_BURST, CAPTIONS_PER_SECOND, Caption, CaptionError};
use super::line::{Author, Badge, Line, News, Words};
use super::order::{MAX_MODERATORS, Order, Powers, Unwanted};
use super::refusal::Refusal;
use super::speaker::{Silence, Spare, Speaker, Speakers};
use crate::clock::Time;
use crate::limit::TokenBucket;
use crate::media::UnixMs;

/// How many lines are kept for those who come later: some screens of them. With the longest of 500 characters
/// (2000 bytes) that is 400 KiB.
pub const MAX_LINES: usize = 200;
/// The longest pause that slow mode asks for.
pub const MAX_SLOW: Duration = Duration::from_mins(10);
/// How many lines the whole room has at once, and per second: faster, nobody reads them.
const ROOM_BURST: u32 = 40;
const ROOM_PER_SECOND: u32 = 10;
/// The same words again within this time are no news.
const SAME_WITHIN: Duration = Duration::from_secs(30);

/// Keeps what was said in a room, and who may say more.
#[derive(Debug)]
pub struct Desk {
    lines: VecDeque<Entry>,
    last_number: u64,
    speakers: Speakers,
    room: TokenBucket,
    captions: TokenBucket,
    slow: Duration,
    unwanted: Unwanted,
    moderators: BTreeMap<Speaker, Powers>,
}

#[derive(Debug)]
struct Entry {
    line: Arc<Line>,
    speaker: Speaker,
}

impl Desk {
    /// A desk on which nothing lies.
    #[must_use]
    pub fn new(now: Time) -> Self {
        Self {
            lines: VecDeque::new(),
            last_number: 0,
            speakers: Speakers::default(),
            room: TokenBucket::new(ROOM_BURST, ROOM_PER_SECOND, now),
            captions: TokenBucket::new(CAPTION_BURST, CAPTIONS_PER_SECOND, now),
            slow: Duration::ZERO,
            unwanted: Unwanted::default(),
            moderators: BTreeMap::new(),
        }
    }

    /// What can be seen, oldest first.
    #[must_use]
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Arc<Line>> {
        self.lines.iter().map(|entry| &entry.line)
    }

    /// How far apart one person's lines have to be.
    #[must_use]
    pub fn slow(&self) -> Duration {
        self.slow
    }

    /// The words that are not to be said.
    #[must_use]
    pub fn unwanted(&self) -> &Unwanted {
        &self.unwanted
    }

    /// Who keeps order beside the host, and how far.
    pub fn moderators(&self) -> impl Iterator<Item = (Speaker, Powers)> + '_ {
        self.moderators.iter().map(|(speaker, powers)| (*speaker, *powers))
    }

    /// What this speaker may do to keep order; nothing, for most.
    #[must_use]
    pub fn powers(&self, speaker: Speaker) -> Option<Powers> {
        self.moderators.get(&speaker).copied()
    }

    /// Whether this speaker, who is not the host, may want this: as far as their powers go, and of nobody else who keeps
    /// order.
    #[must_use]
    pub fn allows(&self, speaker: Speaker, order: &Order) -> bool {
        let about = match order {
            Order::Hide(number) | Order::TimeOut(number, _) | Order::Bar(number) => self.find(*number),
            _ => None,
        };
        let keeps_order = |entry: &Entry| {
            entry.line.by.badge == Some(Badge::Host) || self.moderators.contains_key(&entry.speaker)
        };
        self.powers(speaker).is_some_and(|powers| powers.allow(order)) && !about.is_some_and(keeps_order)
    }

    /// Who is not heard any more.
    pub fn barred(&self) -> impl Iterator<Item = Speaker> + '_ {
        self.speakers.barred()
    }

    /// Whether this speaker, who keeps no order, is heard at all: for what they do in the room beside talking.
    ///
    /// # Errors
    /// [`Refusal::Barred`] or [`Refusal::Silenced`].
    pub fn hears(&self, now: Time, speaker: Speaker) -> Result<(), Refusal> {
        self.speakers.silence(speaker).check(now)
    }

    /// This speaker has shown that they are no flood: for a minute they have four lines more than the limits of lines leave
    /// them. Whatever else they may not do stays so.
    pub fn vouch(&mut self, now: Time, speaker: Speaker) {
        self.speakers.of(now, speaker).spare = Spare::fresh(now);
    }

    /// Takes a caption of the host at `now`. It is kept by nobody.
    ///
    /// # Errors
    /// [`CaptionError::TooFast`].
    pub fn caption(&mut self, now: Time, caption: Caption) -> Result<News, CaptionError> {
        self.captions.take(now, 1).map_err(|_| CaptionError::TooFast)?;
        Ok(News::Caption(Arc::new(caption)))
    }

    /// Takes what somebody says at `now`, which is `at` by the calendar.
    ///
    /// # Errors
    /// A [`Refusal`] that says when it would be taken.
    pub fn say(
        &mut self,
        now: Time,
        at: UnixMs,
        speaker: Speaker,
        by: Author,
        words: Words,
    ) -> Result<News, Refusal> {
        let keeps_order = by.badge.is_some_and(Badge::keeps_order);
        let standing = self.speakers.of(now, speaker);
        if !keeps_order {
            standing.silence.check(now)?;
            if let Some(spoke) = standing.spoke {
                let passed = now.since(spoke);
                let pause = self.slow.saturating_sub(passed);
                if !pause.is_zero() {
                    return Err(Refusal::Slow(pause));
                }
                if passed < SAME_WITHIN && standing.last_text == words.text() {
                    return Err(Refusal::Again);
                }
            }
            // The name stands above each line.
            let texts = [Some(words.text()), by.name.as_given()];
            let unwanted = texts.into_iter().flatten().find_map(|text| self.unwanted.find(text));
            if let Some(word) = unwanted {
                return Err(Refusal::Unwanted(word.to_owned()));
            }
            let limits = standing.bucket.take(now, 1).map_err(Refusal::TooFast);
            let limits = limits.and_then(|()| self.room.take(now, 1).map_err(Refusal::Crowded));
            if let Err(refusal) = limits
                && !standing.spare.take(now)
            {
                return Err(refusal);
            }
        }
        let (text, reply_to, announces) = words.into_parts();
        standing.spoke = Some(now);
        standing.last_text.clone_from(&text);
        self.last_number += 1;
        let reply_to = reply_to.filter(|number| self.find(*number).is_some());
        let line = Arc::new(Line {
            number: self.last_number,
            at,
            by,
            text,
            reply_to,
            announces: announces && keeps_order,
        });
        if self.lines.len() >= MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(Entry { line: line.clone(), speaker });
        Ok(News::Said(line))
    }

    /// Does what the host, or a moderator, says. What it changes for everybody; nothing where the line is gone already.
    pub fn obey(&mut self, now: Time, order: Order) -> Vec<News> {
        match order {
            Order::Hide(number) => self.hide(|entry| entry.line.number == number),
            Order::Clear => {
                self.lines.clear();
                vec![News::Cleared]
            }
            Order::Slow(pause) => {
                self.slow = pause.min(MAX_SLOW);
                Vec::new()
            }
            Order::TimeOut(number, span) => {
                if let Some(speaker) = self.guest(number) {
                    self.speakers.of(now, speaker).silence = Silence::Until(now + span);
                }
                self.hide(|entry| entry.line.number == number)
            }
            Order::Bar(number) => {
                let Some(speaker) = self.guest(number) else { return Vec::new() };
                self.exclude(now, speaker)
            }
            Order::Silence(speaker, span) => {
                self.speakers.of(now, speaker).silence = Silence::Until(now + span);
                Vec::new()
            }
            Order::Exclude(speaker) => self.exclude(now, speaker),
            Order::Unwanted(unwanted) => {
                self.unwanted = unwanted;
                Vec::new()
            }
            Order::Trust(number, powers) => {
                if let Some(speaker) = self.guest(number)
                    && (self.moderators.len() < MAX_MODERATORS || self.moderators.contains_key(&speaker))
                {
                    self.moderators.insert(speaker, powers);
                }
                Vec::new()
            }
            Order::Distrust(speaker) => {
                self.moderators.remove(&speaker);
                Vec::new()
            }
            Order::Unbar(speaker) => {
                self.speakers.of(now, speaker).silence = Silence::None;
                Vec::new()
            }
            // The talk goes on for whoever is there.
            Order::Lock(_) | Order::SendOut(_) => Vec::new(),
        }
    }

    fn exclude(&mut self, now: Time, speaker: Speaker) -> Vec<News> {
        self.speakers.of(now, speaker).silence = Silence::Barred;
        self.moderators.remove(&speaker);
        self.hide(|entry| entry.speaker == speaker)
    }

    fn hide(&mut self, is_meant: impl Fn(&Entry) -> bool) -> Vec<News> {
        let mut hidden = Vec::new();
        self.lines.retain(|entry| {
            let is_meant = is_meant(entry);
            if is_meant {
                hidden.push(News::Hidden(entry.line.number));
            }
            !is_meant
        });
        hidden
    }

    /// Who said the line of this number, while it can be seen.
    #[must_use]
    pub fn speaker(&self, number: u64) -> Option<Speaker> {
        self.find(number).map(|entry| entry.speaker)
    }

    /// Who said the line of this number, unless it was the host, whom nobody silences.
    fn guest(&self, number: u64) -> Option<Speaker> {
        let entry = self.find(number)?;
        (entry.line.by.badge != Some(Badge::Host)).then_some(entry.speaker)
    }

    fn find(&self, number: u64) -> Option<&Entry> {
        let at = self.lines.binary_search_by_key(&number, |entry| entry.line.number).ok()?;
        self.lines.get(at)
    }
}
