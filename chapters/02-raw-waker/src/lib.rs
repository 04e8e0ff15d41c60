//! Chapter 2: a task and its waker, without the help of `std::task::Wake`.
//!
//! A waker is two words: a pointer to some data, and a pointer to a table of four functions that
//! know what the data is. Here the data is a task that counts its own references, and we write
//! the four functions.
//!
//! ```text
//!   Waker                       Header, one allocation per task
//!   +--------+                  +-------+-------+--------------------+
//!   | data   | ---------------> | refs  | state | work               |
//!   +--------+                  +-------+-------+--------------------+
//!   | vtable | --> VTABLE                          future, run queue
//!   +--------+     clone, wake, wake_by_ref, drop
//! ```
//!
//! In reading order: [`task`] counts references; [`waker`] is the table; [`state`] decides which
//! thread may queue a task and which may poll it; [`notified`] polls; [`queue`] and [`executor`]
//! decide when.
//!
//! # In the book
//!
//! Chapter 2 is in `book/src/raw-waker`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 2.1 The last one frees | `task.rs` |
//! | 2.2 Two words, one more reference | `waker.rs` |
//! | 2.3 One operation, one ticket | `state.rs` |
//! | 2.4 Wake, and keep the waker | `waker.rs` |
//! | 2.5 Wake, and be gone | `waker.rs` |
//! | 2.6 A waker on loan | `waker.rs` |
//! | 2.7 One poll | `notified.rs` |
//! | 2.8 Until the last task is done | `executor.rs` |
//! | 2.9 A task and its waker, as a whole | `task.rs` |

pub mod task;
pub mod waker;

pub mod state;

pub mod notified;

mod isolate;
pub mod queue;

pub mod executor;

pub use executor::{Executor, Report, Spawner};
pub use queue::run_queue;
pub use task::{Notified, Ran, Task, WakerRef, new_task, waker_ref};
