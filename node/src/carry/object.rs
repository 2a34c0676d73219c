//! Sealed objects as a ring keeps them.

use parlor_protocol::media::MediaTime;
use parlor_protocol::object::Object;

use crate::room::Item;

impl Item for Object {
    fn sequence(&self) -> u64 {
        self.header().sequence
    }

    fn starts_group(&self) -> bool {
        self.header().starts_group
    }

    /// The time of capture, the same for all pieces of a chunk: the media time is sealed.
    fn start(&self) -> MediaTime {
        MediaTime::from_micros(self.header().captured.0.saturating_mul(1000))
    }

    fn end(&self) -> MediaTime {
        self.start()
    }

    fn bytes(&self) -> usize {
        self.bytes().len()
    }
}
