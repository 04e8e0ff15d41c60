//! Everything a future needs to run, in safe code on the standard library alone: a timer that
//! sleeps on a thread of its own, a loop that waits for one future, and the two ways in which
//! futures are put together.
//!
//! ```text
//!            poll(cx): "are you ready? if not, call this waker"
//!          ┌──────────────────────────────────────────┐
//!          │                                          ▼
//!    ┌───────────┐                          ┌──────────────────┐
//!    │  block_on │                          │ AsyncTimerFuture │
//!    │  (a task) │                          └────────┬─────────┘
//!    └───────────┘                                   │ completed, waker
//!          ▲                                ┌────────┴─────────┐
//!          └────────────────────────────────┤ the timer thread │
//!            wake(): "ask again"            └──────────────────┘
//! ```
//!
//! Read the modules in this order:
//!
//! 1. [`timer`]: a leaf future, and the thread that wakes the task waiting for it.
//! 2. [`thread_waker`]: a waker that unparks a thread.
//! 3. [`mod@block_on`]: the smallest thing that can run a future.
//! 4. [`state_machine`]: what `async fn` is compiled into, written by hand.
//! 5. [`maybe_done`] and [`mod@join`]: two futures at the same time.
//!
//! Locks, atomics and threads come from `model::loom`. That module has the standard library's types, by
//! the same names; chapter 2 shows what it is for.
//!
//! The chapters after this one stand on [`AsyncTimerFuture`] and [`block_on()`].
//!
//! # In the book
//!
//! Chapter 1 is in `book/src/timer-future`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 1.1 Answer, or promise to call back | `timer.rs` |
//! | 1.2 The time is over | `timer.rs` |
//! | 1.3 A wake that is not lost | `thread_waker.rs` |
//! | 1.4 Wait for one future | `block_on.rs` |
//! | 1.5 Be the compiler | `state_machine.rs` |
//! | 1.6 Finished, but not fetched | `maybe_done.rs` |
//! | 1.7 Both at the same time | `join.rs` |
//! | 1.8 A timer, as a whole | `timer.rs` |

pub mod timer;

pub mod thread_waker;

pub mod block_on;

pub mod state_machine;

pub mod maybe_done;

pub mod join;

pub use block_on::block_on;
pub use join::{Join, join};
pub use maybe_done::MaybeDone;
pub use state_machine::{ReadMessage, read_message};
pub use thread_waker::ThreadWaker;
pub use timer::AsyncTimerFuture;
