//! Looking for listed rooms, for as long as somebody looks at the lobby.

use std::collections::HashMap;
use std::time::Duration;

use libp2p::PeerId;
use parlor_protocol::card::Tag;
use parlor_protocol::control::Message;
use parlor_protocol::directory::{Shard, Topic};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::carrier::Carrier;

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
    let mut peers: HashMap<PeerId, (Instant, Option<Tag>)> = HashMap::new();
    let (found, mut finding) = mpsc::channel(MAX_ASKED);
    let mut tags = carrier.tags();
    let mut searches = JoinSet::new();
    loop {
        tokio::select! {
            _ = ask.tick() => {
                peers.retain(|_, (seen, _)| seen.elapsed() < FORGET);
                let wanted = tags.borrow().clone();
                let met = carrier.met().into_iter().map(|peer| (peer, None));
                let named = peers.iter().map(|(peer, (_, tag))| (*peer, tag.clone().filter(|tag| Some(tag) == wanted.as_ref())));
                for (peer, tag) in met.chain(named).collect::<HashMap<_, _>>() {
                    searches.spawn(ask_again(carrier.clone(), peer, tag));
                }
            }
            _ = search.tick() => {
                let tag = tags.borrow_and_update().clone().map(Topic::Tag);
                for topic in Shard::all().map(Topic::Shard).chain(tag) {
                    searches.spawn(find(carrier.clone(), topic, found.clone()));
                }
            }
            Ok(()) = tags.changed() => {
                if let Some(tag) = tags.borrow_and_update().clone() {
                    searches.spawn(find(carrier.clone(), Topic::Tag(tag), found.clone()));
                }
            }
            Some((peer, tag)) = finding.recv() => {
                if peers.len() < MAX_ASKED || peers.contains_key(&peer) {
                    peers.insert(peer, (Instant::now(), tag.clone()));
                }
                carrier.means().links.send(peer, Message::AskCards { tag });
            }
            Some(_) = searches.join_next() => {}
        }
    }
}

/// Finds peers that list rooms of this topic; with a tag, they are asked for those that have it.
async fn find(carrier: Carrier, topic: Topic, found: mpsc::Sender<(PeerId, Option<Tag>)>) {
    let tag = if let Topic::Tag(tag) = &topic { Some(tag.clone()) } else { None };
    let mut providers = carrier.network().providers(topic, MAX_ASKED).await;
    while let Some(peer) = providers.recv().await {
        // The search takes them as fast as they come.
        let _ = found.send((peer, tag.clone())).await;
    }
}

/// Asks a peer for its list once more; one that can't be reached lists nothing.
async fn ask_again(carrier: Carrier, peer: PeerId, tag: Option<Tag>) {
    if carrier.network().dial(Some(peer), Vec::new()).await.is_ok() {
        carrier.means().links.send(peer, Message::AskCards { tag });
    } else {
        carrier.cards().forget_list(peer);
    }
}
