//! The handshake (RTMP 1.0, section 5.2): each side sends a version and a packet, and echoes the other's packet.

use std::mem;

use super::Refusal;

/// The version that everybody speaks; higher ones are proprietary.
const VERSION: u8 = 3;
/// Bytes of each of the packets 1 and 2.
const PACKET_BYTES: usize = 1536;
/// Where in a packet the random bytes start, after a time and zeroes.
const RANDOM_AT: usize = 8;

/// A server's side of the handshake.
#[derive(Default)]
pub(super) struct Handshake {
    received: Vec<u8>,
    answered: bool,
}

impl Handshake {
    /// Takes bytes from the client. Adds to `out` what must be sent, and gives the bytes after the handshake once
    /// it is complete.
    ///
    /// What the client echoes is not compared, as other servers do not either: programs that use Adobe's secret
    /// variant echo something else.
    pub(super) fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
        self.received.extend_from_slice(bytes);
        if self.received.first().is_some_and(|version| *version != VERSION) {
            return Err(Refusal::NoRtmp);
        }
        if !self.answered && self.received.len() > PACKET_BYTES {
            out.push(VERSION);
            let mut packet = [0; PACKET_BYTES];
            getrandom::fill(&mut packet[RANDOM_AT..]).expect("the operating system has randomness");
            out.extend_from_slice(&packet);
            out.extend_from_slice(&self.received[1..=PACKET_BYTES]);
            self.answered = true;
        }
        let whole = 1 + 2 * PACKET_BYTES;
        if self.received.len() < whole {
            return Ok(None);
        }
        Ok(Some(mem::take(&mut self.received).split_off(whole)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_the_client_and_keeps_what_follows() {
        let mut handshake = Handshake::default();
        let mut hello = vec![VERSION];
        hello.extend((0..PACKET_BYTES).map(|at| at as u8));
        let mut out = Vec::new();
        for byte in &hello[..PACKET_BYTES] {
            assert_eq!(handshake.receive(&[*byte], &mut out), Ok(None));
            assert!(out.is_empty());
        }
        assert_eq!(handshake.receive(&hello[PACKET_BYTES..], &mut out), Ok(None));
        assert_eq!(out.len(), 1 + 2 * PACKET_BYTES);
        assert_eq!(out[1 + PACKET_BYTES..], hello[1..]);
        let rest = [&[0; PACKET_BYTES][..], b"more"].concat();
        assert_eq!(handshake.receive(&rest, &mut out), Ok(Some(b"more".to_vec())));
    }

    #[test]
    fn another_protocol_is_told_at_its_first_byte() {
        assert_eq!(Handshake::default().receive(b"G", &mut Vec::new()), Err(Refusal::NoRtmp));
    }
}
