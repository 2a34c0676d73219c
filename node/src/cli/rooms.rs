//! `parlor rooms`.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use parlor_protocol::card::{Language, SignedCard, Tag};
use serde::Serialize;
use tokio::time::sleep;

use super::network::{NetworkFlags, join};
use super::{log_to_stderr, runtime};

/// List the rooms that are on air and listed.
#[derive(Args)]
pub(super) struct Rooms {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    /// How long to look
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    wait: u32,
    #[command(flatten)]
    network: NetworkFlags,
}

/// A room as other programs read it.
#[derive(Serialize)]
struct Listed<'a> {
    room: String,
    title: &'a str,
    tags: Vec<&'a str>,
    languages: Vec<&'a str>,
    adult: bool,
    on_air_since_ms: Option<u64>,
    viewers_at_least: u64,
}

impl Rooms {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        log_to_stderr();
        let found = runtime()?.block_on(async {
            let peers = join(&self.network).await?;
            peers.look();
            sleep(Duration::from_secs(self.wait.into())).await;
            Ok::<_, String>(peers.listed())
        })?;
        let listed: Vec<Listed<'_>> = found.iter().map(describe).collect();
        if self.json {
            println!("{}", serde_json::to_string(&listed).expect("a list of texts is JSON"));
        } else if listed.is_empty() {
            println!("No room was found; --bootstrap names a node to begin with, --wait looks longer.");
        } else {
            for room in &listed {
                let title = if room.title.is_empty() { "(no title)" } else { room.title };
                println!("{}  {title}", room.room);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn describe(card: &SignedCard) -> Listed<'_> {
    let said = card.card();
    Listed {
        room: card.room().to_string(),
        title: &said.title,
        tags: said.tags.iter().map(Tag::as_str).collect(),
        languages: said.languages.iter().map(Language::as_str).collect(),
        adult: said.adult,
        on_air_since_ms: said.on_air_since.map(|since| since.0),
        viewers_at_least: said.viewers.at_least(),
    }
}
