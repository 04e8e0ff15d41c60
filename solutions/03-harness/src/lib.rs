//! Chapter 3: the task.
//!
//! Chapter 2's task could be woken and polled, and that was all: its output was thrown away, a panic
//! in it was counted, no other code could wait for it or stop it, and it took two allocations. A
//! runtime stands on the task of this chapter. It is one allocation and one atomic word. It knows
//! its scheduler through one trait, so the schedulers of chapters 4 and 10 run it as it is.
//!
//! ```text
//!     spawn ──> Task, Notified, JoinHandle         three references to one cell
//!                 │       │         │
//!      list of all tasks  │      .await, abort
//!                      run queue
//!                         │
//!                LocalNotified::run ──> Harness::poll ──> future
//!                         ^                                  │ cx.waker()
//!                         └── Schedule::schedule <── wake <──┘
//! ```
//!
//! In reading order: [`state`] decides everything; `cell`, `core` and `trailer` are what it decides
//! about; `raw`, `vtable` and [`Task`] are the ways to point to it; `harness` polls, completes and
//! cancels; `waker` comes back from the future; `vacant` keeps the cell for the next task; [`Origin`] names it; `join`,
//! `abort` and `error` are for waiting code; [`list`] and [`TaskList`] are for the shutdown;
//! [`context`] is the runtime around a thread, and [`coop`] the budget of a poll, which later
//! chapters stand on. With the feature `dump`, `leaf` and `diary` tell what a task waits for;
//! with the feature `trace`, [`mod@trace`] records what each thread does; with the feature `tracing`, `observed` tells it to a
//! subscriber.
//!
//! # What it costs
//!
//! Atomic read-modify-writes of the task alone, without its scheduler's, when no two threads meet;
//! the right column is tokio 1.54.1, counted in its source:
//!
//! | operation | here | tokio |
//! | --- | ---: | ---: |
//! | make a task: its id, one of 1024 | 0 | 1 |
//! | drop the handle of a new task | 1 | 1 |
//! | run a task without a handle, to its end | 2 | 3 |
//! | run a task with a handle, to its end | 2 | 3 |
//! | poll the handle after that, and drop it | 1 | 3 |
//! | poll the handle before that (one is the clone of the waker) | 2 | 2 |
//! | complete the task then, wake, poll the handle, drop it | 4 | 8 |
//! | wake by value, from idle | 1 | 2 |
//! | wake by reference | 1 | 1 |
//! | run to `Pending` | 2 | 2 |
//! | run to `Pending`, woken meanwhile | 2 | 3 |
//! | give way, and run once more to `Pending` | 4 | 7 |
//! | wake by value, after the end or while queued | 1 | 1 |
//! | abort | 1 | 1 |
//!
//! A loop around `compare_exchange` costs no more than `fetch_or`: if the old value is needed, x86
//! has no such instruction, and the compiler makes it a loop as well. x86 does have `fetch_add` and
//! `fetch_sub`, and `complete` uses one.
//!
//! # In the book
//!
//! Chapter 3 is in `book/src/harness`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 3.1 The end of a poll | `state.rs` |
//! | 3.2 A wake that keeps its reference | `state.rs` |
//! | 3.3 From the ticket to the future and back | `harness.rs` |
//! | 3.4 A wake that gives its reference away | `raw.rs` |
//! | 3.5 A waker that changes hands | `join.rs` |
//! | 3.6 The end of a task | `harness/end.rs` |
//! | 3.7 Cancelling a task | `harness/end.rs` |
//! | 3.8 The state of a task, as a whole | `state.rs` |
//! | 3.9 A task and its handle, as a whole | `raw.rs` |

pub mod state;

// ANCHOR: guided-task
mod cell;
mod core;
mod trailer;
// ANCHOR_END: guided-task

mod raw;
// ANCHOR: guided-task-harness
mod vtable;

mod harness;
// ANCHOR_END: guided-task-harness
pub mod isolate;
mod schedule;
mod task;
// ANCHOR: guided-task-vacant
mod vacant;
// ANCHOR_END: guided-task-vacant
mod waker;

pub mod context;
pub mod coop;
pub mod trace;

mod abort;
mod error;
mod id;
// ANCHOR: guided-task-join
mod join;
// ANCHOR_END: guided-task-join
mod large;
mod origin;

#[cfg(feature = "tracing")]
mod observed;

#[cfg(feature = "dump")]
pub mod diary;
#[cfg(feature = "dump")]
pub mod leaf;

mod ended;
mod link;
pub mod list;
mod owned;
mod owner;
mod queue;
mod task_list;

pub use ::leaf::{around, leaf, through};
pub use abort::AbortHandle;
pub use ended::Ended;
pub use error::JoinError;
pub use id::{Id, id, try_id};
pub use large::is_large;
pub use link::Link;
pub use origin::{Origin, Place};
pub use owned::{LocalOwnedTasks, OwnedTasks};
pub use owner::OwnerId;
pub use queue::TaskQueue;
pub use raw::{JoinHandle, Shelf, VacantCell};
pub use schedule::Schedule;
pub use task::{LocalNotified, Notified, Task, new_task, new_task_in, owned, owned_in, unowned};
pub use task_list::TaskList;
pub use waker::is_current;
