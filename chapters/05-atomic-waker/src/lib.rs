//! Chapter 5: wakers between threads.
//!
//! A future that waits leaves its waker, and a thread with news for it takes the waker and calls it.
//! Until now a lock stood between the two, or a bit of the task's own word. This chapter takes the
//! lock away, and then builds the first thing in which two tasks can meet: a channel for one value.
//!
//! ```text
//!     one waiter                AtomicWaker   register ─> look        publish ─> wake
//!     many waiters              WakeList      lock, take up to 32, unlock, wake
//!     one value, once           oneshot       Sender ── one word, one cell ── Receiver
//! ```
//!
//! In reading order: [`AtomicWaker`], [`WakeList`], [`oneshot`]; [`blocking`] is for threads that
//! run no tasks.
//!
//! Chapters 6 and 7 stand on all three, chapters 8 and 9 on [`WakeList`].
//!
//! # In the book
//!
//! Chapter 5 is in `book/src/atomic-waker`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 5.1 A place for one waker | `atomic_waker.rs` |
//! | 5.2 The side with news | `atomic_waker.rs` |
//! | 5.3 Both at once | `atomic_waker.rs` |
//! | 5.4 Thirty-two at a time | `wake_list.rs` |
//! | 5.5 Send, unless it is closed | `oneshot/state.rs` |
//! | 5.6 The last one frees | `oneshot/state.rs` |
//! | 5.7 Awaited | `oneshot/receiver.rs` |
//! | 5.8 Register, then look | `oneshot/sender.rs` |
//! | 5.9 A channel for one value, as a whole | `oneshot.rs` |

mod atomic_waker;
mod value_cell;
mod wake_list;

pub mod blocking;
pub mod oneshot;

#[cfg(feature = "steps")]
#[doc(hidden)]
pub use atomic_waker::steps;

pub use atomic_waker::AtomicWaker;
pub use value_cell::ValueCell;
pub use wake_list::WakeList;
