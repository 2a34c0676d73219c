//! Who is at the other end: TLS 1.3 with libp2p's certificates (libp2p specification `tls/tls.md`).
//!
//! Each side shows one self-signed certificate, in which its peer key vouches for the certificate's key. `libp2p_tls`
//! makes and checks these certificates; what is ours is which ciphers are offered in which order, that a dialled address
//! must belong to the dialled peer, and that nothing outlasts a connection (no tickets, no key log).

use std::sync::Arc;

use libp2p::PeerId;
use libp2p::identity::Keypair;
use libp2p_tls::certificate;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, cipher_suite};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, OtherError, SignatureScheme,
    SupportedCipherSuite,
};

use super::Error;

/// The protocol inside, by which QUIC of libp2p is told from other QUIC (libp2p specification `quic`).
const ALPN: &[u8] = b"libp2p";

/// What a certificate and a handshake may be signed with; `libp2p_tls` checks no others.
const SCHEMES: [SignatureScheme; 9] = [
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ED25519,
    SignatureScheme::RSA_PSS_SHA512,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PKCS1_SHA512,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA256,
];

/// Our end of TLS.
pub(super) struct Identity {
    certificate: Arc<SingleCertAndKey>,
    provider: Arc<CryptoProvider>,
    has_fast_aes: bool,
}

impl Identity {
    /// A certificate for this key, made anew: its own key is in memory alone.
    pub(super) fn new(key: &Keypair) -> Result<Self, Error> {
        let has_fast_aes = has_fast_aes();
        let provider =
            CryptoProvider { cipher_suites: ciphers(has_fast_aes), ..aws_lc_rs::default_provider() };
        let (certificate, private_key) = certificate::generate(key)?;
        let private_key = provider.key_provider.load_private_key(private_key)?;
        let certificate = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], private_key));
        Ok(Self { certificate: Arc::new(certificate), provider: Arc::new(provider), has_fast_aes })
    }

    /// TLS for who connects to us.
    pub(super) fn server(&self) -> Result<QuicServerConfig, Error> {
        let mut config = rustls::ServerConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(Verifier { expected: None }))
            .with_cert_resolver(self.certificate.clone());
        config.alpn_protocols = vec![ALPN.to_vec()];
        // A client's order says what it is slow at, so it goes first, unless we are the slow ones.
        config.ignore_client_order = !self.has_fast_aes;
        // A ticket would let who resumes with it go without a certificate.
        config.send_tls13_tickets = 0;
        Ok(config.try_into().expect("AES-128 is among the ciphers"))
    }

    /// TLS for a connection to this peer, or to whoever is there.
    pub(super) fn client(&self, expected: Option<PeerId>) -> Result<QuicClientConfig, Error> {
        let mut config = rustls::ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Verifier { expected }))
            .with_client_cert_resolver(self.certificate.clone());
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.enable_sni = false;
        config.resumption = Resumption::disabled();
        Ok(config.try_into().expect("AES-128 is among the ciphers"))
    }
}

/// Who a connection's certificate names.
pub(super) fn peer_of(connection: &quinn::Connection) -> Result<PeerId, Error> {
    let certificates = connection.peer_identity().ok_or(Error::Nameless)?;
    let certificates =
        certificates.downcast::<Vec<CertificateDer<'static>>>().map_err(|_| Error::Nameless)?;
    let certificate = certificates.first().ok_or(Error::Nameless)?;
    Ok(certificate::parse(certificate).map_err(|_| Error::Nameless)?.peer_id())
}

/// The ciphers, best first. `ChaCha20` costs a processor with AES instructions 1.6 × the time per byte; without them it is
/// AES that is slow.
fn ciphers(has_fast_aes: bool) -> Vec<SupportedCipherSuite> {
    let aes = [cipher_suite::TLS13_AES_128_GCM_SHA256, cipher_suite::TLS13_AES_256_GCM_SHA384];
    let chacha = [cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    if has_fast_aes { [&aes[..], &chacha].concat() } else { [&chacha[..], &aes].concat() }
}

/// Whether this processor has instructions for AES; a Raspberry Pi 4 has none.
fn has_fast_aes() -> bool {
    #[cfg(target_arch = "x86_64")]
    let has_them = std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    let has_them = std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let has_them = false;
    has_them
}

/// Checks the other end's certificate, as both client and server.
#[derive(Debug)]
struct Verifier {
    /// Who was dialled. Checked before our own certificate goes out, so that nobody else learns who we are.
    expected: Option<PeerId>,
}

/// The certificate is good, but not of the peer that was dialled.
#[derive(Debug, thiserror::Error)]
#[error("another peer is at this address")]
struct WrongPeer;

impl Verifier {
    fn verify(&self, own: &CertificateDer<'_>, chain: &[CertificateDer<'_>]) -> Result<(), rustls::Error> {
        if !chain.is_empty() {
            return Err(CertificateError::BadEncoding.into());
        }
        let peer = certificate::parse(own)?.peer_id();
        if self.expected.is_some_and(|expected| expected != peer) {
            return Err(CertificateError::Other(OtherError(Arc::new(WrongPeer))).into());
        }
        Ok(())
    }
}

fn verify_signature(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, rustls::Error> {
    certificate::parse(certificate)?.verify_signature(signed.scheme, message, signed.signature())?;
    Ok(HandshakeSignatureValid::assertion())
}

/// TLS 1.2 is not among our versions.
fn refuse_tls12() -> Result<HandshakeSignatureValid, rustls::Error> {
    Err(rustls::PeerIncompatible::Tls12NotOffered.into())
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verify(own, chain)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        refuse_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

impl ClientCertVerifier for Verifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        own: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.verify(own, chain)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        refuse_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

#[cfg(test)]
mod tests {
    use rustls::{CipherSuite, NamedGroup};

    use super::*;

    #[test]
    fn the_fast_cipher_is_first() {
        let first = |fast_aes: bool| ciphers(fast_aes)[0].suite();
        assert_eq!(first(true), CipherSuite::TLS13_AES_128_GCM_SHA256);
        assert_eq!(first(false), CipherSuite::TLS13_CHACHA20_POLY1305_SHA256);
    }

    /// What is recorded today must stay closed when quantum computers come.
    #[test]
    fn the_key_exchange_is_a_hybrid() {
        let identity = Identity::new(&Keypair::generate_ed25519()).unwrap();
        assert_eq!(identity.provider.kx_groups[0].name(), NamedGroup::X25519MLKEM768);
    }

    #[test]
    fn another_peer_and_a_chain_are_refused() {
        let key = Keypair::generate_ed25519();
        let (own, _) = certificate::generate(&key).unwrap();
        let verifier = |expected| Verifier { expected };
        assert!(verifier(None).verify(&own, &[]).is_ok());
        assert!(verifier(Some(key.public().to_peer_id())).verify(&own, &[]).is_ok());
        assert!(verifier(Some(PeerId::random())).verify(&own, &[]).is_err());
        assert!(verifier(None).verify(&own, std::slice::from_ref(&own)).is_err());
    }

    #[test]
    fn a_certificate_that_the_peer_key_did_not_sign_is_refused() {
        let (own, _) = certificate::generate(&Keypair::generate_ed25519()).unwrap();
        let mut forged = own.to_vec();
        // The certificate ends with its own signature.
        *forged.last_mut().unwrap() ^= 1;
        assert!(Verifier { expected: None }.verify(&forged.into(), &[]).is_err());
    }
}
