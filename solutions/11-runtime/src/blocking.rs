//! The blocking pool: threads for code that blocks.
//!
//! A task that reads a file, or computes for a second, keeps its thread from all other tasks. So such code
//! goes to threads on which nothing else waits, and its caller awaits a [`JoinHandle`](crate::task::JoinHandle)
//! as for any other task. In fact it *is* a task: a cell of chapter 3 whose future is done after one poll, and
//! whose scheduler is the pool.
//!
//! ```text
//!     spawn_blocking(f) ──> Job ──> Queue ──────────────> a thread: job.run()
//!                                     │  claims one that is idle,
//!                                     │  or has one started
//!                                     v
//!                               Seat  Seat  Seat          one for each thread
//! ```
//!
//! In reading order: `job` is what is queued; `seat` is where a thread waits; `queue` decides, under one lock,
//! which thread runs which job, when a thread is started, and when one leaves; `start` makes a thread; `pool`
//! does what the queue decides.
//!
//! In tokio: `runtime/blocking/`.

#[cfg(not(loom))]
pub(crate) mod job;
#[cfg(not(loom))]
pub(crate) mod pool;
#[cfg_attr(loom, allow(dead_code))]
pub(crate) mod queue;
#[cfg_attr(loom, allow(dead_code))]
pub(crate) mod seat;
#[cfg(not(loom))]
pub(crate) mod start;
