//! A report for one reader alone: HPKE (RFC 9180), and as text that people pass on (RFC 7468).

use std::convert::Infallible;
use std::fmt;

use data_encoding::BASE64;
use ed25519_dalek::SigningKey;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use super::{MAX_REPORT_BYTES, Report, ReportError};

/// Separates what is sealed here from everything else that is sealed for a key.
const CONTEXT: &[u8] = b"parlor report v1";
/// Separates the keys for reports from everything else that is made of the key that signs a list.
const KEY_CONTEXT: &[u8] = b"parlor report key v1";
/// What stands before the sealed report: the key of the list, and the encapsulated key.
const HEAD_BYTES: usize = 32 + ENCAPSULATED_BYTES;
const ENCAPSULATED_BYTES: usize = 32;
/// How much longer a report is sealed.
const TAG_BYTES: usize = 16;
/// Letters on a line of the text (RFC 7468, section 2).
const LINE_CHARS: usize = 64;
const BEGINS: &str = "-----BEGIN PARLOR REPORT-----";
const ENDS: &str = "-----END PARLOR REPORT-----";
/// The longest text that is read: a sealed report in base64, its lines, and as much again for what a mail puts around it.
const MAX_TEXT_BYTES: usize = 4 * (HEAD_BYTES + MAX_REPORT_BYTES + TAG_BYTES);

/// For whom reports are sealed: an X25519 public key (RFC 7748).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportKey([u8; 32]);

crate::cbor::bytes_32!(ReportKey, "a report key of 32 bytes");

/// What opens the reports for a key.
pub struct ReportSecret(<X25519HkdfSha256 as Kem>::PrivateKey);

/// A report that one reader alone can open: the keeper of the list that it names.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedReport(Vec<u8>);

/// Why a sealed report is none, or can't be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It is shorter or longer than one is.
    #[error("the sealed report has a length that none has")]
    Length,
    /// It is for another list.
    #[error("the sealed report is for another list")]
    OtherList,
    /// It is for another key, or was changed.
    #[error("the sealed report cannot be opened")]
    Sealed,
    /// What was sealed is none.
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// A text in which there is no sealed report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a report begins with {BEGINS} and ends with {ENDS}; copy all of it")]
pub struct ArmourError;

impl ReportSecret {
    /// The secret of who signs a list with this key: made of that, so that there is nothing more to keep.
    #[must_use]
    pub fn of_list(key: &SigningKey) -> Self {
        let material = Zeroizing::new([KEY_CONTEXT, key.as_bytes()].concat());
        Self(X25519HkdfSha256::derive_keypair(&material).0)
    }

    /// For whom reports are sealed that this opens.
    #[must_use]
    pub fn key(&self) -> ReportKey {
        ReportKey(X25519HkdfSha256::sk_to_pk(&self.0).to_bytes().into())
    }
}

impl SealedReport {
    /// Seals a report for the keeper of the list of this key. `random` is used for nothing else, and once.
    ///
    /// # Errors
    /// [`UnsealError::Report`] for a report that no reader takes, [`UnsealError::Sealed`] for a key that is none.
    pub fn seal(
        report: &Report,
        list: &[u8; 32],
        reader: &ReportKey,
        random: [u8; 32],
    ) -> Result<Self, UnsealError> {
        let plain = Zeroizing::new(report.encode()?);
        let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&reader.0);
        let to = to.map_err(|_| UnsealError::Sealed)?;
        let (encapsulated, sealed) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeS::Base,
                &to,
                CONTEXT,
                &plain,
                list,
                &mut Once(Zeroizing::new(random)),
            )
            .map_err(|_| UnsealError::Sealed)?;
        Ok(Self([&list[..], &encapsulated.to_bytes(), &sealed].concat()))
    }

    /// Opens it, for who keeps the list of this key.
    ///
    /// # Errors
    /// An [`UnsealError`] that says why not.
    pub fn open(&self, list: &[u8; 32], secret: &ReportSecret) -> Result<Report, UnsealError> {
        let (named, rest) = self.0.split_at(32);
        if named != list {
            return Err(UnsealError::OtherList);
        }
        let (encapsulated, sealed) = rest.split_at(ENCAPSULATED_BYTES);
        let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated);
        let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &secret.0,
            &encapsulated.map_err(|_| UnsealError::Sealed)?,
            CONTEXT,
            sealed,
            list,
        );
        Ok(Report::decode(&Zeroizing::new(plain.map_err(|_| UnsealError::Sealed)?))?)
    }

    /// Its bytes, as they travel.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<Vec<u8>> for SealedReport {
    type Error = UnsealError;

    fn try_from(bytes: Vec<u8>) -> Result<Self, UnsealError> {
        let sealed = bytes.len().checked_sub(HEAD_BYTES + TAG_BYTES).ok_or(UnsealError::Length)?;
        if sealed > MAX_REPORT_BYTES { Err(UnsealError::Length) } else { Ok(Self(bytes)) }
    }
}

/// The list that it is for, and nothing of what it says.
impl fmt::Debug for SealedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedReport({})", data_encoding::HEXLOWER.encode(&self.0[..32]))
    }
}

/// As text that people pass on.
impl fmt::Display for SealedReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = BASE64.encode(&self.0);
        writeln!(f, "{BEGINS}")?;
        for line in text.as_bytes().chunks(LINE_CHARS) {
            writeln!(f, "{}", str::from_utf8(line).expect("base64 is ASCII"))?;
        }
        writeln!(f, "{ENDS}")
    }
}

/// From text, in which other words may stand before and after it, and space anywhere.
impl std::str::FromStr for SealedReport {
    type Err = ArmourError;

    fn from_str(text: &str) -> Result<Self, ArmourError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ArmourError);
        }
        let (_, rest) = text.split_once(BEGINS).ok_or(ArmourError)?;
        let (body, _) = rest.split_once(ENDS).ok_or(ArmourError)?;
        let body: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
        let bytes = BASE64.decode(body.as_bytes()).map_err(|_| ArmourError)?;
        Self::try_from(bytes).map_err(|_| ArmourError)
    }
}

/// Thirty-two random bytes as the source of chance that HPKE draws one key from.
struct Once(Zeroizing<[u8; 32]>);

impl TryRng for Once {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("HPKE draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("HPKE draws bytes")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        // Only a key of 32 bytes is drawn, once: the vectors hold it to RFC 9180.
        bytes.copy_from_slice(&*self.0);
        Ok(())
    }
}

impl TryCryptoRng for Once {}
