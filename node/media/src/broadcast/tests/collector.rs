//! An output that checks everything that it is given, and waits for what a test needs.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use parlor_protocol::media::{Catalogue, Chunk, MAX_CHUNK_MEDIA, Medium, Track, TrackName};

use crate::output::Output;
use crate::package::fmp4::read;

/// Longer than any step of any test takes; a test that waits for so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub(super) enum Event {
    Catalogue(Catalogue),
    Chunk(TrackName, Chunk),
}

/// The output's end.
struct Sender(SyncSender<Event>);

impl Output for Sender {
    fn catalogue(&self, catalogue: Catalogue) {
        // A test that ends early leaves nobody who listens.
        let _ = self.0.try_send(Event::Catalogue(catalogue));
    }

    fn chunk(&self, track: &TrackName, chunk: Chunk) {
        let _ = self.0.try_send(Event::Chunk(track.clone(), chunk));
    }
}

/// The test's end. Every event is checked as it is taken.
pub(super) struct Collector {
    events: Mutex<Receiver<Event>>,
    pub(super) catalogue: Catalogue,
    last: BTreeMap<TrackName, Chunk>,
    /// The first chunk of each track's newest group.
    groups: BTreeMap<TrackName, Chunk>,
    /// The headers that were ever announced.
    inits: BTreeMap<(TrackName, u32), Bytes>,
}

pub(super) fn collector() -> (Arc<dyn Output>, Collector) {
    let (sender, events) = mpsc::sync_channel(16 * 1024);
    let collector = Collector {
        events: Mutex::new(events),
        catalogue: Catalogue::default(),
        last: BTreeMap::new(),
        groups: BTreeMap::new(),
        inits: BTreeMap::new(),
    };
    (Arc::new(Sender(sender)), collector)
}

impl Collector {
    /// The next event, checked.
    pub(super) fn next(&mut self) -> Event {
        let event = self.events.lock().unwrap().recv_timeout(PATIENCE).expect("the engine gives something");
        self.check(&event);
        event
    }

    /// What has come by now and was not taken, checked.
    pub(super) fn drain(&mut self) -> Vec<Event> {
        let events: Vec<_> = self.events.lock().unwrap().try_iter().collect();
        for event in &events {
            self.check(event);
        }
        events
    }

    /// The next chunk of a track.
    pub(super) fn chunk(&mut self, track: &TrackName) -> Chunk {
        loop {
            if let Event::Chunk(name, chunk) = self.next()
                && name == *track
            {
                return chunk;
            }
        }
    }

    /// The next chunk of a track that starts a group.
    pub(super) fn group(&mut self, track: &TrackName) -> Chunk {
        loop {
            let chunk = self.chunk(track);
            if chunk.starts_group {
                return chunk;
            }
        }
    }

    /// The first chunk of the newest group that has come of a track.
    pub(super) fn newest_group(&self, track: &TrackName) -> Option<&Chunk> {
        self.groups.get(track)
    }

    /// Takes events until the condition holds, which may look at what only an event can change.
    pub(super) fn until(&mut self, condition: impl Fn(&Self) -> bool) {
        while !condition(self) {
            self.next();
        }
    }

    pub(super) fn track(&self, name: &TrackName) -> &Track {
        self.catalogue.track(name).expect("the track is listed")
    }

    /// Width and height of a video track; zero if there is none.
    pub(super) fn size(&self, name: &TrackName) -> (u32, u32) {
        match self.catalogue.track(name).map(|track| &track.medium) {
            Some(Medium::Video(video)) => (video.width, video.height),
            _ => (0, 0),
        }
    }

    fn check(&mut self, event: &Event) {
        match event {
            Event::Catalogue(catalogue) => self.check_catalogue(catalogue),
            Event::Chunk(name, chunk) => self.check_chunk(name, chunk),
        }
    }

    fn check_catalogue(&mut self, catalogue: &Catalogue) {
        catalogue.encode().expect("a catalogue that receivers take");
        assert!(
            self.catalogue.tracks.is_empty() || self.catalogue.epoch == catalogue.epoch,
            "the epoch moved"
        );
        for track in &catalogue.tracks {
            let known = self.inits.insert((track.name.clone(), track.init_version), track.init.clone());
            assert!(
                known.is_none_or(|known| known == track.init),
                "{}: two headers of one version",
                track.name
            );
            let newest =
                self.inits.keys().filter(|(name, _)| *name == track.name).map(|(_, version)| *version).max();
            assert_eq!(newest, Some(track.init_version), "{}: the version ran backwards", track.name);
            if matches!(track.medium, Medium::Video(_)) {
                let sets = read::avc_parameter_sets(&track.init).unwrap();
                assert!(!sets.sps.is_empty() && !sets.pps.is_empty());
                assert!(track.codec.starts_with("avc1.42"), "{}", track.codec);
            }
        }
        self.catalogue = catalogue.clone();
    }

    fn check_chunk(&mut self, name: &TrackName, chunk: &Chunk) {
        let track = self.catalogue.track(name).unwrap_or_else(|| panic!("{name} is not listed"));
        assert!(
            self.inits.contains_key(&(name.clone(), chunk.init_version)),
            "{name}: no such header was given"
        );
        assert!(
            chunk.duration <= MAX_CHUNK_MEDIA && !chunk.duration.is_zero(),
            "{name}: {:?}",
            chunk.duration
        );
        assert_eq!(chunk.captured, self.catalogue.epoch.at(chunk.time));
        let is_picture = matches!(track.medium, Medium::Picture(_));
        if !is_picture {
            let samples = read::samples(&chunk.payload).unwrap();
            assert!(!samples.is_empty());
            let timescale = if matches!(track.medium, Medium::Video(_)) { 90_000 } else { 48_000 };
            assert_eq!(samples[0].time_ticks, chunk.time.as_ticks(timescale), "{name}");
            if matches!(track.medium, Medium::Video(_)) {
                assert_eq!(
                    samples[0].key, chunk.starts_group,
                    "{name}: a group is what starts with a keyframe"
                );
            }
        }
        assert!(!is_picture || chunk.starts_group);
        if chunk.starts_group {
            self.groups.insert(name.clone(), chunk.clone());
        }
        match self.last.insert(name.clone(), chunk.clone()) {
            None => assert_eq!((chunk.sequence, chunk.group, chunk.starts_group), (0, 0, true), "{name}"),
            Some(last) => {
                assert_eq!(chunk.sequence, last.sequence + 1, "{name}: a gap in the sequence");
                assert_eq!(chunk.group, last.group + u64::from(chunk.starts_group), "{name}");
                assert!(chunk.time > last.time, "{name}: {:?} after {:?}", chunk.time, last.time);
                let other_header = chunk.init_version != last.init_version;
                assert!(chunk.init_version >= last.init_version);
                assert!(!other_header || chunk.starts_group, "{name}: another header within a group");
            }
        }
    }
}
