//! One allocation that holds all of a task.
//!
//! A waker is a bare pointer. It knows neither the type of the future behind it nor the type of the
//! scheduler. So the fields that a waker needs come first, at a place that depends on neither:
//!
//! ```text
//!   *const Header ──> +---------+------------------------------------------+
//!                     | Header  | state     the word            8 bytes     |
//!                     |         | vtable    poll, dealloc, ...  8           |
//!                     |         | next      in a run queue      8           |
//!                     |         | owner     the list of tasks   8           |
//!                     |         | id        its name            8           |
//!                     |         | links     in the owner's list 16          |
//!                     |         | place     that spawned it     0           |
//!                     +---------+------------------------------------------+
//!                     | Core    | scheduler a handle, S         8           |
//!                     |         | stage     future or output    8 + size    |
//!                     +---------+------------------------------------------+
//!                     | Trailer | waker     of the JoinHandle   16          |
//!                     +---------+------------------------------------------+
//! ```
//!
//! Code that knows neither the future nor its size touches the links when a task begins and when it
//! ends. So they are at a fixed place, and in the same cache line as the state.
//!
//! That is 88 bytes, and the future or its output, whichever is larger. With the feature `spawn-places` the place
//! takes 8 more, and with the feature `dump` a diary follows it. The cell is aligned as its fields are, to 8 bytes. Aligned to a pair of cache lines, as tokio's are, it
//! would never share a line with its neighbour, but each would take 256 bytes and the slow path of the allocator.
//!
//! # Who may touch what
//!
//! | field | actor | when |
//! | --- | --- | --- |
//! | `state` | every holder of a reference | always, atomically |
//! | `vtable`, `owner`, `id`, `place`, `scheduler` | every holder of a reference | always, to read |
//! | `next` | the holder of the ticket | always (One Ticket) |
//! | `stage` | the thread that set RUNNING | until COMPLETE is set (Running Owns Stage) |
//! | `stage` | the `JoinHandle`, or the completing thread | after that (Output Changes Hands) |
//! | `links` | the list that owns the task | while the list has its reference |
//! | `waker` | see Join Waker Changes Hands | |
//! | all | the thread that took the count to zero | once, to free it (One Reference Each) |
//!
//! The invariants are those of [`state`](crate::state).
//!
//! In tokio: `runtime/task/core.rs`.

use std::alloc::Layout;
use std::mem::offset_of;
use std::ptr::{self, NonNull};

use model::loom::cell::UnsafeCell;

use crate::core::{Core, Stage};
use crate::id::Id;
use crate::isolate::discard_in_place;
use crate::list::Links;
use crate::origin::{Origin, Place};
use crate::owner::OwnerId;
use crate::raw::RawTask;
use crate::schedule::Schedule;
use crate::state::State;
use crate::trace;
use crate::trailer::Trailer;
use crate::vacant::VacantCell;
use crate::vtable::Vtable;

// ANCHOR: header
// Its address is that of the whole cell. A pointer to it may be used to reach the rest of the
// cell. A reference may not: it is good for these fields only.

/// Every handle on a task points to this, for every type of future.
#[repr(C)]
pub(crate) struct Header {
    /// Everything that is decided about the task. Every handle writes it.
    pub(crate) state: State,
    /// The functions that need the types of the future and the scheduler.
    pub(crate) vtable: &'static Vtable,
    /// The next task in a run queue. Written by the queue that holds the ticket.
    pub(crate) next: UnsafeCell<Option<NonNull<Header>>>,
    /// The list that the task was made for, which has all tasks of its scheduler, if there is one.
    /// The field stays when the task leaves the list.
    pub(crate) owner: Option<OwnerId>,
    /// The task's name.
    pub(crate) id: Id,
    /// The task's neighbours in the list of all tasks. Written by that list.
    pub(crate) links: Links<Header>,
    /// Where it was spawned. Without the feature `spawn-places` it has no size.
    pub(crate) place: Place,
    /// What a dump tells of it.
    #[cfg(feature = "dump")]
    pub(crate) diary: crate::diary::Diary,
    /// What a subscriber of `tracing` is told of it.
    #[cfg(feature = "tracing")]
    pub(crate) observed: crate::observed::Observed,
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

// ANCHOR: guided-state
/// Each task pays for the header, even if it does nothing.
const _: () = assert!(
    cfg!(any(loom, feature = "dump", feature = "tracing"))
        || size_of::<Header>() <= 7 * size_of::<u64>() + size_of::<Place>()
);
// ANCHOR_END: guided-state

impl<F: Future, S: Schedule> Cell<F, S> {
    /// Where `VacantCell` looks for the scheduler.
    const SCHEDULER_IS_FIRST: () = assert!(
        offset_of!(Cell<F, S>, core.scheduler)
            == size_of::<Header>().next_multiple_of(align_of::<Cell<F, S>>())
    );

