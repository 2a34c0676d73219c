//! Rooms carried between nodes: sealed objects from a parent, verified once, to the children and to this node's own
//! viewers.
//!
//! ```text
//! a room of ours ─ publish ─▶ rings of a carriage ─┬─ serve ─▶ children
//! parent ─ follow (verify) ─▶                      └─ open ──▶ a room for this node's browsers
//! ```
//!
//! A [`Carriage`] is one carried room: its card, its rings, its place in the tree. [`Carrier`] holds them all, and
//! takes what peers say on their control streams. Left out: connections and the table, which are [`crate::swarm`]'s, and
//! who watches here, which is the room's own.

mod announced;
mod capacity;
mod cards;
mod carriage;
mod carrier;
mod conductor;
mod desk;
mod door;
mod follow;
mod guests;
mod hearing;
mod host;
mod links;
mod lobby;
mod locate;
mod means;
mod object;
mod open;
mod publish;
mod questions;
mod serve;
mod show;
mod snapshot;
mod terms;
mod upload;
mod watching;

pub use carriage::{Carriage, Standing};
pub use carrier::{Carrier, CarrierError, MAX_CARRIAGES};
pub use conductor::peer_id;
pub use guests::{HostInvite, MAX_INVITES};
pub use host::{Hosted, Hosting};
pub use snapshot::Snapshot;
pub use terms::{Terms, Visibility};
pub use upload::{DEFAULT_CEILING_BPS, Upload};
pub use watching::{Phase, Watching};
