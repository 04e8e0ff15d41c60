//! What the wheel lists: two links, a deadline, and a value of which it knows nothing.
//!
//! # Who may touch what
//!
//! The links belong to the list that the timer is in, and the deadline to the owner of that list. As long
//! as the timer is in no list, both belong to the owner of the timer. The value is only read.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;
use std::ptr::NonNull;

use harness::list::{Link, Links};
use model::loom::cell::UnsafeCell;

/// A timer, to be put into a [`Wheel`](super::Wheel). It is a part of something that is pinned.
///
/// # Examples
///
/// ```
/// use std::ptr::NonNull;
///
/// use timer_wheel::wheel::{Timer, Wheel};
///
/// let timer = Timer::new("the task to wake");
/// let mut wheel = Wheel::new();
/// // SAFETY: the timer is in no wheel, and stays where it is until it is removed below.
/// unsafe { wheel.insert(NonNull::from(&timer), 70) }.unwrap();
/// // SAFETY: we own the wheel that the timer is in.
/// assert_eq!(unsafe { timer.when() }, 70);
/// // Its task does not want it any more.
/// // SAFETY: the timer is in this wheel.
/// unsafe { wheel.remove(NonNull::from(&timer)) };
/// assert!(wheel.poll(70).is_none());
/// ```
pub struct Timer<T> {
    links: Links<Timer<T>>,
    /// The tick at which it is due. Written before it enters a list.
    when: UnsafeCell<u64>,
    value: T,
}

/// How timers are linked.
///
/// # Examples
///
/// ```
/// use std::ptr::NonNull;
///
/// use harness::list::LinkedList;
/// use timer_wheel::wheel::{ByLinks, Timer};
///
/// // A list of timers beside the wheel: those that are due at once, for example.
/// let timer = Timer::new("due");
/// let mut fired = LinkedList::<ByLinks<&str>>::new();
/// // SAFETY: the timer is in no list, and stays where it is until it is taken out below.
/// unsafe { fired.push_front(NonNull::from(&timer)) };
/// let out = fired.pop_back().expect("it was put in");
/// // SAFETY: the timer lives until the end of this example.
/// assert_eq!(*unsafe { out.as_ref() }.value(), "due");
/// ```
pub struct ByLinks<T>(PhantomData<T>);

impl<T> Timer<T> {
    /// A timer that is in no wheel.
    pub fn new(value: T) -> Timer<T> {
        Timer {
            links: Links::new(),
            when: UnsafeCell::new(0),
            value,
        }
    }

    /// What it was made with.
    #[inline]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The tick at which it is due, or was due last.
    ///
    /// # Safety
    ///
    /// The caller owns the list that the timer is in, or the timer itself if it is in none.
    #[inline]
    pub unsafe fn when(&self) -> u64 {
        // SAFETY: the deadline is the caller's, so it is not written meanwhile.
        self.when.with(|when| unsafe { *when })
    }

    /// Writes the deadline.
    ///
    /// # Safety
    ///
    /// The timer is in no list, and the caller owns it.
    #[inline]
    pub unsafe fn set_when(&self, when: u64) {
        // SAFETY: the deadline is the caller's, so nothing else reads or writes it meanwhile.
        self.when.with_mut(|present| unsafe { *present = when });
    }
}

// SAFETY: a timer moves to another thread before it is in a list, or its owner does while it is in one.
// The links and the deadline are then the list's, and the value may go along.
unsafe impl<T: Send> Send for Timer<T> {}

// SAFETY: a `&Timer` gives out a `&T`, so `T` must be `Sync`. All else is behind unsafe functions, whose
// callers have to see to it that they are alone.
unsafe impl<T: Sync> Sync for Timer<T> {}

impl<T: fmt::Debug> fmt::Debug for Timer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

// SAFETY: a timer that is in a list stays where it is and alive, as `Wheel::insert` demands, and
// `links` is a field of it.
unsafe impl<T> Link for ByLinks<T> {
    type Handle = NonNull<Timer<T>>;
    type Target = Timer<T>;

    #[inline]
    fn into_raw(timer: NonNull<Timer<T>>) -> NonNull<Timer<T>> {
        timer
    }

    #[inline]
    unsafe fn from_raw(timer: NonNull<Timer<T>>) -> NonNull<Timer<T>> {
        timer
    }

    #[inline]
    unsafe fn links(timer: NonNull<Timer<T>>) -> NonNull<Links<Timer<T>>> {
        // SAFETY: a field of a timer that is alive.
        unsafe { timer.byte_add(offset_of!(Timer<T>, links)) }.cast()
    }
}
