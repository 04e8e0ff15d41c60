//! The wakers the kit hands out: each call of the vtable is counted, and then either told to the
//! test (a [`TestWaker`](crate::TestWaker)) or passed on to the real waker (a
//! [`probe`](crate::probe())).
//!
//! # Invariants
//!
//! **Cells Outlive Wakers**: a cell lives in [`CELLS`] from its creation, until its owner and all
//! of its wakers are gone and [`BURIED_MAX`] others have gone after it. So even code that drops a
//! waker once too often finds the cell, and is told so instead of crashing.
//!
//! **One Vtable**: all wakers have the address of the same `static`, so `will_wake` is true for
//! two wakers exactly if they are of the same cell.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{AcqRel, Relaxed};
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::observe::forward::Forward;
use crate::observe::hooks::{Hooks, On};
use crate::watch::run;
use crate::words::calls::{self, Doing};
use crate::words::count::Signal;
use crate::words::held::Held;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::report::Report;
use crate::words::task::Task;

/// What all clones of one waker share.
pub(crate) struct WakerCell {
    pub(crate) task: Arc<Task>,
    /// Wakers in foreign hands. The task has a view of them.
    held: Arc<Held>,
    /// Wakers in foreign hands, plus one for the owner: the cell is buried when it is zero.
    alive: AtomicUsize,
    /// Wakes that have returned.
    pub(crate) woken: Signal,
    target: Target,
}

/// What a call does beside being counted.
pub(crate) enum Target {
    /// Runs what the test hooked in.
    Hooks(Hooks),
    /// Does the same with the waker that the probe was polled with.
    Forward(Forward),
}

/// Keeps a cell from being buried.
pub(crate) struct Owner(Arc<WakerCell>);

struct Cells {
    living: BTreeMap<usize, Arc<WakerCell>>,
    buried: VecDeque<Arc<WakerCell>>,
}

static CELLS: Lock<Cells> = Lock::new(Cells {
    living: BTreeMap::new(),
    buried: VecDeque::new(),
});

/// How many cells are kept after their end, to recognize a waker that is used after its own.
const BURIED_MAX: usize = 1_000;

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

impl Owner {
    pub(crate) fn new(task: &Arc<Task>, target: Target) -> Owner {
        let cell = WakerCell {
            task: Arc::clone(task),
            held: uncounted(Arc::default),
            alive: AtomicUsize::new(1),
            woken: Signal::default(),
            target,
        };
        uncounted(|| {
            let cell = Arc::new(cell);
            task.add_wakers(&cell.held);
            CELLS
                .lock()
                .living
                .insert(Arc::as_ptr(&cell).addr(), Arc::clone(&cell));
            Owner(cell)
        })
    }

    pub(crate) fn cell(&self) -> &Arc<WakerCell> {
        &self.0
    }

    /// A waker for foreign hands.
    pub(crate) fn waker(&self) -> Waker {
        self.0.hold();
        // SAFETY: the vtable's functions keep the contract of `RawWaker`: they are thread-safe,
        // and the pointer is good for them (invariant: Cells Outlive Wakers; `hold` counted it).
        unsafe { Waker::new(Arc::as_ptr(&self.0).cast(), &VTABLE) }
    }

    /// A waker for the length of a poll, which is not counted as held.
    pub(crate) fn borrowed(&self) -> ManuallyDrop<Waker> {
        // SAFETY: as in `waker`; the owner keeps the cell, and nobody drops this one.
        ManuallyDrop::new(unsafe { Waker::new(Arc::as_ptr(&self.0).cast(), &VTABLE) })
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl WakerCell {
    /// Wakers in foreign hands.
    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        match &self.target {
            Target::Hooks(hooks) => hooks,
            Target::Forward(_) => unreachable!("a probe's waker has no hooks"),
        }
    }

    pub(crate) fn forward(&self) -> &Forward {
        match &self.target {
            Target::Forward(forward) => forward,
            Target::Hooks(_) => unreachable!("a test's waker forwards to nobody"),
        }
    }

    /// Tells the picture of a model's run what is done with one of these wakers.
    fn told(&self, done: &str) {
        #[cfg(loom)]
        model::record::said(|| format!("waker of {} {done}", self.task.name), None);
        #[cfg(not(loom))]
        let _ = done;
    }

    fn hold(&self) {
        self.held.one_more();
        // ORDERING: Relaxed, as in `Arc`: the waker that is cloned keeps the cell alive.
        self.alive.fetch_add(1, Relaxed);
    }

    /// Strikes off a waker that is dropped or woken by value. False if there was none left.
    fn let_go(&self) -> bool {
        if self.held.one_less() {
            return true;
        }
        let task = &self.task;
        let saw = format!(
            "a waker of {} was dropped twice: clones made {}, dropped {}, woken by value {}, and none \
             was left",
            task.name,
            task.clones.get(),
            task.waker_drops.get(),
            task.wakes_by_val.get(),
        );
        let rule = "A waker is dropped, or woken by value, once; each clone of it once more.";
        run::fail_softly(Report::wrong(None, rule, saw), Some(task));
        false
    }

    /// Gives up the owner's hold, or one that `let_go` struck off.
    fn release(&self) {
        // ORDERING: AcqRel, so that whoever buries the cell sees all that was done with it.
        if self.alive.fetch_sub(1, AcqRel) == 1 {
            bury(self);
        }
    }
}

impl fmt::Debug for WakerCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WakerCell")
            .field("task", &self.task.name)
            .finish_non_exhaustive()
    }
}

