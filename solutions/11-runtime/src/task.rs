//! Tasks, and handles on them.
//!
//! In tokio: `task/mod.rs`.

mod builder;
pub mod join_set;
mod local_key;
mod spawn;
mod spawn_blocking;

pub use builder::Builder;
pub use current_thread::{LocalEnterGuard, LocalSet, spawn_local, yield_now};
pub use harness::{AbortHandle, Id, JoinError, JoinHandle, id, try_id};
pub use join_set::JoinSet;
pub use local_key::{AccessError, LocalKey, TaskLocalFuture};
pub use spawn::spawn;
pub use spawn_blocking::spawn_blocking;
pub use work_stealing::block_in_place;

/// How much a task may do before it gives way.
///
/// In tokio: `task/coop/`.
pub mod coop {
    pub use harness::coop::{
        Coop, Unconstrained, consume_budget, cooperative, has_budget_remaining, poll_proceed,
        unconstrained,
    };
}

pub use coop::{consume_budget, unconstrained};
