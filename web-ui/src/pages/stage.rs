//! The picture with its player, in the room and in the studio.

use askama::Template;

use crate::assets;
use crate::view::Watch;

#[derive(Template)]
#[template(path = "stage.html")]
pub(super) struct StageHtml<'a> {
    pub(super) room: &'a str,
    pub(super) on_air: bool,
    pub(super) slate: Slate,
    /// In the studio: the host sees the picture whether or not the room is on air, and starts without sound.
    pub(super) rehearsal: bool,
    pub(super) qualities: &'a [(String, String)],
    pub(super) quality: &'a str,
    pub(super) watch: Watch,
}

/// What stands in the picture's place while there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slate {
    pub(super) title: &'static str,
    /// A sentence for pages with scripts, which go on by themselves.
    pub(super) text: &'static str,
    /// The same for pages without.
    pub(super) plain: &'static str,
}

impl Slate {
    /// The node's own room while its host is off air.
    pub(super) const OFF_AIR: Self = Self {
        title: "Off air",
        text: "The door is closed for now. Leave this page open: the picture starts by itself.",
        plain: "The door is closed for now. Load this page again when the room is on air.",
    };
    /// The door was locked behind the visitor.
    pub(super) const LOCKED: Self = Self {
        title: "The door is locked",
        text: "The host lets nobody in now. Leave this page open: once the door is open, the picture starts by itself.",
        plain: "The host lets nobody in now. Load this page again later.",
    };
    /// Everybody was sent out.
    pub(super) const SENT_OUT: Self = Self {
        title: "The host has sent everybody out",
        text: "To come in again, load this page anew.",
        plain: "To come in again, load this page anew.",
    };
}

impl StageHtml<'_> {
    /// Whether the visitor chose still pictures, and how many a second the form offers.
    fn pictures(&self) -> (bool, u32) {
        match self.watch {
            // Five a second: movement is seen, and a slow line carries it.
            Watch::Video => (false, 5),
            Watch::Mjpeg(fps) => (true, fps),
        }
    }
}
