//! One allocation that holds all of a task.
//!
//! A waker is a bare pointer and knows neither the type of the future behind it nor that of the
//! scheduler. So what a waker needs comes first, at a place that does not depend on either:
//!
//! ```text
//!   *const Header ──> +---------+------------------------------------------+
//!                     | Header  | state     the word            8 bytes     |
//!                     |         | vtable    poll, dealloc, ...  8           |
//!                     |         | next      in a run queue      8           |
//!                     |         | owner     the list of tasks   8           |
//!                     |         | id        its name            8           |
//!                     |         | links     in the owner's list 16          |
//!                     +---------+------------------------------------------+
//!                     | Core    | scheduler a handle, S         8           |
//!                     |         | stage     future or output    8 + size    |
//!                     +---------+------------------------------------------+
//!                     | Trailer | waker     of the JoinHandle   16          |
//!                     +---------+------------------------------------------+
//! ```
//!
//! The links are touched when a task begins and when it ends, by code that knows neither the future nor its
//! size; so they are at a fixed place, and in the same cache line as the state.
//!
//! That is 88 bytes, and the future or its output, whichever is larger. The cell is aligned as its
//! fields are, to 8 bytes: aligned to a pair of cache lines, as tokio's are, it would never share
//! a line with its neighbour, but each would take 256 bytes and the slow path of the allocator.
//!
//! # Who may touch what
//!
//! | field | who | when |
//! | --- | --- | --- |
//! | `state` | everyone with a reference | always, atomically |
//! | `vtable`, `owner`, `id`, `scheduler` | everyone with a reference | always, to read |
//! | `next` | the holder of the ticket | always (One Ticket) |
//! | `stage` | whoever set RUNNING | until COMPLETE is set (Running Owns Stage) |
//! | `stage` | the `JoinHandle`, or else whoever set COMPLETE | after that (Output Changes Hands) |
//! | `links` | the list that owns the task | while the list has its reference |
//! | `waker` | see Join Waker Changes Hands | |
//! | all | whoever took the count to zero | once, to free it (One Reference Each) |
//!
//! The invariants are those of [`state`](crate::state).
//!
//! In tokio: `runtime/task/core.rs`.

use std::ptr::NonNull;

use model::loom::cell::UnsafeCell;

use crate::core::{Core, Stage};
use crate::id::Id;
use crate::list::Links;
use crate::owner::OwnerId;
use crate::raw::RawTask;
use crate::schedule::Schedule;
use crate::state::State;
use crate::trailer::Trailer;
use crate::vtable::Vtable;

// ANCHOR: header
/// What every handle on a task points to, whatever the future.
///
/// Its address is that of the whole cell. A pointer to it may be used to reach the rest of the
/// cell, and a reference may not: it is good for these fields only.
#[repr(C)]
pub(crate) struct Header {
    /// Everything that is decided about the task. Written by everyone.
    pub(crate) state: State,
    /// What needs to know the types of the future and the scheduler.
    pub(crate) vtable: &'static Vtable,
    /// The next task in a run queue. Written by the queue that holds the ticket.
    pub(crate) next: UnsafeCell<Option<NonNull<Header>>>,
    /// The list of all tasks of its scheduler that the task was made for, if there is one. It
    /// stays when the task leaves the list.
    pub(crate) owner: Option<OwnerId>,
    /// The task's name.
    pub(crate) id: Id,
    /// The task's neighbours in the list of all tasks. Written by that list.
    pub(crate) links: Links<Header>,
}
// ANCHOR_END: header

// ANCHOR: cell
/// All of a task. `repr(C)`, so that the header comes first.
#[repr(C)]
pub(crate) struct Cell<F: Future, S> {
    pub(crate) header: Header,
    pub(crate) core: Core<F, S>,
    pub(crate) trailer: Trailer,
}
// ANCHOR_END: cell

/// The header is what each task pays, whatever it does.
const _: () = assert!(cfg!(loom) || size_of::<Header>() <= 7 * size_of::<u64>());

impl<F: Future, S: Schedule> Cell<F, S> {
    /// Puts a task on the heap, and returns the three references it begins with.
    #[inline]
    pub(crate) fn allocate(
        future: F,
        scheduler: S,
        owner: Option<OwnerId>,
        id: Id,
    ) -> [RawTask; 3] {
        let cell = Box::new(Cell {
            header: Header {
                state: State::new(3),
                vtable: Vtable::of::<F, S>(),
                next: UnsafeCell::new(None),
                owner,
                id,
                links: Links::new(),
            },
            core: Core {
                scheduler,
                stage: UnsafeCell::new(Stage::Running(future)),
            },
            trailer: Trailer::new(),
        });
        // The pointer is to the whole cell, and stays so when it is cast.
        let header = NonNull::from(Box::leak(cell)).cast();
        // SAFETY: the state counts three references, and these are they.
        let reference = || unsafe { RawTask::from_raw(header) };
        [reference(), reference(), reference()]
    }
}
