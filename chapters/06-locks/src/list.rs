//! The list of the tasks that wait.
//!
//! A task that has to wait has a future, and the future is pinned until it is dropped. So the future
//! itself can be the list's element. It has a [`Waiter`] inside, so that waiting costs no allocation
//! and leaving no search.
//!
//! ```text
//!    Semaphore, Notify, …                     futures, each pinned where it is
//!   ┌─────────────────────┐    ┌─────────────┐    ┌─────────────┐    ┌─────────────┐
//!   │ word                │    │ Acquire     │    │ Acquire     │    │ Acquire     │
//!   │ Mutex ─> WaitList ──┼──> │ ┌ Waiter ─┐ │ ─> │ ┌ Waiter ─┐ │ ─> │ ┌ Waiter ─┐ │
//!   └─────────────────────┘    │ │ waker   │ │ <─ │ │ waker   │ │ <─ │ │ waker   │ │
//!                              │ │ state   │ │    │ │ state   │ │    │ │ state   │ │
//!                              └─┴─────────┴─┘    └─┴─────────┴─┘    └─┴─────────┴─┘
//!                              has waited longest
//! ```
//!
//! A waiter leaves in one of two ways. It may be **handed** what it waits for: another thread takes
//! it out of the list and takes its waker, and then writes `state`. Or its future is dropped (or
//! changes its mind), and then it takes itself out, under the same lock.
//!
//! A waker is foreign code: its `clone`, its `wake` and its `drop` may, for example, come back to the
//! very primitive that calls them, or panic. None of them is called while the list is locked.
//! So code that locks brings a clone along; code that takes a waker out keeps it until the lock is
//! released; and wakers that are to be woken leave in batches, see [`hand_to_all`].
//!
//! # Invariants
//!
//! - **Listed Is Pinned**: from [`WaitList::push`] until it is out again, a waiter stays where it is,
//!   and alive. Its future's `drop` makes sure of that.
//! - **Waker Under Lock**: only the holder of the list's lock touches a waiter's waker, and a waiter
//!   that is in no list has none.
//! - **State Comes Last**: a thread that takes a waiter out for good writes its `state` after
//!   everything else. From then on the future may be gone.
//!
//! In tokio: `Waiter` in `sync/notify.rs`, `sync/batch_semaphore.rs`, `sync/broadcast.rs`, and
//! `util/linked_list.rs`.

use std::fmt;
use std::mem::offset_of;
use std::panic::resume_unwind;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use atomic_waker::WakeList;
use harness::isolate::{Payload, discard, isolate};
use harness::list::{Link, LinkedList, Links};
use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Mutex, MutexGuard};

/// A place in the list of the tasks that wait. It is a part of a future.
///
/// It is `Sync`, although nothing in here guards the waker in it: the unsafe functions ask their
/// callers for that.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::sync::{Arc, Mutex};
/// use std::task::Waker;
///
/// use locks::list::{WaitList, Waiter};
/// use timer_future::ThreadWaker;
///
/// let thread = Arc::new(ThreadWaker::for_current_thread());
/// let list = Mutex::new(WaitList::new());
/// let waiter = pin!(Waiter::new(0));
/// // SAFETY: the waiter is pinned and in no list; below it is taken out again.
/// unsafe { list.lock().unwrap().push(&waiter, Some(Waker::from(thread.clone()))) };
/// // The lock is released before the waker is called.
/// let handed = list.lock().unwrap().hand_to_first(1);
/// let waker = handed.expect("one waits").expect("it has left a waker");
/// waker.wake();
/// assert!(thread.take_wake());
/// assert_eq!(waiter.state(), 1);
/// ```
pub struct Waiter {
    links: Links<Waiter>,
    /// The waker to call (invariant: Waker Under Lock).
    waker: UnsafeCell<Option<Waker>>,
    /// What it waits for, or what it was handed; each primitive has numbers of its own. The holder of
    /// the lock writes it, and the future reads it without the lock.
    state: AtomicUsize,
}

/// The waiters, in the order in which they came. It lives inside a lock.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::sync::Mutex;
///
/// use locks::list::{WaitList, Waiter};
///
/// let list = Mutex::new(WaitList::new());
/// let (first, second) = (pin!(Waiter::new(0)), pin!(Waiter::new(0)));
/// for waiter in [&first, &second] {
///     // SAFETY: the waiter is pinned and in no list; below it is taken out again.
///     unsafe { list.lock().unwrap().push(waiter, None) };
/// }
/// // What is handed over is a number, which the primitive chooses.
/// assert!(list.lock().unwrap().hand_to_first(7).is_some());
/// assert_eq!((first.state(), second.state()), (7, 0), "first come, first served");
/// assert!(list.lock().unwrap().hand_to_first(7).is_some());
/// assert!(list.lock().unwrap().is_empty());
/// ```
pub struct WaitList {
    list: LinkedList<Listed>,
}

