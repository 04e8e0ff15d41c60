//! A stretch of the queue: some slots in a row, and the way to the stretch after it.
//!
//! A slot is where one sender hands one value over to the receiver, and its state is all that the two
//! say to each other:
//!
//! ```text
//!            announce                  publish
//!     EMPTY ──────────> AWAITED        EMPTY ───────> READY
//!       │                  │ abandon   AWAITED ─────> READY, and the receiver is woken
//!       └── abandon ──> ABANDONED      ABANDONED ───> READY, and the sender has its value back
//! ```
//!
//! The left side is the receiver's, the right side the sender's, and each step is one atomic
//! operation. So a publish tells the sender, at no extra cost, whether the receiver waits for just this
//! value. A sender that fills another slot does not wake it: the receiver could not take that value yet.
//!
//! # Invariants
//!
//! - **Claimed Once**: a slot is written by the one sender that has claimed its index, before it
//!   publishes; no other code touches the value until then.
//! - **Ready Belongs To The Receiver**: what was published over EMPTY or AWAITED is the receiver's, which
//!   takes it once. What was published over ABANDONED is the sender's.
//!
//! In tokio: `sync/mpsc/block.rs`.

use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::{AtomicPtr, AtomicU8, AtomicU64};

/// How many values there are in a block: enough for the walk to the next one not to matter, and few
/// enough for an empty channel to be small. For the checkers fewer, as they try few values.
pub(super) const BLOCK_CAPACITY: usize = if cfg!(loom) {
    2
} else if cfg!(miri) {
    4
} else {
    32
};

const _: () = assert!(BLOCK_CAPACITY.is_power_of_two());

// ANCHOR: block
/// Some slots in a row.
pub(super) struct Block<T> {
    /// The index of the first slot. Written only while no other thread knows of the block.
    start: u64,
    /// The block after this one, or null. Written once, by the first thread that needs it.
    pub(super) next: AtomicPtr<Block<T>>,
    /// Which indices may have been looked for from here on; [`NOT_PASSED`] while any may be. Written
    /// by the sender that moves the queue's open block past this one, read by the receiver.
    passed_at: AtomicU64,
    slots: [Slot<T>; BLOCK_CAPACITY],
}

/// The place of one value.
pub(super) struct Slot<T> {
    pub(super) state: AtomicU8,
    value: UnsafeCell<MaybeUninit<T>>,
}
// ANCHOR_END: block

/// No value yet, and the receiver does not wait for it.
pub(super) const EMPTY: u8 = 0;
/// The value is there.
pub(super) const READY: u8 = 1;
/// No value yet; the receiver waits for it, and has left its waker.
pub(super) const AWAITED: u8 = 2;
/// No value yet; the receiver is gone, and the value will be its sender's again.
pub(super) const ABANDONED: u8 = 3;

/// No tail is ever that large: it has one bit less.
const NOT_PASSED: u64 = u64::MAX;

