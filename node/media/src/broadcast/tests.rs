//! The engine with real pipelines.
