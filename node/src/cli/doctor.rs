//! `parlor doctor`: what this machine has, what is missing, and how to mend it.

use std::io::IsTerminal;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::config::{Config, Layer};

/// Check camera, encoders and ports, and say how to mend what is missing.
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
    use parlor_media::doctor;

    progress.set_message("looking for cameras");
    let cameras = parlor_media::cameras();
    let mut findings: Vec<_> = cameras
        .iter()
        .map(|camera| good("Camera", camera.label.clone()))
        .collect();
    if cameras.is_empty() {
        findings.push(Finding {
            subject: "Camera".into(),
            verdict: Verdict::Note,
            found: "none was found; the test picture is shown in its place".into(),
            remedy: "Plug a camera in, or broadcast with OBS: the studio has its address and key.".into(),
        });
    }
    for element in doctor::elements() {
        findings.push(match element {
            doctor::Element {
                name,
                is_present: true,
                purpose,
                ..
            } => good(name, purpose),
            doctor::Element {
                name,
                package,
                purpose,
                is_required,
                ..
            } => Finding {
                subject: name.into(),
                verdict: if is_required { Verdict::Bad } else { Verdict::Note },
                found: format!("missing, for {purpose}"),
                remedy: format!("sudo apt install {package}"),
            },
        });
    }
    let quality = config.quality.unwrap_or_default();
    let encoders = doctor::encoders(quality, |encoder| {
        progress.set_message(format!("measuring {encoder}"))
    });
    let size = format!("{}×{} at {} fps", quality.width, quality.height, quality.fps);
    for encoder in &encoders {
        findings.push(match &encoder.result {
            Ok(speed) if *speed >= 1.0 => good(encoder.name, format!("{speed:.1} × real time for {size}")),
            Ok(speed) => Finding {
                subject: encoder.name.into(),
                verdict: Verdict::Note,
                found: format!("only {speed:.1} × real time for {size}"),
                remedy: "Choose a smaller picture or fewer frames per second in the studio.".into(),
            },
            Err(reason) => Finding {
                subject: encoder.name.into(),
                verdict: Verdict::Note,
                found: reason.clone(),
                remedy: String::new(),
            },
        });
    }
    if !encoders.iter().any(|encoder| encoder.result.is_ok()) {
        findings.push(Finding {
            subject: "H.264".into(),
            verdict: Verdict::Bad,
            found: "no encoder works".into(),
            remedy: "sudo apt install gstreamer1.0-plugins-ugly".into(),
        });
    }
    findings
}

#[cfg(not(feature = "gstreamer"))]
fn media(_: &Config, _: &ProgressBar) -> Vec<Finding> {
    vec![Finding {
        subject: "Camera".into(),
        verdict: Verdict::Note,
        found: "this node was built to watch and to relay only".into(),
        remedy: "Install the full Parlor to broadcast.".into(),
    }]
}

/// Whether the node could listen where it is configured to.
fn ports(config: &Config) -> Vec<Finding> {
    let tcp = |address: SocketAddr| TcpListener::bind(address).map(drop);
    let udp = |address: SocketAddr| UdpSocket::bind(address).map(drop);
    let check = |subject: &str, address: SocketAddr, bound: std::io::Result<()>, key: &str| match bound {
        Ok(()) => good(subject, format!("{address} is free")),
        Err(error) => Finding {
            subject: subject.into(),
            verdict: Verdict::Bad,
            found: format!("{address} cannot be used: {error}"),
            remedy: format!("Stop the program that has it (maybe a running Parlor), or change {key}."),
        },
    };
    vec![
        check("Web pages", config.listen, tcp(config.listen), "--listen"),
        check(
            "RTMP",
            config.rtmp.listen,
            tcp(config.rtmp.listen),
            "`listen` in the section [rtmp]",
        ),
        check(
            "SRT",
            config.srt.listen,
            udp(config.srt.listen),
            "`listen` in the section [srt]",
        ),
    ]
}

fn good(subject: impl Into<String>, found: impl Into<String>) -> Finding {
    Finding {
        subject: subject.into(),
        verdict: Verdict::Good,
        found: found.into(),
        remedy: String::new(),
    }
}
