//! The picture with its player, in the room and in the studio.

use askama::Template;

use super::script;
use crate::assets;
use crate::language::Language;
use crate::view::{Page, Panel, Watch};

#[derive(Template)]
#[template(path = "stage.html")]
pub(super) struct StageHtml<'a> {
    pub(super) say: Language,
    pub(super) room: &'a str,
    pub(super) on_air: bool,
    pub(super) slate: Slate,
    /// In the studio: the host sees the picture whether or not the room is on air, and starts without sound.
    pub(super) rehearsal: bool,
    pub(super) qualities: &'a [(String, String)],
    pub(super) quality: &'a str,
    pub(super) watch: Watch,
    pub(super) page: &'a Page,
}

/// What stands in the picture's place while there is none.
#[derive(Debug, Clone)]
pub(super) struct Slate {
    pub(super) title: String,
    /// A sentence for pages with scripts, which go on by themselves.
    pub(super) text: String,
    /// The same for pages without.
    pub(super) plain: String,
}

impl Slate {
    /// One with a sentence for pages with scripts, and one for those without.
    pub(super) fn new(title: String, text: String, plain: String) -> Self {
        Self { title, text, plain }
    }

    /// One that says the same to both.
    pub(super) fn alike(title: String, text: String) -> Self {
        Self { title, plain: text.clone(), text }
    }

    /// The node's own room while its host is off air.
    pub(super) fn off_air(say: Language) -> Self {
        Self::new(say.off_air(), say.slate_off_air(), say.slate_off_air_plain())
    }
}

impl StageHtml<'_> {
    /// What the page's scripts say.
    fn words(&self) -> Vec<script::Sentence> {
        let studio = if self.rehearsal { script::studio(self.say) } else { Vec::new() };
        let announcing = if self.page.fit.announces() { script::announcing(self.say) } else { Vec::new() };
        script::player(self.say).into_iter().chain(studio).chain(announcing).collect()
    }

    /// What the page's scripts follow of the room: what is said too, where they tell of it or show captions.
    fn events(&self) -> String {
        let wants_all = self.page.fit.announces() || self.shows_captions();
        format!("/room/{}/events{}", self.room, if wants_all { "" } else { "?only=facts" })
    }

    /// Whether the picture is to be seen. In the studio it always is.
    fn is_seen(&self) -> bool {
        self.rehearsal || !self.page.fit.hides(Panel::Picture)
    }

    /// Whether captions are shown with it. In the studio they are written.
    fn shows_captions(&self) -> bool {
        !self.rehearsal && self.page.fit.captions()
    }

    /// Where the picture is to be had by itself.
    fn film(&self) -> String {
        let quality = askama::filters::urlencode(self.quality)
            .map_or_else(|never| match never {}, |text| text.to_string());
        format!("/room/{}/live.mp4?quality={quality}", self.room)
    }

    /// Whether the visitor chose still pictures, and how many a second the form offers.
    fn pictures(&self) -> (bool, u32) {
        match self.watch {
            // Five a second: movement is seen, and a slow line carries it.
            Watch::Video => (false, 5),
            Watch::Mjpeg(fps) => (true, fps),
        }
    }
}
