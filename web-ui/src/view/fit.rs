//! How somebody wants the pages to be: what their browser keeps, and brings with each request. Nothing here says who they are.

use super::Page;

/// The longest text that stands for a [`Fit`], in bytes: every setting, the order and what is hidden.
pub const MAX_FIT_BYTES: usize = 64;

/// A part of a room's page that can be moved and hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The picture and its player.
    Picture,
    /// The talk.
    Talk,
    /// The files.
    Files,
    /// What the room is and who is in it.
    People,
}

/// Something that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// How large everything is.
    Size,
    /// How clearly things stand out.
    Contrast,
    /// Which letters.
    Font,
    /// Whether things move by themselves.
    Motion,
    /// The hand that holds the phone.
    Hand,
    /// How large what is touched is.
    Targets,
    /// What stands beside the picture on a wide screen.
    Beside,
    /// On which side it stands.
    Side,
    /// How wide it is, in percent of the page.
    Wide,
    /// How high the talk is where it stands below the picture.
    Tall,
    /// How it is told that somebody said something.
    Message,
    /// How it is told that somebody came.
    Join,
    /// Whether what is said in the picture is shown as text.
    Captions,
}

impl Panel {
    /// All of them, in their usual order.
    pub const ALL: [Self; 4] = [Self::Picture, Self::Talk, Self::Files, Self::People];

    /// As forms and sheets call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Talk => "talk",
            Self::Files => "files",
            Self::People => "people",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.name() == name)
    }

    fn letter(self) -> char {
        self.name().chars().next().map_or('-', |first| if self == Self::People { 'w' } else { first })
    }
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Size,
        Self::Contrast,
        Self::Font,
        Self::Motion,
        Self::Hand,
        Self::Targets,
        Self::Beside,
        Self::Side,
        Self::Wide,
        Self::Tall,
        Self::Message,
        Self::Join,
        Self::Captions,
    ];

    /// As forms and sheets call it, the letter that stands for it, and what it can be: the first is the usual.
    fn about(self) -> (&'static str, char, &'static [&'static str]) {
        match self {
            Self::Size => ("size", 's', &["usual", "larger", "large", "largest"]),
            Self::Contrast => ("contrast", 'c', &["system", "more"]),
            Self::Font => ("font", 'f', &["usual", "plain", "spaced"]),
            Self::Motion => ("motion", 'm', &["system", "less"]),
            Self::Hand => ("hand", 'h', &["both", "left", "right"]),
            Self::Targets => ("targets", 't', &["usual", "large"]),
            Self::Beside => ("beside", 'b', &["talk", "files", "people", "none"]),
            Self::Side => ("side", 'e', &["end", "start"]),
            Self::Wide => ("wide", 'w', &["usual", "20", "25", "30", "35", "40", "45", "50", "55", "60"]),
            Self::Tall => ("tall", 'g', &["usual", "short", "tall"]),
            Self::Message => ("message", 'a', &["nothing", "sound", "spoken", "both"]),
            Self::Join => ("join", 'j', &["nothing", "sound", "spoken", "both"]),
            Self::Captions => ("captions", 'k', &["off", "on"]),
        }
    }

    /// As forms and sheets call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.about().0
    }

    /// What it can be: the first is the usual.
    #[must_use]
    pub fn values(self) -> &'static [&'static str] {
        self.about().2
    }
}

/// How somebody wants the pages to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// Of each setting, which of its values.
    chosen: [u8; Setting::ALL.len()],
    /// The panels from the top down.
    order: [Panel; Panel::ALL.len()],
    /// Of each panel, whether it is hidden.
    hidden: [bool; Panel::ALL.len()],
}

impl Default for Fit {
    fn default() -> Self {
        Self { chosen: [0; _], order: Panel::ALL, hidden: [false; _] }
    }
}

