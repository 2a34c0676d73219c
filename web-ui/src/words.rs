//! Small pieces of text that several templates need: durations, initials. No HTML stands here.

use time::OffsetDateTime;

use crate::language::Language;
use crate::view::{Ban, End, Invite, Price, Viewers};

/// Colours that a person's initial may have; `.tint-0` … in `room.css`.
const TINTS: u32 = 6;

/// A time on air as people read it: `0:42`, `12:03`, `1:02:03`, `2 d 1:02:03`.
pub(crate) fn uptime(say: Language, secs: u64) -> String {
    let (days, hours, minutes, seconds) = (secs / 86_400, secs / 3600 % 24, secs / 60 % 60, secs % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days} {} {hours}:{minutes:02}:{seconds:02}", say.day_sign()),
    }
}

/// The title, or what stands in its place where the host gave none.
pub(crate) fn title(say: Language, title: &str) -> String {
    if title.trim().is_empty() { say.untitled() } else { title.to_owned() }
}

/// How many watch: `12 watching`, or `10+ watching` where only the bucket is known.
pub(crate) fn watching(say: Language, viewers: &Viewers) -> String {
    match *viewers {
        // Of nobody there are no more.
        Viewers::Exactly(count) | Viewers::AtLeast(count @ 0) => say.watching(count),
        Viewers::AtLeast(count) => say.watching_at_least(count),
    }
}

/// What it takes to watch: `Free`, `500 sats for 5 minutes`, `By invitation`.
pub(crate) fn price(say: Language, price: &Price) -> String {
    match *price {
        Price::Free => say.price_free(),
        Price::Paid { sats, secs } => say.price_paid(sats, span(say, secs)),
        Price::Invitation => say.price_invitation(),
    }
}

/// A span in the largest unit that it is a whole number of: `5 minutes`, `90 seconds`.
fn span(say: Language, secs: u64) -> String {
    match secs {
        0 => say.seconds(secs),
        _ if secs.is_multiple_of(3600) => say.hours(secs / 3600),
        _ if secs.is_multiple_of(60) => say.minutes(secs / 60),
        _ => say.seconds(secs),
    }
}

/// A pause between one person's lines.
pub(crate) fn pause(say: Language, secs: u64) -> String {
    if secs == 0 { say.order_pause_none() } else { span(say, secs) }
}

/// How long ago, as roughly as people say it: `just now`, `3 hours ago`, `12 days ago`.
fn ago(say: Language, secs: u64) -> String {
    match secs {
        0..60 => say.ago_now(),
        60..3600 => say.ago_minutes(secs / 60),
        3600..86_400 => say.ago_hours(secs / 3600),
        _ => say.ago_days(secs / 86_400),
    }
}

/// By what somebody who is barred is known, and since when.
pub(crate) fn known_by(say: Language, ban: &Ban) -> String {
    let ago = ago(say, ban.made_secs);
    match &ban.mark {
        Some(mark) if ban.has_node => say.bans_by_both(mark, ago),
        Some(mark) => say.bans_by_mark(mark, ago),
        None if ban.has_node => say.bans_by_node(ago),
        None => ago,
    }
}

/// Who uses an invite, until when it lets people in, and since when there is one.
pub(crate) fn invite_facts(say: Language, invite: &Invite) -> String {
    let used = match invite.limit {
        Some(limit) => say.invites_used(limit, invite.used),
        None => say.invites_unlimited(),
    };
    let ends = match invite.ends {
        None => say.invites_endless(),
        Some(End::Past) => say.invites_ended(),
        Some(End::In(secs)) if secs <= 5400 => say.invites_ends_minutes(secs.div_ceil(60)),
        Some(End::In(secs)) if secs <= 48 * 3600 => say.invites_ends_hours(secs.div_ceil(3600)),
        Some(End::In(secs)) => say.invites_ends_days(secs.div_ceil(86_400)),
    };
    let lock = invite.opens_lock.then(|| say.invites_opens_lock());
    let made = say.invites_made(ago(say, invite.made_secs));
    let all = [Some(say.invites_here(invite.here)), Some(used), Some(ends), lock, Some(made)];
    all.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A delay: `180 ms`, `2.4 s`.
pub(crate) fn delay(say: Language, ms: u64) -> String {
    if ms < 1000 { say.delay_ms(ms) } else { say.delay_s((ms as f64 / 100.0).round() / 10.0) }
}

/// What somebody is in the room.
pub(crate) fn badge(say: Language, badge: &str) -> String {
    match badge {
        "Host" => say.badge_host(),
        "Moderator" => say.badge_moderator(),
        "Guest" => say.badge_guest(),
        other => other.to_owned(),
    }
}

/// Bits per second in Mbit/s, with one decimal below ten, as a field for numbers has it: `0`, `0.4`, `12`.
pub(crate) fn mbps(bps: u64) -> f64 {
    let mbps = bps as f64 / 1e6;
    if mbps < 9.95 { (mbps * 10.0).round() / 10.0 } else { mbps.round() }
}

/// A size as people read it: `812 B`, `14 KB`, `2.4 MB`.
pub(crate) fn size(say: Language, bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match bytes {
        0..KIB => say.size_b(bytes),
        KIB..MIB => say.size_kb(bytes.div_ceil(KIB)),
        _ => say.size_mb((bytes as f64 / MIB as f64 * 10.0).round() / 10.0),
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

/// An invite's name, or what stands in its place.
pub(crate) fn invite(say: Language, name: &str) -> String {
    if name.trim().is_empty() { say.invites_untitled() } else { name.to_owned() }
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

    const EN: Language = Language::ENGLISH;

    #[test]
    fn times_on_air_read_well() {
        for (secs, text) in
            [(0, "0:00"), (42, "0:42"), (723, "12:03"), (3723, "1:02:03"), (176_523, "2 d 1:02:03")]
        {
            assert_eq!(uptime(EN, secs), text);
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
            assert_eq!(price(EN, &Price::Paid { sats, secs }), text);
        }
        assert_eq!(price(EN, &Price::Free), "Free");
        assert_eq!(price(EN, &Price::Invitation), "By invitation");
    }

    #[test]
    fn a_bucket_is_no_exact_number() {
        assert_eq!(watching(EN, &Viewers::Exactly(12)), "12 watching");
        assert_eq!(watching(EN, &Viewers::AtLeast(10)), "10+ watching");
    }

    #[test]
    fn times_ago_are_rough() {
        for (secs, text) in
            [(59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (1_036_800, "12 days ago")]
        {
            assert_eq!(ago(EN, secs), text);
        }
    }

    #[test]
    fn rates_have_a_decimal_where_it_says_something() {
        for (bps, text) in
            [(0, "0"), (420_000, "0.4"), (3_000_000, "3"), (9_960_000, "10"), (12_400_000, "12")]
        {
            assert_eq!(mbps(bps).to_string(), text);
        }
    }

    #[test]
    fn sizes_read_well() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1025, "2 KB"), (8 << 20, "8 MB"), (2_516_582, "2.4 MB")]
        {
            assert_eq!(size(EN, bytes), text);
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
        assert_eq!(title(EN, "  "), "A room without a title");
        assert_eq!(title(EN, "Tea"), "Tea");
    }
}
