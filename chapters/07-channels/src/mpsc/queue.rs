//! The queue: a list of blocks that many senders fill and one receiver empties, without a lock.
//!
//! A sender takes a number, and the number is a slot. That is one `fetch_add` on the tail, and no
//! two senders get the same. The sender then finds the slot, writes its value, and publishes it; no
//! sender waits for another to do the same.
//!
//! ```text
//!     oldest           open block                          claim: tail += 1
//!       │                  │                                    │
//!       v                  v                                    v
//!     [#### ####] ──> [#### ##·#] ──> [##·· ····] ──> null     42, closed?
//!            ^                ·  claimed, not published
//!            head             #  published; what is before the head was taken
//! ```
//!
//! The walk is short. The **open block** is where senders begin to look; it moves on past blocks in
//! which everything is published, and the sender that first needs a new block appends it. Blocks
//! that the receiver has left behind are used again: one is kept as a **spare**, which is enough for
//! a channel in which values come and go, and more are freed.
//!
//! # When is a block out of use?
//!
//! A sender that has just loaded the open block may be slow, and may still be on its way through
//! blocks that were emptied long ago. But before it loaded the pointer it had claimed an index, and
//! as long as that is not published the receiver cannot pass it. So the sender that moves the open block
//! on notes where the tail was *after* that. A claim before this note may have seen the old open block; one
//! after it cannot. When the receiver has received everything up to the note, the block is its own.
//!
//! # Invariants
//!
//! - **Open Block**: no index that is claimed and not published is in a block before the open one.
//! - **Passed Is Left**: no sender holds a block whose note is not above the head.
//! - **Closed Is The End**: the bit is in the same word as the tail, so there is one last claim. Those
//!   after it get no slot.
//!
//! # Left out
//!
//! If one sender stops between claim and publish while others go on, the open block stays behind,
//! and they have more blocks to walk each time.
//!
//! In tokio: `sync/mpsc/list.rs`.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use model::loom::sync::atomic::{AtomicPtr, AtomicU64};

use super::block::{Block, Slot};

/// The queue, as it is shared by all.
pub(super) struct Queue<T> {
    /// How many slots have been claimed, and [`CLOSED`]. Written by each send. It never wraps: at a
    /// billion a second, that is centuries away, on machines of 32 bits as well.
    tail: Padded<AtomicU64>,
    /// Where a sender begins to look for its slot. Written by senders that cross into a new block.
    open: AtomicPtr<Block<T>>,
    /// A block to be used again, or null. Given by the receiver, taken by a sender.
    spare: AtomicPtr<Block<T>>,
    /// The first block that has not been given back. Written by the receiver, read at the very end.
    pub(super) oldest: AtomicPtr<Block<T>>,
}

/// The right to fill one slot, and the duty: the receiver waits for it.
#[must_use = "the receiver waits for each slot that is claimed"]
pub(super) struct Claim {
    index: u64,
}

/// Where the queue ends, or would if it were closed.
#[derive(Clone, Copy)]
pub(super) struct Tail(u64);

/// Something that many threads write, alone on its cache lines: most processors fetch two at a time.
#[repr(align(128))]
struct Padded<T>(T);

/// No slot is given out any more.
const CLOSED: u64 = 1;
/// One claim.
const ONE: u64 = 2;

// SAFETY: values are moved into the queue on one thread and out of it on another, and that is all
// that happens to them. Everything else in it is atomic.
unsafe impl<T: Send> Send for Queue<T> {}
// SAFETY: as above; no code ever gets a reference to a value that is in the queue.
unsafe impl<T: Send> Sync for Queue<T> {}

// A panic of foreign code, which is a waker or a value's drop, leaves the queue as it should be.
impl<T> UnwindSafe for Queue<T> {}
impl<T> RefUnwindSafe for Queue<T> {}

impl Tail {
    /// How many slots have been claimed before the end.
    pub(super) fn index(self) -> u64 {
        self.0 / ONE
    }

    pub(super) fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }
}

impl<T> Queue<T> {
    /// An empty queue, and its first block.
    pub(super) fn new() -> (Queue<T>, *mut Block<T>) {
        let block = Block::allocate(0);
        let queue = Queue {
            tail: Padded(AtomicU64::new(0)),
            open: AtomicPtr::new(block),
            spare: AtomicPtr::new(ptr::null_mut()),
            oldest: AtomicPtr::new(block),
        };
        (queue, block)
    }

    /// Takes the next index; `None` if the queue is closed.
    #[inline]
    pub(super) fn claim(&self) -> Option<Claim> {
        // ORDERING: Acquire, with the Release in `move_on`: a claim that comes after the note there
        // sees an open block that has moved.
        let tail = Tail(self.tail.0.fetch_add(ONE, Acquire));
        if tail.is_closed() {
            // It counts for nothing: the end was noted when the bit was set.
            return None;
        }
        Some(Claim {
            index: tail.index(),
        })
    }