    // ANCHOR: furnish
    /// Makes a task in a cell that has its scheduler already, and returns the three references it begins with.
    #[inline]
    pub(crate) fn furnish(
        cell: VacantCell<S>,
        future: F,
        owner: Option<OwnerId>,
        origin: Origin,
    ) -> [RawTask; 3] {
        let () = Cell::<F, S>::SCHEDULER_IS_FIRST;
        trace::spawned(origin.id, origin.place);
        #[cfg(feature = "dump")]
        let diary = crate::diary::Diary::new(cell.scheduler().runtime());
        // The pointer is to the whole cell, and stays so when it is cast.
        let header = cell.into_memory(Layout::new::<Cell<F, S>>());
        let cell: *mut Cell<F, S> = header.cast().as_ptr();
        // SAFETY: the memory is that of such a cell, and this is a field of it. So are the next two.
        let place = unsafe { &raw mut (*cell).header };
        let new = Header {
            state: State::new(3),
            vtable: Vtable::of::<F, S>(),
            next: UnsafeCell::new(None),
            owner,
            id: origin.id,
            links: Links::new(),
            place: origin.place,
            #[cfg(feature = "dump")]
            diary,
            #[cfg(feature = "tracing")]
            observed: crate::observed::Observed::new(origin),
        };
        // SAFETY: the memory is ours, and nothing is in this field. The same holds for the next two.
        unsafe { place.write(new) };
        // SAFETY: as above.
        let place = unsafe { &raw mut (*cell).core.stage };
        // SAFETY: as above.
        unsafe { place.write(UnsafeCell::new(Stage::Running(future))) };
        // SAFETY: as above.
        let place = unsafe { &raw mut (*cell).trailer };
        // SAFETY: as above.
        unsafe { place.write(Trailer::new()) };
        #[cfg(feature = "dump")]
        crate::diary::list(header);
        // SAFETY: the state counts three references, and these are they.
        let reference = || unsafe { RawTask::from_raw(header) };
        [reference(), reference(), reference()]
    }
    // ANCHOR_END: furnish

    // ANCHOR: vacate
    /// Drops all that is in the cell but the scheduler. The future is dropped in its place, since it is pinned. A panic
    /// of foreign code ends here.
    ///
    /// # Safety
    ///
    /// The caller has taken the count of references to zero.
    #[inline]
    pub(crate) unsafe fn vacate(cell: NonNull<Cell<F, S>>) -> VacantCell<S> {
        #[cfg(feature = "dump")]
        crate::diary::unlist(cell.cast());
        let place = cell.as_ptr();
        // SAFETY: the cell is alive, and this is a field of it. So are the next two.
        let header = unsafe { &raw mut (*place).header };
        // SAFETY: as above.
        let stage = unsafe { &raw mut (*place).core.stage };
        // SAFETY: as above.
        let trailer = unsafe { &raw mut (*place).trailer };
        // SAFETY: the cell is alive, and what is written in a core is in a cell of its own.
        let core = unsafe { &(*place).core };
        // SAFETY: the cell is alive, and no other handle has a reference to the task.
        let join_waker = unsafe { &(*place).trailer };
        // SAFETY: no other handle has a reference to the task (invariant: One Reference Each). The
        // same holds for each of the steps below; what each of them drops is not used again.
        if unsafe { core.is_filled() } {
            // SAFETY: as above.
            unsafe { discard_in_place(stage) };
        }
        // SAFETY: as above, so the join waker is ours as well.
        if unsafe { join_waker.has_waker() } {
            // SAFETY: as above.
            unsafe { discard_in_place(trailer) };
        }
        // SAFETY: as above. Under loom it has something to drop.
        unsafe { ptr::drop_in_place(header) };
        // SAFETY: the memory was allocated for such a cell, and the scheduler alone is left in it.
        unsafe { VacantCell::from_memory(cell.cast(), Layout::new::<Cell<F, S>>()) }
    }
    // ANCHOR_END: vacate
}
