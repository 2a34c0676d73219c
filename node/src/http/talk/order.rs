//! What the host, or who keeps order for them, wants of the talk.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use parlor_protocol::talk::{Order, Powers, Refusal, Speaker, Unwanted};
use parlor_web::language::{Said, said};

use super::Hearing;
use super::form::{Draft, again, back};
use crate::http::fields::{Fields, VisitorForm};
use crate::http::problem::Problem;
use crate::http::sentences::Sentence;
use crate::room::Unsaid;

/// How long a time-out lasts: long enough to cool down.
pub(in crate::http) const TIME_OUT: Duration = Duration::from_mins(5);

/// `POST /room/ROOM/chat/order` with `order` and what belongs to it: `line`, `secs`, `speaker`, `words`, `lock`, or the
/// powers of a moderator.
pub(in crate::http) async fn submit(hearing: Hearing, form: VisitorForm) -> Result<Response, Problem> {
    let refused = |notice| {
        let unwanted = form.fields.text("words");
        let unwanted = (!unwanted.is_empty()).then(|| unwanted.to_owned());
        again(&hearing, &form.visitor, Draft { notice: Some(notice), unwanted, ..Draft::default() })
    };
    let order = match order(&form.fields) {
        Some(Ok(order)) => order,
        Some(Err(why)) => return Ok(refused(why)),
        None => {
            return Err(Problem::bad_request(said::no_wish(), said::buttons_remedy()));
        }
    };
    match hearing.room.obey(form.visitor.talker(), order).await {
        Ok(()) => Ok(back(&hearing, "")),
        Err(why) => {
            let mut answer = refused(why.said());
            // Whom the host has taken a power from presses a button that was still there, and talks on.
            if why == Unsaid::Refused(Refusal::NotAllowed) {
                *answer.status_mut() = StatusCode::FORBIDDEN;
            }
            Ok(answer)
        }
    }
}

/// What the form says: nothing that is known, or something with a mistake in it.
fn order(fields: &Fields) -> Option<Result<Order, Said>> {
    let number = |field| fields.text(field).parse::<u64>().ok();
    Some(Ok(match fields.text("order") {
        "hide" => Order::Hide(number("line")?),
        "time-out" => Order::TimeOut(number("line")?, TIME_OUT),
        "bar" => Order::Bar(number("line")?),
        "unbar" => Order::Unbar(Speaker(number("speaker")?)),
        "slow" => Order::Slow(Duration::from_secs(number("secs")?)),
        "clear" => Order::Clear,
        "unwanted" => match Unwanted::read(fields.text("words")) {
            Ok(unwanted) => Order::Unwanted(unwanted),
            Err(error) => return Some(Err(error.said())),
        },
        "trust" => {
            let has = |power| !fields.text(power).is_empty();
            let powers = Powers {
                hide: has("hide"),
                silence: has("silence"),
                bar: has("bar"),
                pace: has("pace"),
                door: has("door"),
            };
            Order::Trust(number("line")?, powers)
        }
        "lock" => Order::Lock(true),
        "unlock" => Order::Lock(false),
        "send-out" => Order::SendOut(!fields.text("lock").is_empty()),
        "distrust" => Order::Distrust(Speaker(number("speaker")?)),
        _ => return None,
    }))
}
