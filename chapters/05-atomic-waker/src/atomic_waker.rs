//! A place for one waker, without a lock: a waiting task leaves the waker there, and a thread with
//! news for the task finds it.
//!
//! A future that finds nothing leaves its waker and returns `Pending`. But another thread may have the
//! news in the meantime. Then it looks for a waker, and finds none:
//!
//! ```text
//!     the future                   the other thread
//!     looks: nothing there
//!                                  puts the value there
//!                                  looks for a waker: none
//!     leaves its waker
//!     returns Pending              and never comes back
//! ```
//!
//! The future has to look again after it has left its waker. Then it sees the value, or the other
//! thread sees the waker. That leaves the waker itself, which one thread writes while the other
//! takes it. A word says which thread has it:
//!
//! ```text
//!                  register                       take_waker
//!     REGISTERING <──────── WAITING ────────────────────────> WAKING
//!          │ └── done ──────> ^ ^ <──────── taken ──────────────┘
//!          │                  │
//!          │ take_waker       │ register takes the waker back, and wakes it
//!          v                  │
//!     REGISTERING | WAKING ───┘
//! ```
//!
//! The two may meet in either order, and neither waits for the other. A wake that finds REGISTERING
//! leaves WAKING there and goes; the registering thread finds it at the end, and does the waking. A
//! registration that finds WAKING comes too late for this wake, and wakes itself.
//!
//! # Invariants
//!
//! - **One Window**: the thread that changed WAITING to REGISTERING, or WAITING to WAKING, has the
//!   slot to itself until it changes the word back.
//! - **No Wake Is Lost**: a look after a `register` sees what was done before a `wake`, or the waker
//!   of that `register` is woken.
//! - **Nothing Foreign In The Window**: no waker is cloned, woken or dropped while the word is not
//!   WAITING on our account. A waker can call us back, and it can panic.
//!
//! # Who may touch what
//!
//! The slot belongs to the one thread whose window it is (One Window); in WAITING to no thread.
//!
//! # Left out
//!
//! `futures` looks whether the waker that is there would wake the same task, and then saves the
//! clone. That helps a future that is polled again without having been woken. A future that was
//! woken finds the slot empty.
//!
//! In tokio: `sync/task/atomic_waker.rs`.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::task::Waker;

use harness::isolate::discard;
use model::loom::cell::UnsafeCell;
use model::loom::hint::spin_loop;
use model::loom::sync::atomic::AtomicUsize;

/// Keeps the waker of one task, for any thread that has news for it.
///
/// The task calls [`register`](AtomicWaker::register), and *then* looks whether it has to wait.
/// A thread with news makes the news visible, and *then* calls [`wake`](AtomicWaker::wake). Any number
/// of threads may wake at any time; one task at a time registers.
///
/// # Examples
///
/// ```
/// use std::future::poll_fn;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering::{Acquire, Release}};
/// use std::task::Poll;
/// use std::thread;
///
/// use atomic_waker::AtomicWaker;
/// use current_thread::Runtime;
///
/// /// Something that another thread has to tell a task.
/// #[derive(Default)]
/// struct News {
///     is_there: AtomicBool,
///     waker: AtomicWaker,
/// }
///
/// let news = Arc::new(News::default());
/// let teller = thread::spawn({
///     let news = Arc::clone(&news);
///     move || {
///         news.is_there.store(true, Release);
///         news.waker.wake();
///     }
/// });
/// Runtime::new().block_on(poll_fn(|cx| {
///     // Register first, then look: a wake after the look finds the waker.
///     news.waker.register(cx.waker());
///     match news.is_there.load(Acquire) {
///         true => Poll::Ready(()),
///         false => Poll::Pending,
///     }
/// }));
/// assert!(news.is_there.load(Acquire));
/// # teller.join().unwrap();
/// ```
pub struct AtomicWaker {
    /// Which side has the slot: WAITING, REGISTERING, WAKING, or the last two at once.
    state: AtomicUsize,
    /// The waker to call. Written by `register`, taken by a wake.
    waker: UnsafeCell<Option<Waker>>,
}

/// The slot belongs to no thread.
const WAITING: usize = 0b00;
/// The slot belongs to a `register`.
const REGISTERING: usize = 0b01;
/// The slot belongs to a `take_waker`; with REGISTERING, a wake came during a `register`.
const WAKING: usize = 0b10;

// SAFETY: threads share the slot, and a `Waker` may be sent and shared. Access is by turns (One
// Window).
unsafe impl Sync for AtomicWaker {}

impl UnwindSafe for AtomicWaker {}
impl RefUnwindSafe for AtomicWaker {}

impl AtomicWaker {
    /// A place where no task is registered.
    #[cfg(not(loom))]
    pub const fn new() -> AtomicWaker {
        AtomicWaker {
            state: AtomicUsize::new(WAITING),
            waker: UnsafeCell::new(None),
        }
    }

    /// A place where no task is registered.
    #[cfg(loom)]
    pub fn new() -> AtomicWaker {
        AtomicWaker {
            state: AtomicUsize::new(WAITING),
            waker: UnsafeCell::new(None),
        }
    }

