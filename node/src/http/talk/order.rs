//! What the host wants of the talk.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use parlor_protocol::talk::{Order, Speaker};

use super::Hearing;
use super::form::back;
use crate::http::App;
use crate::http::fields::{Fields, HostForm};
use crate::http::problem::Problem;

/// How long a time-out lasts: long enough to cool down.
const TIME_OUT: Duration = Duration::from_mins(5);

/// `POST /room/ROOM/chat/order` with `order` and what belongs to it: `line`, `secs` or `speaker`.
pub(in crate::http) async fn submit(
    State(app): State<App>,
    hearing: Hearing,
    form: HostForm,
) -> Result<Response, Problem> {
    let order = order(&form.fields).ok_or_else(|| {
        Problem::bad_request(
            "The form does not say what is wanted.",
            "Load the page again and use its buttons.",
        )
    })?;
    hearing.talk().obey(order);
    Ok(back(&app, ""))
}

fn order(fields: &Fields) -> Option<Order> {
    let number = |field| fields.text(field).parse::<u64>().ok();
    Some(match fields.text("order") {
        "hide" => Order::Hide(number("line")?),
        "time-out" => Order::TimeOut(number("line")?, TIME_OUT),
        "bar" => Order::Bar(number("line")?),
        "unbar" => Order::Unbar(Speaker(number("speaker")?)),
        "slow" => Order::Slow(Duration::from_secs(number("secs")?)),
        "clear" => Order::Clear,
        _ => return None,
    })
}
