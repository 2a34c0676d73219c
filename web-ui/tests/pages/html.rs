//! HTML as a browser's tokenizer sees it: tags with their attributes, and text.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Elements that have no end tag (HTML, section 13.1.2), and the shapes of SVG, which our pages write without one.
const VOID: [&str; 9] = ["br", "circle", "hr", "img", "input", "line", "link", "meta", "path"];

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    /// The attribute's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Start(Tag),
    End(String),
    Text(String),
}

/// The pieces of a page. Panics where the tokenizer finds a mistake, or where tags are not closed in order.
pub(crate) fn parse(name: &str, html: &str) -> Vec<Piece> {
    let sink = Sink::default();
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Sink { pieces, mistakes } = tokenizer.sink;
    assert_eq!(mistakes.into_inner(), Vec::<String>::new(), "{name}");
    let pieces = pieces.into_inner();
    check_nesting(name, &pieces);
    pieces
}

/// The start tags of a page.
pub(crate) fn tags(name: &str, html: &str) -> Vec<Tag> {
    let start = |piece| {
        if let Piece::Start(tag) = piece { Some(tag) } else { None }
    };
    parse(name, html).into_iter().filter_map(start).collect()
}

fn check_nesting(name: &str, pieces: &[Piece]) {
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Start(tag) if VOID.contains(&tag.name.as_str()) => {}
            Piece::Start(tag) => open.push(&tag.name),
            Piece::End(end) => {
                assert_eq!(open.pop(), Some(end.as_str()), "{name}: </{end}> closes something else");
            }
            Piece::Text(_) => {}
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "{name}: left open");
}

#[derive(Default)]
struct Sink {
    pieces: RefCell<Vec<Piece>>,
    mistakes: RefCell<Vec<String>>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut pieces = self.pieces.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                pieces.push(Piece::End(tag.name.to_string()));
            }
            Token::TagToken(tag) => {
                let attribute =
                    |attr: &html5ever::Attribute| (attr.name.local.to_string(), attr.value.to_string());
                let attributes = tag.attrs.iter().map(attribute).collect();
                pieces.push(Piece::Start(Tag { name: tag.name.to_string(), attributes }));
            }
            Token::CharacterTokens(more) => match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push_str(&more),
                _ => pieces.push(Piece::Text(more.to_string())),
            },
            Token::NullCharacterToken => self.mistakes.borrow_mut().push(format!("line {line}: a NUL")),
            Token::ParseError(error) => self.mistakes.borrow_mut().push(format!("line {line}: {error}")),
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}