/// Wakers that were taken under a lock, to be woken when it is released.
///
/// A waker that panics keeps no other from being woken. Its panic goes on when all are woken, by
/// [`finish`](Batch::finish).
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::task::Waker;
///
/// use locks::list::Batch;
/// use timer_future::ThreadWaker;
///
/// let thread = Arc::new(ThreadWaker::for_current_thread());
/// let mut batch = Batch::new();
/// // Wakers are taken out of a list while its lock is held.
/// if batch.can_push() {
///     batch.push(Some(Waker::from(thread.clone())));
/// }
/// assert!(!thread.take_wake(), "not woken under the lock");
/// // Here the lock is released.
/// batch.finish();
/// assert!(thread.take_wake());
/// ```
pub struct Batch {
    wakers: WakeList,
    panic: Option<Payload>,
}

/// How waiters are linked.
struct Listed;

impl Waiter {
    /// A waiter that is in no list yet.
    pub fn new(state: usize) -> Waiter {
        Waiter {
            links: Links::new(),
            waker: UnsafeCell::new(None),
            state: AtomicUsize::new(state),
        }
    }

    /// What it waits for, or was handed: and then the caller sees all that was done before.
    #[inline]
    pub fn state(&self) -> usize {
        // ORDERING: Acquire, with `set_state` and `hand`.
        self.state.load(Acquire)
    }

    /// Writes the state of a waiter that stays where it is.
    #[inline]
    pub fn set_state(&self, state: usize) {
        // ORDERING: the waiter reads it under the lock that we hold, unless it is handed something.
        self.state.store(state, Relaxed);
    }

    /// Whether `waker` would wake the task that waits. This runs no foreign code.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the list that the waiter is in.
    pub unsafe fn will_wake(&self, waker: &Waker) -> bool {
        self.waker.with(|present| {
            // SAFETY: the lock is held (invariant: Waker Under Lock).
            let present = unsafe { &*present };
            present.as_ref().is_some_and(|it| it.will_wake(waker))
        })
    }

    /// Puts `waker` in the place of the one before, which is given back: it must be dropped after
    /// the lock is released.
    ///
    /// # Safety
    ///
    /// The caller holds the lock of the list that the waiter is in.
    #[must_use = "drop it after the lock is released"]
    pub unsafe fn replace_waker(&self, waker: Option<Waker>) -> Option<Waker> {
        self.waker.with_mut(|present| {
            // SAFETY: the lock is held (invariant: Waker Under Lock).
            std::mem::replace(unsafe { &mut *present }, waker)
        })
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter").finish_non_exhaustive()
    }
}

// SAFETY: a future moves to another thread before it is pinned, or its task does while it is in a
// list. What is in the waiter may go along: a waker is `Send`, and the links are the list's.
unsafe impl Send for Waiter {}

// SAFETY: another thread that hands it something has a reference to it. It touches the waker and the
// links under the lock only, which the unsafe functions make their callers' duty.
unsafe impl Sync for Waiter {}

impl WaitList {
    /// A list without waiters.
    pub const fn new() -> WaitList {
        WaitList {
            list: LinkedList::new(),
        }
    }

    /// Whether no task waits.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts a waiter behind all others. `waker` was cloned before the lock was taken.
    ///
    /// # Safety
    ///
    /// The waiter is in no list, and stays where it is until it is out of this one. A caller with a
    /// `&mut WaitList` has the lock.
    #[inline]
    pub unsafe fn push(&mut self, waiter: &Waiter, waker: Option<Waker>) {
        // SAFETY: the waiter is in no list, so no other code touches its waker.
        let none = unsafe { waiter.replace_waker(waker) };
        debug_assert!(none.is_none(), "Waker Under Lock: not listed, and has one");
        // SAFETY: as our caller promises.
        unsafe { self.list.push_front(NonNull::from(waiter)) };
    }

    /// The waiter that has waited longest.
    #[inline]
    pub fn first(&self) -> Option<&Waiter> {
        // SAFETY: it is in the list, and so it is alive, and it cannot leave while we are borrowed.
        self.list.last().map(|waiter| unsafe { waiter.as_ref() })
    }

    /// Takes out the waiter that has waited longest, and hands it `state`. Returns whether there was
    /// one, and its waker.
    #[must_use = "wake it after the lock is released"]
    #[inline]
    pub fn hand_to_first(&mut self, state: usize) -> Option<Option<Waker>> {
        let waiter = self.list.pop_back()?;
        // SAFETY: it was in the list until now, and we have the lock.
        Some(unsafe { hand(waiter, state) })
    }

    /// As [`hand_to_first`](WaitList::hand_to_first), for the waiter that came last.
    #[must_use = "wake it after the lock is released"]
    pub fn hand_to_last(&mut self, state: usize) -> Option<Option<Waker>> {
        let waiter = self.list.pop_front()?;
        // SAFETY: it was in the list until now, and we have the lock.
        Some(unsafe { hand(waiter, state) })
    }

