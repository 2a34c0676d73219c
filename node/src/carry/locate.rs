//! Finding a room of another host: its newest card, and the peers that answered for it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use libp2p::{Multiaddr, PeerId};
use parlor_protocol::card::{Access, SignedCard};
use parlor_protocol::control::Message;
use parlor_protocol::invite::{Invite, Proof};
use tokio::time::{sleep, timeout};

use super::carrier::Carrier;
use super::conductor::{peer_id, read};

/// How much later than the one before it an address is tried.
const TURN: Duration = Duration::from_millis(250);
/// How long a question to a peer waits for its answer.
pub(super) const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// How much longer the table is waited for once everybody was asked and there is no card: a lookup takes half a second,
/// and five where this node knows of no table. Whoever needs an invite should hear so at once; it is looked again.
const TABLE_WAIT: Duration = Duration::from_secs(1);

/// What there is to know of a room.
pub(super) struct Located {
    /// The newest card.
    pub(super) card: Option<SignedCard>,
    /// The peers that answered with one.
    pub(super) helpers: Vec<PeerId>,
    /// Whether those who answered, the host among them where it is known, have no card for this node, and there is no
    /// newer one elsewhere.
    pub(super) is_denied: bool,
}

/// What one of the asked answered.
struct Answer {
    peer: PeerId,
    /// `None`: it has none for this node.
    card: Option<SignedCard>,
}

/// The newest card of a room that can be had, and the peers that answered for it.
pub(super) async fn locate(carrier: &Carrier, invite: &Invite) -> Located {
    let known = carrier.cards().newest(invite.room());
    let from_card = known.iter().flat_map(|card| &card.card().reach);
    let addresses: Vec<_> = from_card.chain(invite.addresses()).cloned().collect();
    let addresses = read(&addresses);
    // Whose addresses they are is known from a card alone. Without one, or where another answers there by now, each of
    // them is tried by itself.
    let host = known.as_ref().and_then(host_of);
    let tries = match reach(carrier, host, &addresses).await {
        Some(host) => vec![(Some(host), addresses)],
        None => addresses.into_iter().map(|address| (None, vec![address])).collect(),
    };
    let mut asked: FuturesUnordered<_> = (0..)
        .zip(tries)
        .map(|(turn, (peer, addresses))| async move {
            // Most of the time the first answers before the next has its turn, and there is one connection.
            sleep(TURN * turn).await;
            ask(carrier, invite, peer, addresses).await
        })
        .collect();
    let in_table = carrier.network().find(invite.room());
    tokio::pin!(in_table);
    let mut table_is_open = true;
    let mut located = Located { card: known, helpers: Vec::new(), is_denied: false };
    loop {
        let found = tokio::select! {
            Some(answer) = asked.next() => match answer {
                Some(Answer { peer, card: Some(card) }) => {
                    located.helpers.push(peer);
                    Some(card)
                }
                Some(Answer { peer, card: None }) => {
                    located.is_denied |= host.is_none_or(|host| host == peer);
                    None
                }
                None => None,
            },
            found = &mut in_table, if table_is_open => {
                table_is_open = false;
                found
            }
            () = sleep(TABLE_WAIT), if located.is_denied && asked.is_empty() => return located,
            else => return located,
        };
        let Some(card) = found else { continue };
        if located.card.as_ref().is_none_or(|known| card.is_newer_than(known)) {
            located.card = Some(card);
            located.is_denied = false;
        }
        // The host itself has spoken; nobody knows better.
        let host = located.card.as_ref().and_then(host_of);
        if located.helpers.last().copied() == host || asked.is_empty() {
            return located;
        }
    }
}

/// Connects to the host, where it is known.
async fn reach(carrier: &Carrier, host: Option<PeerId>, addresses: &[Multiaddr]) -> Option<PeerId> {
    let dialled = timeout(ANSWER_WAIT, carrier.network().dial(Some(host?), addresses.to_vec()));
    dialled.await.ok()?.ok()
}

/// Asks this peer, or whoever answers at the address, for the room's card.
async fn ask(
    carrier: &Carrier,
    invite: &Invite,
    peer: Option<PeerId>,
    addresses: Vec<Multiaddr>,
) -> Option<Answer> {
    let room = invite.room();
    let dialled = timeout(ANSWER_WAIT, carrier.network().dial(peer, addresses)).await;
    let peer = dialled.ok()?.ok()?;
    knock(carrier, invite, carrier.cards().newest(room).as_ref(), peer);
    let answer = carrier.questions().open(peer, room);
    carrier.means().links.send(peer, Message::AskCard { room });
    let card = timeout(ANSWER_WAIT, answer).await.ok()?.ok()?;
    Some(Answer { peer, card })
}

/// Shows a peer what this node knows of the room: otherwise a room by invitation is not there for it.
pub(super) fn knock(carrier: &Carrier, invite: &Invite, card: Option<&SignedCard>, peer: PeerId) {
    let (room, me) = (invite.room(), carrier.network().me().to_bytes());
    let invited = card.filter(|card| card.card().access == Access::Invited);
    let by_card = invited.map(|card| Proof::of_card(card.session(), &room, &me));
    let by_invite = invite.secret().map(|secret| secret.knock(&room, &me));
    for proof in by_invite.into_iter().chain(by_card) {
        carrier.means().links.send(peer, Message::Knock { room, proof });
    }
}

/// The peer that hosts the room, as its card says.
pub(super) fn host_of(card: &SignedCard) -> Option<PeerId> {
    card.card().peer.as_ref().and_then(peer_id)
}
