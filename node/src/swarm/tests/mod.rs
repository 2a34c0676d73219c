//! Many nodes in one process.

mod dial_back;
mod late;
mod standing;
mod sybils;
mod table;
mod world;
