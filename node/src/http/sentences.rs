//! What pages say of each error, in whichever language. Errors display in English themselves, for the command line and for
//! logs; a test holds the two to be the same.

use std::time::Duration;

use parlor_pictures::{MAX_PIXELS, PictureError};
use parlor_protocol::denylist::{self, ListError, MAX_ENTRIES, MAX_WORDS_CHARS};
use parlor_protocol::ident::RoomIdError;
use parlor_protocol::invite::{InviteError, SCHEME};
use parlor_protocol::talk::{
    CaptionError, MAX_CAPTION_CHARS, MAX_CHAT_CHARS, MAX_EMOTE_NAME_CHARS, MAX_EMOTES, MAX_NAME_CHARS,
    MAX_UNWANTED, MAX_UNWANTED_CHARS, Refusal, UnwantedError, WordsError,
};
use parlor_web::language::{Said, said};

use crate::app::{
    BanError, EmoteError, FollowError, KnownError, MAX_ACCOUNTS, MAX_BAN_NOTE_CHARS, MAX_BANS, MAX_FRIENDS,
    MAX_INVITE_NAME_CHARS, MAX_LISTED_ROOMS, MAX_LISTS, MAX_PASSWORD_BYTES, MAX_UPLOAD_MBPS,
    MIN_PASSWORD_CHARS, NetworkWishError, OpenError, PasswordError, ReportMisfit, StudioError,
};
use crate::carry::{CarrierError, MAX_INVITES};
use crate::config::ConfigError;
use crate::room::{
    AboutError, MAX_DESCRIPTION_CHARS, MAX_FILE_BYTES, MAX_OF_ONE, MAX_OF_ONE_BYTES, MAX_REPORTS,
    MAX_TAG_CHARS, MAX_TAGS, MAX_TITLE_CHARS, NoCaption, NotTaken, Senders, Unsaid,
};
use crate::swarm::MAX_RELAYS;

/// The most bytes of a list that goes to another node.
const MAX_LIST_BYTES: u32 = 4000;

/// An error that somebody reads on a page.
pub(super) trait Sentence {
    /// What is wrong, and what to do.
    fn said(&self) -> Said;
}

impl Sentence for StudioError {
    fn said(&self) -> Said {
        match self {
            Self::Config(error) => error.said(),
            Self::Store(error) => said::not_saved(error.to_string()),
            Self::Engine(error) => error.said(),
            Self::Password(error) => error.said(),
            Self::Known(error) => error.said(),
            Self::Network(error) => error.said(),
            Self::Ban(error) => error.said(),
            Self::Emote(error) => error.said(),
            Self::Follow(error) => error.said(),
            Self::Report(error) => error.said(),
            Self::Carrier(error) => error.said(),
        }
    }
}

impl Sentence for ReportMisfit {
    fn said(&self) -> Said {
        match self {
            Self::Text => said::report_no_text(),
            Self::OtherList => said::report_other_list(),
            Self::Broken => said::report_broken(),
            Self::Full => said::report_full(MAX_REPORTS),
            Self::Gone => said::report_dealt(),
            Self::NoKey => said::report_no_key(),
            Self::Rooms => said::report_listed_full(MAX_LISTED_ROOMS),
            Self::NoRoom => said::report_no_room(),
        }
    }
}

impl Sentence for ConfigError {
    fn said(&self) -> Said {
        match self {
            Self::OutOfRange { key, value, limits } => said::bad_range(*key, *value, limits_of(limits)),
            // Files and the command line are no matter of a page.
            other => Said::verbatim(other.to_string()),
        }
    }
}

/// What is allowed, as the configuration says it in words.
fn limits_of(limits: &str) -> Said {
    if limits == "an even number" {
        return said::limits_even();
    }
    match limits.strip_prefix("an even number from ").unwrap_or(limits).split_once(" to ") {
        Some((least, most)) if limits.starts_with("an") => said::limits_even_range(least, most),
        Some((least, most)) => said::limits_range(least, most),
        None => Said::verbatim(limits),
    }
}

impl Sentence for PasswordError {
    fn said(&self) -> Said {
        match self {
            Self::TooShort => said::password_short(MIN_PASSWORD_CHARS),
            Self::TooLong => said::password_long(MAX_PASSWORD_BYTES),
        }
    }
}

