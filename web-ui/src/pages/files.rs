//! A room's files: a page that grows file by file, the form beside it, and a picture by itself.

use askama::Template;

use super::document;
use crate::assets;
use crate::language::Language;
use crate::view::{FileSenders, FileView, FilesForm, FilesPage, Page, SentFile};
use crate::words;

impl FilesPage {
    /// The page at `/room/ROOM/files`, up to where more files may follow. It has no end.
    #[must_use]
    pub fn render(&self) -> String {
        let say = self.page.language;
        let files = self.files.iter().map(|file| file.fragment(&self.room, &self.page)).collect();
        document(&FilesHtml { say, page: &self.page, is_closed: self.is_closed, files })
    }
}

impl SentFile {
    /// The file as it stands on that visitor's page.
    #[must_use]
    pub fn fragment(&self, room: &str, page: &Page) -> String {
        document(&FileHtml { say: page.language, file: self, room, csrf: &page.csrf })
    }
}

impl FilesForm {
    /// The document at `/room/ROOM/files/form`.
    #[must_use]
    pub fn render(&self) -> String {
        document(&FormHtml { say: self.page.language, form: self, page: &self.page })
    }
}

impl FileView {
    /// The document at `/room/ROOM/files/NUMBER/view`.
    #[must_use]
    pub fn render(&self) -> String {
        document(&ViewHtml { say: self.page.language, page: &self.page, file: &self.file, room: &self.room })
    }
}

#[derive(Template)]
#[template(path = "files.html")]
struct FilesHtml<'a> {
    say: Language,
    page: &'a Page,
    is_closed: bool,
    files: String,
}

#[derive(Template)]
#[template(path = "files_file.html")]
struct FileHtml<'a> {
    say: Language,
    file: &'a SentFile,
    room: &'a str,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "files_form.html")]
struct FormHtml<'a> {
    say: Language,
    form: &'a FilesForm,
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "files_view.html")]
struct ViewHtml<'a> {
    say: Language,
    page: &'a Page,
    file: &'a SentFile,
    room: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::TalkAuthor;

    #[test]
    fn nothing_that_was_sent_is_markup() {
        let text = "<img src=x onerror=alert(1)>\"'";
        let author = TalkAuthor { name: text.into(), guest: None, mark: None, tripcode: None, badge: None };
        let file = SentFile {
            number: 7,
            name: text.into(),
            author,
            bytes: 12,
            at_secs: 0,
            picture: Some((4, 3)),
            is_removable: true,
        };
        let page = Page { csrf: "token".into(), ..Page::default() };
        let page = file.fragment("room", &page);
        let view = FileView { page: Page::default(), room: "room".into(), file }.render();
        for html in [page, view] {
            assert!(!html.contains("<img src=x") && !html.contains("onerror=alert(1)>\"'"), "{html}");
        }
    }
}
