//! Small pieces of text that several templates need: durations, initials. No HTML stands here.

/// Colours that a person's initial may have; `.tint-0` … in `room.css`.
const TINTS: u32 = 6;

/// A time on air as people read it: `0:42`, `12:03`, `1:02:03`, `2 d 1:02:03`.
pub(crate) fn uptime(secs: u64) -> String {
    let (days, hours, minutes, seconds) = (secs / 86_400, secs / 3600 % 24, secs / 60 % 60, secs % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days} d {hours}:{minutes:02}:{seconds:02}"),
    }
}

/// The title, or what stands in its place where the host gave none.
pub(crate) fn title(title: &str) -> &str {
    if title.trim().is_empty() { "A room without a title" } else { title }
}

/// The first letter or digit of a name, in capitals; `·` where it has none.
pub(crate) fn initial(name: &str) -> String {
    let letter = name.chars().find(|letter| letter.is_alphanumeric());
    letter.map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect())
}

/// The colour of a name's initial: always the same for a name, so that people are told apart at a glance.
pub(crate) fn tint(name: &str) -> u32 {
    name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % TINTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_on_air_read_well() {
        for (secs, text) in
            [(0, "0:00"), (42, "0:42"), (723, "12:03"), (3723, "1:02:03"), (176_523, "2 d 1:02:03")]
        {
            assert_eq!(uptime(secs), text);
        }
    }

    #[test]
    fn initials_are_letters() {
        for (name, text) in
            [("anna", "A"), ("_émile", "É"), ("", "·"), ("<b>", "B"), ("7of9", "7"), ("ßa", "SS")]
        {
            assert_eq!(initial(name), text);
        }
    }

    #[test]
    fn a_blank_title_is_replaced() {
        assert_eq!(title("  "), "A room without a title");
        assert_eq!(title("Tea"), "Tea");
    }
}
