//! One level of the wheel: 64 lists, and a word that tells which of them are not empty.
//!
//! To find the next slot that is not empty, nothing is searched. The bits of the slots that have passed
//! are cut off, and then one instruction counts the zeros.
//!
//! In tokio: `runtime/time/wheel/level.rs`.

use std::mem;
use std::ptr::NonNull;

use harness::list::LinkedList;

use super::SLOTS;
use super::timer::{ByLinks, Timer};

pub(super) struct Level<T> {
    /// A bit for each slot (invariant: Bits Tell).
    occupied: u64,
    slots: [LinkedList<ByLinks<T>>; SLOTS],
}

impl<T> Level<T> {
    pub(super) const fn new() -> Level<T> {
        Level {
            occupied: 0,
            slots: [const { LinkedList::new() }; SLOTS],
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.occupied == 0
    }

    #[inline]
    pub(super) fn is_occupied(&self, slot: usize) -> bool {
        self.occupied & bit(slot) != 0
    }

    /// The first slot after `current` that is not empty.
    #[inline]
    pub(super) fn next_after(&self, current: usize) -> Option<usize> {
        // All bits up to the current one; for the last slot these are all there are.
        let passed = bit(current) | (bit(current) - 1);
        let ahead = self.occupied & !passed;
        debug_assert_eq!(
            self.occupied & (bit(current) - 1),
            0,
            "Nothing Is Passed: it was"
        );
        match ahead {
            0 => None,
            _ => Some(ahead.trailing_zeros() as usize),
        }
    }

    /// # Safety
    ///
    /// The timer is in no list. It stays where it is, and alive, until it is out of this one.
    #[inline]
    pub(super) unsafe fn push(&mut self, slot: usize, timer: NonNull<Timer<T>>) {
        // SAFETY: as our caller promises.
        unsafe { self.slots[slot].push_front(timer) };
        self.occupied |= bit(slot);
    }

    /// # Safety
    ///
    /// The timer is in this slot.
    #[inline]
    pub(super) unsafe fn remove(&mut self, slot: usize, timer: NonNull<Timer<T>>) {
        // SAFETY: as our caller promises; what is in a list is alive.
        let removed = unsafe { self.slots[slot].remove(timer) };
        debug_assert!(removed.is_some(), "Place Follows From When: not here");
        self.clear_if_empty(slot);
    }

    /// Takes the timer that has been in the slot for longest.
    #[inline]
    pub(super) fn pop(&mut self, slot: usize) -> Option<NonNull<Timer<T>>> {
        let timer = self.slots[slot].pop_back()?;
        self.clear_if_empty(slot);
        Some(timer)
    }

    /// Takes all timers of a slot.
    pub(super) fn take(&mut self, slot: usize) -> LinkedList<ByLinks<T>> {
        self.occupied &= !bit(slot);
        mem::take(&mut self.slots[slot])
    }

    #[inline]
    fn clear_if_empty(&mut self, slot: usize) {
        if self.slots[slot].is_empty() {
            self.occupied &= !bit(slot);
        }
    }
}

#[inline]
fn bit(slot: usize) -> u64 {
    1 << slot
}
