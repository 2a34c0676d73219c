//! Many nodes in one process.

mod late;
mod sybils;
mod table;
mod world;