    /// Leaves a clone of `waker`, in place of the one that was left before.
    ///
    /// A wake that comes from now on calls it. A wake that came earlier does not. So look after this
    /// call, not before it, whether there is still something to wait for. If a wake
    /// comes at the same time, `waker` is woken at once.
    ///
    /// Two tasks that register at the same time replace one another: one of the two is left.
    ///
    /// # Panics
    ///
    /// If `waker` panics: when it is cloned, and then nothing has changed; or when it is woken, and
    /// then it has had its wake. A panic of the waker that was here before ends here.
    pub fn register(&self, waker: &Waker) {
        // ANCHOR: ex-5-1-register
        // After this the task of `waker` is woken by the next wake, and one that came during this
        // call wakes it too; no foreign code runs while the window is open.
        todo!("5.1 register")
        // ANCHOR_END: ex-5-1-register
    }

    /// Wakes the task that is registered. It has to register again to be woken again.
    pub fn wake(&self) {
        if let Some(waker) = self.take_waker() {
            waker.wake();
        }
    }

    /// Takes the waker, to be woken by the caller: later, or together with others.
    ///
    /// Returns `None` if there is none. Returns `None` too if another wake or a registration is going
    /// on, which then sees to the waker. The caller must wake what it is given, in any case.
    #[must_use = "a waker that is taken and not woken is a wake that is lost"]
    pub fn take_waker(&self) -> Option<Waker> {
        // ANCHOR: ex-5-2-take-waker
        // A wake gets the waker that is registered, or none if another wake has it; one that meets
        // a registration leaves word for it, and never touches the slot.
        todo!("5.2 take-waker")
        // ANCHOR_END: ex-5-2-take-waker
    }

    /// The waker that is left when the owner ends it.
    #[inline]
    pub(crate) fn into_waker(self) -> Option<Waker> {
        self.waker.into_inner()
    }

    /// The end of a registration during which a wake came: the word is REGISTERING | WAKING, and
    /// the wake relies on us.
    fn wake_registered(&self, stale: Option<Waker>) {
        // ANCHOR: ex-5-3-wake-registered
        // A wake that came during the registration is not lost: the waker that was just registered
        // is woken, whatever the stale one does when it is dropped.
        todo!("5.3 wake-registered")
        // ANCHOR_END: ex-5-3-wake-registered
    }

    /// Exchanges what is in the slot, without running foreign code.
    ///
    /// # Safety
    ///
    /// The window is the caller's.
    #[must_use = "dropping a waker is foreign code: say when"]
    #[cfg_attr(loom, track_caller)]
    unsafe fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        self.waker.with_mut(|slot| {
            // SAFETY: no other thread touches the slot in the caller's window (One Window).
            unsafe { slot.replace(waker) }
        })
    }
}

/// What lies between two steps, for tests: no test can stop a thread there.
#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps {
    use super::*;

    /// A registration that has put its waker there, and has not ended.
    #[must_use]
    pub struct Registering<'a> {
        place: &'a AtomicWaker,
        stale: Option<Waker>,
    }

    impl<'a> Registering<'a> {
        /// Begins to register `waker` at `place`, where nothing else is going on.
        pub fn begin(place: &'a AtomicWaker, waker: Waker) -> Registering<'a> {
            let before = place.state.swap(REGISTERING, AcqRel);
            assert_eq!(before, WAITING, "something else is going on");
            // SAFETY: the window is ours (One Window).
            let stale = unsafe { place.replace(Some(waker)) };
            Registering { place, stale }
        }

        /// Whether there has been a wake since it began.
        pub fn was_woken(&self) -> bool {
            self.place.state.load(Acquire) == REGISTERING | WAKING
        }

        /// Ends the registration, during which there has been a wake.
        pub fn end(self) {
            assert!(self.was_woken(), "nobody has woken meanwhile");
            self.place.wake_registered(self.stale);
        }
    }

    /// What the first step of a registration takes over from earlier wakes. It leaves the word as it
    /// is.
    pub fn first_of_register(place: &AtomicWaker) {
        // ORDERING: Acquire, as there.
        place.state.fetch_or(0, Acquire);
    }

    /// A wake that has come for the waker, and has not taken it.
    #[must_use]
    pub struct Waking<'a> {
        place: &'a AtomicWaker,
    }

    impl<'a> Waking<'a> {
        /// Begins to wake at `place`, where nothing else is going on.
        pub fn begin(place: &'a AtomicWaker) -> Waking<'a> {
            let before = place.state.swap(WAKING, AcqRel);
            assert_eq!(before, WAITING, "something else is going on");
            Waking { place }
        }

        /// Takes the waker.
        pub fn end(self) -> Option<Waker> {
            // SAFETY: the window is ours (One Window).
            let waker = unsafe { self.place.replace(None) };
            self.place.state.swap(WAITING, AcqRel);
            waker
        }
    }
}

impl Default for AtomicWaker {
    fn default() -> AtomicWaker {
        AtomicWaker::new()
    }
}

impl fmt::Debug for AtomicWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AtomicWaker").finish_non_exhaustive()
    }
}
