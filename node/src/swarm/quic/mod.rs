//! QUIC between peers: libp2p's `/quic-v1` over quinn, with the settings that live video needs.
//!
//! On the wire it is what every libp2p node speaks (QUIC version 1, ALPN `libp2p`, libp2p's TLS certificates, one
//! bidirectional QUIC stream per substream; libp2p specifications `quic` and `tls`). What differs is inside: BBR, which
//! keeps live video alive on a lossy path where Cubic falls seconds behind; the cipher that the processor is fast at; and
//! small windows, so that a slow reader pushes back within a second of video instead of ten.
//!
//! [`Transport`] listens, dials and punches holes. Which peers to speak to, and what over the streams, is decided
//! elsewhere.

mod address;
mod config;
mod connection;
mod error;
mod hole;
mod listener;
mod stream;
#[cfg(test)]
mod tests;
mod tls;
mod transport;

pub(crate) use transport::Transport;

use config::Config;
use error::Error;
use stream::Substream;
