//! What comes out of a trial, counted by the simulator's own code.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use parlor_sim::engine::{MS, Micros, Trace};
use parlor_sim::measure::{Figures, Stay, Tally};
use parlor_sim::protocol::{HOST, NodeId};
use parlor_sim::scenario::{Film, Scenario};

use super::Source;

/// A viewer's stay, in Unix milliseconds, as its process told of it.
pub(super) struct Told {
    pub(super) id: NodeId,
    pub(super) came_ms: u64,
    pub(super) left_ms: u64,
    /// What its line can send.
    pub(super) up_bps: u64,
    /// The chunks that were whole there: when the first sample of each was captured, and how many milliseconds later
    /// the last piece came.
    pub(super) chunks: Vec<(u64, u64)>,
}

/// Counts a trial.
pub(super) struct Count<'a> {
    scenario: &'a Scenario,
    tally: Tally,
    /// The run's beginning, in Unix milliseconds.
    start_ms: u64,
    /// When some chunk was captured: the others lie whole chunks from there.
    beat_ms: u64,
    /// How long the host itself takes from capture to the last piece of a chunk.
    own_ms: u64,
    host_bytes: u64,
}

impl<'a> Count<'a> {
    pub(super) fn new(scenario: &'a Scenario, source: &Source, start_ms: u64) -> Self {
        let film = Arc::new(Film::of(scenario));
        Self {
            scenario,
            tally: Tally::new(scenario, film),
            start_ms,
            beat_ms: start_ms,
            own_ms: source.own_ms(),
            host_bytes: 0,
        }
    }

    /// The host has sent so many bytes in all, so long after the beginning.
    pub(super) fn host_sent(&mut self, passed: Duration, bytes: u64) {
        let more = bytes - std::mem::replace(&mut self.host_bytes, bytes);
        // Media or messages: its line does not tell them apart, and the sum is what counts.
        self.tally.sent_message(passed.as_micros() as Micros, HOST, more as u32);
    }

    /// What it all came to.
    pub(super) fn figures(mut self, stays: &[Told]) -> Figures {
        let captured = stays.iter().flat_map(|told| told.chunks.iter().map(|(captured, _)| *captured));
        self.beat_ms = captured.filter(|at| *at >= self.start_ms).min().unwrap_or(self.start_ms);
        for told in stays {
            self.stayed(told);
        }
        Figures::of(self.scenario, "real nodes", 0, &self.tally, Trace::default())
    }

    fn stayed(&mut self, told: &Told) {
        let since_start = |ms: u64| ms.saturating_sub(self.start_ms) * MS;
        let chunk_ms = u64::from(self.scenario.stream.chunk_ms);
        let first = (self.beat_ms - self.start_ms) / chunk_ms;
        let came = since_start(told.came_ms);
        let arrivals: Vec<_> = told
            .chunks
            .iter()
            .filter(|(captured, _)| *captured >= self.beat_ms)
            .map(|(captured, took)| {
                let chunk = first + (captured - self.beat_ms + chunk_ms / 2) / chunk_ms;
                (chunk as u32, since_start(*captured) + took * MS, took.saturating_sub(self.own_ms) * MS)
            })
            .filter(|(chunk, _, _)| *chunk < self.tally.film().chunks())
            .collect();
        let first_frame = arrivals.iter().map(|(_, at, _)| *at).min();
        let stay = Stay {
            id: told.id,
            hostile: false,
            came,
            left: since_start(told.left_ms),
            first_frame,
            first_chunk: arrivals.iter().map(|(chunk, _, _)| *chunk).min().unwrap_or(0),
            capacity_bps: told.up_bps,
        };
        if let Some(first) = first_frame {
            self.tally.started(first.saturating_sub(came));
        }
        for (chunk, at, delay) in &arrivals {
            // What was captured before it saw anything waited for the viewer, not the viewer for it.
            if first_frame.is_some_and(|first| first + delay <= *at) {
                self.tally.delayed(*chunk, *delay, 0);
            }
        }
        let deadline = self.tally.deadline();
        let in_time: BTreeSet<_> =
            arrivals.iter().filter(|(_, _, delay)| *delay <= deadline).map(|(chunk, _, _)| *chunk).collect();
        let film = self.tally.film().clone();
        let has = |sequence| in_time.contains(&film.object(sequence).chunk);
        self.tally.stayed(stay, has, has);
    }
}