impl Fit {
    /// What this text stands for ([`Fit::text`]), as far as it makes sense: anybody can write a cookie.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut fit = Self::default();
        for token in text.split('.') {
            let mut letters = token.chars();
            let Some(what) = letters.next() else { continue };
            let rest = letters.as_str();
            let panels = || Panel::ALL.into_iter().filter(|panel| rest.contains(panel.letter()));
            match what {
                'o' => fit.set_order(rest),
                'x' => panels().for_each(|panel| fit.hidden[panel as usize] = true),
                letter => {
                    let setting = Setting::ALL.into_iter().find(|setting| setting.about().1 == letter);
                    let value = rest.parse().ok().zip(setting).and_then(|(at, setting): (usize, _)| {
                        setting.values().get(at).map(|value| (setting, *value))
                    });
                    if let Some((setting, value)) = value {
                        fit.set(setting, value);
                    }
                }
            }
        }
        fit
    }

    /// A short text of letters, digits and dots that stands for it: a cookie's value, at most [`MAX_FIT_BYTES`] long. Empty
    /// where everything is as usual.
    #[must_use]
    pub fn text(&self) -> String {
        let settings = Setting::ALL.into_iter().filter(|setting| self.chosen[*setting as usize] > 0);
        let mut tokens: Vec<String> = settings
            .map(|setting| format!("{}{}", setting.about().1, self.chosen[setting as usize]))
            .collect();
        let letters = |panels: &mut dyn Iterator<Item = Panel>| panels.map(Panel::letter).collect::<String>();
        if self.order != Panel::ALL {
            tokens.push(format!("o{}", letters(&mut self.order.into_iter())));
        }
        if self.hidden.contains(&true) {
            tokens.push(format!(
                "x{}",
                letters(&mut Panel::ALL.into_iter().filter(|panel| self.hides(*panel)))
            ));
        }
        tokens.join(".")
    }

    fn set_order(&mut self, letters: &str) {
        let named =
            letters.chars().filter_map(|letter| Panel::ALL.into_iter().find(|one| one.letter() == letter));
        let named: Vec<_> = named.collect();
        if let Ok(order) = <[Panel; Panel::ALL.len()]>::try_from(named)
            && Panel::ALL.iter().all(|panel| order.contains(panel))
        {
            self.order = order;
        }
    }

    /// What this setting is.
    #[must_use]
    pub fn get(&self, setting: Setting) -> &'static str {
        setting.values()[usize::from(self.chosen[setting as usize])]
    }

    /// Makes it this value; whether there is such a one.
    pub fn set(&mut self, setting: Setting, value: &str) -> bool {
        let at = setting.values().iter().position(|one| *one == value);
        if let Some(at) = at.and_then(|at| u8::try_from(at).ok()) {
            self.chosen[setting as usize] = at;
        }
        at.is_some()
    }

    /// The panels from the top down.
    #[must_use]
    pub fn order(&self) -> [Panel; Panel::ALL.len()] {
        self.order
    }

    /// Whether the panel is hidden.
    #[must_use]
    pub fn hides(&self, panel: Panel) -> bool {
        self.hidden[panel as usize]
    }

    /// Whether a tone or a voice tells of what happens.
    #[must_use]
    pub fn announces(&self) -> bool {
        [Setting::Message, Setting::Join].iter().any(|event| self.get(*event) != "nothing")
    }

    /// Whether what is said in the picture is shown as text.
    #[must_use]
    pub fn captions(&self) -> bool {
        self.get(Setting::Captions) == "on"
    }

    /// Does what a button says: `hide-talk`, `show-talk`, `earlier-talk`, `later-talk`, a setting with its value
    /// (`wide-35`), or `reset`; whether there is such a button.
    pub fn change(&mut self, button: &str) -> bool {
        if button == "reset" {
            *self = Self::default();
            return true;
        }
        let Some((what, of)) = button.split_once('-') else { return false };
        let panel = Panel::named(of);
        match (what, panel) {
            ("hide" | "show", Some(panel)) => self.hidden[panel as usize] = what == "hide",
            ("earlier", Some(panel)) => self.swap(panel, |at| at.checked_sub(1)),
            ("later", Some(panel)) => self.swap(panel, |at| Some(at + 1).filter(|at| *at < Panel::ALL.len())),
            _ => {
                let setting = Setting::ALL.into_iter().find(|setting| setting.name() == what);
                return setting.is_some_and(|setting| self.set(setting, of));
            }
        }
        true
    }

    fn swap(&mut self, panel: Panel, with: impl Fn(usize) -> Option<usize>) {
        let at = self.order.iter().position(|one| *one == panel);
        if let Some((at, with)) = at.and_then(|at| with(at).map(|with| (at, with))) {
            self.order.swap(at, with);
        }
    }

    /// The widths beside this one: narrower and wider, where there are such.
    #[must_use]
    pub fn widths(&self) -> (Option<&'static str>, Option<&'static str>) {
        /// What comes nearest to the usual width on an ordinary screen: 21 rem of 90.
        const USUAL: usize = 2;
        let values = Setting::Wide.values();
        let at = match usize::from(self.chosen[Setting::Wide as usize]) {
            0 => USUAL,
            at => at,
        };
        (at.checked_sub(1).filter(|at| *at > 0).map(|at| values[at]), values.get(at + 1).copied())
    }
}

