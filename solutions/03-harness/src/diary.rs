//! What a dump tells of a task, and the book of all tasks. Only with the feature `dump`.
//!
//! A scheduler's list of tasks belongs to the thread that runs them. If that thread is stuck, no other one can ask for the list, and a
//! thread that is stuck is what the reader of a dump looks for. So with this feature every task is in a second list, the *book*, which
//! any thread may read at any time. And each task keeps a *diary*:
//!
//! ```text
//!     the book, 16 shelves, each with a lock
//!       ├─> Header ─ Diary   7 polls, 6 wakes; waits since 12:00:01 for Mutex::lock, main.rs:20
//!       └─> Header ─ Diary   1 poll, 0 wakes; runs since 11:59:58 on the thread `worker-0`
//! ```
//!
//! # Invariants
//!
//! - **In The Book While Alive**: a cell is in the book from when it is furnished until it is vacated, and both take the shelf's lock.
//!   So a thread that has the lock may read the header of each cell on the shelf.
//!
//! In tokio: `runtime/dump.rs` and `runtime/task/trace/`, where a dump polls all tasks once more, and the leaves record the stack.

use std::collections::BTreeSet;
use std::ptr::NonNull;
// Not the `loom` module's: loom's locks cannot be in a `static`.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use crate::context;
use crate::id::Id;
use crate::leaf::{Note, Notes};
use crate::origin::Place;
use crate::owner::OwnerId;
use crate::raw::Header;
use crate::state::Snapshot;

/// What a task has done so far. A part of its header.
#[derive(Debug)]
pub(crate) struct Diary {
    /// Its scheduler has a runtime, and is not a `LocalSet`, which runs within several.
    is_of_scheduler: bool,
    /// How often one of its wakers was called.
    wakes: AtomicU64,
    /// Written by the thread that polls the task, at the beginning and at the end of a poll.
    page: Mutex<Page>,
}

#[derive(Debug)]
struct Page {
    /// The scheduler that it runs in. Of a task that is in no list of a runtime: the runtime that spawned it, or first polled it.
    runtime: Option<OwnerId>,
    polls: u64,
    /// When it was made, or the last poll began or ended.
    since: Instant,
    /// While it is polled, the thread that does so.
    thread: Option<Thread>,
    notes: Notes,
}

/// A poll of a task. Its end is written down when this is dropped.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    diary: &'a Diary,
    /// Polls nest: the outer one goes on with its notes.
    outer: Notes,
}

/// A task at one moment, as [`look`] has seen it.
///
/// # Examples
///
/// ```
/// use harness::diary::{Look, look};
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(std::future::pending::<()>(), Nowhere, Id::next());
/// let seen = || -> Look { look().into_iter().find(|it| it.id == handle.id()).unwrap() };
/// assert!(seen().state.is_notified());
/// ticket.assert_unowned().run();
/// assert!(seen().state.is_idle());
/// assert_eq!((seen().polls, seen().wakes), (1, 0));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Look {
    /// Its name.
    pub id: Id,
    /// Its state.
    pub state: Snapshot,
    /// Where it was spawned.
    pub place: Place,
    /// The list that it was made for.
    pub owner: Option<OwnerId>,
    /// Whether this list is that of a scheduler, and the task not one of a `LocalSet`.
    pub is_of_scheduler: bool,
    /// The runtime that it runs in.
    pub runtime: Option<OwnerId>,
    /// How often its future was polled.
    pub polls: u64,
    /// How often one of its wakers was called.
    pub wakes: u64,
    /// When it was made, or the last poll began or ended.
    pub since: Instant,
    /// While it is polled, the thread that does so.
    pub thread: Option<Thread>,
    /// What it waited for at the end of the last poll.
    pub notes: Vec<Note>,
    /// How many leaves more there were.
    pub more: usize,
}

/// A cell in the book.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Listed(NonNull<Header>);