impl<T> Block<T> {
    /// A block of its own on the heap. It is made there: one of large values is too large for a stack.
    #[allow(
        clippy::multiple_unsafe_ops_per_block,
        reason = "all of them rely on one thing"
    )]
    pub(super) fn allocate(start: u64) -> *mut Block<T> {
        let mut block = Box::<Block<T>>::new_uninit();
        let place = block.as_mut_ptr();
        // SAFETY: the fields of a place that is ours alone, and large enough; they are written, and
        // nothing in it is read.
        unsafe {
            (&raw mut (*place).start).write(start);
            (&raw mut (*place).next).write(AtomicPtr::new(ptr::null_mut()));
            (&raw mut (*place).passed_at).write(AtomicU64::new(NOT_PASSED));
            let slots = (&raw mut (*place).slots).cast::<Slot<T>>();
            for n in 0..BLOCK_CAPACITY {
                slots.add(n).write(Slot {
                    state: AtomicU8::new(EMPTY),
                    value: UnsafeCell::new(MaybeUninit::uninit()),
                });
            }
        }
        // SAFETY: each of its fields was written, and each of its slots.
        Box::into_raw(unsafe { block.assume_init() })
    }

    /// Makes it as good as new. Values are not dropped: they were taken.
    pub(super) fn reset(&mut self) {
        // An owner that has it alone needs no atomic operation.
        self.next = AtomicPtr::new(ptr::null_mut());
        self.passed_at = AtomicU64::new(NOT_PASSED);
        for slot in &mut self.slots {
            slot.state = AtomicU8::new(EMPTY);
        }
    }

    /// Says where in the queue it is going to be.
    pub(super) fn set_start(&mut self, start: u64) {
        self.start = start;
    }

    /// The index of the first slot of the block after this one.
    pub(super) fn end(&self) -> u64 {
        self.start + BLOCK_CAPACITY as u64
    }

    /// The slot of `index`, if that is in this block. It is not before it.
    #[inline]
    pub(super) fn slot(&self, index: u64) -> Option<&Slot<T>> {
        debug_assert!(self.start <= index, "Open Block: it is behind the index");
        // How far that can be is a matter of memory, so it is a `usize`.
        self.slots.get((index - self.start) as usize)
    }

    /// Whether all values have been published, so that no sender has to find this block again.
    pub(super) fn is_published(&self) -> bool {
        // What was published stays READY until the block is given back.
        self.slots.iter().all(Slot::is_ready)
    }

    /// Leaves word of where the tail was, after the queue's open block had moved on from here.
    pub(super) fn set_passed(&self, tail: u64) {
        // ORDERING: Release, with the Acquire in `is_out_of_use`: after it we do not touch the block.
        self.passed_at.store(tail, Release);
    }

    /// Whether no sender can be in here any more, if all before `head` have been received.
    pub(super) fn is_out_of_use(&self, head: u64) -> bool {
        // ORDERING: Acquire, with the Release in `set_passed`.
        self.passed_at.load(Acquire) <= head
    }
}

impl<T> Slot<T> {
    /// Puts the value in its place, where it is seen only when it has been published.
    ///
    /// # Safety
    ///
    /// The caller has claimed this slot's index, and has neither written nor published before.
    #[inline]
    pub(super) unsafe fn write(&self, value: T) {
        self.value.with_mut(|place| {
            // SAFETY: until it is published no other code touches the value (invariant: Claimed Once),
            // and our caller has claimed it.
            unsafe { (*place).write(value) };
        });
    }

    /// Takes the value out of its place.
    ///
    /// # Safety
    ///
    /// It was published and belongs to the caller, and the caller takes it once.
    #[inline]
    pub(super) unsafe fn read(&self) -> T {
        self.value.with(|place| {
            // SAFETY: after the publish no thread writes.
            let place = unsafe { &*place };
            // SAFETY: it was written before it was published, and it is read once (the caller's
            // promise).
            unsafe { place.assume_init_read() }
        })
    }

    /// Whether the value has been published.
    #[inline]
    pub(super) fn is_ready(&self) -> bool {
        // ORDERING: Acquire, with the Release half of the sender's swap in `Chan::send`: a thread that
        // knows of the value sees it.
        self.state.load(Acquire) == READY
    }

    /// The receiver: says that it waits for this value, and has left its waker. No effect on a value
    /// that is ready.
    pub(super) fn announce(&self) {
        // ORDERING: Release, so that the sender that finds AWAITED finds the waker as well: our
        // register is before this. A failure is followed by a look at the state, which acquires.
        let _ = self
            .state
            .compare_exchange(EMPTY, AWAITED, Release, Acquire);
    }

    /// The receiver, on its way out: tells a sender that comes later to keep its value. Returns
    /// whether the value was there already, and is the receiver's.
    pub(super) fn abandon(&self) -> bool {
        // ORDERING: AcqRel: Acquire for the value, if there is one; a sender needs nothing of ours.
        self.state.swap(ABANDONED, AcqRel) == READY
    }
}
