//! What code may ask of the runtime around it.
//!
//! A new socket needs a driver. A task that yields needs a scheduler that puts its wake aside. A
//! function that would block the thread must know whether the thread runs tasks. They have no
//! argument that says which runtime is meant, and they do not care which flavor it is, for example
//! one thread, or a pool of workers. So they ask the thread. Each thread has one record of the
//! runtime it is in, and the functions of this module read it:
//!
//! ```text
//!     code on a thread                      the thread's record           set by
//!     find::<IoHandle>()  ────────────────> the runtime it is in          Handle::enter, block_on
//!     run_blocking(job), sleep_until(t)            │
//!     spawn                                        v
//!     defer(waker), schedule  ────────────> the worker that runs here     the thread that runs tasks
//!     may_block, block_in_place  ─────────> a block_on on the stack       block_on
//!     id(), poll_proceed(cx)  ────────────> the task: id, budget, yield   Harness::poll
//! ```
//!
//! The task knows its scheduler through [`Schedule`](crate::Schedule), and the scheduler knows its
//! sleep through chapter 4's `Park`. This is the third seam, and it has two traits: a [`Flavor`] is
//! a runtime, as the code inside sees it; a [`Worker`] runs the tasks on one thread of it.
//!
//! # How a flavor stands here
//!
//! - What its handles share is in an `Arc` of a type that implements [`Flavor`] and [`Scheduler`], which
//!   names the type of its worker.
//! - `Handle::enter` is [`enter()`]. A thread that runs tasks does so within [`enter_worker`], and a
//!   `block_on`, or the loop of a worker, within [`begin_block_on`].
//! - `Schedule::schedule` and `spawn` ask with [`with`] for the worker that runs on this thread. The
//!   worker comes back with its own type, so from there on every call is static.
//!
//! # How a leaf stands here
//!
//! | to | ask |
//! | --- | --- |
//! | wake a waker after all tasks that are due | [`defer`] |
//! | find a driver's handle, or a service | [`find`]: an owned clone, for every flavor; and [`Found`], which remembers it |
//! | know whether the thread may block | [`may_block`] |
//! | run a closure that blocks | [`run_blocking`] |
//! | sleep without knowing of timers | [`sleep_until`] with [`now`] |
//! | keep a paused clock from moving by itself | [`hold_clock`] |
//! | spend the task's budget | [`coop`](crate::coop) |
//!
//! # Invariants
//!
//! - **Pointers Are Reset**: the record's runtime is kept alive by an [`EnterGuard`] that has not been
//!   dropped, or that leaked it, or by an [`enter_worker`] that has not returned. The record's worker
//!   is that of an `enter_worker` that has not returned.
//!
//! In tokio: `runtime/context.rs`, `runtime/context/`.

mod block;
mod enter;
mod flavor;
mod here;
mod record;
mod service;

pub use block::{
    BlockOn, CannotLeave, InPlace, LeftBlockOn, Stay, begin_block_on, leave_block_on, may_block,
    stay,
};
pub use enter::{EnterGuard, current, enter, enter_worker, entered_number, is_entered};
pub use flavor::{Flavor, Scheduler, Worker};
pub use here::{Here, defer, is_task_due, with};
pub use service::{
    Blocking, BoxSleep, ClockHold, Found, Job, Timer, find, hold_clock, now, run_blocking,
    sleep_until,
};

pub(crate) use record::{Record, Turn};
pub(crate) use service::note_forced_yield;
#[cfg(feature = "dump")]
pub(crate) use service::runtime;
