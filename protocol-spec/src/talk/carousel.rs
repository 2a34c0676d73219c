//! How a host tells of its emotes: their names whenever reading can begin, and of the pictures those that are seen, as in the
//! carousels of teletext; nobody asks for one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};

use bytes::Bytes;

use super::Bulletin;
use super::emote::{Emote, EmoteDigest, EmoteName, MAX_EMOTE_BYTES, MAX_EMOTES};
use crate::clock::Time;
use crate::limit::TokenBucket;

/// Bytes of pictures at once: one of the longest that lines show, one as long in its turn, and a few plain ones. With less, a
/// long one would never have its turn while another is seen.
const BURST_BYTES: u32 = 96 * 1024;
/// And per second: 33 kbit/s, little over one in a hundred of a stream of 2.5 Mbit/s.
const BYTES_PER_SECOND: u32 = 4 * 1024;
/// Bytes of those that lines show, where reading can begin: a few, so that something is left for lines that
/// are said before the next.
const SEEN_BYTES: usize = 24 * 1024;

/// A host's emotes, and what of them was told.
#[derive(Debug)]
pub struct Carousel {
    emotes: BTreeMap<EmoteName, (EmoteDigest, Bytes)>,
    /// Whose pictures were told since reading could begin.
    told: BTreeSet<EmoteName>,
    /// Whose picture was told last because it was its turn.
    last: Option<EmoteName>,
    bucket: TokenBucket,
}

impl Carousel {
    /// One on which nothing lies.
    #[must_use]
    pub fn new(now: Time) -> Self {
        Self {
            emotes: BTreeMap::new(),
            told: BTreeSet::new(),
            last: None,
            bucket: TokenBucket::new(BURST_BYTES, BYTES_PER_SECOND, now),
        }
    }

