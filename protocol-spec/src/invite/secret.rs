//! What opens a private room, and how a guest shows the host that it has it, without showing it.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ident::{RoomId, SessionId};

/// Bytes of a secret: 128 bits can't be guessed, and with the checksum they are 32 characters.
const SECRET_BYTES: usize = 16;
/// Bytes of checksum, as in a room id.
const CHECKSUM_BYTES: usize = 4;
/// Characters of the text form: 20 bytes in base32, without a bit left over.
pub(super) const SECRET_TEXT_LENGTH: usize = 32;
/// Separates this use of SHA-256 from every other.
const CHECKSUM_CONTEXT: &[u8] = b"parlor invite secret v1";
/// Separates proofs from everything else that a secret may ever key.
const PROOF_CONTEXT: &[u8] = b"parlor invite proof v1";
/// Separates knocks with an invite from those proofs.
const KNOCK_CONTEXT: &[u8] = b"parlor invite knock v1";
/// Separates knocks with a card, whose key is not this secret.
const CARD_CONTEXT: &[u8] = b"parlor card knock v1";

/// The secret of one invite to a private room: 16 random bytes. It hides itself from logs and is wiped when it is
/// dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteSecret(Zeroizing<[u8; SECRET_BYTES]>);

/// What a guest shows instead of the secret, or of the session on a card. It is worth nothing to anybody but the peer
/// that it was made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Proof([u8; 32]);

impl InviteSecret {
    /// The secret of these bytes, which must be random.
    #[must_use]
    pub fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, for the host's own store.
    #[must_use]
    pub fn reveal(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The proof that `peer` (the bytes of its libp2p peer id) holds this invite: HMAC-SHA256 (RFC 2104) over a
    /// context, the host's session and the peer.
    #[must_use]
    pub fn proof(&self, session: SessionId, peer: &[u8]) -> Proof {
        Proof(self.mac(session, peer).finalize().into_bytes().into())
    }

    /// Whether `proof` was made with this secret, in a time that does not tell how much of it is right. `peer` MUST
    /// be the one that the connection has authenticated.
    #[must_use]
    pub fn matches(&self, proof: &Proof, session: SessionId, peer: &[u8]) -> bool {
        self.mac(session, peer).verify_slice(&proof.0).is_ok()
    }

    /// The knock of `peer` at this room's door: the proof that it holds this invite, made before it knows the room's
    /// card and with it the session (`spec/invite.md`, section 4).
    #[must_use]
    pub fn knock(&self, room: &RoomId, peer: &[u8]) -> Proof {
        Proof(mac(&self.0[..], KNOCK_CONTEXT, &room.public_key(), peer).finalize().into_bytes().into())
    }

    /// Whether `knock` was made with this secret, in a time that does not tell how much of it is right. `peer` MUST be
    /// the one that the connection has authenticated.
    #[must_use]
    pub fn hears(&self, knock: &Proof, room: &RoomId, peer: &[u8]) -> bool {
        mac(&self.0[..], KNOCK_CONTEXT, &room.public_key(), peer).verify_slice(&knock.0).is_ok()
    }

    fn mac(&self, session: SessionId, peer: &[u8]) -> Hmac<Sha256> {
        mac(&self.0[..], PROOF_CONTEXT, &session.public_key(), peer)
    }

    /// The secret as it stands in a link to this room.
    #[must_use]
    pub fn text(&self, room: &RoomId) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES + CHECKSUM_BYTES]);
        bytes[..SECRET_BYTES].copy_from_slice(&self.0[..]);
        bytes[SECRET_BYTES..].copy_from_slice(&self.checksum(room));
        let mut text = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
        text.make_ascii_lowercase();
        text
    }

    /// The secret in a link to this room; none where it is mistyped, cut short or from another room's link.
    #[must_use]
    pub fn from_text(text: &str, room: &RoomId) -> Option<Self> {
        if text.len() != SECRET_TEXT_LENGTH {
            return None;
        }
        let upper = Zeroizing::new(text.to_ascii_uppercase());
        let bytes = Zeroizing::new(BASE32_NOPAD.decode(upper.as_bytes()).ok()?);
        let (secret, checksum) = bytes.split_first_chunk()?;
        let secret = Self::new(*secret);
        (secret.checksum(room) == checksum).then_some(secret)
    }

    fn checksum(&self, room: &RoomId) -> [u8; CHECKSUM_BYTES] {
        let digest = Sha256::new().chain_update(CHECKSUM_CONTEXT).chain_update(room.public_key());
        let digest = digest.chain_update(&self.0[..]).finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InviteSecret(…)")
    }
}

/// The code over a context, a public key and a peer.
fn mac(key: &[u8], context: &[u8], public_key: &[u8; 32], peer: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(context);
    mac.update(public_key);
    mac.update(peer);
    mac
}

impl Proof {
    /// The knock of a `peer` that has been shown the card of an invited room: it knows the session, which stands
    /// nowhere else. Whoever carries the room and holds no invite can check it (`spec/invite.md`, section 4).
    #[must_use]
    pub fn of_card(session: SessionId, room: &RoomId, peer: &[u8]) -> Self {
        let mac = mac(&session.public_key(), CARD_CONTEXT, &room.public_key(), peer);
        Self(mac.finalize().into_bytes().into())
    }

    /// Whether it was made with this session, as [`Proof::of_card`] makes it. `peer` MUST be the one that the
    /// connection has authenticated.
    #[must_use]
    pub fn knows_card(&self, session: SessionId, room: &RoomId, peer: &[u8]) -> bool {
        mac(&session.public_key(), CARD_CONTEXT, &room.public_key(), peer).verify_slice(&self.0).is_ok()
    }
}

crate::cbor::bytes_32!(Proof, "the 32 bytes of a proof");