impl Sentence for KnownError {
    fn said(&self) -> Said {
        match self {
            Self::Name => said::name_one_line(MAX_NAME_CHARS),
            Self::Taken => said::known_taken(),
            Self::Gone => said::known_gone(),
            Self::Accounts => said::known_accounts(MAX_ACCOUNTS),
            Self::Friends => said::known_friends(MAX_FRIENDS),
            Self::Key => said::known_key(),
        }
    }
}

impl Sentence for NetworkWishError {
    fn said(&self) -> Said {
        match self {
            Self::Invites => said::wish_invites(MAX_INVITES),
            Self::InviteName => said::wish_invite_name(MAX_INVITE_NAME_CHARS),
            Self::NoInvite => said::wish_no_invite(),
            Self::Relay => said::wish_relay(),
            Self::Relays => said::wish_relays(MAX_RELAYS),
            Self::NoRelay => said::wish_no_relay(),
            Self::Upload => said::wish_upload(MAX_UPLOAD_MBPS),
            Self::Language => said::wish_language(),
        }
    }
}

impl Sentence for BanError {
    fn said(&self) -> Said {
        match self {
            Self::NoTrace => said::ban_no_trace(),
            Self::Full => said::ban_full(MAX_BANS),
            Self::Note => said::ban_note(MAX_BAN_NOTE_CHARS),
            Self::Gone => said::ban_gone(),
        }
    }
}

impl Sentence for FollowError {
    fn said(&self) -> Said {
        match self {
            Self::List(error) => error.said(),
            Self::Full => said::follow_full(MAX_LISTS),
            Self::Older => said::follow_older(),
            Self::OtherKey => said::follow_other_key(),
            Self::Own => said::follow_own(),
            Self::Gone => said::follow_gone(),
        }
    }
}

impl Sentence for ListError {
    fn said(&self) -> Said {
        match self {
            Self::TooLong => said::list_too_long(denylist::MAX_LIST_BYTES),
            Self::Characters(line) => said::list_characters(*line),
            Self::NoHeader => said::list_no_header(),
            Self::Header(line) => said::list_header(*line),
            Self::Version => said::list_version(),
            Self::Words => said::list_words(MAX_WORDS_CHARS),
            Self::Key => said::list_key(),
            Self::Sequence => said::list_sequence(),
            Self::Reports => said::list_reports(),
            Self::Signature => said::list_signature(),
            Self::Item(line) => said::list_item(*line),
            Self::TooMany => said::list_too_many(MAX_ENTRIES),
        }
    }
}

impl Sentence for CarrierError {
    fn said(&self) -> Said {
        match self {
            Self::Full => said::carrier_full(),
        }
    }
}

impl Sentence for OpenError {
    fn said(&self) -> Said {
        match self {
            Self::Invite(error) => error.said(),
            Self::Carrier(error) => error.said(),
        }
    }
}

impl Sentence for InviteError {
    fn said(&self) -> Said {
        match self {
            Self::Form => said::invite_form(SCHEME),
            Self::Room(RoomIdError::Form) => said::room_id_form(),
            Self::Room(RoomIdError::Checksum) => said::room_id_checksum(),
            Self::Room(RoomIdError::Key) => said::room_id_key(),
            Self::Address => said::invite_address(),
            Self::Secret => said::invite_secret(),
        }
    }
}

impl Sentence for AboutError {
    fn said(&self) -> Said {
        match self {
            Self::Title => said::about_title(MAX_TITLE_CHARS),
            Self::Description => said::about_description(MAX_DESCRIPTION_CHARS),
            Self::TooManyTags => said::about_tags(MAX_TAGS),
            Self::Tag => said::about_tag(MAX_TAG_CHARS),
            Self::Control => said::about_control(),
        }
    }
}

impl Sentence for EmoteError {
    fn said(&self) -> Said {
        match self {
            Self::Name => said::emote_name(MAX_EMOTE_NAME_CHARS),
            Self::NoPicture => said::emote_no_picture(),
            Self::Picture(error) => NotTaken::Picture(*error).said(),
            Self::Full => said::emote_full(MAX_EMOTES),
            Self::Gone => said::emote_gone(),
        }
    }
}

