//! The receiver's end of the queue.
//!
//! There is one receiver, and it alone takes values out, moves on from block to block, and gives
//! back the blocks it has left behind. So this end has no atomics of its own: it looks at the
//! slots, and at the tail when it wants to know how much there is.
//!
//! # Invariants
//!
//! - **Own Queue**: a head is only used with the queue it was made for, as long as that exists.
//! - **In Order**: what is before the head was taken, and nothing after it.
//!
//! In tokio: `sync/mpsc/list.rs`, `Rx`.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use super::block::{Block, Slot};
use super::queue::{Queue, Tail};

/// Where the receiver is.
pub(super) struct Head<T> {
    /// The index of the next value.
    index: u64,
    /// The block that the value before it was in.
    block: *mut Block<T>,
    /// The first block that has not been given back.
    oldest: *mut Block<T>,
    /// Where the queue ends, if it was us who closed it: claims that were refused move the tail.
    end: Option<Tail>,
}

// SAFETY: it takes values out that were put in on other threads; and the blocks it points to are not
// tied to a thread.
unsafe impl<T: Send> Send for Head<T> {}
// SAFETY: a shared head gives nothing away but numbers.
unsafe impl<T: Send> Sync for Head<T> {}

// As for the queue.
impl<T> UnwindSafe for Head<T> {}
impl<T> RefUnwindSafe for Head<T> {}

impl<T> Head<T> {
    /// The start of a queue whose first block this is.
    pub(super) fn new(block: *mut Block<T>) -> Head<T> {
        Head {
            index: 0,
            block,
            oldest: block,
            end: None,
        }
    }

    /// Whether the next value has been published.
    #[inline]
    pub(super) fn is_ready(&mut self) -> bool {
        self.slot().is_some_and(Slot::is_ready)
    }

    /// Takes the next value, if it has been published.
    #[inline]
    pub(super) fn pop(&mut self, queue: &Queue<T>) -> Option<T> {
        if !self.is_ready() {
            return None;
        }
        // SAFETY: it has been published.
        Some(unsafe { self.take(queue) })
    }

    /// Takes the next value, which has been published.
    ///
    /// # Safety
    ///
    /// [`is_ready`](Head::is_ready) has said so.
    #[inline]
    pub(super) unsafe fn take(&mut self, queue: &Queue<T>) -> T {
        let slot = self.slot().expect("a value that is ready has a slot");
        // SAFETY: it is published, and ours: nothing has been abandoned yet. The head moves on from
        // it now, so it is taken once (invariant: In Order).
        let value = unsafe { slot.read() };
        self.index += 1;
        if self.oldest != self.block {
            self.give_back(queue);
        }
        value
    }

    /// Says that we wait for the next value. From here on its sender calls the waker that was left.
    pub(super) fn announce(&mut self, queue: &Queue<T>) {
        self.slot_or_grow(queue).announce();
    }

    /// Closes the queue.
    pub(super) fn close(&mut self, queue: &Queue<T>) {
        if self.end.is_none() {
            let tail = queue.close();
            // If it was closed before, that was the last sender, and the tail does not move any more.
            self.end = Some(tail);
        }
    }

    /// Whether all there will ever be was taken.
    pub(super) fn is_at_end(&self, queue: &Queue<T>) -> bool {
        let is_closed = self.end.is_some() || queue.tail().is_closed();
        is_closed && self.len(queue) == 0
    }

    /// How many values there are, those included that are claimed and not published.
    pub(super) fn len(&self, queue: &Queue<T>) -> usize {
        (self.end.unwrap_or_else(|| queue.tail()).index() - self.index) as usize
    }

    /// After `close`: takes the next value of those that were published, and tells the senders of
    /// the others to keep theirs.
    pub(super) fn take_or_abandon(&mut self, queue: &Queue<T>) -> Option<T> {
        debug_assert!(self.end.is_some(), "Closed Is The End");
        while self.len(queue) != 0 {
            let slot = self.slot_or_grow(queue);
            let is_ready = slot.abandon();
            // SAFETY: it was published over EMPTY or AWAITED, so it is ours, and taken once.
            let value = is_ready.then(|| unsafe { slot.read() });
            self.index += 1;
            if value.is_some() {
                return value;
            }
        }
        None
    }

    /// The slot of the next value, if there is a block for it.
    #[inline]
    fn slot(&mut self) -> Option<&Slot<T>> {
        // SAFETY: it is given back only when we have left it (invariant: Own Queue).
        let block = unsafe { &*self.block };
        if let Some(slot) = block.slot(self.index) {
            return Some(slot);
        }
        // ORDERING: Acquire, with the Release in `next_or_grow`: we see the block.
        let next = block.next.load(Acquire);
        if next.is_null() {
            return None;
        }
        self.block = next;
        // SAFETY: as above.
        unsafe { &*next }.slot(self.index)
    }

    /// The slot of the next value, whose block is made if it is not there yet.
    fn slot_or_grow(&mut self, queue: &Queue<T>) -> &Slot<T> {
        // SAFETY: as in `slot`.
        let block = unsafe { &*self.block };
        if block.slot(self.index).is_none() {
            self.block = queue.next_or_grow(block);
        }
        // SAFETY: as in `slot`.
        unsafe { &*self.block }
            .slot(self.index)
            .expect("the head is at most one past its block")
    }

    /// Gives back the blocks behind us that no sender can be in.
    #[cold]
    fn give_back(&mut self, queue: &Queue<T>) {
        while self.oldest != self.block {
            // SAFETY: it has not been given back yet.
            let oldest = unsafe { &*self.oldest };
            if !oldest.is_out_of_use(self.index) {
                return;
            }
            // ORDERING: Relaxed, as we have loaded this pointer before.
            let next = oldest.next.load(Relaxed);
            let block = std::mem::replace(&mut self.oldest, next);
            // ORDERING: Relaxed, as it is read when no other end is left.
            queue.oldest.store(next, Relaxed);
            // SAFETY: no sender is in it (invariant: Passed Is Left), and we have left it: it is
            // ours alone.
            unsafe { &mut *block }.reset();
            queue.give_spare(block);
        }
    }
}
