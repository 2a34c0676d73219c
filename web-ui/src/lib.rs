//! Parlor's pages: plain values in, HTML out.
//!
//! * [`view`] holds what each page shows. The node fills these values and calls `render` on them; it adds nothing
//!   to the result but headers.
//! * [`lobby`] decides which of the known rooms a visitor gets to see, and in which order.
//! * [`language`] holds every sentence, in each language; templates hold none.
//! * [`assets`] holds the styles, ES modules and pictures that the pages load, embedded into the binary.
//!
//! Every page works without JavaScript; the modules under `assets/` only make it better. Nothing here is inline
//! (no script, style or event attribute), and nothing is fetched from anywhere but the page's own origin, so the
//! pages stand under this policy:
//!
//! ```text
//! default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:;
//! connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; form-action 'self'; base-uri 'none'
//! ```
//!
//! There is no HTTP, session or room here: who may see a page, and which status it is sent with, is the node's.
//! `cargo run -p parlor-web --example gallery` writes every page with sample values to a folder, to look at.

pub mod assets;
mod graph;
pub mod language;
pub mod lobby;
mod pages;
mod spoken;
mod swarm;
pub mod view;
mod words;
