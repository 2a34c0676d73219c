//! Small pieces of text that several templates need: durations, initials. No HTML stands here.

use std::fmt::Display;

use time::OffsetDateTime;

use crate::view::{Price, Viewers};

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

/// How many watch: `12 watching`, or `10+ watching` where only the bucket is known.
pub(crate) fn watching(viewers: &Viewers) -> String {
    match viewers {
        Viewers::Exactly(count) => format!("{count} watching"),
        // Of nobody there are no more.
        Viewers::AtLeast(0) => "0 watching".to_owned(),
        Viewers::AtLeast(count) => format!("{count}+ watching"),
    }
}

/// What it takes to watch: `Free`, `500 sats for 5 minutes`, `By invitation`.
pub(crate) fn price(price: &Price) -> String {
    match *price {
        Price::Free => "Free".to_owned(),
        Price::Paid { sats, secs } => format!("{} for {}", counted(sats, "sat"), span(secs)),
        Price::Invitation => "By invitation".to_owned(),
    }
}

/// A span in the largest unit that it is a whole number of: `5 minutes`, `90 seconds`.
fn span(secs: u64) -> String {
    match secs {
        0 => counted(0, "second"),
        _ if secs.is_multiple_of(3600) => counted(secs / 3600, "hour"),
        _ if secs.is_multiple_of(60) => counted(secs / 60, "minute"),
        _ => counted(secs, "second"),
    }
}

/// How long ago, as roughly as people say it: `just now`, `3 hours ago`, `12 days ago`.
pub(crate) fn ago(secs: u64) -> String {
    let (count, unit) = match secs {
        0..60 => return "just now".to_owned(),
        60..3600 => (secs / 60, "minute"),
        3600..86_400 => (secs / 3600, "hour"),
        _ => (secs / 86_400, "day"),
    };
    format!("{} ago", counted(count, unit))
}

/// A number with its noun: `1 node`, `2 nodes`.
pub(crate) fn counted<N: Display + PartialEq + From<u8> + Copy>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// A delay: `180 ms`, `2.4 s`.
pub(crate) fn delay(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{:.1} s", ms as f64 / 1000.0) }
}

/// Bits per second in Mbit/s, with one decimal below ten: `0`, `0.4`, `12`.
pub(crate) fn mbps(bps: u64) -> String {
    let mbps = bps as f64 / 1e6;
    let text = if mbps < 9.95 { format!("{mbps:.1}") } else { format!("{mbps:.0}") };
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A size as people read it: `812 B`, `14 KB`, `2.4 MB`.
pub(crate) fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{} KB", bytes.div_ceil(KIB)),
        _ => format!("{:.1} MB", bytes as f64 / MIB as f64).replace(".0 ", " "),
    }
}

/// A time by the calendar of UTC: `2026-11-22` and `12:03` (RFC 3339).
pub(crate) fn clock(secs: u64) -> (String, String) {
    // Beyond the year 9999 there is no such text.
    let at = i64::try_from(secs).ok().and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok());
    let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, _) = at.to_hms();
    (format!("{year:04}-{:02}-{day:02}", u8::from(month)), format!("{hour:02}:{minute:02}"))
}

/// How many may use something together: `one person at a time`, `12 people at a time`.
pub(crate) fn at_once(people: u32) -> String {
    if people == 1 { "one person at a time".to_owned() } else { format!("{people} people at a time") }
}

/// An invite's name, or what stands in its place.
pub(crate) fn invite(name: &str) -> &str {
    if name.trim().is_empty() { "Without a name" } else { name }
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
    fn prices_read_well() {
        for (sats, secs, text) in [
            (500, 300, "500 sats for 5 minutes"),
            (1, 60, "1 sat for 1 minute"),
            (20, 90, "20 sats for 90 seconds"),
            (9000, 7200, "9000 sats for 2 hours"),
            (1, 0, "1 sat for 0 seconds"),
        ] {
            assert_eq!(price(&Price::Paid { sats, secs }), text);
        }
        assert_eq!(price(&Price::Free), "Free");
        assert_eq!(price(&Price::Invitation), "By invitation");
    }

    #[test]
    fn a_bucket_is_no_exact_number() {
        assert_eq!(watching(&Viewers::Exactly(12)), "12 watching");
        assert_eq!(watching(&Viewers::AtLeast(10)), "10+ watching");
    }

    #[test]
    fn times_ago_are_rough() {
        for (secs, text) in
            [(59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (1_036_800, "12 days ago")]
        {
            assert_eq!(ago(secs), text);
        }
    }

    #[test]
    fn rates_have_a_decimal_where_it_says_something() {
        for (bps, text) in
            [(0, "0"), (420_000, "0.4"), (3_000_000, "3"), (9_960_000, "10"), (12_400_000, "12")]
        {
            assert_eq!(mbps(bps), text);
        }
    }

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1025, "2 KB"), (8 << 20, "8 MB"), (2_516_582, "2.4 MB")]
        {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (secs, date, time) in [
            (0, "1970-01-01", "00:00"),
            (951_782_399, "2000-02-28", "23:59"),
            (951_782_400, "2000-02-29", "00:00"),
            (1_795_348_980, "2026-11-22", "12:03"),
            (4_107_542_400, "2100-03-01", "00:00"),
        ] {
            assert_eq!(clock(secs), (date.to_owned(), time.to_owned()));
        }
    }

    #[test]
    fn a_blank_title_is_replaced() {
        assert_eq!(title("  "), "A room without a title");
        assert_eq!(title("Tea"), "Tea");
    }
}
