//! What goes wrong with QUIC.

use std::io;

/// What goes wrong with QUIC. No text names an address or a peer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The system has no socket for us, or closed it; the node is at fault.
    #[error("the UDP socket fails: {0}")]
    Socket(#[from] io::Error),
    /// No certificate can be made of the node's key; the node is at fault.
    #[error("no certificate can be made of the node's key: {0}")]
    Certificate(#[from] libp2p_tls::certificate::GenError),
    /// The TLS library refuses our settings; the node is at fault.
    #[error("TLS can't be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// The address can't be reached from our sockets, or they are closing.
    #[error("the address can't be dialled: {0}")]
    Unreachable(#[from] quinn::ConnectError),
    /// The connection could not be made, or broke. The text says who ended it.
    #[error("no connection: {0}")]
    Connection(#[from] quinn::ConnectionError),
    /// Nobody answered in time, or not in full.
    #[error("the peer did not answer in time")]
    TimedOut,
    /// Somebody answered at the address, but not the peer that was dialled.
    #[error("another peer is at this address")]
    WrongPeer,
    /// The peer came without a certificate that names it. TLS lets nobody through without, so this is a bug of ours.
    #[error("the peer has not shown who it is")]
    Nameless,
    /// A hole is punched from the socket that the peer will dial, so the node must listen first.
    #[error("no hole can be punched: the node does not listen there")]
    NotListening,
    /// Enough holes are being punched, or one to this address; the caller is at fault.
    #[error("too many holes are being punched at once")]
    Busy,
}
