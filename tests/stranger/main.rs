//! Peers that are not Parlor's: one that only looks, and some that mean harm. The tests run them beside real nodes.
//!
//! ```sh
//! parlor-stranger look BOOTSTRAP ROOM         # prints all that a stranger can learn, as the events of libp2p say it
//! parlor-stranger record INVITE COUNT FILE    # keeps a room's objects for another day
//! parlor-stranger parent INVITE HARM PORT [FILE]  # passes a room on, and does harm to who is at the port at the next line of standard input
//! parlor-stranger witness INVITE ADDRESS      # checks every object that a node passes on
//! parlor-stranger flood INVITE HOW            # sends without end
//! parlor-stranger door INVITE ADDRESS         # asks about a room that it does not know, then shows the invite
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a tool of the tests, which panics as a test does"
)]

mod door;
mod flood;
mod harm;
mod look;
mod member;
mod raw;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["look", bootstrap, room] => look::look(bootstrap.parse().unwrap(), room.parse().unwrap()).await,
        ["record", invite, count, file] => {
            harm::record(&invite.parse().unwrap(), count.parse().unwrap(), file).await;
        }
        ["parent", invite, harm, port] => harm::parent(&invite.parse().unwrap(), harm, port, None).await,
        ["parent", invite, harm, port, file] => {
            harm::parent(&invite.parse().unwrap(), harm, port, Some(file)).await;
        }
        ["witness", invite, address] => {
            harm::witness(&invite.parse().unwrap(), address.parse().unwrap()).await;
        }
        ["door", invite, address] => door::door(&invite.parse().unwrap(), address.parse().unwrap()).await,
        ["flood", invite, how] => flood::flood(&invite.parse().unwrap(), how).await,
        _ => {
            eprintln!("usage: parlor-stranger look|record|parent|witness|flood|door …");
            std::process::exit(2);
        }
    }
    // A read of standard input in the background must not hold the end up.
    std::process::exit(0);
}
