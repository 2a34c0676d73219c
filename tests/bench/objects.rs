//! What an object costs the host, each relay and each viewer, against one pass of SHA-256 over the same bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ed25519_dalek::SigningKey;
use parlor_protocol::ident::Session;
use parlor_protocol::keys::{Epoch, EpochLength, Tree};
use parlor_protocol::media::{Chunk, MediaTime, TrackName, UnixMs};
use parlor_protocol::object::{Object, Received, piece_bytes};
use sha2::{Digest, Sha256};

use crate::table::Table;

/// The object is as long as the pieces of this stream may be.
const BITRATE_BPS: u32 = 2_500_000;
/// A chunk's header, at most.
const HEADER_BYTES: usize = 64;
/// How often each step is done; the fastest third counts, which other work on the machine has not disturbed.
const ROUNDS: usize = 300;

/// Measures each step.
pub(crate) fn measure(table: &mut Table) {
    let session = Session::new(
        [1; 32],
        &SigningKey::from_bytes(&[2; 32]),
        UnixMs(1_700_000_000_000),
        UnixMs(1_700_000_600_000),
    )
    .expect("ten minutes are a session");
    let key =
        Tree::new(&[3; 32], &session.id(), 0, EpochLength::default()).key(Epoch::FIRST, &TrackName::VIDEO);
    let limit = piece_bytes(BITRATE_BPS);
    let chunk = Chunk {
        sequence: 1,
        group: 0,
        starts_group: true,
        init_version: 1,
        time: MediaTime::from_micros(100_000),
        duration: Duration::from_millis(100),
        captured: UnixMs(1_700_000_000_100),
        payload: Bytes::from(vec![5; limit - HEADER_BYTES]),
    };
    let seal = || Object::seal(&session, &key, 1, &chunk, limit).expect("a chunk that receivers take");
    let [object] = &seal()[..] else { panic!("the chunk is as long as a piece") };
    let read = || Received::read(object.bytes().clone()).expect("we sealed it");
    let verify = || read().verify(&session.id(), &session.room()).expect("we signed it");

    let hash = fastest(|| _ = black_box(Sha256::digest(black_box(object.bytes()))));
    let steps: [(&str, f64); 3] = [
        ("an object sealed and signed (host)", fastest(|| drop(black_box(seal())))),
        ("an object verified (everybody)", fastest(|| drop(black_box(verify())))),
        ("an object opened (viewer)", fastest(|| drop(black_box(object.open(&key))))),
    ];
    for (what, ours) in steps {
        table.row(what, ours, hash, "µs", "SHA-256 once over it", "");
    }
}

/// How long it takes, in microseconds.
fn fastest(step: impl Fn()) -> f64 {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            step();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 6].as_secs_f64() * 1e6
}
