use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;
use crate::ident::SessionId;
use crate::vectors::{all, hex, hex32, load};

fn key(seed: [u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(&seed).verifying_key().to_bytes()
}

fn room() -> RoomId {
    RoomId::from_public_key(key([1; 32])).unwrap()
}

fn session(seed: [u8; 32]) -> SessionId {
    SessionId::from_public_key(key(seed)).unwrap()
}

fn secret(value: &serde_json::Value) -> InviteSecret {
    InviteSecret::new(hex(value).try_into().unwrap())
}

#[test]
fn vectors() {
    let vectors = load!("invite");
    for vector in all(&vectors, "invites") {
        let text = vector["text"].as_str().unwrap();
        let addresses =
            all(&vector, "addresses").iter().map(|a| a.as_str().unwrap().parse().unwrap()).collect();
        let given = vector["secret"].as_str().map(|_| secret(&vector["secret"]));
        let invite =
            Invite::new(vector["room"].as_str().unwrap().parse().unwrap(), addresses, given).unwrap();
        assert_eq!(invite.to_string(), text);
        assert_eq!(text.parse(), Ok(invite));
    }
    for vector in all(&vectors, "read") {
        let invite: Invite = vector["text"].as_str().unwrap().parse().unwrap();
        assert_eq!(invite.to_string(), vector["link"].as_str().unwrap());
    }
    for vector in all(&vectors, "refused") {
        let error = vector["text"].as_str().unwrap().parse::<Invite>().unwrap_err();
        let name = format!("{error:?}");
        assert_eq!(name.split('(').next(), vector["error"].as_str(), "{vector}");
    }
    for vector in all(&vectors, "proofs") {
        let session = SessionId::from_public_key(hex32(&vector["session"])).unwrap();
        let (secret, peer) = (secret(&vector["secret"]), hex(&vector["peer"]));
        let proof = secret.proof(session, &peer);
        assert_eq!(proof, Proof::from_bytes(hex32(&vector["proof"])));
        assert!(secret.matches(&proof, session, &peer));
    }
    for vector in all(&vectors, "knocks") {
        let room = RoomId::from_public_key(hex32(&vector["room"])).unwrap();
        let (peer, knock) = (hex(&vector["peer"]), Proof::from_bytes(hex32(&vector["knock"])));
        let others = (secret(&"ff".repeat(16).into()), session([9; 32]));
        assert!(!others.0.hears(&knock, &room, &peer) && !knock.knows_card(others.1, &room, &peer));
        if vector["secret"].is_string() {
            let secret = secret(&vector["secret"]);
            assert_eq!(secret.knock(&room, &peer), knock);
            assert!(secret.hears(&knock, &room, &peer) && !secret.hears(&knock, &room, b"another"));
        } else {
            let session = SessionId::from_public_key(hex32(&vector["session"])).unwrap();
            assert_eq!(Proof::of_card(session, &room, &peer), knock);
            assert!(knock.knows_card(session, &room, &peer) && !knock.knows_card(session, &room, b"another"));
        }
    }
}

#[test]
fn the_longest_link_is_as_long_as_the_limit() {
    let address: Address = format!("/{}", "a".repeat(MAX_ADDRESS_BYTES - 1)).parse().unwrap();
    let secret = InviteSecret::new([0; 16]);
    let longest = Invite::new(room(), vec![address.clone(); MAX_ADDRESSES], Some(secret)).unwrap();
    assert_eq!(longest.to_string().len(), MAX_LINK_BYTES);
    assert_eq!(Invite::new(room(), vec![address; MAX_ADDRESSES + 1], None), Err(InviteError::Address));
}

#[test]
fn the_secret_does_not_show_in_logs() {
    let secret = InviteSecret::new([0x5a; 16]);
    let invite = Invite::new(room(), Vec::new(), Some(secret.clone())).unwrap();
    let link = invite.to_string();
    let (_, text) = link.split_once(SECRET).unwrap();
    let shown = format!("{secret:?} {invite:?}");
    assert!(!shown.contains(text) && !shown.contains("90") && !shown.contains("5a5a"), "{shown}");
}

prop_compose! {
    fn any_invite()(
        seed: [u8; 32],
        addresses in prop::collection::vec("/[A-Za-z0-9/.:_-]{1,60}", 0..=MAX_ADDRESSES),
        secret: Option<[u8; 16]>,
    ) -> Invite {
        let room = RoomId::from_public_key(key(seed)).unwrap();
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Invite::new(room, addresses, secret.map(InviteSecret::new)).unwrap()
    }
}

proptest! {
    #[test]
    fn links_round_trip(invite in any_invite()) {
        prop_assert_eq!(invite.to_string().parse(), Ok(invite));
    }

    #[test]
    fn a_link_that_was_cut_short_loses_no_secret_unnoticed(invite in any_invite(), cut: prop::sample::Index) {
        let mut link = invite.to_string();
        link.truncate(cut.index(link.len()));
        if let Ok(read) = link.parse::<Invite>() {
            // Whatever is left is a whole invite without a secret, or none.
            prop_assert_eq!(read.secret(), None);
            prop_assert_eq!(read.to_string(), link);
        }
    }

    #[test]
    fn one_wrong_letter_of_a_secret_is_noticed(bytes: [u8; 16], at in 0..32_usize, letter in "[a-z2-7]") {
        let mut link = Invite::new(room(), Vec::new(), Some(InviteSecret::new(bytes))).unwrap().to_string();
        let at = link.len() - 32 + at;
        prop_assume!(link[at..=at] != letter);
        link.replace_range(at..=at, &letter);
        prop_assert_eq!(link.parse::<Invite>(), Err(InviteError::Secret));
    }

    #[test]
    fn no_text_panics(text in ".*", link in "parlor://[a-z2-7]{0,60}[?&#ak=/.%a-z0-9é]{0,80}") {
        let _ = text.parse::<Invite>();
        let _ = link.parse::<Invite>();
        let _ = text.parse::<Address>();
    }

    #[test]
    fn a_proof_is_of_its_secret_session_and_peer(
        one: [u8; 16], two: [u8; 16], peer: Vec<u8>, other_peer: Vec<u8>,
    ) {
        prop_assume!(one != two && peer != other_peer);
        let secret = InviteSecret::new(one);
        let (show, next_show) = (session([1; 32]), session([2; 32]));
        let proof = secret.proof(show, &peer);
        prop_assert!(secret.matches(&proof, show, &peer));
        prop_assert!(!secret.matches(&proof, show, &other_peer));
        prop_assert!(!secret.matches(&proof, next_show, &peer));
        prop_assert!(!InviteSecret::new(two).matches(&proof, show, &peer));
    }
}
