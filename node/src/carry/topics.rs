//! Under which topics a room is listed.

use std::collections::BTreeSet;

use parlor_protocol::card::SignedCard;

use crate::swarm::Topic;

/// Its shard of the lobby, and each of its tags.
pub(super) fn topics(card: &SignedCard) -> BTreeSet<Topic> {
    let tags = card.card().tags.iter().map(|tag| Topic::Tag(tag.as_str().to_owned()));
    tags.chain([Topic::shard_of(card.room())]).collect()
}
