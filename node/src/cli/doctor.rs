//! `parlor doctor`: what this machine has, what is missing, and how to mend it.

mod network;

use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::config::{Config, Layer};

/// Check camera, encoders, ports and the network, and say how to mend what is missing.
#[derive(Args)]
pub(super) struct Doctor {
    /// Print the findings as one JSON document
    #[arg(long)]
    json: bool,
    /// Check for the node that this file configures
    #[arg(long, value_name = "FILE", env = "PARLOR_CONFIG")]
    config: Option<PathBuf>,
}

/// How a finding is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// All is well.
    Good,
    /// Something is not there that not everybody needs.
    Note,
    /// The node can't do its work like this.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    /// What was looked at.
    subject: String,
    verdict: Verdict,
    /// What was found.
    found: String,
    /// What to do about it; empty where there is nothing to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    remedy: String,
}

impl Doctor {
    /// Prints the findings; the exit code is 1 where one of them is bad.
    pub(super) fn run(&self) -> Result<ExitCode, String> {
        let file = self.config.as_deref().map(Layer::read).transpose();
        let layer = file.map_err(|error| error.to_string())?.unwrap_or_default();
        let config = layer.resolve().map_err(|error| error.to_string())?;
        let progress = self.progress();
        let mut findings = media(&config, &progress);
        progress.set_message("looking at ports");
        findings.extend(ports(&config));
        progress.set_message("asking other nodes");
        findings.extend(network::look(&config));
        progress.finish_and_clear();
        if self.json {
            println!("{}", serde_json::json!({ "findings": findings }));
        } else {
            findings.iter().for_each(print);
        }
        let is_bad = findings.iter().any(|finding| finding.verdict == Verdict::Bad);
        Ok(ExitCode::from(u8::from(is_bad)))
    }

    /// A spinner on a terminal, for encoders take a few seconds to measure; nothing elsewhere.
    fn progress(&self) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is well formed");
        let bar = ProgressBar::new_spinner().with_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }
}

fn print(finding: &Finding) {
    let mark = match finding.verdict {
        Verdict::Good => "✓",
        Verdict::Note => "–",
        Verdict::Bad => "✗",
    };
    println!("{mark} {}: {}", finding.subject, finding.found);
    if !finding.remedy.is_empty() {
        println!("    {}", finding.remedy);
    }
}

#[cfg(feature = "gstreamer")]
fn media(config: &Config, progress: &ProgressBar) -> Vec<Finding> {
    progress.set_message("looking for cameras");
    let mut findings: Vec<_> =
        parlor_media::cameras().into_iter().map(|camera| good("Camera", camera.label)).collect();
    if findings.is_empty() {
        let found = "none was found; the test picture is shown in its place";
        findings.push(note("Camera", found, "Plug one in, or broadcast with OBS as the studio says."));
    }
    match examine(config, progress) {
        Ok(more) => findings.extend(more),
        Err(error) => findings.push(bad("GStreamer", error.to_string(), "Mend this first, then look again.")),
    }
    findings
}

/// Looks at GStreamer's elements and measures its encoders.
#[cfg(feature = "gstreamer")]
fn examine(config: &Config, progress: &ProgressBar) -> Result<Vec<Finding>, parlor_media::BroadcastError> {
    use parlor_media::doctor;

    let mut findings = Vec::new();
    findings.extend(doctor::elements()?.into_iter().map(element));
    let settings = parlor_media::Settings {
        quality: config.quality.unwrap_or_default(),
        keyframe_interval: config.keyframe_interval,
        ..parlor_media::Settings::default()
    };
    let quality = settings.quality;
    let size = format!("{}×{} at {} fps", quality.width, quality.height, quality.fps);
    let encoders = doctor::encoders(&settings, |name| progress.set_message(format!("measuring {name}")))?;
    for encoder in &encoders {
        findings.push(match &encoder.speed {
            Ok(speed) if *speed >= 1.0 => good(encoder.name, format!("{speed:.1} × real time for {size}")),
            Ok(speed) => note(
                encoder.name,
                format!("only {speed:.1} × real time for {size}"),
                "Choose a smaller picture or fewer frames per second in the studio.",
            ),
            Err(reason) => note(encoder.name, format!("does not work here: {reason}"), ""),
        });
    }
    if encoders.iter().all(|encoder| encoder.speed.is_err()) {
        findings.push(bad("H.264", "no encoder works", "sudo apt install gstreamer1.0-plugins-ugly"));
    }
    Ok(findings)
}

#[cfg(feature = "gstreamer")]
fn element(element: parlor_media::doctor::Element) -> Finding {
    let found = || format!("missing, for {}", element.purpose);
    let remedy = || format!("sudo apt install {}", element.package);
    if element.present {
        good(element.name, element.purpose)
    } else if element.device {
        note(element.name, format!("this machine does not offer {}", element.purpose), "")
    } else if element.required {
        bad(element.name, found(), remedy())
    } else {
        note(element.name, found(), remedy())
    }
}

#[cfg(not(feature = "gstreamer"))]
fn media(_: &Config, _: &ProgressBar) -> Vec<Finding> {
    let found = "this node was built to watch and to relay only";
    vec![note("Camera", found, "Install the full Parlor to broadcast.")]
}

/// Whether the node could listen where it is configured to.
fn ports(config: &Config) -> Vec<Finding> {
    let tcp = |address: SocketAddr| TcpListener::bind(address).map(drop);
    let udp = |address: SocketAddr| UdpSocket::bind(address).map(drop);
    let check = |subject: &str, address: SocketAddr, bound: std::io::Result<()>, key: &str| match bound {
        Ok(()) => good(subject, format!("{address} is free")),
        Err(error) => bad(
            subject,
            format!("{address} cannot be used: {error}"),
            format!("Stop the program that has it (maybe a running Parlor), or change {key}."),
        ),
    };
    vec![
        check("Web pages", config.listen, tcp(config.listen), "--listen"),
        check("RTMP", config.rtmp.listen, tcp(config.rtmp.listen), "`listen` in the section [rtmp]"),
        check("SRT", config.srt.listen, udp(config.srt.listen), "`listen` in the section [srt]"),
    ]
}

fn good(subject: impl Into<String>, found: impl Into<String>) -> Finding {
    Finding { subject: subject.into(), verdict: Verdict::Good, found: found.into(), remedy: String::new() }
}

fn note(subject: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { subject: subject.into(), verdict: Verdict::Note, found: found.into(), remedy: remedy.into() }
}

fn bad(subject: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { subject: subject.into(), verdict: Verdict::Bad, found: found.into(), remedy: remedy.into() }
}
