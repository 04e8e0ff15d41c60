//! Names for tasks: a number that no two tasks of a program share.
//!
//! One counter for all threads would cost each spawn a read-modify-write of a word that all
//! threads fight for. So a thread takes [`BLOCK`] numbers at once, and hands them out by itself.
//! The price is that the numbers do not tell in which order tasks were spawned.
//!
//! While a task is polled, and while its future or output is dropped by its scheduler, [`id`]
//! tells which one it is.
//!
//! In tokio: `runtime/task/id.rs`, where each spawn increments one counter.

use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU64;
// Not the `loom` module's: numbers are handed out outside of any protocol worth checking, and
// loom's atomics cannot be in a `static`.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::context::{Record, Turn};

/// The name of a task, unique in the program.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(async { harness::id() }, Nowhere, Id::next());
/// let id = handle.id();
/// assert_ne!(id, Id::next(), "no two tasks have the same");
/// ticket.assert_unowned().run();
/// let mut cx = Context::from_waker(Waker::noop());
/// let Poll::Ready(Ok(own_id)) = pin!(handle).poll(&mut cx) else {
///     panic!("the task is complete");
/// };
/// assert_eq!(own_id, id, "the task can ask for its name");
/// assert_eq!(harness::try_id(), None, "this is not a task");
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(NonZeroU64);

/// How many numbers a thread takes at once. A thread that ends wastes what it has left; even so a
/// program would have to start 2^54 threads to run out.
const BLOCK: u64 = 1 << 10;

/// The first number of the next block.
static NEXT_BLOCK: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// The numbers this thread has left: the next one, and the end of its block.
    static BLOCK_LEFT: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

/// The id of the task that is being polled on this thread.
///
/// # Panics
///
/// Outside of a task.
#[track_caller]
pub fn id() -> Id {
    try_id().expect("Can't get a task id when not inside a task")
}

/// The id of the task that is being polled on this thread, or `None` outside of a task.
#[inline]
pub fn try_id() -> Option<Id> {
    Record::with(|record| record.task.get())
}

impl Id {
    /// An id that no task has had before. A scheduler gives one to each of its tasks.
    #[inline]
    pub fn next() -> Id {
        BLOCK_LEFT.with(|block| {
            let (next, end) = block.get();
            if next < end {
                block.set((next + 1, end));
                return Id(NonZeroU64::new(next).expect("blocks begin at one"));
            }
            Id::next_block()
        })
    }

    /// The number that it is.
    #[cfg(any(feature = "trace", feature = "tracing"))]
    pub(crate) fn number(self) -> u64 {
        self.0.get()
    }

    /// The number of the block that it came from.
    #[inline]
    pub(crate) fn block(self) -> usize {
        // The bits that a machine of 32 bits cuts off are not missed.
        (self.0.get() / BLOCK) as usize
    }

    #[cold]
    fn next_block() -> Id {
        // ORDERING: Relaxed, since only the number matters: no two threads get the same block, even
        // if they have seen nothing else of each other.
        let first = NEXT_BLOCK.fetch_add(BLOCK, Relaxed);
        BLOCK_LEFT.set((first + 1, first + BLOCK));
        Id(NonZeroU64::new(first).expect("blocks begin at one"))
    }

    /// Makes this the current task, until the result is dropped.
    #[inline]
    pub(crate) fn enter(self) -> Turn {
        Turn::begin(self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
