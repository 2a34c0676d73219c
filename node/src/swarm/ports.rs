//! One port number for every socket of a node that may have any: people open one number in their router, and read one.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

/// Numbers that are tried. Of those that the system gives for one socket, few are taken for another.
const TRIES: usize = 16;

/// The kinds of sockets that a node listens with, on every interface.
const KINDS: [Kind; 4] = [
    Kind { is_v6: false, is_tcp: false },
    Kind { is_v6: true, is_tcp: false },
    Kind { is_v6: false, is_tcp: true },
    Kind { is_v6: true, is_tcp: true },
];

#[derive(Clone, Copy)]
struct Kind {
    is_v6: bool,
    is_tcp: bool,
}

/// A number that is free for UDP and TCP, IPv4 and IPv6. A family that the system lacks has nothing taken.
///
/// # Errors
/// Those of the system where it gives no socket, and [`io::ErrorKind::AddrInUse`] where each number was taken for one.
pub(super) fn free_for_all() -> io::Result<u16> {
    free_from(|| bind(KINDS[0], 0).and_then(|socket| port_of(&socket)))
}

/// The first free one of the numbers that `pick` gives, of as many as are tried.
fn free_from(mut pick: impl FnMut() -> io::Result<u16>) -> io::Result<u16> {
    for _ in 0..TRIES {
        let port = pick()?;
        if KINDS.into_iter().all(|kind| is_free(kind, port)) {
            return Ok(port);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

/// Whether nothing else has the number. What else is wrong, the listener itself will say.
fn is_free(kind: Kind, port: u16) -> bool {
    bind(kind, port).err().is_none_or(|error| error.kind() != io::ErrorKind::AddrInUse)
}

fn bind(Kind { is_v6, is_tcp }: Kind, port: u16) -> io::Result<Socket> {
    let domain = if is_v6 { Domain::IPV6 } else { Domain::IPV4 };
    let (kind, protocol) = if is_tcp { (Type::STREAM, Protocol::TCP) } else { (Type::DGRAM, Protocol::UDP) };
    let socket = Socket::new(domain, kind, Some(protocol))?;
    let address: SocketAddr = if is_v6 {
        // As the listeners do: IPv4 has sockets of its own.
        socket.set_only_v6(true)?;
        (Ipv6Addr::UNSPECIFIED, port).into()
    } else {
        (Ipv4Addr::UNSPECIFIED, port).into()
    };
    socket.bind(&address.into())?;
    Ok(socket)
}

fn port_of(socket: &Socket) -> io::Result<u16> {
    let address = socket.local_addr()?.as_socket();
    address.map(|address| address.port()).ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_one_socket_has_is_not_taken() {
        for kind in KINDS {
            // A system may lack IPv6.
            let Ok(taken) = bind(kind, 0) else { continue };
            let taken_port = port_of(&taken).unwrap();
            let mut picks = 0;
            let found = free_from(|| {
                picks += 1;
                if picks < TRIES { Ok(taken_port) } else { free_for_all() }
            });
            assert_ne!(found.unwrap(), taken_port);
            assert_eq!(picks, TRIES);
            let error = free_from(|| Ok(taken_port)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        }
    }
}
