//! What keeps a source from giving a picture, for the host: displayed in English here, in the host's language on pages.

use crate::origin::Origin;

/// Why there is no picture (any more). Each text is a sentence that says what is wrong and, where the host can
/// mend it, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// This program was built to watch and to relay only.
    #[error("This node was built without a camera; install the full Parlor to broadcast.")]
    Absent,
    /// The machine lacks a part of GStreamer.
    #[error("GStreamer's element '{element}' is missing; install the package {package}.")]
    Missing {
        /// The element's name.
        element: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// GStreamer's parts do not fit each other.
    #[error("GStreamer can't join its own elements; reinstall its plugins.")]
    Joining,
    /// GStreamer does not start, for the reason that it gives.
    #[error("GStreamer does not start: {0}.")]
    NoStart(String),
    /// The system gives no thread, for the reason that it gives.
    #[error("The system gives no thread: {0}.")]
    NoThread(String),
    /// No H.264 encoder is installed.
    #[error(
        "No H.264 encoder works: GStreamer's element '{element}' is missing; install the package {package}."
    )]
    NoEncoder {
        /// The element that would do.
        element: &'static str,
        /// The Debian package that has it.
        package: &'static str,
    },
    /// No H.264 encoder does its work.
    #[error("No H.264 encoder works: {element}: {reason}.")]
    BrokenEncoder {
        /// The last that was tried.
        element: &'static str,
        /// What GStreamer or the driver says.
        reason: String,
    },
    /// The host wants no camera, and nobody publishes.
    #[error("No camera is chosen; the picture comes from a publisher (RTMP, SRT or WHIP).")]
    NoCamera,
    /// There is no such test picture.
    #[error("The test picture can't be made in this size; choose another.")]
    Size,
    /// The source fell silent, and is waited for.
    #[error("No picture comes from the source any more; it is waited for.")]
    Waiting,
    /// The source does not open: absent, or held by another program.
    #[error("{} can't be opened; check that it is there and that no other program uses it.", .0.subject())]
    Closed(Origin),
    /// The source refuses us.
    #[error("{} refuses access; check its permissions or its password.", .0.subject())]
    Refused(Origin),
    /// The source was there, and went.
    #[error("{} has gone.", .0.subject())]
    Gone(Origin),
    /// Who published does so no more.
    #[error("{} has stopped publishing.", .0.subject())]
    Stopped(Origin),
    /// The source is there and gives nothing.
    #[error("{} sends no picture.", .0.subject())]
    Silent(Origin),
    /// The source gives what can't be used.
    #[error("{what} sends something that can't be shown: {1}", what = .0.subject())]
    Unusable(Origin, Flaw),
    /// A publisher's picture is not H.264.
    #[error("{what} sends {1}; set its encoder to H.264.", what = .0.subject())]
    OtherPicture(Origin, OtherPicture),
}

/// What is wrong with what a source gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A camera's pictures are of no kind that is known.
    #[error("it has neither H.264 nor MJPEG nor raw pictures.")]
    Kind,
    /// A file holds nothing.
    #[error("there is no picture and no sound in it.")]
    Empty,
    /// A file is none that GStreamer knows.
    #[error("GStreamer can't read it.")]
    Unreadable,
    /// GStreamer's elements do not take what comes.
    #[error("GStreamer can't join its forms.")]
    Forms,
    /// There is no decoder for this encoding.
    #[error("there is no decoder for {0}.")]
    NoDecoder(String),
    /// In GStreamer's own words.
    #[error("{0}")]
    Said(String),
}

/// A picture that is not H.264.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtherPicture {
    /// None at all.
    #[error("no H.264 picture")]
    None,
    /// H.265.
    #[error("H.265")]
    H265,
    /// MPEG-1 or MPEG-2.
    #[error("MPEG video")]
    Mpeg,
    /// Anything else.
    #[error("another kind of picture")]
    Another,
}
