//! What opens a private room, and how a guest shows the host that it has it, without showing it.

use std::fmt;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
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

/// The secret of one invite to a private room: 16 random bytes. It hides itself from logs and is wiped when it is
/// dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteSecret(Zeroizing<[u8; SECRET_BYTES]>);

/// What a guest shows instead of the secret. It is worth nothing to anybody but the peer that it was made for, and
/// nothing in another show.
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

    fn mac(&self, session: SessionId, peer: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0[..]).expect("HMAC takes keys of every length");
        mac.update(PROOF_CONTEXT);
        mac.update(&session.public_key());
        mac.update(peer);
        mac
    }

    /// The secret as it stands in a link to this room.
    pub(super) fn text(&self, room: &RoomId) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES + CHECKSUM_BYTES]);
        bytes[..SECRET_BYTES].copy_from_slice(&self.0[..]);
        bytes[SECRET_BYTES..].copy_from_slice(&self.checksum(room));
        let mut text = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
        text.make_ascii_lowercase();
        text
    }

    /// The secret in a link to this room; none where it is mistyped, cut short or from another room's link.
    pub(super) fn from_text(text: &str, room: &RoomId) -> Option<Self> {
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

impl Proof {
    /// The proof of these bytes, as they came.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({})", HEXLOWER.encode(&self.0))
    }
}

crate::cbor::bytes_32!(Proof, "the 32 bytes of a proof");
