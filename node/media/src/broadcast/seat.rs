//! Who brings the picture: the host's source, one publisher, or nobody. Pure.
//!
//! A publisher takes the picture over. When it leaves, nobody takes its place until it is back or the host picks a
//! source: a camera must never come on by itself while somebody believes that only their screen is seen.

use super::stage::SourceId;
use crate::origin::Publisher;

/// The seat, and the numbers of those who have sat on it.
#[derive(Debug)]
pub(super) struct Seat {
    newest: SourceId,
    holder: Holder,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Holder {
    Nobody,
    /// The host's source, whether or not it is open.
    Host,
    Publisher(SourceId, Publisher),
}

impl Seat {
    /// The host's source holds the seat.
    pub(super) fn new() -> Self {
        Self { newest: SourceId::default(), holder: Holder::Host }
    }

    /// A publisher takes the seat; `None` if another one holds it.
    pub(super) fn take(&mut self, publisher: Publisher) -> Option<SourceId> {
        if matches!(self.holder, Holder::Publisher(..)) {
            return None;
        }
        let id = self.next();
        self.holder = Holder::Publisher(id, publisher);
        Some(id)
    }

    /// The publisher leaves; without effect if it does not hold the seat.
    pub(super) fn leave(&mut self, id: SourceId) {
        if matches!(self.holder, Holder::Publisher(holder, _) if holder == id) {
            self.holder = Holder::Nobody;
        }
    }

    /// The host picks a source: it takes the seat, unless a publisher holds it.
    pub(super) fn pick(&mut self) {
        if self.holder == Holder::Nobody {
            self.holder = Holder::Host;
        }
    }

    /// A number for the host's source that is about to be opened; `None` if it does not hold the seat.
    pub(super) fn open(&mut self) -> Option<SourceId> {
        (self.holder == Holder::Host).then(|| self.next())
    }

    /// Whether the host's source holds the seat.
    pub(super) fn is_host(&self) -> bool {
        self.holder == Holder::Host
    }

    /// The publisher, if one holds the seat.
    pub(super) fn publisher(&self) -> Option<&Publisher> {
        if let Holder::Publisher(_, publisher) = &self.holder { Some(publisher) } else { None }
    }

    fn next(&mut self) -> SourceId {
        self.newest.0 += 1;
        self.newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_does_not_come_back_by_itself() {
        let mut seat = Seat::new();
        let obs = Publisher::Rtmp(Some("OBS".into()));
        assert!(seat.open().is_some());
        let held = seat.take(obs.clone()).unwrap();
        assert_eq!((seat.open(), seat.publisher()), (None, Some(&obs)));
        // Not even if the host picked it meanwhile: that was before the publisher left.
        seat.pick();
        seat.leave(held);
        assert_eq!((seat.open(), seat.publisher()), (None, None));
        seat.pick();
        assert!(seat.open().is_some());
    }

    #[test]
    fn one_publisher_at_a_time_and_the_last_one_to_leave_counts() {
        let mut seat = Seat::new();
        let first = seat.take(Publisher::Srt).unwrap();
        assert_eq!(seat.take(Publisher::Whip), None);
        seat.leave(first);
        let second = seat.take(Publisher::Whip).unwrap();
        assert_ne!(first, second);
        seat.leave(first);
        assert_eq!(seat.publisher(), Some(&Publisher::Whip));
    }
}
