//! Chapter 10: a pool of workers that steal from each other.
//!
//! Chapter 4's scheduler has one thread. With more of them, tasks run at the same time, and three questions come up that one thread does
//! not have: where is a task queued, who takes it, and who is woken for it? A pool that answers them carelessly is slower with
//! two threads than with one, since to move a task costs more than to run it. This one is built on one rule: *work
//! can be reached by all, and is announced only where it is worth it.*
//!
//! ```text
//!   other threads                                  worker 0            worker 1            worker 2
//!     spawn, wake ──> inject ──────────────────>   ring <── steal ──   ring                parked, on the driver
//!                            a fair part of it      │ │                 │                       │
//!                                           spill <─┘ │                 │                   the watcher: looks at the others, and
//!                                 what is too much    v                 v                   says who is open to thieves
//!                                                    poll              poll
//! ```
//!
//! In reading order: [`ring`] is the queue of a worker, and [`spill`] what it has no room for; [`inbox`] and [`inject`] are the way in from other threads; [`idle`] says who is awake, and why no wake is lost; `door`, [`pace`] and `watch`
//! say whose tasks are worth stealing; `bed` is where a worker sleeps, and `patience` when it does not yet; `core` and `worker` are the loop, and [`ended`] is for tasks that end away from home; `shared` and [`Handle`] are what all threads
//! have; `hooks` is for what a program has called around tasks; `visit` is for a look at all tasks; `block_on` and [`Runtime`] are the owner's; `shutdown` is the end; [`block_in_place()`] gives a worker away; [`spawn()`] is for
//! tasks.
//!
//! Chapter 11 puts this beside chapter 4's scheduler, behind one surface.
//!
//! # In the book
//!
//! The pages of chapter 10 are not written yet. `book/src/current-thread/closing.md` says what a second thread changes.
//!
//! # Left out
//!
//! tokio has a slot beside each queue for the task that was woken last. It keeps a pair of tasks that wake each other in the cache while
//! other tasks wait, at the price of a limit, so that these are not starved, and of a task in the slot that no thief can reach. A slot that
//! thieves do reach takes an exchange for each wake, as the queue does: it was tried, made a spawn a sixth dearer, and nothing faster. Here
//! the queue is all there is.

pub mod ring;
pub mod spill;

pub mod inbox;
pub mod inject;

pub mod idle;

mod door;
pub mod pace;
mod watch;

mod bed;
mod patience;

mod core;
pub mod ended;
mod worker;

mod handle;
mod hooks;
mod shared;
#[cfg(not(feature = "steps"))]
mod visit;
#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod visit;

mod block_on;
mod runtime;
mod shutdown;

mod block_in_place;
mod spawn;
#[cfg(feature = "steps")]
mod steps;

pub use current_thread::yield_now;
pub use harness::context::EnterGuard;
pub use harness::{AbortHandle, Id, JoinError, JoinHandle, id, try_id};

pub use block_in_place::block_in_place;
pub use handle::Handle;
pub use patience::is_alone;
pub use runtime::{Hook, Options, Runtime, SleepHooks, Start, ThreadEnd, ThreadMain};
pub use spawn::{spawn, try_spawn};
pub use visit::Look;
