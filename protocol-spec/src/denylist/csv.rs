//! Entries as a table for spreadsheets (RFC 4180).

use std::fmt::Write;

use super::Entry;

/// The entries as comma-separated values with a first line of names, in UTF-8. A cell that a spreadsheet would take for a
/// formula begins with an apostrophe.
#[must_use]
pub fn csv(entries: &[Entry]) -> String {
    let mut table = String::new();
    let mut line = |[item, reason]: [&str; 2]| {
        write!(table, "{},{}\r\n", cell(item), cell(reason)).expect("a text takes more");
    };
    line(["item", "reason"]);
    for entry in entries {
        line([&entry.item.to_string(), &entry.reason]);
    }
    table
}

fn cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}
