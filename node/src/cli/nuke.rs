//! `parlor nuke`.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use super::{DataFlags, say_error};
use crate::config::Layer;
use crate::store::{Destroyed, Store};

/// Destroy the node's keys, then everything else that it keeps.
///
/// Nobody can bring the room back afterwards, and its links lead nowhere. Files are written over before they are
/// removed; memory cards and solid-state drives may keep old copies all the same, so encrypt the disk of a node whose
/// keys matter. The configuration file is yours, and stays.
#[derive(Args)]
pub(super) struct Nuke {
    #[command(flatten)]
    data: DataFlags,
    /// Do not ask first
    #[arg(long)]
    yes: bool,
}

impl Nuke {
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let config = self.data.merge(Layer::default())?;
        let Some(dir) = config.data_dir else {
            println!("An ephemeral node keeps nothing; there is nothing to destroy.");
            return Ok(ExitCode::SUCCESS);
        };
        if !dir.exists() {
            println!("There is nothing at {}.", dir.display());
            return Ok(ExitCode::SUCCESS);
        }
        if !self.yes && !io::stdin().is_terminal() {
            say_error("nothing was destroyed: there is nobody to ask; say --yes to go on without");
            return Ok(ExitCode::from(2));
        }
        if !self.yes && !is_meant(&dir).map_err(|error| error.to_string())? {
            println!("Nothing was destroyed.");
            return Ok(ExitCode::from(1));
        }
        let Destroyed { files, folder } =
            Store::destroy_in(dir.clone()).map_err(|error| error.to_string())?;
        for file in files {
            println!("Destroyed {}", file.display());
        }
        if !folder {
            println!("The folder {} stays: something else is in it.", dir.display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Asks, once.
fn is_meant(dir: &Path) -> io::Result<bool> {
    println!("This destroys the keys and settings in {}.", dir.display());
    println!("Nobody can bring the room back afterwards, you included.");
    print!("Type \"destroy\" to do it: ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == "destroy")
}
