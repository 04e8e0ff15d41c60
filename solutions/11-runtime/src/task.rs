//! Tasks, and handles on them.
//!
//! In tokio: `task/mod.rs`.

pub use current_thread::{LocalSet, spawn, spawn_local, yield_now};
pub use harness::{AbortHandle, Id, JoinError, JoinHandle, id, try_id};

pub use harness::coop;
