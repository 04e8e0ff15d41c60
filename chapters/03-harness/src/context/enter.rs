//! Entering a runtime, and leaving it.
//!
//! There are two ways in. A thread that only spawns [enters](enter) with a guard, which it may keep
//! for any time. A thread that runs tasks [enters with a worker](enter_worker), for one call. A guard
//! that was made during such a call may be dropped after it; it then finds that it is too late.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::Arc;

use super::flavor::{Flavor, Scheduler, Worker};
use super::record::{Entered, Record};

/// Resets the runtime that the thread is in.
///
/// Returned by a handle's `enter`. Guards must be dropped in the reverse order of their making.
///
/// # Examples
///
/// ```
/// use std::any::{Any, TypeId};
/// use std::sync::Arc;
///
/// use harness::context::{Flavor, enter, find, is_entered};
///
/// /// A runtime that has a number, and nothing else.
/// struct Runtime {
///     number: u32,
/// }
///
/// impl Flavor for Runtime {
///     fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
///         (wanted == TypeId::of::<u32>()).then_some(&self.number)
///     }
/// }
///
/// let guard = enter(Arc::new(Runtime { number: 7 }));
/// assert_eq!(find::<u32>(), Some(7));
/// drop(guard);
/// assert!(!is_entered());
/// assert_eq!(find::<u32>(), None);
/// ```
#[derive(Debug)]
#[must_use = "Creating and dropping a guard does nothing"]
pub struct EnterGuard<'a> {
    /// Has a `drop`, and no lifetime: so any code may drop the runtime before us.
    _set: SetCurrent,
    /// A guard that outlives its handle is most often a mistake.
    handle: PhantomData<&'a ()>,
}

/// The part of a guard that has something to do at the end.
struct SetCurrent {
    /// What the thread's pointer points to. Our own reference, since a guard can be leaked.
    flavor: ManuallyDrop<Arc<dyn Flavor>>,
    enter: u64,
    outer: Option<Entered>,
}

/// Resets all when a call ends, by a panic as well.
struct Reset {
    entered: Option<Entered>,
    scheduler: *const (),
    worker: Option<NonNull<dyn Worker>>,
}

/// Makes `flavor` the runtime that the thread is in, until the guard is dropped.
///
/// The guard must not leave the thread. It may outlive the runtime's owner.
pub fn enter<'a, F: Flavor>(flavor: Arc<F>) -> EnterGuard<'a> {
    let (enter, outer) = Record::with(|record| record.replace_entered(&flavor));
    EnterGuard {
        _set: SetCurrent {
            flavor: ManuallyDrop::new(flavor),
            enter,
            outer,
        },
        handle: PhantomData,
    }
}

/// Makes `worker` what runs tasks on this thread, and its scheduler the runtime that the thread is in,
/// for as long as `f` runs.
pub fn enter_worker<S: Scheduler, R>(
    scheduler: &Arc<S>,
    worker: &S::Worker,
    f: impl FnOnce() -> R,
) -> R {
    let _reset = Record::with(|record| Reset {
        entered: record.replace_entered(scheduler).1,
        scheduler: record.scheduler.replace(Arc::as_ptr(scheduler).cast()),
        worker: record.worker.replace(Some(NonNull::from(worker))),
    });
    f()
}

/// The runtime that the thread is in, if it is of this flavor.
pub fn current<F: Flavor>() -> Option<Arc<F>> {
    let entered = Record::with(|record| record.entered.get())?;
    if entered.type_id != TypeId::of::<F>() {
        return None;
    }
    let flavor: *const F = entered.flavor.as_ptr().cast_const().cast();
    // SAFETY: the pointer came from an `Arc<F>` (it is of that type, as was checked) that is alive
    // (invariant: Pointers Are Reset).
    unsafe { Arc::increment_strong_count(flavor) };
    // SAFETY: as above, and this is the reference that was just made.
    Some(unsafe { Arc::from_raw(flavor) })
}

/// Lends the runtime that the thread is in, of any flavor.
///
/// It costs no reference. If `f` drops the guard that the thread is in the runtime by, the guard's
/// reference is leaked: it is a bug of `f`, and must not be a use after free.
#[inline]
pub(super) fn lend<R>(f: impl FnOnce(&dyn Flavor) -> R) -> Option<R> {
    let flavor = Record::with(|record| record.entered.get())?.flavor;
    let _lent = Lent {
        was_lent: Record::with(|record| record.is_lent.replace(true)),
    };
    // SAFETY: the pointer came from an `Arc` that is alive (invariant: Pointers Are Reset), and stays so
    // until `_lent` is dropped: an `enter_worker` is further down on the stack, and a guard that is dropped
    // before leaks its reference.
    Some(f(unsafe { flavor.as_ref() }))
}

/// Ends a look at the runtime, by a panic as well.
struct Lent {
    was_lent: bool,
}

impl Drop for Lent {
    fn drop(&mut self) {
        Record::with(|record| record.is_lent.set(self.was_lent));
    }
}

/// A number for the runtime that the thread is in: as long as it is the same, so is the runtime. Each enter
/// of this thread has its own; `None` if the thread is in no runtime.
#[inline]
pub fn entered_number() -> Option<u64> {
    Record::with(|record| record.entered.get()).map(|entered| entered.enter)
}

/// Whether the thread is in a runtime.
pub fn is_entered() -> bool {
    Record::with(|record| record.entered.get().is_some())
}

impl Record {
    /// Returns the number of this enter, and what the thread was in before.
    fn replace_entered<F: Flavor>(&self, flavor: &Arc<F>) -> (u64, Option<Entered>) {
        let enter = self.last_enter.get() + 1;
        self.last_enter.set(enter);
        let flavor: *const F = Arc::as_ptr(flavor);
        let flavor = NonNull::new(flavor.cast_mut()).expect("an `Arc` is not null");
        let outer = self.entered.replace(Some(Entered {
            flavor,
            type_id: TypeId::of::<F>(),
            enter,
        }));
        (enter, outer)
    }
}

// SAFETY: a `&SetCurrent` can be printed, and that reads nothing but a number. The `Arc` is of a type
// that is `Sync`. What needs the thread is `drop`, and a guard is not `Send`.
unsafe impl Sync for SetCurrent {}

impl Drop for SetCurrent {
    /// # Panics
    ///
    /// If a guard that was made later is still there, or if the `block_on` that it was made in is not.
    /// The runtime's handle is then leaked: a later guard may make it the thread's again.
    #[track_caller]
    fn drop(&mut self) {
        let (is_in_order, is_lent) = Record::with(|record| {
            let is_last = (record.entered.get()).is_some_and(|it| it.enter == self.enter);
            if is_last {
                record.entered.set(self.outer);
            }
            (is_last, record.is_lent.get())
        });
        if is_in_order && is_lent {
            // `lend` needs it still: it is leaked.
        } else if is_in_order {
            // SAFETY: the field is not used again, and the thread's pointer is another one now.
            unsafe { ManuallyDrop::drop(&mut self.flavor) };
        } else if !std::thread::panicking() {
            panic!(
                "`EnterGuard` values dropped out of order. Guards returned by `Handle::enter()` \
                 must be dropped in the reverse order as they were acquired."
            );
        }
    }
}

impl Drop for Reset {
    fn drop(&mut self) {
        Record::with(|record| {
            record.entered.set(self.entered);
            record.scheduler.set(self.scheduler);
            record.worker.set(self.worker);
        });
    }
}

impl fmt::Debug for SetCurrent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCurrent")
            .field("enter", &self.enter)
            .finish_non_exhaustive()
    }
}
