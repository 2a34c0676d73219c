//! Reading a request's body: so much and not more, in a given time.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use parlor_web::language::said;
use tokio::time::timeout;

use super::problem::Problem;

/// How long a body may take: every one that is taken here from strangers is below 64 KiB, which a bad phone line sends in that.
/// The host's small pictures are longer, and come from nearby.
const TIME: Duration = Duration::from_secs(10);

/// The whole body, `max_bytes` at most.
///
/// # Errors
/// 413, 408, or 400 where the client went away in the middle.
pub(super) async fn read(body: Body, max_bytes: usize) -> Result<Bytes, Problem> {
    let too_large =
        || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, said::too_large(max_bytes), said::less_remedy());
    match timeout(TIME, Limited::new(body, max_bytes).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::bad_request(said::cut_short(), said::again_remedy())),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, said::too_slow(), said::again_remedy())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_has_a_size_and_a_time() {
        assert_eq!(read(Body::from("four"), 4).await.unwrap(), "four");
        assert_eq!(read(Body::from("four."), 4).await.unwrap_err().status(), 413);
        let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        assert_eq!(read(never, 4).await.unwrap_err().status(), 408);
    }
}