/// The page at `/fit`.
pub struct FitPage {
    /// What every page needs.
    pub page: Page,
    /// The path of the page to which it leads back.
    pub back: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_comes_back() {
        let mut fit = Fit::default();
        assert_eq!((fit.text().as_str(), Fit::of("")), ("", Fit::default()));
        for button in
            ["size-large", "hand-left", "hide-files", "hide-picture", "later-picture", "wide-60", "join-both"]
        {
            assert!(fit.change(button), "{button}");
        }
        assert_eq!(fit.text(), "s2.h1.w9.j3.otpfw.xpf");
        assert_eq!(Fit::of(&fit.text()), fit);
        assert!(fit.hides(Panel::Files) && !fit.hides(Panel::Talk) && fit.announces());
        assert!(fit.change("reset") && fit == Fit::default());
    }

    #[test]
    fn the_longest_text_fits() {
        let mut fit = Fit::default();
        for setting in Setting::ALL {
            assert!(fit.set(setting, setting.values().last().unwrap()));
        }
        for panel in Panel::ALL {
            fit.change(&format!("hide-{}", panel.name()));
        }
        fit.change("earlier-people");
        assert!(fit.text().len() <= MAX_FIT_BYTES, "{}", fit.text());
        assert_eq!(Fit::of(&fit.text()), fit);
    }

    #[test]
    fn letters_stand_for_one_thing_each() {
        let mut letters: Vec<char> = Setting::ALL.map(|setting| setting.about().1).into();
        letters.extend(['o', 'x']);
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), Setting::ALL.len() + 2);
        for (at, setting) in Setting::ALL.into_iter().enumerate() {
            assert_eq!(setting as usize, at);
        }
    }

    #[test]
    fn what_makes_no_sense_changes_nothing() {
        for text in
            ["s9", "s-1", "s", "q1", "oppfw", "otp", "x?", "....", "ß", "w10", "s99999999999999999999"]
        {
            assert_eq!(Fit::of(text), Fit::default(), "{text}");
        }
        let mut fit = Fit::default();
        for button in ["", "hide", "hide-", "hide-door", "wide-21", "size-", "-", "earlier-picture-talk"] {
            assert!(!fit.change(button), "{button}");
        }
        assert!(fit.change("earlier-picture") && fit.change("later-people"));
        assert_eq!(fit, Fit::default(), "the first has nothing before it");
    }

    #[test]
    fn widths_have_neighbours() {
        let mut fit = Fit::default();
        assert_eq!(fit.widths(), (Some("20"), Some("30")));
        fit.change("wide-20");
        assert_eq!(fit.widths(), (None, Some("25")));
        fit.change("wide-60");
        assert_eq!(fit.widths(), (Some("55"), None));
    }
}
