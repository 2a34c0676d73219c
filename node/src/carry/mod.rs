//! Rooms carried between nodes: sealed objects from neighbours, each verified once, to neighbours and to this node's own
//! viewers.
//!
//! ```text
//! a room of ours ─ publish ─▶ stores of a carriage ─┬─ courier ─▶ neighbours
//! neighbours ─ intake (verify) ─▶      │            └─ open ────▶ a room for this node's browsers
//!                                      ▼
//!                         conductor (the mesh): what goes to whom
//! ```
//!
//! A [`Carriage`] is one carried room: its card, its objects, its neighbours. [`Carrier`] holds them all, and takes what
//! peers say on their control streams. Left out: connections and the table, which are [`crate::swarm`]'s, and
//! who watches here, which is the room's own.

mod announced;
mod bulletins;
mod capacity;
mod cards;
mod carriage;
mod carrier;
mod conductor;
mod courier;
mod delivery;
mod desk;
mod door;
mod emotes;
mod guests;
mod hearing;
mod host;
mod intake;
mod lanes;
mod links;
mod lobby;
mod locate;
mod means;
mod members;
mod open;
mod picture;
mod publish;
mod questions;
mod show;
mod snapshot;
mod spreading;
mod standing;
mod store;
mod terms;
mod upload;
mod uses;
mod watching;
mod whole;
mod wishes;

pub use carriage::Carriage;
pub use carrier::{Carrier, CarrierError, MAX_CARRIAGES};
pub use conductor::peer_id;
pub use delivery::Undelivered;
pub use guests::{HostInvite, MAX_INVITES};
pub use host::{Hosted, Hosting};
pub use snapshot::Snapshot;
pub use standing::Standing;
pub use terms::{LobbyPicture, Terms, Visibility};
pub use upload::{DEFAULT_CEILING_BPS, Upload};
pub use uses::{InviteRefusal, User, Uses};
pub use watching::{Phase, Watching};
pub use whole::Whole;
