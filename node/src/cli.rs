//! The command line: what `parlor` understands, and how it ends.

mod doctor;
mod network;
mod nuke;
mod relay;
mod remains;
mod rooms;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use parlor_media::Source;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer as _, fmt};

use tokio::runtime::Runtime;

use crate::app;
use crate::carry::Visibility;
use crate::config::{Config, ConfigError, Layer, NetworkLayer};
use crate::swarm::Reach;

/// A camera room of one's own: captures, encodes and serves live video from home.
#[derive(Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

#[derive(Subcommand)]
enum Command {
    /// Start the node: room, studio, web pages (also without a command)
    Run(Run),
    /// Carry rooms and circuits for others: no camera, no studio
    Relay(relay::Relay),
    /// List the rooms that are on air and listed
    Rooms(rooms::Rooms),
    /// Join a room without a browser
    Watch(watch::Watch),
    /// Check camera, encoders and ports, and say how to mend what is missing
    Doctor(doctor::Doctor),
    /// Destroy the node's keys, then everything else that it keeps
    Nuke(nuke::Nuke),
}

/// Start the node: room, studio, web pages.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Run {
    /// Where the web pages are served; port 0: any free one [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDR:PORT", env = "PARLOR_LISTEN")]
    listen: Option<SocketAddr>,
    /// Where the picture comes from [default: as the studio left it, else auto]
    #[arg(
        long,
        value_name = "auto|test|none|libcamera|v4l2:PATH|rtsp://…|file:PATH",
        env = "PARLOR_CAMERA",
        hide_env_values = true
    )]
    camera: Option<Source>,
    /// On air at once, by which you state that everybody on camera is an adult and consents; otherwise you go live in the
    /// studio, which asks
    #[arg(long, env = "PARLOR_LIVE")]
    live: bool,
    /// Who learns of your room [default: as the studio left it, else invite]
    #[arg(long, value_enum, env = "PARLOR_VISIBILITY")]
    visibility: Option<Visibility>,
    /// How others reach you: directly, or only through relays, which hides your address [default: as the studio left
    /// it, else direct]
    #[arg(long, value_enum, env = "PARLOR_REACH")]
    reach: Option<Reach>,
    #[command(flatten)]
    network: network::NetworkFlags,
    #[command(flatten)]
    data: DataFlags,
    /// Print the configuration as a commented file, and stop
    #[arg(long)]
    print_config: bool,
    /// Print one line of JSON on standard output once the node serves
    #[arg(long, env = "PARLOR_JSON")]
    json: bool,
}

/// Where a node keeps what it keeps, and where its configuration stands.
#[derive(Args)]
struct DataFlags {
    /// Where the node's keys and your settings are kept
    #[arg(long, value_name = "DIR", env = "PARLOR_DATA_DIR", conflicts_with = "ephemeral")]
    data_dir: Option<PathBuf>,
    /// Keep nothing on disk: keys and addresses are new at every start
    #[arg(long, env = "PARLOR_EPHEMERAL")]
    ephemeral: bool,
    /// Read the configuration from this file; flags and the environment win over it
    #[arg(long, value_name = "FILE", env = "PARLOR_CONFIG")]
    config: Option<PathBuf>,
}

impl DataFlags {
    /// The file's layer, with this one on top, and these flags on top of both.
    fn merge(&self, flags: Layer) -> Result<Config, String> {
        let sentence = |error: ConfigError| error.to_string();
        let file = self.config.as_deref().map(Layer::read).transpose().map_err(sentence)?.unwrap_or_default();
        let layer = Layer {
            data_dir: self.data_dir.clone(),
            // A folder that was asked for is used, whatever the file says.
            ephemeral: if self.data_dir.is_some() { Some(false) } else { self.ephemeral.then_some(true) },
            ..flags
        };
        file.under(layer).resolve().map_err(sentence)
    }
}

impl Run {
    /// The layer that flags and environment make.
    fn layer(&self) -> Layer {
        let network = NetworkLayer { visibility: self.visibility, reach: self.reach, ..self.network.layer() };
        Layer {
            listen: self.listen,
            camera: self.camera.clone(),
            live: self.live.then_some(true),
            network,
            ..Layer::default()
        }
    }
}

/// Runs the command line. Exit codes: 0 done, 1 failed, 2 wrong usage.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = remains::forbid().and_then(|()| match cli.command.unwrap_or(Command::Run(cli.run)) {
        Command::Run(run) => start(&run),
        Command::Relay(relay) => relay.run(),
        Command::Rooms(rooms) => rooms.run(),
        Command::Watch(watch) => watch.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Nuke(nuke) => nuke.run(),
    });
    remains::overwrite_stack();
    match done {
        Ok(code) => code,
        Err(sentence) => {
            say_error(&sentence);
            ExitCode::from(1)
        }
    }
}

#[allow(clippy::print_stderr, reason = "the one place where a command's failure is told")]
fn say_error(sentence: &str) {
    eprintln!("parlor: {sentence}");
}

fn start(run: &Run) -> Result<ExitCode, String> {
    let config = run.data.merge(run.layer())?;
    if run.print_config {
        print!("{config}");
        return Ok(ExitCode::SUCCESS);
    }
    log_to_stderr();
    let json = run.json;
    let done = runtime()?.block_on(app::run(config, |ready| {
        if json {
            println!("{}", serde_json::to_string(ready).expect("the ready line is plain text"));
        } else {
            println!("{ready}");
        }
    }));
    done.map(|()| ExitCode::SUCCESS).map_err(|error| error.to_string())
}

fn runtime() -> Result<Runtime, String> {
    Runtime::new().map_err(|error| format!("the system gave no threads: {error}"))
}

/// Warnings and errors of the node itself go to standard error; `PARLOR_LOG` asks for more. Viewers are in none: the
/// libraries, which know their addresses and requests, stay silent whatever is asked for.
fn log_to_stderr() {
    let wanted = EnvFilter::try_from_env("PARLOR_LOG")
        .unwrap_or_else(|_| EnvFilter::new("off,parlor=warn,parlor_media=warn"));
    let ours = filter_fn(|metadata| metadata.target().starts_with("parlor"));
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(lines.with_filter(wanted.and(ours))).init();
}
