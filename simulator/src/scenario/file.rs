//! Reading a scenario, and refusing what makes no sense in one sentence.

use std::path::{Path, PathBuf};

use super::{Scenario, built_in};

/// The most viewers of a run: what fits into the memory of a PC.
const MAX_NODES: u32 = 100_000;
/// The longest run, in seconds.
const MAX_SECONDS: u32 = 3_600;
/// Regions of the world.
const REGIONS: u8 = 5;

/// The scenario cannot be run. Whoever wrote it, or named it, is at fault.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// There is no such thing.
    #[error("there is no scenario {0}: name one that `parlor-sim list` shows, or a TOML file")]
    Unknown(String),
    /// The file cannot be read.
    #[error("the scenario {0} cannot be read: {1}")]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// It is no scenario.
    #[error("the scenario {0} is not understood: {1}")]
    Malformed(String, String),
    /// A value makes no sense.
    #[error("the scenario {0} makes no sense: {1}")]
    Senseless(String, &'static str),
}

/// Reads the scenario of this name, or of this file.
pub fn load(name: &str) -> Result<Scenario, ScenarioError> {
    if let Some(text) = built_in(name) {
        return parse(name, text);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Err(ScenarioError::Unknown(name.to_owned()));
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| ScenarioError::Unreadable(path.into(), error))?;
    parse(name, &text)
}

fn parse(name: &str, text: &str) -> Result<Scenario, ScenarioError> {
    let mut scenario: Scenario = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        let message = error.message().replace('\n', ", ");
        ScenarioError::Malformed(name.to_owned(), format!("line {line}: {message}"))
    })?;
    name.clone_into(&mut scenario.name);
    scenario.check().map_err(|reason| ScenarioError::Senseless(name.to_owned(), reason))?;
    Ok(scenario)
}

impl Scenario {
    /// Whether its values make sense. Call it again after changing some.
    pub fn check(&self) -> Result<(), &'static str> {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let shares = [
            self.hostile,
            self.polite,
            self.network.natted,
            self.network.punch_fails,
            self.network.loss_min,
            self.network.loss_max,
            self.mass_leave.map_or(0.0, |leave| leave.share),
        ];
        let total: f64 = self.upload.iter().map(|class| class.share).sum();
        let rates =
            self.upload.iter().all(|class| share(class.share) && (0.0..=1000.0).contains(&class.rate));
        let sizes = self.sizes.iter().chain([&self.nodes]).all(|size| (1..=MAX_NODES).contains(size));
        let stream = &self.stream;
        let sane = (8_000..=1_000_000_000).contains(&stream.bitrate_bps)
            && (10..=10_000).contains(&stream.chunk_ms)
            && (1..=10_000).contains(&stream.piece_ms)
            && (1..=10_000).contains(&stream.group_chunks)
            && (1.0..=100.0).contains(&stream.keyframe_factor)
            && (stream.sound_ms == 0 || (10..=10_000).contains(&stream.sound_ms))
            && stream.sound_bps <= 1_000_000;
        let rules = [
            (sizes, "nodes is between 1 and 100000"),
            ((1..=MAX_SECONDS).contains(&self.seconds), "seconds is between 1 and 3600"),
            (self.warm_up_s + 5 <= self.seconds, "it goes on for at least 5 seconds after warm_up_s"),
            ((0.0..=3600.0).contains(&self.fill_s), "fill_s is between 0 and 3600"),
            ((0.1..=1e6).contains(&self.most_per_second), "most_per_second is between 0.1 and 1000000"),
            ((0.1..=100_000.0).contains(&self.host_upload), "host_upload is between 0.1 and 100000"),
            (
                rates && (total - 1.0).abs() < 1e-6,
                "the shares of upload sum to 1, and its rates are 0 to 1000",
            ),
            (shares.into_iter().all(share), "shares are between 0 and 1"),
            ((0.0..=100.0).contains(&self.churn_per_minute), "churn_per_minute is between 0 and 100"),
            (self.hostile == 0.0 || !self.hostile_kinds.is_empty(), "hostile nodes are of some kind"),
            (self.network.loss_min <= self.network.loss_max, "loss_min is at most loss_max"),
            (self.network.jitter_ms <= 1000, "jitter_ms is at most 1000"),
            ((1.0..=1000.0).contains(&self.network.download), "download is between 1 and 1000"),
            (
                self.talk
                    .is_none_or(|talk| share(talk.share) && (0.0..=600.0).contains(&talk.lines_per_minute)),
                "the share of those who talk is between 0 and 1, and lines_per_minute between 0 and 600",
            ),
            (sane, "the stream is one of 8 kbit/s to 1 Gbit/s, in objects of 10 ms to 10 s"),
            (
                self.partition
                    .as_ref()
                    .is_none_or(|split| split.regions.iter().all(|region| *region < REGIONS)),
                "regions are 0 to 4",
            ),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, rule)| Err(rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::names;

    #[test]
    fn every_built_in_scenario_is_one() {
        for name in names() {
            let scenario = load(name).unwrap();
            assert_eq!(scenario.name, name);
            assert!(scenario.about.ends_with('.'), "{name}");
        }
        let mean = |name| load(name).unwrap().mean_upload();
        assert!((mean("steady") - 1.8).abs() < 0.01 && (mean("freeriders") - 1.2).abs() < 0.001);
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence() {
        let about = "about = \"A test.\"\n";
        let upload = "upload = [{ share = 1.0, rate = 1.0 }]\n";
        let cases = [
            (format!("{about}{upload}colour = 1\n"), "line 3: unknown field `colour`"),
            (about.to_owned(), "missing field `upload`"),
            (format!("{about}upload = [{{ share = 0.5, rate = 1.0 }}]\n"), "sum to 1"),
            (format!("{about}{upload}nodes = 0\n"), "between 1 and 100000"),
            (format!("{about}{upload}seconds = 30\n"), "after warm_up_s"),
        ];
        for (text, expected) in cases {
            let error = parse("test.toml", &text).unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains('\n'), "{error}");
        }
        assert!(load("nowhere").unwrap_err().to_string().contains("parlor-sim list"));
    }
}