impl Sentence for NoCaption {
    fn said(&self) -> Said {
        match self {
            Self::OffAir => said::caption_off_air(),
            Self::Caption(CaptionError::Empty) => said::caption_empty(),
            Self::Caption(CaptionError::TooLong) => said::caption_too_long(MAX_CAPTION_CHARS),
            Self::Caption(CaptionError::Characters) => said::caption_characters(),
            Self::Caption(CaptionError::TooFast) => said::caption_too_fast(),
            // Forms tell neither.
            Self::Caption(error @ (CaptionError::Lasts | CaptionError::At)) => {
                Said::verbatim(error.to_string())
            }
        }
    }
}

impl Sentence for WordsError {
    fn said(&self) -> Said {
        match self {
            Self::Empty => said::talk_empty(),
            Self::TooLong => said::talk_too_long(MAX_CHAT_CHARS),
            Self::Characters => said::talk_characters(),
        }
    }
}

impl Sentence for UnwantedError {
    fn said(&self) -> Said {
        said::talk_unwanted_list(MAX_UNWANTED, MAX_UNWANTED_CHARS)
    }
}

impl Sentence for Unsaid {
    fn said(&self) -> Said {
        match self {
            Self::Refused(refusal) => refusal.said(),
            Self::NoAnswer => said::talk_unanswered(),
            Self::TooLong => said::talk_list_too_long(MAX_LIST_BYTES),
        }
    }
}

impl Sentence for Refusal {
    fn said(&self) -> Said {
        match self {
            Self::TooFast(span) => said::talk_too_fast(seconds(*span)),
            Self::Slow(span) => said::talk_slow(seconds(*span)),
            Self::Crowded(span) => said::talk_crowded(seconds(*span)),
            Self::Unwanted(word) => said::talk_unwanted(word),
            Self::Again => said::talk_again(),
            Self::Silenced(span) => said::talk_silenced(seconds(*span)),
            Self::Barred => said::talk_barred(),
            Self::Listed { list, reason } if reason.is_empty() => said::talk_listed(list),
            Self::Listed { list, reason } => said::talk_listed_because(list, reason),
            Self::NotHere => said::talk_not_here(),
            Self::NotAllowed => said::talk_not_allowed(),
            Self::Other => said::talk_other(),
        }
    }
}

impl Sentence for NotTaken {
    fn said(&self) -> Said {
        match self {
            Self::NotAllowed(Senders::Nobody) => said::file_nobody(),
            Self::NotAllowed(Senders::Host) => said::file_host_only(),
            Self::NotAllowed(Senders::Guests) => said::file_known_only(),
            Self::NotAllowed(Senders::Everybody) => said::file_not_now(),
            Self::Silenced(refusal) => refusal.said(),
            Self::TooFast(span) => said::file_too_fast(seconds(*span)),
            Self::Crowded(span) => said::file_crowded(seconds(*span)),
            Self::Empty => said::file_empty(),
            Self::TooLarge => said::file_too_large(MAX_FILE_BYTES >> 20),
            Self::TooMany => said::file_too_many(MAX_OF_ONE),
            Self::TooMuch => said::file_too_much(MAX_OF_ONE_BYTES >> 20),
            Self::Full => said::file_full(),
            Self::Picture(PictureError::TooLarge) => said::picture_too_large(MAX_PIXELS / 1_000_000),
            Self::Picture(PictureError::Broken) => said::picture_broken(),
        }
    }
}

/// Whole seconds, at least one: what people are told to wait.
pub(super) fn seconds(span: Duration) -> u64 {
    span.as_millis().div_ceil(1000).max(1) as u64
}

#[cfg(test)]
mod tests {
    use std::fmt::Display;

    use super::*;
    use crate::http::problem::sentence_case;

    /// The pages' English is the error's own.
    fn same(errors: &[(&dyn Sentence, &dyn Display)]) {
        for (sentence, display) in errors {
            let (said, displayed) = (sentence.said().to_string(), display.to_string());
            assert!(said == displayed || said == sentence_case(&displayed), "{said} / {displayed}");
        }
    }

    macro_rules! same {
        ($($error:expr),+ $(,)?) => { same(&[$((&$error, &$error)),+]) };
    }

