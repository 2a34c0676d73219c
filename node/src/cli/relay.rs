//! `parlor relay`.

use std::process::ExitCode;

use clap::Args;

use super::network::{NetworkFlags, room};
use super::{DataFlags, log_to_stderr, runtime};
use crate::app;
use crate::config::Layer;

/// Carry rooms and circuits for others: no camera, no studio.
#[derive(Args)]
pub(super) struct Relay {
    /// Rooms to carry: invite links or room ids. Their content stays sealed to the relay
    #[arg(value_name = "ROOM")]
    rooms: Vec<String>,
    #[command(flatten)]
    network: NetworkFlags,
    #[command(flatten)]
    data: DataFlags,
    /// Print one line of JSON on standard output once the relay serves
    #[arg(long, env = "PARLOR_JSON")]
    json: bool,
}

impl Relay {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let config = self.data.merge(Layer { network: self.network.layer(), ..Layer::default() })?;
        let rooms = self.rooms.iter().map(|text| room(text)).collect::<Result<Vec<_>, _>>()?;
        log_to_stderr();
        let json = self.json;
        let done = runtime()?.block_on(app::relay(config, rooms, |ready| {
            if json {
                println!("{}", serde_json::to_string(ready).expect("the ready line is plain text"));
            } else {
                println!("This relay is reached at:");
                ready.p2p.iter().for_each(|address| println!("  {address}"));
                println!("Stop with Ctrl-C.");
            }
        }));
        done.map(|()| ExitCode::SUCCESS).map_err(|error| error.to_string())
    }
}
