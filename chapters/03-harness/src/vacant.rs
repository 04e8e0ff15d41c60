//! Cells without a task, and the shelf that a scheduler keeps them on.
//!
//! Allocating a cell and freeing it takes the system's allocator a third of all instructions of a
//! short task. And each cell has a handle on its scheduler, most often an `Arc`: cloning it is an
//! atomic operation on a word that all threads of the scheduler share, and dropping it is another one.
//!
//! A cell whose task is gone is of the right size for the next task of its kind, and it has the handle already. So
//! it is not freed at once. It goes to the scheduler, as a [`VacantCell`], and the scheduler may put it on a
//! [`Shelf`]:
//!
//! ```text
//!     spawn ── Shelf::take ──> VacantCell ──> task, in the same cell ──> ... ──> last reference dropped
//!                   ^           handle on the scheduler                                  │
//!                   │           nothing else                                             v
//!                   └── Shelf::put <── Schedule::recycle <──────────────────────── VacantCell
//! ```
//!
//! Neither the cell nor the shelf has a lock. A scheduler with several threads has a shelf for each of them.
//! The last reference may be dropped anywhere: a cell that comes free on a thread without a shelf is freed, and
//! one that comes free on another thread of the same scheduler stays there, for the next task of that thread.
//!
//! # A kept cell can hide a mistake
//!
//! If a waker is used after its task is gone, Miri and the tests' allocator see a use after free. If the cell
//! is on a shelf they see nothing. So a [shelf](Shelf::new) takes no cell in a build with debug assertions,
//! under Miri and loom, or with the feature `really-free`: there each cell is freed, by the same code.
//!
//! # Left out
//!
//! A shelf never gives memory back before it is dropped, though a burst may be long over.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::{self, NonNull};

use crate::cell::{Cell, Header};
use crate::large::{LargeOutput, is_large};

/// A cell that has a handle on its scheduler, and no task.
///
/// # Examples
///
/// ```
/// use std::future::{Ready, ready};
///
/// use harness::{Id, TaskList, VacantCell, owned_in};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let list = TaskList::new();
/// // The memory is there before the future is.
/// let cell = VacantCell::new::<Ready<u8>>(Nowhere);
/// let (_task, ticket, handle) = owned_in(cell, ready(7), list.id(), Id::next());
/// list.assert_owner(ticket).run();
/// assert!(handle.is_finished());
/// ```
pub struct VacantCell<S: 'static> {
    /// Memory of this layout, to be freed. Of all that a cell has, the scheduler is in it, and nothing else.
    place: NonNull<Header>,
    layout: Layout,
    scheduler: PhantomData<S>,
}

/// Vacant cells, by size: a pile for each.
///
/// # Examples
///
/// ```
/// use std::future::Ready;
///
/// use harness::{Shelf, VacantCell};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let mut shelf = Shelf::with_bytes(1 << 16);
/// // A scheduler gets the cell of a task that is gone in `Schedule::recycle`.
/// let cell = VacantCell::new::<Ready<u8>>(Nowhere);
/// assert!(shelf.put(cell).is_ok(), "there is room");
/// assert!(0 < shelf.bytes());
/// // The next task of that size takes the cell, and the allocator is not asked.
/// assert!(shelf.take::<Ready<u8>>().is_some());
/// assert!(shelf.take::<Ready<u8>>().is_none());
/// ```
pub struct Shelf<S: 'static> {
    /// The cell on top of each pile. The start of each cell, where its header was, points to the one below.
    piles: [Option<NonNull<Header>>; PILES],
    /// The size of all cells here.
    bytes: usize,
    bytes_max: usize,
    cells: PhantomData<VacantCell<S>>,
}

/// What a shelf takes: the cells of a burst of ten thousand small tasks. A heap that had them once has room for
/// them, whether they are here or in a list of the allocator.
const BYTES_MAX: usize = match REALLY_FREES {
    true => 0,
    false => 1 << 20,
};

/// A use after free must be seen.
const REALLY_FREES: bool = cfg!(any(loom, miri, debug_assertions, feature = "really-free"));

/// Larger cells are freed: compared with the work on so many bytes, the allocator costs little.
const SIZE_MAX: usize = 512;

/// A cell's size is a multiple of its alignment.
const STEP: usize = align_of::<Header>();

const PILES: usize = SIZE_MAX / STEP;

// SAFETY: it owns its memory, and the handle comes along.
unsafe impl<S: Send> Send for VacantCell<S> {}

// SAFETY: a `&VacantCell` gives a `&S`, and nothing else.
unsafe impl<S: Sync> Sync for VacantCell<S> {}

// SAFETY: the shelf owns its cells, which are `Send` with the handles in them.
unsafe impl<S: Send> Send for Shelf<S> {}

// SAFETY: all that a `&Shelf` can do is to read how many bytes it has.
unsafe impl<S: Send> Sync for Shelf<S> {}

