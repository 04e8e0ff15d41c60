//! Timers, sorted by how soon they are due, but no more exactly than it takes.
//!
//! A heap of timers sorts each of them at each insertion, and most timers are never due: a timeout
//! is made to be cancelled. A wheel puts a timer into a slot, and that is a shift and a mask. The
//! nearer a timer is, the finer is its slot:
//!
//! ```text
//!     level 5   64 slots of 2^30 ticks                     12 days each, if a tick is 1 ms
//!     …
//!     level 1   64 slots of 64 ticks        [ ][ ][A][ ]…  A is due in this stretch of 64 ticks
//!     level 0   64 slots of 1 tick          [ ][B][ ][ ]…  B is due in just this tick
//!                                            ^
//!                                            elapsed
//! ```
//!
//! When the time comes to a slot of a higher level, its timers are spread over the level below, where the
//! slots are finer. That is the *cascade*. A timer is moved so at most five times, and one that is
//! cancelled early is moved less, or not at all.
//!
//! Which level? Write `elapsed` and the deadline in base 64. The most significant digit in which they
//! differ is the level, and the deadline's digit is the slot. All digits above are the same, and the
//! deadline's digit is the greater one, so a slot never means a later turn of its level. A deadline that
//! differs in a digit above the sixth is *far*: all of those are in one list, and for the list one number
//! is kept.
//!
//! The wheel has no clock, no lock, no waker. It takes ticks, and one `&mut` at a time, so it can be
//! tested against a sorted map.
//!
//! # Invariants
//!
//! - **Place Follows From When**: a timer in the wheel is in the slot that `place` computes of its
//!   deadline and `elapsed`. `elapsed` enters a slot only when the slot is spread out in the same step,
//!   so this stays true while `elapsed` grows, and a timer need not remember where it is.
//! - **Nothing Is Passed**: no deadline in the wheel is less than `elapsed`. Those that are equal to it are
//!   due; they are in one slot of level 0.
//! - **Bits Tell**: a bit of `occupied` is set exactly if its slot is not empty.
//! - **Far Bound**: no deadline of the far list is before `far_bound`.
//! - **Listed Is Pinned**: a timer stays where it is, and alive, until it is out of the wheel.
//!
//! # Left out
//!
//! A cascade moves all timers of a slot at once, while the driver holds its lock. With a million timers in
//! one slot that takes some milliseconds. A wheel for hard real time would move a bounded number per
//! step.
//!
//! In tokio: `runtime/time/wheel/mod.rs`. There what is due goes to a list of its own, which each timer
//! must remember; and what is far goes round in the top level.

mod level;
mod timer;

#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps;

use std::fmt;
use std::mem;
use std::ptr::NonNull;

use harness::list::LinkedList;

use level::Level;
pub use timer::{ByLinks, Timer};

/// Timers with values of the type `T`, by deadline.
///
/// # Examples
///
/// ```
/// use std::ptr::NonNull;
///
/// use timer_wheel::wheel::{Timer, Wheel};
///
/// let (tea, egg) = (Timer::new("tea"), Timer::new("egg"));
/// let mut wheel = Wheel::new();
/// for (timer, tick) in [(&tea, 300), (&egg, 5)] {
///     // SAFETY: the timer is in no wheel, and stays where it is until the wheel gives it back.
///     unsafe { wheel.insert(NonNull::from(timer), tick) }.unwrap();
/// }
/// let mut due = |now| {
///     // SAFETY: the timers live until the end of this example.
///     wheel.poll(now).map(|timer| *unsafe { timer.as_ref() }.value())
/// };
/// assert_eq!(due(4), None);
/// assert_eq!(due(1000), Some("egg"), "earlier ones first");
/// assert_eq!(due(1000), Some("tea"));
/// assert!(wheel.is_empty());
/// ```
pub struct Wheel<T> {
    /// All deadlines before this tick have been handed out.
    elapsed: u64,
    levels: [Level<T>; LEVELS],
    /// Timers that are too far away for the levels.
    far: LinkedList<ByLinks<T>>,
    /// The far list is to be looked at when `elapsed` comes to the top level's turn that this tick is in
    /// (invariant: Far Bound). A timer that is removed leaves it as it is.
    far_bound: u64,
}

/// The deadline is not in the future.
///
/// # Examples
///
/// ```
/// use std::ptr::NonNull;
///
/// use timer_wheel::wheel::{Elapsed, Timer, Wheel};
///
/// let mut wheel = Wheel::starting_at(100);
/// let late = Timer::new("late");
/// // SAFETY: the timer is in no wheel, and it does not come into this one.
/// let inserted = unsafe { wheel.insert(NonNull::from(&late), 99) };
/// assert_eq!(inserted, Err(Elapsed), "its future is ready at once");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Where a timer is. `LEVELS` is the far list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    level: usize,
    slot: usize,
}

/// When the next slot must be looked at, and which one that is.
#[derive(Clone, Copy, Debug)]
struct Expiration {
    place: Place,
    tick: u64,
}

/// Six levels of 64 slots tell 2^36 ticks apart: at 1 ms, two years. A model has two levels: its threads have small
/// stacks, and what is far comes sooner.
const LEVELS: usize = if cfg!(loom) { 2 } else { 6 };
const SLOTS: usize = 64;
/// How many bits a digit has.
const DIGIT: u32 = SLOTS.trailing_zeros();

const _: () = assert!(
    SLOTS == u64::BITS as usize,
    "one bit of `occupied` per slot"
);

