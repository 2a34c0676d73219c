//! The command line of `parlor-sim`.

mod args;
mod many;
mod single;
mod table;

use std::fmt::Display;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use indicatif::{ProgressBar, ProgressStyle};

use self::args::{Args, Command};
use crate::scenario;

/// Why the program ends with an error: one sentence, and the exit code that goes with it.
struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    /// Something that was asked for makes no sense.
    fn usage(sentence: impl Display) -> Self {
        Self { sentence: sentence.to_string(), code: 2 }
    }

    /// It could not be done.
    fn failed(sentence: impl Display) -> Self {
        Self { sentence: sentence.to_string(), code: 1 }
    }
}

/// Does what the command line says. Exit codes: 0 done, 1 failed, 2 wrong usage.
#[must_use]
pub fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Run(run) => single::run(&run),
        Command::Sweep(sweep) => many::sweep(&sweep),
        Command::List => list(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // A reader that is gone hears nothing, and nothing can be done about it.
            let _ = writeln!(std::io::stderr(), "parlor-sim: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

fn list() -> Result<(), Failure> {
    for name in scenario::names() {
        let scenario = scenario::load(name).map_err(Failure::failed)?;
        say(&format!("{name:12} {}", scenario.about))?;
    }
    Ok(())
}

/// Prints a line, or some.
fn say(lines: &str) -> Result<(), Failure> {
    let gone = |error| Failure::failed(format!("the output cannot be written: {error}"));
    writeln!(std::io::stdout(), "{lines}").map_err(gone)
}

/// A bar on standard error of so many steps; it hides itself where that is no terminal.
fn bar(name: &str, steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:40} {percent:>3} %, {eta} to go");
    let bar = ProgressBar::new(steps).with_message(name.to_owned());
    bar.set_style(style.expect("the template is a constant"));
    bar
}
