use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use crate::ident::{CLOCK_TOLERANCE, Certificate, CertificateError, MAX_SESSION, Session, SessionId};
use crate::media::UnixMs;
use crate::vectors::{all, expected, follow_cose, hex, hex32, load, named};

fn session(room_seed: [u8; 32], seed: [u8; 32]) -> Session {
    let room = SigningKey::from_bytes(&room_seed);
    Session::new(seed, &room, UnixMs(1_795_253_045_250), UnixMs(1_795_267_444_250)).unwrap()
}

#[test]
fn certificates_of_the_vectors() {
    for vector in all(&load!("certificate"), "certificates") {
        let room = SigningKey::from_bytes(&hex32(&vector["room_seed"]));
        let time = |name: &str| UnixMs(vector[name].as_u64().unwrap());
        let session =
            Session::new(hex32(&vector["session_seed"]), &room, time("from_ms"), time("until_ms")).unwrap();
        let certificate = session.certificate();
        assert_eq!(certificate.encode(), hex(&vector["encoded"]), "{vector}");
        assert_eq!(certificate.session().public_key(), hex32(&vector["session"]));
        assert_eq!(certificate.room().public_key(), hex32(&vector["room_key"]));
        assert_eq!(certificate.room().to_string(), vector["room"].as_str().unwrap());
        assert_eq!(certificate.from().0, vector["nbf"].as_u64().unwrap() * 1000);
        assert_eq!(certificate.until().0, vector["exp"].as_u64().unwrap() * 1000);
        assert_eq!(Certificate::decode(&certificate.encode()).as_ref(), Ok(certificate));
        follow_cose(&vector, hex32(&vector["room_key"]));
    }
}

#[test]
fn times_of_the_vectors() {
    for vector in all(&load!("certificate"), "times") {
        let certificate = Certificate::decode(&hex(&vector["encoded"])).unwrap();
        let now = UnixMs(vector["now"].as_u64().unwrap());
        assert_eq!(named(certificate.check(now)), expected(&vector), "{vector}");
    }
}

#[test]
fn refused_certificates_of_the_vectors() {
    for vector in all(&load!("certificate"), "refused") {
        assert_eq!(named(Certificate::decode(&hex(&vector["encoded"]))), expected(&vector), "{vector}");
    }
}

#[test]
fn signatures_of_the_vectors() {
    for vector in all(&load!("certificate"), "signatures") {
        let session = session([0; 32], hex32(&vector["session_seed"]));
        let (context, message) = (vector["context"].as_str().unwrap().as_bytes(), hex(&vector["message"]));
        assert_eq!(session.id().public_key(), hex32(&vector["session"]));
        assert_eq!([context, &[0], &message].concat(), hex(&vector["signed"]));
        assert_eq!(session.sign(context, &message).to_vec(), hex(&vector["signature"]));
    }
}

#[test]
fn a_span_is_neither_empty_nor_endless() {
    let issue = |from, until| {
        let (room, id) = (SigningKey::from_bytes(&[1; 32]), session([1; 32], [2; 32]).id());
        Certificate::issue(&room, id, UnixMs(from), UnixMs(until)).map(|_| ())
    };
    let month = MAX_SESSION.as_millis() as u64;
    // A second is the least: what begins and ends within one covers all of it.
    assert_eq!(issue(1000, 1001), Ok(()));
    assert_eq!(issue(1000, 1000), Err(CertificateError::Span));
    assert_eq!(issue(2000, 1000), Err(CertificateError::Span));
    assert_eq!(issue(1000, 1000 + month), Ok(()));
    assert_eq!(issue(1000, 1001 + month), Err(CertificateError::Span));
    assert_eq!(issue(u64::MAX - 5000, u64::MAX), Err(CertificateError::Span));
}

#[test]
fn a_session_takes_only_its_own_certificate() {
    let made = session([1; 32], [2; 32]);
    let certificate = made.certificate().clone();
    assert_eq!(Session::certified([2; 32], certificate.clone()).unwrap().room(), made.room());
    assert_eq!(Session::certified([3; 32], certificate).map(|_| ()).unwrap_err(), CertificateError::OtherKey);
}

#[test]
fn the_key_does_not_show_in_logs() {
    let seed = [0x5a; 32];
    let shown = format!("{:?}", session([1; 32], seed));
    assert!(!shown.contains("5a5a") && !shown.contains("90, 90"), "{shown}");
}

proptest! {
    #[test]
    fn certificates_round_trip(room: [u8; 32], seed: [u8; 32], from in 0..u64::MAX / 2, span in 1..2_678_399_000_u64) {
        let room_key = SigningKey::from_bytes(&room);
        let session = Session::new(seed, &room_key, UnixMs(from), UnixMs(from + span)).unwrap();
        let certificate = Certificate::decode(&session.certificate().encode()).unwrap();
        prop_assert_eq!(&certificate, session.certificate());
        prop_assert!(certificate.from().0 <= from && from + span <= certificate.until().0);
        prop_assert_eq!(certificate.check(UnixMs(from)), Ok(()));
        let tolerance = CLOCK_TOLERANCE.as_millis() as u64;
        prop_assert_eq!(
            certificate.check(UnixMs(certificate.until().0 + tolerance + 1)),
            Err(CertificateError::Expired)
        );
    }

    #[test]
    fn no_byte_of_a_certificate_can_be_changed(at: prop::sample::Index, bit in 0..8_u8) {
        let mut bytes = session([1; 32], [2; 32]).certificate().encode().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(Certificate::decode(&bytes).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::decode(&bytes);
    }

    #[test]
    fn a_signature_is_of_its_key_context_and_message(
        seed: [u8; 32], message: Vec<u8>, other: Vec<u8>, at in 0..64_usize, bit in 0..8_u8,
    ) {
        prop_assume!(message != other);
        let session = session([1; 32], seed);
        let signature = session.sign(b"one", &message);
        let verify = |context: &[u8], message: &[u8], signature: &[u8; 64]| {
            session.id().verify(context, message, signature).is_ok()
        };
        prop_assert!(verify(b"one", &message, &signature));
        prop_assert!(!verify(b"two", &message, &signature));
        prop_assert!(!verify(b"one", &other, &signature));
        let mut damaged = signature;
        damaged[at] ^= 1 << bit;
        prop_assert!(!verify(b"one", &message, &damaged));
        let stranger = SessionId::from_public_key(SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes()).unwrap();
        prop_assert!(stranger.verify(b"one", &message, &signature).is_err());
    }
}
