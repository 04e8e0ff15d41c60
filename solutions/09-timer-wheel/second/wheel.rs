// A sorted map: one list for each deadline.
//
// The map sorts each timer when it comes, however far away its deadline is. There are no levels, nothing is
// moved later, and the first key is the next deadline.

use std::collections::BTreeMap;
use std::fmt;
use std::ptr::NonNull;

use harness::list::LinkedList;

mod timer;

pub use timer::{ByLinks, Timer};

/// Timers with values of the type `T`, by deadline.
pub struct Wheel<T> {
    elapsed: u64,
    /// By deadline. No list is empty, so the first key is the first deadline.
    lists: BTreeMap<u64, LinkedList<ByLinks<T>>>,
}

/// The deadline is not in the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl<T> Wheel<T> {
    /// A wheel without timers, at tick 0.
    pub const fn new() -> Wheel<T> {
        Wheel::starting_at(0)
    }

    /// A wheel without timers, at any tick. A counter that starts near its end shows what happens there.
    pub const fn starting_at(elapsed: u64) -> Wheel<T> {
        Wheel {
            elapsed,
            lists: BTreeMap::new(),
        }
    }

    /// All deadlines before this tick have been handed out.
    #[inline]
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// Whether no timer is in the wheel.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Puts a timer into the wheel.
    ///
    /// # Errors
    ///
    /// If `when` is not in the future. The timer is then in no wheel.
    ///
    /// # Safety
    ///
    /// The timer is in no wheel and no list. It stays where it is, and alive, until it is out of this one.
    #[inline]
    pub unsafe fn insert(&mut self, timer: NonNull<Timer<T>>, when: u64) -> Result<(), Elapsed> {
        if when <= self.elapsed {
            return Err(Elapsed);
        }
        // SAFETY: the timer is alive, as our caller promises.
        let node = unsafe { timer.as_ref() };
        // SAFETY: it is in no list, so its deadline is ours.
        unsafe { node.set_when(when) };
        let list = self.lists.entry(when).or_default();
        // SAFETY: as our caller promises.
        unsafe { list.push_front(timer) };
        Ok(())
    }

    /// Takes a timer out, wherever it is.
    ///
    /// # Safety
    ///
    /// The timer is in this wheel.
    #[inline]
    pub unsafe fn remove(&mut self, timer: NonNull<Timer<T>>) {
        // SAFETY: the timer is in this wheel, and so it is alive.
        let node = unsafe { timer.as_ref() };
        // SAFETY: as above, so its deadline is ours.
        let when = unsafe { node.when() };
        let list = self.lists.get_mut(&when).expect("its list is there");
        // SAFETY: it is in the wheel, and so in the list of its deadline.
        let removed = unsafe { list.remove(timer) };
        debug_assert!(removed.is_some(), "it was in another list");
        if list.is_empty() {
            self.lists.remove(&when);
        }
    }

    /// Takes a timer out whose deadline is not after `now`, earlier ones first. When there is none left,
    /// the wheel has come to `now`.
    ///
    /// Between two calls timers may be inserted and removed. A time before `elapsed` moves nothing.
    #[inline]
    pub fn poll(&mut self, now: u64) -> Option<NonNull<Timer<T>>> {
        let first = self.lists.first_entry();
        let Some(mut first) = first.filter(|first| *first.key() <= now) else {
            self.elapsed = self.elapsed.max(now);
            return None;
        };
        self.elapsed = *first.key();
        let timer = first.get_mut().pop_back();
        if first.get().is_empty() {
            first.remove();
        }
        timer
    }

    /// The tick at which [`poll`](Wheel::poll) has something to do next. No timer is due before it.
    #[inline]
    pub fn next_expiration(&self) -> Option<u64> {
        self.lists.keys().next().copied()
    }
}

// SAFETY: a wheel that goes to another thread takes its pointers there. It follows them to the links and
// the deadlines, which are its own, and hands out pointers to `Timer<T>`, whose `value` both threads
// may then look at: so `T` must be `Sync`; and the last of them may drop it: so `T` must be `Send`.
unsafe impl<T: Send + Sync> Send for Wheel<T> {}

// SAFETY: a `&Wheel` reads numbers, and follows no pointer to a timer.
unsafe impl<T> Sync for Wheel<T> {}

impl<T> Default for Wheel<T> {
    fn default() -> Wheel<T> {
        Wheel::new()
    }
}

impl<T> fmt::Debug for Wheel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wheel")
            .field("elapsed", &self.elapsed)
            .field("next_expiration", &self.next_expiration())
            .finish()
    }
}
