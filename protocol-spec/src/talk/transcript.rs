//! What a reader of bulletins knows of the talk.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Bulletin, Line, MAX_LINES, News};

/// What can be seen of a talk that is kept elsewhere.
#[derive(Debug, Default)]
pub struct Transcript {
    lines: VecDeque<Arc<Line>>,
}

impl Transcript {
    /// What can be seen, oldest first.
    #[must_use]
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Arc<Line>> {
        self.lines.iter()
    }

    /// Takes in a bulletin: what is new in it. One that begins anew, as the host sends every few seconds for those who
    /// come, mostly says what is known: only the difference is news. Its emotes are for whoever shows pictures.
    pub fn take(&mut self, bulletin: Bulletin) -> Vec<News> {
        let Bulletin { since, hidden, said, captions, emotes: _ } = bulletin;
        let is_gone = |line: &Line| since.is_some_and(|since| line.number < since);
        // From the first on, all that can be seen is in there.
        let first = since.and_then(|_| said.first()).map_or(u64::MAX, |line| line.number);
        let is_left_out =
            |line: &Line| line.number >= first && said.iter().all(|other| other.number != line.number);
        let mut news = if !self.lines.is_empty() && self.lines.iter().all(|line| is_gone(line)) {
            self.forget()
        } else {
            self.hide(|line| is_gone(line) || is_left_out(line) || hidden.contains(&line.number))
        };
        for line in said {
            if self.lines.back().is_none_or(|last| last.number < line.number) {
                let line = Arc::new(line);
                if self.lines.len() == MAX_LINES {
                    self.lines.pop_front();
                }
                self.lines.push_back(line.clone());
                news.push(News::Said(line));
            }
        }
        news.extend(captions.into_iter().map(|caption| News::Caption(Arc::new(caption))));
        news
    }

    /// Forgets everything: another show has another talk.
    pub fn forget(&mut self) -> Vec<News> {
        let had_any = !std::mem::take(&mut self.lines).is_empty();
        if had_any { vec![News::Cleared] } else { Vec::new() }
    }

    fn hide(&mut self, is_meant: impl Fn(&Line) -> bool) -> Vec<News> {
        let mut news = Vec::new();
        self.lines.retain(|line| {
            let is_meant = is_meant(line);
            if is_meant {
                news.push(News::Hidden(line.number));
            }
            !is_meant
        });
        news
    }
}
