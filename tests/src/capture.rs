//! Packets as they pass a device, recorded by tcpdump and read from its file.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::{Namespace, Place, Scratch, in_time};

/// A recording; ended by [`Capture::end`].
pub struct Capture {
    child: Child,
    file: PathBuf,
    _scratch: Scratch,
}

/// An IP packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Who sent it.
    pub from: IpAddr,
    /// To whom.
    pub to: IpAddr,
    /// All of it, from the IP header on.
    pub bytes: Vec<u8>,
}

impl Capture {
    /// Records what passes this device, from now on.
    pub async fn start(namespace: &Namespace, device: &str) -> Self {
        let scratch = Scratch::default();
        let file = scratch.path("packets.pcap");
        let mut command = Place::In(namespace).command("tcpdump");
        // Root stays root: another user could not write into the scratch directory.
        command.args(["-i", device, "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w"]).arg(&file);
        let mut child = command.spawn().expect("tcpdump is set up: contrib/setup/setup test");
        let mut words = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let line = in_time("tcpdump's first word", words.next_line()).await.expect("words are UTF-8");
        let line = line.unwrap_or_default();
        assert!(line.contains("listening on"), "tcpdump: {line}");
        // What it says at its end must find a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = words.next_line().await {} });
        Self { child, file, _scratch: scratch }
    }

    /// Ends the recording, and gives what was recorded.
    pub async fn end(mut self) -> Vec<Packet> {
        crate::program::send("INT", self.child.id().expect("tcpdump runs")).await;
        in_time("tcpdump's end", self.child.wait()).await.expect("it can be waited for");
        read(&std::fs::read(&self.file).expect("tcpdump wrote its file"))
    }
}

/// Bytes that went from one address to another.
#[must_use]
pub fn bytes_between(packets: &[Packet], from: IpAddr, to: IpAddr) -> usize {
    packets
        .iter()
        .filter(|packet| packet.from == from && packet.to == to)
        .map(|packet| packet.bytes.len())
        .sum()
}

/// The IP packets in a file of libpcap's (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of 16 bytes and an
/// Ethernet frame each.
fn read(file: &[u8]) -> Vec<Packet> {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(number(0), 0xa1b2_c3d4, "not a file of this machine's tcpdump");
    assert_eq!(number(20), 1, "not Ethernet");
    let mut packets = Vec::new();
    let mut at = 24;
    while at + 16 <= file.len() {
        let length = number(at + 8) as usize;
        let frame = &file[at + 16..at + 16 + length];
        packets.extend(packet(frame));
        at += 16 + length;
    }
    packets
}

fn packet(frame: &[u8]) -> Option<Packet> {
    let bytes = frame.get(14..)?;
    let (from, to): (IpAddr, IpAddr) = match frame[12..14] {
        [0x08, 0x00] => (v4(bytes.get(12..16)?).into(), v4(bytes.get(16..20)?).into()),
        [0x86, 0xdd] => (v6(bytes.get(8..24)?).into(), v6(bytes.get(24..40)?).into()),
        _ => return None,
    };
    Some(Packet { from, to, bytes: bytes.to_vec() })
}

fn v4(bytes: &[u8]) -> Ipv4Addr {
    <[u8; 4]>::try_from(bytes).expect("four bytes").into()
}

fn v6(bytes: &[u8]) -> Ipv6Addr {
    <[u8; 16]>::try_from(bytes).expect("sixteen bytes").into()
}
