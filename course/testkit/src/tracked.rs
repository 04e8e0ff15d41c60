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
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize};
use std::task::{RawWaker, RawWakerVTable, Waker};

use crate::calls::{self, Doing};
use crate::count::Signal;
use crate::lock::Lock;
use crate::quarantine::uncounted;
use crate::report::Report;
use crate::run;
use crate::task::Task;

/// What all clones of one waker share.
pub(crate) struct WakerCell {
    pub(crate) task: Arc<Task>,
    /// Wakers in foreign hands.
    held: AtomicUsize,
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

/// Foreign code to run inside a waker's functions.
#[derive(Default)]
pub(crate) struct Hooks {
    /// Spares the lock while there are none.
    any: AtomicBool,
    on_wake: Lock<Vec<Hook>>,
    on_clone: Lock<Vec<Hook>>,
    on_drop: Lock<Vec<Hook>>,
}

type Hook = Arc<dyn Fn() + Send + Sync>;

/// The real wakers behind a probe's: exactly one for each of ours, so that the code under test
/// sees the same clones and drops as without the probe.
#[derive(Default)]
pub(crate) struct Forward {
    wakers: Lock<Vec<Arc<Waker>>>,
    /// The waker of the poll in progress, which the poll's own waker borrows; null between polls.
    borrowed: AtomicPtr<Waker>,
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
            held: AtomicUsize::new(0),
            alive: AtomicUsize::new(1),
            woken: Signal::default(),
            target,
        };
        uncounted(|| {
            let cell = Arc::new(cell);
            task.add_cell(&cell);
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
        // ORDERING: Relaxed; a count (see `count.rs`).
        self.held.load(Relaxed)
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

    fn hold(&self) {
        // ORDERING: Relaxed, as in `Arc`: who holds one already keeps the cell alive.
        self.held.fetch_add(1, Relaxed);
        self.alive.fetch_add(1, Relaxed);
    }

    /// Strikes off a waker that is dropped or woken by value. False if there was none left.
    fn let_go(&self) -> bool {
        let one_less = |held: usize| held.checked_sub(1);
        // ORDERING: Relaxed; a count. `alive` decides about the cell's life.
        if self.held.fetch_update(Relaxed, Relaxed, one_less).is_ok() {
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

impl Hooks {
    pub(crate) fn add_on_wake(&self, hook: Hook) {
        self.add(&self.on_wake, hook);
    }

    pub(crate) fn add_on_clone(&self, hook: Hook) {
        self.add(&self.on_clone, hook);
    }

    pub(crate) fn add_on_drop(&self, hook: Hook) {
        self.add(&self.on_drop, hook);
    }

    fn add(&self, hooks: &Lock<Vec<Hook>>, hook: Hook) {
        uncounted(|| hooks.lock().push(hook));
        // ORDERING: Release; pairs with the Acquire in `run`.
        self.any.store(true, Release);
    }

    fn run(&self, hooks: &Lock<Vec<Hook>>) {
        // ORDERING: Acquire; pairs with the Release in `add`.
        if self.any.load(Acquire) {
            let hooks = hooks.lock().clone();
            for hook in hooks {
                hook();
            }
        }
    }

    /// Takes all hooks out, for the caller to drop.
    fn take(&self) -> [Vec<Hook>; 3] {
        [&self.on_wake, &self.on_clone, &self.on_drop]
            .map(|hooks| std::mem::take(&mut *hooks.lock()))
    }
}

impl Forward {
    /// Whether our wakers in foreign hands, if any, already stand for `waker`.
    pub(crate) fn is_for(&self, waker: &Waker) -> bool {
        let last = self.wakers.lock().last().cloned();
        last.is_none_or(|last| last.will_wake(waker))
    }

    /// Lends `waker` to the poll's own waker, until [`Forward::end_poll`].
    pub(crate) fn begin_poll(&self, waker: &Waker) {
        // ORDERING: Relaxed, here and below: the poll's waker is a borrow that its thread got from
        // us, and any other thread from that one.
        self.borrowed
            .store(ptr::from_ref(waker).cast_mut(), Relaxed);
    }

    pub(crate) fn end_poll(&self) {
        self.borrowed.store(ptr::null_mut(), Relaxed);
    }

    /// Calls `f` with the real waker, if there still is one.
    fn with<R>(&self, f: impl FnOnce(&Waker) -> R) -> Option<R> {
        let last = self.wakers.lock().last().cloned();
        if let Some(waker) = last {
            return Some(f(&waker));
        }
        let borrowed = self.borrowed.load(Relaxed);
        if borrowed.is_null() {
            return None;
        }
        // SAFETY: not null, so a poll is in progress, and its caller lent us the waker until it
        // ends; we were reached by the poll's waker, a borrow that ends before the poll does.
        Some(f(unsafe { &*borrowed }))
    }

    fn clone_one(&self) {
        if let Some(waker) = self.with(Waker::clone) {
            uncounted(|| self.wakers.lock().push(Arc::new(waker)));
        }
    }

    fn take_one(&self) -> Option<Arc<Waker>> {
        self.wakers.lock().pop()
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
        drop(hooks.take());
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
    let _call = calls::enter(Doing::CloneWaker, &cell.task);
    cell.task.clones.add();
    // Foreign code may panic; then there is no new waker, and nothing to count as held.
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(&hooks.on_clone),
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
    let _call = calls::enter(Doing::WakeByValue, &cell.task);
    let _end = EndOfWake {
        cell,
        releases: true,
    };
    cell.task.wakes_by_val.add();
    cell.task.woken(cell.task.is_latest(cell));
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(&hooks.on_wake),
        Target::Forward(forward) => match forward.take_one().map(Arc::try_unwrap) {
            Some(Ok(waker)) => waker.wake(),
            Some(Err(shared)) => shared.wake_by_ref(),
            None => {}
        },
    }
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    let _call = calls::enter(Doing::WakeByRef, &cell.task);
    let _end = EndOfWake {
        cell,
        releases: false,
    };
    cell.task.wakes_by_ref.add();
    cell.task.woken(cell.task.is_latest(cell));
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(&hooks.on_wake),
        Target::Forward(forward) => {
            forward.with(Waker::wake_by_ref);
        }
    }
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: called through the vtable, so `data` is a waker's.
    let cell = unsafe { cell_of(data) };
    if !cell.let_go() {
        return;
    }
    let _call = calls::enter(Doing::DropWaker, &cell.task);
    let _end = Releases(cell);
    cell.task.waker_drops.add();
    match &cell.target {
        Target::Hooks(hooks) => hooks.run(&hooks.on_drop),
        Target::Forward(forward) => drop(forward.take_one()),
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
