//! The header: the part of YAML that a list needs, one `name: value` a line. A value is text as it stands, or in double
//! quotes, where `\"` and `\\` stand for themselves. Both mean the same to a reader of YAML.

/// The name and the value of a line; `None` where it is none. A line that begins with a space belongs to the one before.
pub(super) fn field(line: &str) -> Option<(&str, String)> {
    let (name, rest) = line.split_once(':')?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_')
    };
    let value = match rest.trim() {
        "" => String::new(),
        _ if !rest.starts_with(' ') => return None,
        quoted if quoted.starts_with('"') => unquote(quoted)?,
        // What YAML gives another meaning.
        plain if plain.starts_with(['\'', '&', '*', '!', '|', '>', '%', '@', '`', '[', '{', '#']) => {
            return None;
        }
        plain if plain.contains(" #") || plain.contains(": ") => return None,
        plain => plain.to_owned(),
    };
    is_name(name).then_some((name, value))
}

/// A value in double quotes.
pub(super) fn quote(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn unquote(quoted: &str) -> Option<String> {
    let mut letters = quoted.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut value = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => value.push(letters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?),
            '"' => return None,
            _ => value.push(letter),
        }
    }
    Some(value)
}
