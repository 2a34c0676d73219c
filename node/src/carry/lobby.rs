//! Looking for listed rooms, for as long as somebody looks at the lobby.

use std::collections::HashMap;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::control::Message;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::carrier::Carrier;
use crate::swarm::Topic;

/// How often peers that list rooms are asked again.
const ASK: Duration = Duration::from_secs(3);
/// How often the table is searched for more: each search asks some thirty nodes.
const SEARCH: Duration = Duration::from_secs(15);
/// Peers that are asked again and again; the table's shards name no more at a time.
const MAX_ASKED: usize = 256;
/// A peer that was not found again for so long is not asked any more.
const FORGET: Duration = Duration::from_mins(2);

/// Keeps the carrier's list of rooms fresh until the task is aborted.
pub(super) async fn search(carrier: Carrier) {
    let mut ask = interval(ASK);
    let mut search = interval(SEARCH);
    for timer in [&mut ask, &mut search] {
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    let mut peers: HashMap<PeerId, Instant> = HashMap::new();
    let (found, mut finding) = tokio::sync::mpsc::channel(MAX_ASKED);
    let mut searches = JoinSet::new();
    loop {
        tokio::select! {
            _ = ask.tick() => {
                peers.retain(|_, seen| seen.elapsed() < FORGET);
                let named: Vec<_> = peers.keys().copied().chain(carrier.met()).collect();
                for peer in named {
                    let carrier = carrier.clone();
                    searches.spawn(async move { ask_again(&carrier, peer).await });
                }
            }
            _ = search.tick() => {
                for topic in Topic::shards() {
                    let (network, found) = (carrier.network().clone(), found.clone());
                    searches.spawn(async move {
                        let mut providers = network.providers(topic).await;
                        while let Some(peer) = providers.recv().await {
                            // The loop takes them as fast as they come.
                            let _ = found.send(peer).await;
                        }
                    });
                }
            }
            Some(peer) = finding.recv() => {
                if peers.len() < MAX_ASKED || peers.contains_key(&peer) {
                    peers.insert(peer, Instant::now());
                }
                carrier.means().links.send(peer, Message::AskCards { tag: None });
            }
            Some(_) = searches.join_next() => {}
        }
    }
}

/// Asks a peer for its list once more; one that can't be reached lists nothing.
async fn ask_again(carrier: &Carrier, peer: PeerId) {
    if carrier.network().dial(Some(peer), Vec::new()).await.is_ok() {
        carrier.means().links.send(peer, Message::AskCards { tag: None });
    } else {
        carrier.cards().forget_list(peer);
    }
}
