//! `parlor watch`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Args;
use parlor_protocol::control::NoEntry;
use parlor_protocol::ident::RoomId;
use parlor_protocol::media::TrackName;
use parlor_protocol::mesh::Role;
use serde::Serialize;
use tokio::fs::File;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::network::{NetworkFlags, join, room};
use super::{log_to_stderr, runtime};
use crate::app::{Peers, told_to_stop};
use crate::carry::{Phase, Whole};
use crate::film::Film;
use crate::room::{JoinError, Room, now};

/// How long a room is looked for before the command gives up.
const FIND_WAIT: Duration = Duration::from_secs(30);

/// Join a room without a browser.
#[derive(Args)]
pub(super) struct Watch {
    /// An invite link (parlor://…), a room's id, or the address of its page
    #[arg(value_name = "ROOM")]
    room: String,
    /// Where to write the film, as fragmented MP4; `-`: standard output
    #[arg(long, value_name = "FILE|-")]
    out: Option<PathBuf>,
    /// Print one JSON object per second on standard error
    #[arg(long)]
    stats: bool,
    /// Stop after so long
    #[arg(long, value_name = "N")]
    seconds: Option<u32>,
    #[command(flatten)]
    network: NetworkFlags,
}

/// One second of watching.
#[derive(Serialize)]
struct Stats {
    /// Objects that arrived, were verified and taken.
    objects: u64,
    /// Objects that were refused.
    refused: u64,
    /// Objects that never came.
    missed: u64,
    /// Bytes of film written.
    bytes: u64,
    /// Nodes between the host and this one, this one included, on the longest way that a part of the stream takes; absent
    /// while it has no parent.
    hops: Option<usize>,
    /// From capture, by the host's clock, until here, by ours.
    delay_ms: Option<u64>,
    /// The chunks of the picture that became whole since the last line, 256 at most: when each was captured, in
    /// milliseconds of Unix time, and how many milliseconds later its last piece was here.
    chunks: Vec<(u64, u64)>,
    /// Nodes that get parts of the stream from this one.
    children: usize,
    /// How many parts of the stream (stripes) this one sends at once at most.
    slots: u16,
    /// The peer ids of those from whom this one gets them.
    parents: Vec<String>,
}

impl Watch {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let invite = room(&self.room)?;
        log_to_stderr();
        runtime()?.block_on(async {
            let peers = join(&self.network).await?;
            let id = invite.room();
            let room = peers.open(invite, Role::Viewer).map_err(|error| error.to_string())?;
            let deadline = self.seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds.into()));
            let stop =
                told_to_stop().map_err(|error| format!("the system refused a signal handler: {error}"))?;
            tokio::select! {
                done = self.watch(&peers, id, room) => done,
                () = stop => Ok(()),
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => Ok(()),
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }

    async fn watch(&self, peers: &Peers, id: RoomId, room: Arc<Room>) -> Result<(), String> {
        let mut out = self.output().await?;
        let mut bytes = 0;
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Skip);
        // The tracks are wanted before there is a film, so that they are on their way when it begins.
        let _picture = room.demand().hold(TrackName::VIDEO);
        let _sound = room.demand().hold(TrackName::AUDIO);
        enter(peers, id).await?;
        loop {
            let opening = Film::open(
                room.clone(),
                TrackName::VIDEO,
                Duration::ZERO,
                false,
                Arc::new(AtomicBool::new(false)),
            );
            let mut film = match opening.await {
                Ok(film) => film,
                Err(JoinError::Ended | JoinError::NotStarted) => {
                    enter(peers, id).await?;
                    continue;
                }
                Err(error) => return Err(error.to_string()),
            };
            loop {
                tokio::select! {
                    next = film.next() => {
                        let Some(next) = next else { break };
                        bytes += next.len() as u64;
                        out.write_all(&next).await.map_err(|error| format!("the film can't be written: {error}"))?;
                        out.flush().await.map_err(|error| format!("the film can't be written: {error}"))?;
                    }
                    _ = second.tick(), if self.stats => print_stats(peers, id, bytes),
                }
            }
            enter(peers, id).await?;
        }
    }

    async fn output(&self) -> Result<Box<dyn AsyncWrite + Send + Unpin>, String> {
        match &self.out {
            None => Ok(Box::new(tokio::io::sink())),
            Some(path) if path.as_os_str() == "-" => Ok(Box::new(tokio::io::stdout())),
            Some(path) => {
                let file = File::create(path).await;
                Ok(Box::new(file.map_err(|error| format!("{} can't be written: {error}", path.display()))?))
            }
        }
    }
}

/// Waits until the room is joined and on air.
async fn enter(peers: &Peers, id: RoomId) -> Result<(), String> {
    let mut phase = peers.phase(id).ok_or("the room was left")?;
    let is_settled = |phase: &Phase| matches!(phase, Phase::Joined | Phase::Refused(_));
    let settled = timeout(FIND_WAIT, phase.wait_for(is_settled)).await;
    match settled.map(|phase| phase.map(|phase| *phase)) {
        Ok(Ok(Phase::Refused(reason))) => Err(refusal(reason).to_owned()),
        Ok(Ok(_)) => Ok(()),
        Ok(Err(_)) => Err("the node is stopping".to_owned()),
        Err(_) => {
            let phase = peers.opened(id).map(|room| room.phase).unwrap_or_default();
            Err(match phase {
                Phase::OffAir => "the host is off air; try again later".to_owned(),
                _ => "the room was not found; check the link, or name a node to begin with by --bootstrap"
                    .to_owned(),
            })
        }
    }
}

fn refusal(reason: NoEntry) -> &'static str {
    match reason {
        NoEntry::Invite => "the host lets in only people with an invite; ask for a new link",
        NoEntry::Ended => "the invite has ended; ask for a new link",
        NoEntry::UsedUp => "as many people as the invite is for have used it; ask for a link of your own",
        NoEntry::Payment => "the host asks to be paid, which this command can't do",
        NoEntry::OffAir => "the host is off air; try again later",
        NoEntry::Removed => "the host sent you away",
        NoEntry::Full => "the host has as many viewers as it can have; try again later",
        NoEntry::Locked => "the host has locked the door, and lets nobody new in; try again later",
        NoEntry::NotHost | NoEntry::Other => "the host does not let this node in",
    }
}

fn print_stats(peers: &Peers, id: RoomId, bytes: u64) {
    let Some(room) = peers.opened(id) else { return };
    let stats = Stats {
        objects: room.standing.objects,
        refused: room.standing.refused,
        missed: room.standing.missed,
        bytes,
        hops: room.standing.hops,
        delay_ms: peers.newest_capture(id).map(|captured| now().0.saturating_sub(captured.0)),
        chunks: peers.wholes(id).iter().map(chunk).collect(),
        children: room.standing.children(),
        slots: room.standing.slots(),
        parents: room
            .standing
            .parents()
            .iter()
            .filter_map(crate::carry::peer_id)
            .map(|id| id.to_string())
            .collect(),
    };
    let line = serde_json::to_string(&stats).expect("numbers are JSON");
    // Nobody reads it if standard error is closed.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn chunk(whole: &Whole) -> (u64, u64) {
    (whole.captured.0, whole.came.0.saturating_sub(whole.captured.0))
}
