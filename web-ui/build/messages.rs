//! What is in a catalogue: its messages, and what is put into each. The build makes functions of it, and a test compares
//! the languages by it.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::parse;

/// A message of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// Its name.
    pub(crate) id: String,
    /// What is put into it, in the order in which it comes first.
    pub(crate) variables: Vec<String>,
}

impl Message {
    /// Whether its text is HTML.
    pub(crate) fn is_html(&self) -> bool {
        self.id.ends_with("-html")
    }

    /// The function that stands for it.
    pub(crate) fn function(&self) -> String {
        self.id.replace('-', "_")
    }
}

/// The messages of a catalogue, or what is wrong with it.
pub(crate) fn messages(text: &str) -> Result<Vec<Message>, String> {
    let resource = parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    let message = |entry| match entry {
        Entry::Message(message) => {
            let mut variables = Vec::new();
            pattern(&message.value?, &mut variables);
            Some(Message { id: message.id.name.to_owned(), variables })
        }
        _ => None,
    };
    Ok(resource.body.into_iter().filter_map(message).collect())
}

fn pattern(pattern: &Pattern<&str>, found: &mut Vec<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            self::expression(expression, found);
        }
    }
}

fn expression(expression: &Expression<&str>, found: &mut Vec<String>) {
    match expression {
        Expression::Inline(expression) => inline(expression, found),
        Expression::Select { selector, variants } => {
            inline(selector, found);
            for variant in variants {
                pattern(&variant.value, found);
            }
        }
    }
}

fn inline(expression: &InlineExpression<&str>, found: &mut Vec<String>) {
    match expression {
        InlineExpression::VariableReference { id } if !found.iter().any(|name| name == id.name) => {
            found.push(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                inline(argument, found);
            }
        }
        InlineExpression::Placeable { expression } => self::expression(expression, found),
        _ => {}
    }
}
