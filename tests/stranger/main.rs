//! Peers that are not Parlor's: one that only looks, and one that means harm. The tests run them beside real nodes.
//!
//! ```sh
//! parlor-stranger look BOOTSTRAP ROOM    # prints all that a stranger can learn, as the events of libp2p say it
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a tool of the tests, which panics as a test does"
)]

mod look;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["look", bootstrap, room] => look::look(bootstrap.parse().unwrap(), room.parse().unwrap()).await,
        _ => {
            eprintln!("usage: parlor-stranger look BOOTSTRAP ROOM");
            std::process::exit(2);
        }
    }
}