    /// The slot that was claimed. It is good until it is published, and must not be used after that.
    #[inline]
    pub(super) fn slot<'a>(&'a self, claim: &'a Claim) -> &'a Slot<T> {
        // ORDERING: Acquire, with the Release in `move_on`: we see the block that it points to.
        let block = self.open.load(Acquire);
        // SAFETY: the open block was loaded after the claim, which is not published yet. So it is in
        // use, and so are those after it (invariant: Passed Is Left).
        match unsafe { &*block }.slot(claim.index) {
            Some(slot) => slot,
            None => self.walk(block, claim),
        }
    }

    /// Finds the slot in a block after `block`, which the open block was.
    #[cold]
    fn walk<'a>(&'a self, block: *mut Block<T>, claim: &'a Claim) -> &'a Slot<T> {
        let mut block = block;
        let mut is_open = true;
        loop {
            // SAFETY: as in `slot`.
            let here = unsafe { &*block };
            if let Some(slot) = here.slot(claim.index) {
                return slot;
            }
            let next = self.next_or_grow(here);
            // The open block moves one step at a time, over blocks that no sender has to find again
            // (invariant: Open Block).
            is_open = is_open && here.is_published() && self.move_on(block, next);
            block = next;
        }
    }

    /// Moves the open block on by one. False if it is not, or no longer, at `block`.
    fn move_on(&self, block: *mut Block<T>, next: *mut Block<T>) -> bool {
        // ORDERING: AcqRel: Release, so that a thread that loads `next` sees the block; and every
        // claim after the note below has to see this.
        if self
            .open
            .compare_exchange(block, next, AcqRel, Relaxed)
            .is_err()
        {
            return false;
        }
        // ORDERING: Release, with the Acquire in `claim`. A plain load would be no part of the order
        // of claims: it has to be a read-modify-write, though it changes nothing.
        let tail = Tail(self.tail.0.fetch_or(0, Release));
        // SAFETY: as in `slot`: our own claim is not published yet.
        unsafe { &*block }.set_passed(tail.index());
        true
    }

    /// The block after `block`, which is made if it is not there yet.
    #[cold]
    pub(super) fn next_or_grow(&self, block: &Block<T>) -> *mut Block<T> {
        // ORDERING: Acquire, with the Release below: we see the block.
        let next = block.next.load(Acquire);
        if !next.is_null() {
            return next;
        }
        let new = self.take_spare(block.end());
        // ORDERING: Release, so that a thread that finds it sees what it is; Acquire if another was there
        // first.
        match block
            .next
            .compare_exchange(ptr::null_mut(), new, AcqRel, Acquire)
        {
            Ok(_) => new,
            Err(theirs) => {
                self.give_spare(new);
                theirs
            }
        }
    }

    /// A block that no other thread knows of.
    fn take_spare(&self, start: u64) -> *mut Block<T> {
        // ORDERING: Acquire, with the Release in `give_spare`: the receiver that gave it has reset it.
        let spare = self.spare.swap(ptr::null_mut(), Acquire);
        if spare.is_null() {
            return Block::allocate(start);
        }
        // SAFETY: no thread holds a spare, and now it is ours alone.
        unsafe { &mut *spare }.set_start(start);
        spare
    }

    /// Keeps a block for later. It is as good as new, and the caller's own.
    pub(super) fn give_spare(&self, block: *mut Block<T>) {
        // ORDERING: Release for the block we give; Acquire for the one that was there, and which is
        // ours then.
        let surplus = self.spare.swap(block, AcqRel);
        // SAFETY: no thread holds the one that was there any more.
        unsafe { free(surplus) };
    }

    /// Gives out no slot any more, and says how many there are.
    pub(super) fn close(&self) -> Tail {
        // ORDERING: AcqRel: with this word a sender says that it was the last one, and the receiver
        // then sees whatever was done by all of them.
        Tail(self.tail.0.fetch_or(CLOSED, AcqRel))
    }

    /// How many slots have been claimed, and whether the queue is closed.
    pub(super) fn tail(&self) -> Tail {
        // ORDERING: Acquire, with the AcqRel in `close`.
        Tail(self.tail.0.load(Acquire))
    }
}

/// Frees the blocks. The values in them have been taken, or dropped, by the receiver.
impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        // ORDERING: Relaxed, as no other end is left.
        let mut block = self.oldest.load(Relaxed);
        while !block.is_null() {
            // SAFETY: all blocks from the oldest on are the queue's, and no end uses them any more.
            let next = unsafe { &*block }.next.load(Relaxed);
            // SAFETY: as above, and we do not come by again.
            unsafe { free(block) };
            block = next;
        }
        // SAFETY: as above; the spare is not among the others.
        unsafe { free(self.spare.load(Relaxed)) };
    }
}

/// Frees a block, unless it is null.
///
/// # Safety
///
/// It is the caller's alone.
unsafe fn free<T>(block: *mut Block<T>) {
    if !block.is_null() {
        // SAFETY: blocks come from `Box::into_raw`, and this one is the caller's.
        drop(unsafe { Box::from_raw(block) });
    }
}

const _: () = assert!(ONE == CLOSED << 1);
