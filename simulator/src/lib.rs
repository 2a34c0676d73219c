//! Ten thousand viewers of one room in virtual time.
//!
//! [`world::World`] drives a [`protocol::Protocol`], which is the mesh's own code or a [`baseline`], over simulated
//! links, as a [`scenario::Scenario`] says; [`measure`] counts, and [`cli`] is the program `parlor-sim`. Everything
//! follows from the scenario and a seed: the same seed twice gives the same run, event by event.

pub mod baseline;
pub mod cli;
pub mod engine;
pub mod measure;
pub mod ours;
pub mod protocol;
pub mod report;
pub mod run;
pub mod scenario;
pub mod sweep;
pub mod world;