impl<T> Wheel<T> {
    /// A wheel without timers, at tick 0.
    pub const fn new() -> Wheel<T> {
        Wheel::starting_at(0)
    }

    /// A wheel without timers, at any tick. A counter that starts near its end shows what happens there.
    pub const fn starting_at(elapsed: u64) -> Wheel<T> {
        Wheel {
            elapsed,
            levels: [const { Level::new() }; LEVELS],
            far: LinkedList::new(),
            far_bound: u64::MAX,
        }
    }

    /// All deadlines before this tick have been handed out.
    #[inline]
    pub fn elapsed(&self) -> u64 {
        self.elapsed
    }

    /// Whether no timer is in the wheel.
    pub fn is_empty(&self) -> bool {
        self.far.is_empty() && self.levels.iter().all(Level::is_empty)
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
        // SAFETY: as our caller promises.
        unsafe { self.link(timer, when) };
        Ok(())
    }

    /// Takes a timer out, wherever it is: a few writes.
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
        let place = place(self.elapsed, when);
        match self.levels.get_mut(place.level) {
            // SAFETY: it is in the wheel, and so in this slot (invariant: Place Follows From When).
            Some(level) => unsafe { level.remove(place.slot, timer) },
            None => {
                // SAFETY: as above.
                let removed = unsafe { self.far.remove(timer) };
                debug_assert!(removed.is_some(), "Place Follows From When: not far");
            }
        }
    }

    /// Takes a timer out whose deadline is not after `now`, earlier ones first. When there is none left,
    /// the wheel has come to `now`.
    ///
    /// Between two calls timers may be inserted and removed. A time before `elapsed` moves nothing.
    #[inline]
    pub fn poll(&mut self, now: u64) -> Option<NonNull<Timer<T>>> {
        loop {
            if let Some(timer) = self.levels[0].pop(digit(self.elapsed, 0)) {
                return Some(timer);
            }
            match self.next_slot() {
                Some(next) if next.tick <= now => self.enter(next),
                _ => {
                    self.elapsed = self.elapsed.max(now);
                    return None;
                }
            }
        }
    }

    /// The tick at which [`poll`](Wheel::poll) has something to do next. No timer is due before it. It
    /// may be a cascade only, so a timer need not be due then.
    #[inline]
    pub fn next_expiration(&self) -> Option<u64> {
        if self.levels[0].is_occupied(digit(self.elapsed, 0)) {
            return Some(self.elapsed);
        }
        Some(self.next_slot()?.tick)
    }

    /// The first slot after `elapsed` that is not empty. A slot of a lower level comes before all slots of
    /// the levels above: those begin after the stretch that the lower level spans.
    #[inline]
    fn next_slot(&self) -> Option<Expiration> {
        for (level, slots) in self.levels.iter().enumerate() {
            if let Some(slot) = slots.next_after(digit(self.elapsed, level)) {
                let begin = self.elapsed & !(width(level + 1) - 1);
                return Some(Expiration {
                    place: Place { level, slot },
                    tick: begin + slot as u64 * width(level),
                });
            }
        }
        self.next_far()
    }

    /// The turn of the top level in which the first far timer may be due.
    fn next_far(&self) -> Option<Expiration> {
        if self.far.is_empty() {
            return None;
        }
        Some(Expiration {
            place: Place {
                level: LEVELS,
                slot: 0,
            },
            tick: self.far_bound & !(width(LEVELS) - 1),
        })
    }

    /// Comes to the begin of a slot, and spreads its timers over the levels below.
    fn enter(&mut self, next: Expiration) {
        debug_assert!(self.elapsed < next.tick, "Nothing Is Passed: back in time");
        // ANCHOR: ex-9-2-enter
        // When the wheel has come to a slot, every timer of the slot has the place that its
        // deadline has as seen from now, and timers of one tick are still in the order in which
        // they came.
        todo!("9.2 enter")
        // ANCHOR_END: ex-9-2-enter
    }

    /// # Safety
    ///
    /// As for [`insert`](Wheel::insert), and `when` is the timer's deadline.
    unsafe fn link(&mut self, timer: NonNull<Timer<T>>, when: u64) {
        debug_assert!(self.elapsed <= when, "Nothing Is Passed: too late");
        let place = place(self.elapsed, when);
        match self.levels.get_mut(place.level) {
            // SAFETY: as our caller promises.
            Some(level) => unsafe { level.push(place.slot, timer) },
            None => {
                // Of an empty list the bound may be one that has passed: its timer was removed.
                self.far_bound = match self.far.is_empty() {
                    true => when,
                    false => self.far_bound.min(when),
                };
                // SAFETY: as our caller promises.
                unsafe { self.far.push_front(timer) };
            }
        }
    }
}

/// Where a timer is that is due at `when`, as seen from `elapsed`.
#[inline]
fn place(elapsed: u64, when: u64) -> Place {
    // ANCHOR: ex-9-1-place
    // A deadline has one place: the level of the highest base-64 digit in which it differs from
    // `elapsed`, and there the slot of its own digit; what is due now is in level 0, and what no
    // level can tell apart is far.
    todo!("9.1 place")
    // ANCHOR_END: ex-9-1-place
}

/// The slot that `tick` falls into.
#[inline]
fn digit(tick: u64, level: usize) -> usize {
    (tick / width(level)) as usize % SLOTS
}

/// How many ticks a slot of the level spans; a turn of the level spans as much as a slot of the next.
#[inline]
const fn width(level: usize) -> u64 {
    1 << (level as u32 * DIGIT)
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
