//! Chapter 4: a scheduler for one thread.
//!
//! Chapter 3's task can do everything but run. This chapter runs it: a queue of the tasks that are
//! due, a loop that polls them, something to sleep on when none is, and an order in which no task
//! waits for ever.
//!
//! ```text
//!   this thread                                         other threads
//!                                                         spawn, wake
//!     wake, spawn ──> queue ──> poll ──> idle                  │
//!                      ^  ^       │                            v
//!                      │  │       └─ yields ──> defer     inject ── is it asleep? ──> unpark
//!                      │  │                       │            │                        │
//!                      │  └── the queue is done ──┘            │                        v
//!                      └──────── every 31 polls ──────────────┘                       park
//! ```
//!
//! In reading order: it sleeps on [`park`] and [`ThreadPark`]; [`lock`] and [`inject`] are the way in from other threads;
//! [`defer`] is for tasks that give way; `shared` is what all threads have, [`Config`] what a program may set; `core` is the
//! capability to run tasks, `context` is where a thread finds it, [`Handle`] what can be done from anywhere; `root`, `slot`,
//! `drive` and [`Runtime`] are `block_on`; `shutdown` is the end; [`yield_now()`] and [`spawn()`] are for tasks; [`LocalRuntime`]
//! and [`LocalSet`] are for futures that are not `Send`; `steps` is for tests, which take one step of the loop at a time.
//!
//! Chapters 8 and 9 stand on [`park`], chapter 10 on [`inject`], [`lock`] and [`defer`], and all of
//! them on [`Handle`].
//!
//! # In the book
//!
//! Chapter 4 is in `book/src/current-thread`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 4.1 The inject queue | `inject.rs` |
//! | 4.2 Look once more, then sleep | `shared.rs` |
//! | 4.3 A turn for each source of work | `core.rs` |
//! | 4.4 Where a wake goes | `handle.rs` |
//! | 4.5 Ask the driver, or sleep | `drive.rs` |
//! | 4.6 Deferred wakes | `context.rs` |
//! | 4.7 A wake for the root | `root.rs` |
//! | 4.8 The end of a scheduler | `shutdown.rs` |
//! | 4.9 A scheduler, as a whole | `runtime.rs` |
//! | 4.10 A way in, as a whole | `inject.rs` |

pub mod park;
mod thread_park;

pub mod inject;
pub mod lock;

pub mod defer;

pub mod metrics;

mod config;
mod shared;

mod context;
mod core;

mod handle;
mod hooks;

mod drive;
mod root;
mod runtime;
mod shutdown;
mod slot;

mod spawn;
mod yield_now;

mod local;
mod local_set;

#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps;

pub use harness::context::EnterGuard;
pub use harness::{AbortHandle, Id, JoinError, JoinHandle, id, try_id};

pub use config::Config;
pub use handle::TryCurrentError;
pub use hooks::{PollTimeHook, TaskHook, TaskHooks, TaskMeta};
pub use local::{LocalRuntime, spawn_local};
pub use local_set::{Executor, LocalEnterGuard, LocalSet};
pub use park::{Park, Unpark};
pub use runtime::Runtime;
pub use shared::Handle;
pub use spawn::spawn;
pub use thread_park::{ThreadPark, ThreadUnpark};
pub use yield_now::{YieldNow, yield_now};