    #[test]
    fn pages_say_what_is_wrong_with_a_report() {
        same!(
            ReportMisfit::Text,
            ReportMisfit::OtherList,
            ReportMisfit::Broken,
            ReportMisfit::Full,
            ReportMisfit::Gone,
            ReportMisfit::NoKey,
            ReportMisfit::Rooms,
            ReportMisfit::NoRoom,
            ListError::Reports,
        );
    }

    #[test]
    fn pages_say_what_errors_say() {
        let span = Duration::from_millis(2001);
        same!(
            Refusal::TooFast(span),
            Refusal::Slow(span),
            Refusal::Crowded(Duration::ZERO),
            Refusal::Unwanted("spam".into()),
            Refusal::Again,
            Refusal::Silenced(span),
            Refusal::Barred,
            Refusal::Listed { list: "Rude".into(), reason: String::new() },
            Refusal::Listed { list: "Rude".into(), reason: "Spam".into() },
            Refusal::NotHere,
            Refusal::NotAllowed,
            Refusal::Other,
            Unsaid::NoAnswer,
            Unsaid::TooLong,
            UnwantedError,
            NoCaption::OffAir,
            NoCaption::Caption(CaptionError::Empty),
            NoCaption::Caption(CaptionError::TooLong),
            NoCaption::Caption(CaptionError::Characters),
            NoCaption::Caption(CaptionError::TooFast),
            WordsError::Empty,
            WordsError::TooLong,
            WordsError::Characters,
            NotTaken::NotAllowed(Senders::Nobody),
            NotTaken::NotAllowed(Senders::Host),
            NotTaken::NotAllowed(Senders::Guests),
            NotTaken::NotAllowed(Senders::Everybody),
            NotTaken::Silenced(Refusal::Again),
            NotTaken::TooFast(span),
            NotTaken::Crowded(span),
            NotTaken::Empty,
            NotTaken::TooLarge,
            NotTaken::TooMany,
            NotTaken::TooMuch,
            NotTaken::Full,
            NotTaken::Picture(PictureError::TooLarge),
            NotTaken::Picture(PictureError::Broken),
            AboutError::Title,
            AboutError::Description,
            AboutError::TooManyTags,
            AboutError::Tag,
            AboutError::Control,
            OpenError::Invite(InviteError::Form),
            OpenError::Invite(InviteError::Address),
            OpenError::Invite(InviteError::Secret),
            OpenError::Invite(InviteError::Room(RoomIdError::Form)),
            OpenError::Invite(InviteError::Room(RoomIdError::Checksum)),
            OpenError::Invite(InviteError::Room(RoomIdError::Key)),
            OpenError::Carrier(CarrierError::Full),
        );
        same!(
            EmoteError::Name,
            EmoteError::NoPicture,
            EmoteError::Full,
            EmoteError::Gone,
            FollowError::Full,
            FollowError::Older,
            FollowError::OtherKey,
            FollowError::Own,
            FollowError::Gone,
            FollowError::List(ListError::TooLong),
            FollowError::List(ListError::Characters(7)),
            FollowError::List(ListError::NoHeader),
            FollowError::List(ListError::Header(7)),
            FollowError::List(ListError::Version),
            FollowError::List(ListError::Words),
            FollowError::List(ListError::Key),
            FollowError::List(ListError::Sequence),
            FollowError::List(ListError::Signature),
            FollowError::List(ListError::Item(7)),
            FollowError::List(ListError::TooMany),
            BanError::NoTrace,
            BanError::Full,
            BanError::Note,
            BanError::Gone,
            KnownError::Name,
            KnownError::Taken,
            KnownError::Gone,
            KnownError::Accounts,
            KnownError::Friends,
            KnownError::Key,
            NetworkWishError::Invites,
            NetworkWishError::InviteName,
            NetworkWishError::NoInvite,
            NetworkWishError::Relay,
            NetworkWishError::Relays,
            NetworkWishError::NoRelay,
            NetworkWishError::Upload,
            NetworkWishError::Language,
            PasswordError::TooShort,
            PasswordError::TooLong,
        );
        for limits in ["an even number", "an even number from 160 to 3840", "10 to 60", "something else"] {
            same!(ConfigError::OutOfRange { key: "media.fps", value: 7, limits });
        }
    }
}
