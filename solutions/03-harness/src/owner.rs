//! Names for lists of tasks, so that a task can be asked whether it is in this one.
//!
//! In tokio: `get_next_id` in `runtime/task/list.rs`.

use std::fmt;
use std::num::NonZeroU64;
// Not the `loom` module's, as in `id`.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The name of a list of tasks, unique in the program.
///
/// A scheduler has one list, so this names the scheduler as well.
///
/// # Examples
///
/// ```
/// use harness::{Id, TaskList, owned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (mine, other) = (TaskList::<Nowhere>::new(), TaskList::<Nowhere>::new());
/// assert_ne!(mine.id(), other.id());
/// // A task is made for one list, and its ticket says for which.
/// let (_task, ticket, _handle) = owned(async {}, Nowhere, mine.id(), Id::next());
/// assert_eq!(ticket.owner(), Some(mine.id()));
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct OwnerId(NonZeroU64);

static NEXT: AtomicU64 = AtomicU64::new(1);

impl OwnerId {
    /// An id that no list has had before.
    pub(crate) fn next() -> OwnerId {
        OwnerId::next_block(1)
    }

    /// The first of so many ids in a row, for lists that belong together.
    pub(crate) fn next_block(count: u64) -> OwnerId {
        // ORDERING: Relaxed, since a number is all there is to it.
        let id = NEXT.fetch_add(count, Relaxed);
        // A counter of 64 bits does not come round.
        OwnerId(NonZeroU64::new(id).expect("the counter began at one"))
    }

    /// The id that comes so many after this one, in the same block.
    pub(crate) fn plus(self, place: u64) -> OwnerId {
        OwnerId(self.0.checked_add(place).expect("it is in the block"))
    }

    /// Whether `owner` is this id. As two numbers, since for `==` of two options the compiler makes three times as many instructions.
    #[inline]
    pub(crate) fn is_of(self, owner: Option<OwnerId>) -> bool {
        owner.map_or(0, |owner| owner.0.get()) == self.0.get()
    }

    /// How many ids after `first` this one comes. Large if it does not.
    #[inline]
    pub(crate) fn since(self, first: OwnerId) -> u64 {
        self.0.get().wrapping_sub(first.0.get())
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