// SAFETY: what another thread reads of a cell through the book is in atomics, behind locks, or never changes.
unsafe impl Send for Listed {}

/// One lock for all would be fought for by every thread that spawns.
const SHELVES: usize = 16;

static BOOK: [Mutex<BTreeSet<Listed>>; SHELVES] = [const { Mutex::new(BTreeSet::new()) }; SHELVES];

/// Looks at all tasks of the program that are not done, without waiting for any of them. Their order means nothing.
pub fn look() -> Vec<Look> {
    let mut looks = Vec::new();
    for shelf in &BOOK {
        let shelf = lock(shelf);
        looks.extend(shelf.iter().filter_map(|cell| {
            // SAFETY: the cell is alive while we have the lock (invariant: In The Book While Alive). A header is shared by all
            // handles, and what is written in it is in cells of its own.
            Look::at(unsafe { cell.0.as_ref() })
        }));
    }
    looks
}

/// Puts a new cell into the book.
pub(crate) fn list(cell: NonNull<Header>) {
    let is_new = lock(shelf_of(cell)).insert(Listed(cell));
    debug_assert!(is_new, "In The Book While Alive: listed twice");
}

/// Takes a cell out of the book. Until this returns, another thread may read the header.
pub(crate) fn unlist(cell: NonNull<Header>) {
    let was_listed = lock(shelf_of(cell)).remove(&Listed(cell));
    debug_assert!(was_listed, "In The Book While Alive: not listed");
}

fn shelf_of(cell: NonNull<Header>) -> &'static Mutex<BTreeSet<Listed>> {
    // Two cells are further apart than a cache line, so the low bits are alike.
    &BOOK[cell.addr().get() / 64 % SHELVES]
}

/// No foreign code runs under these locks, so a panic with one of them is a bug of ours; a dump goes on even so.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Diary {
    /// The diary of a task of this runtime. Of a task that has none: of the runtime that this thread is in.
    pub(crate) fn new(runtime: Option<OwnerId>) -> Diary {
        Diary {
            is_of_scheduler: runtime.is_some(),
            wakes: AtomicU64::new(0),
            page: Mutex::new(Page {
                runtime: runtime.or_else(context::runtime),
                polls: 0,
                since: Instant::now(),
                thread: None,
                notes: Notes::NONE,
            }),
        }
    }

    /// Notes that a waker was called.
    pub(crate) fn count_wake(&self) {
        // ORDERING: Relaxed, since a number is all there is to it.
        self.wakes.fetch_add(1, Relaxed);
    }

    /// Notes that a poll begins on this thread.
    pub(crate) fn begin_poll(&self) -> Entry<'_> {
        let (thread, runtime) = (thread::current(), context::runtime());
        let mut page = lock(&self.page);
        page.runtime = page.runtime.or(runtime);
        page.polls += 1;
        page.since = Instant::now();
        page.thread = Some(thread);
        Entry {
            diary: self,
            outer: Notes::NONE.replace(),
        }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let notes = self.outer.replace();
        let mut page = lock(&self.diary.page);
        page.since = Instant::now();
        page.thread = None;
        page.notes = notes;
    }
}

impl Look {
    /// `None` if the task is done.
    fn at(header: &Header) -> Option<Look> {
        let page = lock(&header.diary.page);
        let state = header.state.load();
        if state.is_complete() || state.ref_count() == 0 {
            return None;
        }
        Some(Look {
            id: header.id,
            state,
            place: header.place,
            owner: header.owner,
            is_of_scheduler: header.diary.is_of_scheduler,
            runtime: page.runtime,
            polls: page.polls,
            // ORDERING: Relaxed, as in `count_wake`.
            wakes: header.diary.wakes.load(Relaxed),
            since: page.since,
            thread: page.thread.clone(),
            notes: (page.notes.iter().map(|note| note.of_task_at(header.place))).collect(),
            more: page.notes.more(),
        })
    }
}
