//! A transport that others go before: all addresses of a peer are dialled at once, and what connects first stays.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use libp2p::Multiaddr;
use libp2p::core::transport::{DialOpts, ListenerId, TransportError, TransportEvent};
use libp2p::core::{Endpoint, Transport};
use tokio::time::sleep;

/// What the others have before this one begins: twice what RFC 8305 (section 5) gives to one more of the same kind, since
/// QUIC is worth a longer wait. Over TCP a lost packet holds up every stream, and small objects cost a relay more.
const HEAD_START: Duration = Duration::from_millis(500);

/// A transport that dials later than others.
pub(super) struct Fallback<T>(pub(super) T);

impl<T> Transport for Fallback<T>
where
    T: Transport + Unpin,
    T::Dial: Send + 'static,
    T::Output: 'static,
    T::Error: 'static,
{
    type Output = T::Output;
    type Error = T::Error;
    type ListenerUpgrade = T::ListenerUpgrade;
    type Dial = BoxFuture<'static, Result<T::Output, T::Error>>;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<T::Error>> {
        self.0.listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.0.remove_listener(id)
    }

    fn dial(
        &mut self,
        address: Multiaddr,
        options: DialOpts,
    ) -> Result<Self::Dial, TransportError<T::Error>> {
        // Both ends punch a hole at the same moment (DCUtR), or there is none.
        let waits = options.role == Endpoint::Dialer;
        // Nothing is sent before the future is polled.
        let dial = self.0.dial(address, options)?;
        Ok(async move {
            if waits {
                sleep(HEAD_START).await;
            }
            dial.await
        }
        .boxed())
    }

    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<TransportEvent<T::ListenerUpgrade, T::Error>> {
        Pin::new(&mut self.0).poll(context)
    }
}
