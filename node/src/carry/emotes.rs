//! Emotes of another host's room: the pictures that come with bulletins, made anew before anybody sees them.

use std::collections::BTreeMap;

use parlor_pictures::clean_sent;
use parlor_protocol::talk::{Bulletin, Emote, EmoteDigest, EmoteName, MAX_EMOTE_SIDE, MAX_EMOTES};
use tokio::task::spawn_blocking;

use crate::room::{Emotes, Room};

/// What the host calls the pictures that the room shows here.
#[derive(Default)]
pub(super) struct Known(BTreeMap<EmoteName, EmoteDigest>);

impl Known {
    /// Takes what a bulletin tells of the room's emotes out of it: those whose pictures it brings are there from now on, and
    /// where it begins anew, none that it does not list. A picture that is there is not looked at again, and one that is none
    /// is left out.
    pub(super) async fn take(&mut self, room: &Room, bulletin: &mut Bulletin) {
        let told = std::mem::take(&mut bulletin.emotes);
        // Another show has forgotten them.
        let shown = room.emotes();
        self.0.retain(|name, _| shown.contains_key(name));
        if bulletin.begins_anew() {
            self.0.retain(|name, digest| {
                told.iter().any(|emote| (&emote.name, &emote.digest) == (name, digest))
            });
        }
        let is_fresh = |emote: &Emote| self.0.get(&emote.name) != Some(&emote.digest);
        let fresh: Vec<_> =
            told.into_iter().filter(|emote| emote.picture.is_some() && is_fresh(emote)).collect();
        if fresh.is_empty() && self.0.len() == shown.len() {
            return;
        }
        // A decoder that panics has met a broken picture.
        let made = spawn_blocking(move || fresh.into_iter().filter_map(made_anew).collect::<Vec<_>>()).await;
        let mut emotes = Emotes::clone(&room.emotes());
        emotes.retain(|name, _| self.0.contains_key(name));
        for (name, digest, picture) in made.unwrap_or_default() {
            if emotes.len() < MAX_EMOTES || emotes.contains_key(&name) {
                emotes.insert(name.clone(), picture.into());
                self.0.insert(name, digest);
            }
        }
        room.set_emotes(emotes);
    }
}

fn made_anew(emote: Emote) -> Option<(EmoteName, EmoteDigest, Vec<u8>)> {
    let picture = clean_sent(&emote.picture?, MAX_EMOTE_SIDE).ok()?;
    Some((emote.name, emote.digest, picture))
}

#[cfg(test)]
#[cfg(not(feature = "loom"))]
mod tests {
    use bytes::Bytes;
    use ed25519_dalek::SigningKey;
    use image::{ExtendedColorType, ImageEncoder};
    use parlor_protocol::ident::RoomId;

    use super::*;

    /// A grey PNG with so many pixels on a side.
    fn png(grey: u8, side: u32) -> Bytes {
        let mut bytes = Vec::new();
        let pixels = vec![grey; (side * side) as usize];
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(&pixels, side, side, ExtendedColorType::L8).unwrap();
        bytes.into()
    }

    fn emote(name: &str, file: &Bytes, is_there: bool) -> Emote {
        let name = EmoteName::of(name).unwrap();
        Emote { name, digest: EmoteDigest::of(file), picture: is_there.then(|| file.clone()) }
    }

    fn room() -> Room {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes();
        Room::afar(RoomId::from_public_key(key).unwrap())
    }

    /// Takes in a bulletin with these, and says what the room shows then: names, and how bright they are.
    async fn take(known: &mut Known, room: &Room, anew: bool, emotes: Vec<Emote>) -> Vec<(String, u8)> {
        let mut bulletin = Bulletin { since: anew.then_some(0), emotes, ..Bulletin::default() };
        known.take(room, &mut bulletin).await;
        assert_eq!(bulletin.emotes, []);
        let grey =
            |picture: &Bytes| image::load_from_memory(picture).unwrap().into_luma8().get_pixel(0, 0).0[0];
        room.emotes().iter().map(|(name, picture)| (name.as_str().to_owned(), grey(picture))).collect()
    }

    fn shown(emotes: &[(&str, u8)]) -> Vec<(String, u8)> {
        emotes.iter().map(|(name, grey)| ((*name).to_owned(), *grey)).collect()
    }

    #[tokio::test]
    async fn the_room_shows_what_the_host_lists_once_its_picture_has_come() {
        let (room, mut known) = (room(), Known::default());
        let (one, two) = (png(40, 8), png(200, 8));
        let begin = vec![emote("a", &one, true), emote("b", &two, false)];
        assert_eq!(take(&mut known, &room, true, begin.clone()).await, shown(&[("a", 40)]));
        assert_eq!(
            take(&mut known, &room, false, vec![]).await,
            shown(&[("a", 40)]),
            "nothing was said of them"
        );
        let later = vec![emote("b", &two, true)];
        assert_eq!(take(&mut known, &room, false, later).await, shown(&[("a", 40), ("b", 200)]));
        let names = vec![emote("a", &one, false), emote("b", &two, false)];
        assert_eq!(take(&mut known, &room, true, names).await, shown(&[("a", 40), ("b", 200)]));
        // Another picture under the same name, which has not come yet; and one is gone.
        assert_eq!(take(&mut known, &room, true, vec![emote("a", &two, false)]).await, []);
        assert_eq!(take(&mut known, &room, true, vec![emote("a", &two, true)]).await, shown(&[("a", 200)]));
        // Another show begins with nothing.
        room.set_emotes(Emotes::new());
        assert_eq!(take(&mut known, &room, true, begin).await, shown(&[("a", 40)]));
        assert_eq!(take(&mut known, &room, true, vec![]).await, []);
    }

    #[tokio::test]
    async fn what_is_no_small_picture_is_never_shown() {
        let (room, mut known) = (room(), Known::default());
        let bytes = |text: &'static [u8]| Bytes::from_static(text);
        let mut jpeg = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
        encoder.write_image(&[9; 64], 8, 8, ExtendedColorType::L8).unwrap();
        let half = png(40, 8).slice(..40);
        let bad = [bytes(b"<svg onload=\"x\"/>"), png(40, MAX_EMOTE_SIDE + 1), half, jpeg.into()];
        let bad: Vec<_> =
            ["a", "b", "c", "d"].iter().zip(&bad).map(|(name, file)| emote(name, file, true)).collect();
        assert_eq!(take(&mut known, &room, true, bad).await, []);
        // What stands behind the picture's end is not passed on.
        let longer = Bytes::from([&png(40, 8)[..], b"more"].concat());
        assert_eq!(take(&mut known, &room, true, vec![emote("a", &longer, true)]).await, shown(&[("a", 40)]));
        assert!(!room.emotes().values().any(|picture| picture.ends_with(b"more")));
    }

    #[tokio::test]
    async fn a_host_that_lists_ever_more_is_bounded() {
        let (room, mut known) = (room(), Known::default());
        let picture = png(40, 1);
        for round in 0..3 {
            let names = (0..MAX_EMOTES).map(|number| format!("r{round}_{number}"));
            let emotes = names.map(|name| emote(&name, &picture, true)).collect();
            assert_eq!(take(&mut known, &room, false, emotes).await.len(), MAX_EMOTES);
        }
    }
}