impl<S: 'static> VacantCell<S> {
    /// Allocates a cell for a task with such a future.
    #[inline]
    pub fn new<F: Future>(scheduler: S) -> VacantCell<S> {
        let layout = layout_of::<F, S>();
        // SAFETY: a cell has a header, so its size is not 0.
        let Some(place) = NonNull::new(unsafe { alloc(layout) }) else {
            handle_alloc_error(layout)
        };
        let place = place.cast();
        let handle = scheduler_of(place, layout);
        // SAFETY: the memory is that of a cell, and this is its field.
        unsafe { handle.write(scheduler) };
        VacantCell {
            place,
            layout,
            scheduler: PhantomData,
        }
    }

    /// # Safety
    ///
    /// The caller gives away the memory of this layout, which was allocated for a cell with a scheduler of the type `S`.
    /// The scheduler is in its place, and all else has been dropped.
    #[inline]
    pub(crate) unsafe fn from_memory(place: NonNull<Header>, layout: Layout) -> VacantCell<S> {
        VacantCell {
            place,
            layout,
            scheduler: PhantomData,
        }
    }

    /// Gives the memory away, and the scheduler in it.
    ///
    /// # Panics
    ///
    /// If the cell was made for a future of another size.
    #[inline]
    pub(crate) fn into_memory(self, layout: Layout) -> NonNull<Header> {
        assert!(self.layout == layout, "a cell of another size");
        ManuallyDrop::new(self).place
    }

    /// The scheduler that the cell's next task will have.
    #[inline]
    pub fn scheduler(&self) -> &S {
        // SAFETY: it is there for as long as we are.
        unsafe { scheduler_of::<S>(self.place, self.layout).as_ref() }
    }
}

impl<S: 'static> Shelf<S> {
    /// An empty shelf, which takes 1 MiB; or nothing, if each cell is to be really freed.
    pub const fn new() -> Shelf<S> {
        Shelf::with_bytes(BYTES_MAX)
    }

    /// An empty shelf, which takes so many bytes, even where cells are to be really freed.
    pub const fn with_bytes(bytes_max: usize) -> Shelf<S> {
        Shelf {
            piles: [None; PILES],
            bytes: 0,
            bytes_max,
            cells: PhantomData,
        }
    }

    /// How many bytes the cells here have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps a cell.
    ///
    /// # Errors
    ///
    /// The cell, if it is too large or the shelf is full. Dropping it drops a handle on the
    /// scheduler: not under a lock.
    #[inline]
    pub fn put(&mut self, cell: VacantCell<S>) -> Result<(), VacantCell<S>> {
        let layout = cell.layout;
        let bytes = self.bytes + layout.size();
        let Some(pile) = self.pile(layout) else {
            return Err(cell);
        };
        if self.bytes_max < bytes {
            return Err(cell);
        }
        let place = ManuallyDrop::new(cell).place;
        let below = self.piles[pile].replace(place);
        // SAFETY: the memory is ours, where the header was there is nothing now, and a header is larger than a
        // pointer and aligned as one.
        unsafe { place.cast().write(below) };
        self.bytes = bytes;
        Ok(())
    }

    /// Takes a cell for a task with such a future; `None` if there is none.
    #[inline]
    pub fn take<F: Future>(&mut self) -> Option<VacantCell<S>> {
        self.take_of(layout_of::<F, S>())
    }

    #[inline]
    fn take_of(&mut self, layout: Layout) -> Option<VacantCell<S>> {
        let pile = self.pile(layout)?;
        let place = self.piles[pile]?;
        // SAFETY: `put` wrote it.
        self.piles[pile] = unsafe { place.cast().read() };
        self.bytes -= layout.size();
        // SAFETY: `put` took the cell out of a `VacantCell`, and in this pile all have this layout.
        Some(unsafe { VacantCell::from_memory(place, layout) })
    }

    /// The pile of all cells of this layout.
    #[inline]
    fn pile(&self, layout: Layout) -> Option<usize> {
        let pile = layout.size() / STEP;
        (layout.align() == STEP && pile < PILES).then_some(pile)
    }
}

/// The layout of the cell of a task with such a future.
#[inline]
const fn layout_of<F: Future, S: 'static>() -> Layout {
    match is_large::<F::Output>() {
        true => Layout::new::<Cell<LargeOutput<F>, S>>(),
        false => Layout::new::<Cell<F, S>>(),
    }
}

/// Where the scheduler is in a cell of this layout: it is the first field after the header, and as far from it as the
/// cell's alignment demands.
#[inline]
fn scheduler_of<S>(cell: NonNull<Header>, layout: Layout) -> NonNull<S> {
    // The next multiple, without a division: an alignment is a power of two.
    let offset = (size_of::<Header>() + layout.align() - 1) & !(layout.align() - 1);
    // SAFETY: `Cell::furnish` checks that it is the place of a field, which is in the cell.
    unsafe { cell.byte_add(offset) }.cast()
}

/// Frees the cell.
impl<S: 'static> Drop for VacantCell<S> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: it is there, and is not used again.
        unsafe { ptr::drop_in_place(scheduler_of::<S>(self.place, self.layout).as_ptr()) };
        // SAFETY: the memory is ours, and has this layout.
        unsafe { dealloc(self.place.as_ptr().cast(), self.layout) };
    }
}

/// Frees all cells.
impl<S: 'static> Drop for Shelf<S> {
    fn drop(&mut self) {
        for pile in 0..PILES {
            let layout = Layout::from_size_align(pile * STEP, STEP).expect("a cell had it");
            while let Some(cell) = self.take_of(layout) {
                drop(cell);
            }
        }
    }
}

impl<S: 'static> Default for Shelf<S> {
    fn default() -> Shelf<S> {
        Shelf::new()
    }
}

impl<S: 'static> fmt::Debug for VacantCell<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VacantCell")
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

impl<S: 'static> fmt::Debug for Shelf<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}
