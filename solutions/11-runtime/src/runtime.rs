//! A runtime, its builder, and its handle.
//!
//! A [`Builder`] says which flavor of runtime one wants, and which drivers. A [`Runtime`] owns the tasks and
//! the drivers; a [`Handle`] spawns from anywhere.
//!
//! ```text
//!     Builder ── build ──> Runtime ── handle ──> Handle
//!                             │                     │
//!          current_thread::Runtime, or    current_thread::Handle, or
//!           work_stealing::Runtime         work_stealing::Handle
//!                             │                     │
//!              Drivers: TimePark<IoPark<ThreadPark>>  Services: the blocking pool, the name
//! ```
//!
//! # A program that hangs
//!
//! Build it with the feature `dump`, and ask [`Handle::dump`] when nothing moves, on a thread of its own: it tells of each task where it was
//! spawned, how often it was polled and woken, since when it waits, for what, and in which line; or, if it has its thread all for itself, on which thread and since
//! when. [`dump`] shows such a text, and how to read it.
//!
//! # Hooks around tasks
//!
//! A program may have something called when a task begins and ends, and around each of its turns: see [`Builder::on_task_spawn`],
//! [`on_task_terminate`](Builder::on_task_terminate), [`on_before_task_poll`](Builder::on_before_task_poll) and
//! [`on_after_task_poll`](Builder::on_after_task_poll). Each hook gets a [`TaskMeta`]. For one task they come in this order:
//!
//! ```text
//!     spawn ── ( before ── poll ── after )* ── before ── last poll ── future dropped ── terminate ── handle told ── after
//! ```
//!
//! - **Which tasks**: those of [`spawn`](crate::task::spawn()), on both flavors and on a [`LocalRuntime`]. Not those of a
//!   [`LocalSet`](crate::task::LocalSet), nor the future of a `block_on`: neither is a task of the runtime. Nor is a job of
//!   [`spawn_blocking`](crate::task::spawn_blocking()); in tokio its end, alone, calls `on_task_terminate`.
//! - **Each spawn has its end**: every task has one call of `spawn` and one of `terminate`. That holds if it is spawned when the runtime
//!   has ended, which drops its future at once, and if the runtime ends before the task does.
//! - **A task that is aborted** before its first poll has a turn with both hooks, in which its future is dropped. A task that
//!   ends with the runtime has none.
//! - **Where**: a hook runs within the runtime, so it may spawn, wake, abort, or ask for [`Handle::current`], even if the thread that spawns
//!   belongs to no runtime. No lock of ours is held. A hook that spawns is called for that task as well: it had better stop somewhere.
//!   Several threads may be in a hook at once.
//! - **Which task it is**: the hook's argument tells, and with the feature `spawn-places` also where it was spawned. [`task::id`](crate::task::id()) tells the task whose code calls the hook: in `spawn` that
//!   is the task that spawns; around a poll there is none.
//! - **A panic** in a hook ends in the hook, once the panic hook has shown it. The task and the thread go on, and the hook is called
//!   again next time. In tokio that holds for `terminate` only: a panic in another hook ends the thread's `block_on`, or its worker.
//! - **Cost**: without hooks, one branch when a task begins and one when it ends. A runtime for one thread looks once in 61 polls
//!   whether there are hooks around polls; a pool once in each poll.
//!
//! In tokio: `runtime/mod.rs`, `runtime/task_hooks.rs`.

mod drivers;
mod services;

mod builder;
pub mod dump;
mod handle;
mod local_runtime;
pub mod metrics;
#[allow(
    clippy::module_inception,
    reason = "the type of that name, as in tokio"
)]
mod runtime;

pub use builder::Builder;
pub use handle::{Handle, Id, RuntimeFlavor};
pub use local_runtime::{LocalOptions, LocalRuntime};
pub use metrics::{
    HistogramConfiguration, InvalidHistogramConfiguration, LogHistogram, LogHistogramBuilder,
    RuntimeMetrics,
};
pub use runtime::Runtime;

pub use current_thread::{TaskMeta, TryCurrentError};
pub use harness::context::EnterGuard;

/// Whether an error of a socket means that the runtime which drives it has ended.
///
/// # Examples
///
/// ```
/// let error = std::io::Error::other("the disk is full");
/// assert!(!reveille::runtime::is_rt_shutdown_err(&error));
/// ```
pub fn is_rt_shutdown_err(error: &std::io::Error) -> bool {
    reactor::is_shut_down_error(error)
}