    /// These are the emotes, [`MAX_EMOTES`] at most, each with a PNG of [`MAX_EMOTE_BYTES`] at most; the next bulletin is to begin
    /// anew. Those that no reader would take are left out.
    pub fn set<'a>(&mut self, emotes: impl IntoIterator<Item = (&'a EmoteName, &'a Bytes)>) {
        let fits = |picture: &Bytes| (1..=MAX_EMOTE_BYTES).contains(&picture.len());
        let emotes = emotes.into_iter().filter(|(_, picture)| fits(picture)).take(MAX_EMOTES);
        let digested = |(name, picture): (&EmoteName, &Bytes)| {
            (name.clone(), (EmoteDigest::of(picture), picture.clone()))
        };
        self.emotes = emotes.map(digested).collect();
    }

    /// Adds to a bulletin what is to be told of them with it at `now`: where reading can begin with it all names, the pictures
    /// that its newest lines show, and one in turn; otherwise the pictures that its lines show and that were not told since then.
    pub fn add(&mut self, now: Time, bulletin: &mut Bulletin) {
        let anew = bulletin.begins_anew();
        if anew {
            self.told.clear();
        }
        let mut left = if anew { SEEN_BYTES } else { usize::MAX };
        let mut pictures = BTreeMap::new();
        for name in bulletin.said.iter().rev().flat_map(|line| EmoteName::all_in(&line.text)) {
            let is_first = pictures.is_empty();
            if let Some(picture) = self.untold(&name)
                && (is_first || picture.len() <= left)
                && self.tell(now, &name, &picture)
            {
                left = left.saturating_sub(picture.len());
                pictures.insert(name, picture);
            }
        }
        if anew
            && let Some(name) = self.next()
            && let Some(picture) = self.untold(&name)
            && self.tell(now, &name, &picture)
        {
            self.last = Some(name.clone());
            pictures.insert(name, picture);
        }
        let listed = self.emotes.iter().filter(|(name, _)| anew || pictures.contains_key(name));
        bulletin.emotes = listed
            .map(|(name, (digest, _))| Emote {
                name: name.clone(),
                digest: *digest,
                picture: pictures.get(name).cloned(),
            })
            .collect();
    }

    /// The picture of this name, where it was not told since reading could begin.
    fn untold(&self, name: &EmoteName) -> Option<Bytes> {
        self.emotes.get(name).filter(|_| !self.told.contains(name)).map(|(_, picture)| picture.clone())
    }

    /// Whose turn it is: the next by name that is not told already.
    fn next(&self) -> Option<EmoteName> {
        let after = self.last.as_ref().map_or(Unbounded, Excluded);
        let names = self.emotes.range::<EmoteName, _>((after, Unbounded)).chain(&self.emotes);
        names.map(|(name, _)| name).find(|name| !self.told.contains(name)).cloned()
    }

    fn tell(&mut self, now: Time, name: &EmoteName, picture: &Bytes) -> bool {
        let bytes = u32::try_from(picture.len()).unwrap_or(u32::MAX);
        self.bucket.take(now, bytes).is_ok() && self.told.insert(name.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::media::UnixMs;
    use crate::talk::{Author, Line};

    fn name(text: &str) -> EmoteName {
        EmoteName::of(text).unwrap()
    }

    fn line(number: u64, text: &str) -> Arc<Line> {
        let by = Author::named("Anna").unwrap();
        Arc::new(Line { number, at: UnixMs(0), by, text: text.into(), reply_to: None, announces: false })
    }

    /// A host with emotes of these names and lengths.
    fn carousel(emotes: &[(&str, usize)]) -> Carousel {
        let emotes: BTreeMap<_, _> =
            emotes.iter().map(|(text, bytes)| (name(text), Bytes::from(vec![0; *bytes]))).collect();
        let mut carousel = Carousel::new(Time::ZERO);
        carousel.set(&emotes);
        carousel
    }

    /// The names in a bulletin, with a `+` where the picture is there.
    fn told(bulletin: &Bulletin) -> Vec<String> {
        let read = Bulletin::decode(&bulletin.encode().into()).unwrap();
        let mark = |emote: &Emote| if emote.picture.is_some() { "+" } else { "" };
        read.emotes.iter().map(|emote| emote.name.as_str().to_owned() + mark(emote)).collect()
    }

    #[test]
    fn what_is_seen_is_told_and_the_others_in_turn() {
        let mut carousel = carousel(&[("a", 100), ("b", 100), ("c", 100), ("d", MAX_EMOTE_BYTES + 1)]);
        let lines = [line(1, "Hi :b: :nobody:")];
        let mut at = Time::ZERO;
        let mut anew = |carousel: &mut Carousel| {
            let mut bulletin = Bulletin::of_all(lines.iter(), []);
            carousel.add(at, &mut bulletin);
            at = at + Duration::from_secs(10);
            told(&bulletin)
        };
        assert_eq!(anew(&mut carousel), ["a+", "b+", "c"]);
        assert_eq!(anew(&mut carousel), ["a", "b+", "c+"]);
        let mut between = |text: &str| {
            let mut bulletin = Bulletin { said: vec![Line::clone(&line(2, text))], ..Bulletin::default() };
            carousel.add(Time::ZERO, &mut bulletin);
            told(&bulletin)
        };
        assert_eq!(between("nothing"), [""; 0]);
        assert_eq!(between(":a::b:"), ["a+"], "b was told where reading could begin");
        assert_eq!(between(":a:"), [""; 0]);
    }

    #[test]
    fn a_long_one_has_its_turn_while_another_is_seen() {
        // Of 96 by 96 pixels nothing can be saved.
        let noise = 37 * 1024;
        let mut carousel = carousel(&[("a", noise), ("b", noise)]);
        let lines = [line(1, ":a:")];
        let mut turns = 0;
        for epoch in 0..60 {
            let mut bulletin = Bulletin::of_all(lines.iter(), []);
            carousel.add(Time::ZERO + Duration::from_secs(10 * epoch), &mut bulletin);
            assert!(told(&bulletin).contains(&"a+".to_owned()), "what is seen comes first, epoch {epoch}");
            turns += u32::from(told(&bulletin).contains(&"b+".to_owned()));
        }
        assert!(turns >= 4, "{turns}");
    }

    #[test]
    fn pictures_take_no_more_than_their_share() {
        let long = MAX_EMOTE_BYTES;
        let mut carousel = carousel(&[("a", long), ("b", long), ("c", long)]);
        let lines = [line(1, ":a: :b: :c:")];
        let mut bytes = 0;
        // A host that begins anew each second, as a moderator may have it.
        for second in 0..100 {
            let mut bulletin = Bulletin::of_all(lines.iter(), []);
            carousel.add(Time::ZERO + Duration::from_secs(second), &mut bulletin);
            assert_eq!(bulletin.emotes.len(), 3, "their names are there");
            bytes += bulletin
                .emotes
                .iter()
                .filter_map(|emote| emote.picture.as_ref())
                .map(Bytes::len)
                .sum::<usize>();
        }
        assert!(bytes <= (BURST_BYTES + 100 * BYTES_PER_SECOND) as usize, "{bytes}");
        assert!(bytes >= 8 * long, "{bytes}");
    }
}