    /// Takes out a waiter that leaves by itself, with nothing handed to it. Returns its waker, which
    /// must be dropped after the lock is released.
    ///
    /// # Safety
    ///
    /// The waiter is alive, and in this list or in none.
    #[must_use = "drop it after the lock is released"]
    #[inline]
    pub unsafe fn remove(&mut self, waiter: &Waiter) -> Option<Waker> {
        // SAFETY: as our caller promises.
        unsafe { self.list.remove(NonNull::from(waiter)) }?;
        // SAFETY: it was in the list until now, and we have the lock.
        unsafe { waiter.replace_waker(None) }
    }

    /// Puts all of `newer` behind the waiters of this list.
    pub fn append(&mut self, newer: &mut WaitList) {
        self.list.append(&mut newer.list);
    }
}

impl Default for WaitList {
    fn default() -> WaitList {
        WaitList::new()
    }
}

impl fmt::Debug for WaitList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitList")
            .field("is_empty", &self.is_empty())
            .finish()
    }
}

impl Batch {
    /// A batch without wakers.
    #[inline]
    pub fn new() -> Batch {
        Batch {
            wakers: WakeList::new(),
            panic: None,
        }
    }

    /// Whether there is room for one more. If not: release the lock, [`wake`](Batch::wake), and
    /// lock again.
    #[inline]
    pub fn can_push(&self) -> bool {
        self.wakers.can_push()
    }

    /// Adds a waker, if there is one.
    #[inline]
    pub fn push(&mut self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            self.wakers.push(waker);
        }
    }

    /// Wakes all of them, and keeps the first panic for later. Not to be called under a lock.
    pub fn wake(&mut self) {
        if let Err(payload) = isolate(|| self.wakers.wake_all()) {
            match self.panic {
                None => self.panic = Some(payload),
                Some(_) => discard(payload),
            }
        }
    }

    /// Wakes all of them. If one of the wakers of this or an earlier [`wake`](Batch::wake) panicked,
    /// its panic goes on here. Not to be called under a lock.
    pub fn finish(&mut self) {
        if self.panic.is_none() {
            return self.wakers.wake_all();
        }
        self.wake();
        if let Some(payload) = self.panic.take() {
            resume_unwind(payload);
        }
    }
}

impl Default for Batch {
    fn default() -> Batch {
        Batch::new()
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").finish_non_exhaustive()
    }
}

// SAFETY: a waiter that is in a list stays where it is and alive (invariant: Listed Is Pinned), and
// `links` is a field of it.
unsafe impl Link for Listed {
    type Handle = NonNull<Waiter>;
    type Target = Waiter;

    fn into_raw(waiter: NonNull<Waiter>) -> NonNull<Waiter> {
        waiter
    }

    unsafe fn from_raw(waiter: NonNull<Waiter>) -> NonNull<Waiter> {
        waiter
    }

    unsafe fn links(waiter: NonNull<Waiter>) -> NonNull<Links<Waiter>> {
        // SAFETY: a field of a waiter that is alive.
        unsafe { waiter.byte_add(offset_of!(Waiter, links)) }.cast()
    }
}

// SAFETY: the list holds pointers to waiters, which are `Send` and `Sync`. It follows them only
// by `&mut self`, or to a waiter that no other code can take out meanwhile.
unsafe impl Send for WaitList {}

// SAFETY: as above.
unsafe impl Sync for WaitList {}

/// Takes all waiters out of a list in its lock, makes a new state of each one's, and wakes them.
///
/// `list` finds the list in what the lock guards. A waiter that comes into the list meanwhile is taken
/// out as well, so it must be a list that no task comes into, at least not without end.
pub fn hand_to_all<'a, T>(
    lock: &'a Mutex<T>,
    mut guard: MutexGuard<'a, T>,
    list: fn(&mut T) -> &mut WaitList,
    state: fn(usize) -> usize,
) {
    // ANCHOR: ex-6-1-hand-to-all
    // Each waiter of the list is handed its new state, first come first, and is woken; no waker is
    // called under the lock, and at most a batch of them is held at a time.
    todo!("6.1 hand-to-all")
    // ANCHOR_END: ex-6-1-hand-to-all
}

/// Locks. No foreign code runs under our locks, so a panic left nothing half done.
pub fn relock<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Hands a state to a waiter that is out of its list, and returns its waker.
///
/// # Safety
///
/// The waiter was in a list whose lock we have had ever since.
unsafe fn hand(waiter: NonNull<Waiter>, state: usize) -> Option<Waker> {
    // SAFETY: its future has not yet seen that it is out of the list, and waits for the lock if it
    // wants to leave.
    let waiter = unsafe { waiter.as_ref() };
    // SAFETY: we have the lock.
    let waker = unsafe { waiter.replace_waker(None) };
    // ORDERING: Release, with the Acquire of `Waiter::state`: the future sees what we did before we
    // handed it this, and its end comes after our last look at it (invariant: State Comes Last).
    waiter.state.store(state, Release);
    waker
}