/// Takes a cell that nobody needs any more off the living.
fn bury(cell: &WakerCell) {
    let mut cells = CELLS.lock();
    let Some(cell) = cells.living.remove(&ptr::from_ref(cell).addr()) else {
        return;
    };
    uncounted(|| cells.buried.push_back(Arc::clone(&cell)));
    let forgotten = if cells.buried.len() > BURIED_MAX {
        cells.buried.pop_front()
    } else {
        None
    };
    drop(cells);
    drop(forgotten);
    // What the test hooked in may own anything; it goes now, not when the cell does.
    if let Target::Hooks(hooks) = &cell.target {
        hooks.clear();
    }
}

/// The cell behind a waker's data pointer.
///
/// # Safety
///
/// `data` comes from [`Owner::waker`] or [`Owner::borrowed`], by way of a waker.
unsafe fn cell_of<'a>(data: *const ()) -> &'a WakerCell {
    // SAFETY: the caller promises that `data` points to a cell; it is alive (invariant: Cells
    // Outlive Wakers).
    unsafe { &*data.cast::<WakerCell>() }
}

/// The task behind a waker, if the kit made that waker.
pub(crate) fn task_of(waker: &Waker) -> Option<Arc<Task>> {
    if !ptr::eq(waker.vtable(), &raw const VTABLE) {
        return None;
    }
    // SAFETY: only `Owner` makes wakers with our vtable.
    let cell = unsafe { cell_of(waker.data()) };
    Some(Arc::clone(&cell.task))
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    cell.told("cloned");
    let _call = calls::enter(Doing::CloneWaker, &cell.task);
    cell.task.clones.add();
    // Foreign code may panic; then there is no new waker, and nothing to count as held.
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(On::Clone),
        Target::Forward(forward) => forward.clone_one(),
    }
    cell.hold();
    RawWaker::new(data, &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    if !cell.let_go() {
        return;
    }
    cell.told("woken");
    let _call = calls::enter(Doing::WakeByValue, &cell.task);
    let _end = EndOfWake {
        cell,
        releases: true,
    };
    cell.task.wakes_by_val.add();
    cell.task.woken(cell.task.is_latest(&cell.held));
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(On::Wake),
        Target::Forward(forward) => forward.wake_one(),
    }
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    cell.told("woken by reference");
    let _call = calls::enter(Doing::WakeByRef, &cell.task);
    let _end = EndOfWake {
        cell,
        releases: false,
    };
    cell.task.wakes_by_ref.add();
    cell.task.woken(cell.task.is_latest(&cell.held));
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(On::Wake),
        Target::Forward(forward) => forward.wake_by_ref(),
    }
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    if !cell.let_go() {
        return;
    }
    cell.told("dropped");
    let _call = calls::enter(Doing::DropWaker, &cell.task);
    let _end = Releases(cell);
    cell.task.waker_drops.add();
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(On::Drop),
        Target::Forward(forward) => forward.drop_one(),
    }
}

/// Ends a wake also when the foreign code in it panics. Only now is the wake told to who waits
/// for it: a test must not go on while a wake is stuck.
struct EndOfWake<'a> {
    cell: &'a WakerCell,
    releases: bool,
}

impl Drop for EndOfWake<'_> {
    fn drop(&mut self) {
        self.cell.woken.raise();
        if self.releases {
            self.cell.release();
        }
    }
}

/// Releases the cell also when the foreign code in a drop panics.
struct Releases<'a>(&'a WakerCell);

impl Drop for Releases<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}
