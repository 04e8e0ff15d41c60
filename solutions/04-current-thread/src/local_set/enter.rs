//! Which set `spawn_local` means on this thread.
//!
//! A set that is polled or dropped enters itself for the call. A guard may be kept for longer, and holds the set
//! for as long.

use std::cell::Cell;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::Rc;

use harness::context;
use harness::{JoinHandle, Origin};

use super::Home;

/// Resets the set that `spawn_local` means.
///
/// Returned by [`LocalSet::enter`](super::LocalSet::enter). Guards must be dropped in the reverse order of their making.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use current_thread::{LocalSet, Runtime, spawn_local};
///
/// let set = LocalSet::new();
/// let handle = {
///     let _guard = set.enter();
///     let shared = Rc::new(20);
///     spawn_local(async move { *shared + 1 })
/// };
/// assert!(!handle.is_finished(), "nothing polls the set yet");
/// let output = set.block_on(&Runtime::new(), handle);
/// assert_eq!(output.unwrap(), 21);
/// ```
#[must_use = "Creating and dropping a guard does nothing"]
pub struct LocalEnterGuard {
    /// Our own reference, since a guard can be leaked.
    home: ManuallyDrop<Rc<Home>>,
    enter: u64,
    outer: Entered,
}

/// The set that the thread is in.
#[derive(Clone, Copy)]
struct Entered {
    /// Null, or that of a guard that has not been dropped, or leaked its set; or that of a [`Home::enter`] that has not
    /// returned.
    home: *const Home,
    /// The number of the enter that set this. No two of a thread have the same.
    enter: u64,
}

const NONE: Entered = Entered {
    home: ptr::null(),
    enter: 0,
};

model::loom::thread_local! {
    static ENTERED: Cell<Entered> = const { Cell::new(NONE) };
    static LAST_ENTER: Cell<u64> = const { Cell::new(0) };
}

/// Makes `home` the thread's, and returns the number of this enter, and what was there before.
fn replace(home: *const Home) -> (u64, Entered) {
    let enter = LAST_ENTER.with(|last| {
        last.set(last.get() + 1);
        last.get()
    });
    (
        enter,
        ENTERED.with(|it| it.replace(Entered { home, enter })),
    )
}

impl Home {
    /// Makes `home` the thread's set while `f` runs. Its tasks stay here, so the thread must not go and block meanwhile.
    pub(super) fn enter<R>(home: &Rc<Home>, f: impl FnOnce() -> R) -> R {
        struct Reset(Entered);
        impl Drop for Reset {
            fn drop(&mut self) {
                ENTERED.with(|entered| entered.set(self.0));
            }
        }
        let _reset = Reset(replace(Rc::as_ptr(home)).1);
        let _stays = context::stay();
        f()
    }

    /// Lends the set that is polled, dropped or entered on this thread. `f` calls no foreign code.
    pub(super) fn with_entered<R>(f: impl FnOnce(Option<&Home>) -> R) -> R {
        let home = ENTERED.with(Cell::get).home;
        // SAFETY: the pointer is null, or to a set that is alive: an `enter` is further down on our stack, or a
        // guard has a reference. A guard is dropped by foreign code, and none runs in `f`.
        f(unsafe { home.as_ref() })
    }

    /// The set that is polled, dropped or entered on this thread, to keep for any time.
    fn entered() -> Option<Rc<Home>> {
        let home = ENTERED.with(Cell::get).home;
        if home.is_null() {
            return None;
        }
        // SAFETY: the pointer came from an `Rc`, which is alive, as in `with_entered`.
        unsafe { Rc::increment_strong_count(home) };
        // SAFETY: as above, and this is the reference that was just made.
        Some(unsafe { Rc::from_raw(home) })
    }
}

/// Whether a set is polled, dropped or entered on this thread.
pub(crate) fn is_entered() -> bool {
    Home::with_entered(|home| home.is_some())
}

/// Spawns on the set that is entered.
pub(crate) fn spawn_entered<F>(future: F, origin: Origin) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let home = Home::entered().expect("the caller has asked");
    home.spawn(future, origin)
}

impl LocalEnterGuard {
    pub(super) fn new(home: &Rc<Home>) -> LocalEnterGuard {
        let (enter, outer) = replace(Rc::as_ptr(home));
        LocalEnterGuard {
            home: ManuallyDrop::new(Rc::clone(home)),
            enter,
            outer,
        }
    }
}

impl Drop for LocalEnterGuard {
    /// # Panics
    ///
    /// If a guard that was made later is still there, or if the poll that it was made in is not. The set is then
    /// leaked: a later guard may make it the thread's again.
    #[track_caller]
    fn drop(&mut self) {
        if ENTERED.with(Cell::get).enter == self.enter {
            ENTERED.with(|entered| entered.set(self.outer));
            // SAFETY: the field is not used again, and the thread's pointer is another one now.
            unsafe { ManuallyDrop::drop(&mut self.home) };
        } else if !std::thread::panicking() {
            panic!("`LocalEnterGuard` values dropped out of order: the last one comes first");
        }
    }
}

impl fmt::Debug for LocalEnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalEnterGuard").finish_non_exhaustive()
    }
}
