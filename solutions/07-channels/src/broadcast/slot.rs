//! A place for one message, which many read at the same time, without a lock.
//!
//! A message must not be cloned under a lock: its clone is foreign code. But without one the sender
//! may come round the ring and overwrite the message while it is being cloned. So a reader says first
//! that it reads, by going *inside*, which is one step on one word. The sender never waits: a slot
//! with a reader inside is *retired*, that is, left to the readers inside with all that it holds, and
//! another one is put in its place.
//!
//! ```text
//!     bit 63    62     61 ..... 31                 30 ..... 0
//!     RETIRED | FULL | receivers that have not     who is inside
//!                      received the message
//! ```
//!
//! # Invariants
//!
//! - **Moved Out Alone**: the readers inside read the message. Only a thread that found no reader
//!   inside, and took FULL away or set RETIRED in the same step, moves it out or overwrites it.
//! - **Look After You Enter**: a reader that goes inside may be late. It stays only if the slot is not
//!   retired and has the position that it came for, and touches nothing otherwise.
//! - **A Slot Outlives Its Readers**: a pointer to a slot may be read just before the slot is retired,
//!   and used just after. So a retired slot is kept, for another message, and freed with the channel.
//!
//! # Orderings
//!
//! A reader that comes inside acquires what the sender has released with the message. A reader that
//! leaves releases, and a thread that finds none inside acquires: all reads come before the message goes.

use std::mem;
use std::panic::RefUnwindSafe;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use atomic_waker::ValueCell;
use model::loom::sync::atomic::{AtomicPtr, AtomicU64};

/// A place for one message.
pub(super) struct Slot<T> {
    /// See the module's picture.
    state: AtomicU64,
    /// Which message it is. Written by the sender while the slot is retired with no reader inside.
    position: AtomicU64,
    value: ValueCell<T>,
}

/// A place in the ring, and the slot that is in use there.
pub(super) struct Place<T> {
    /// Null: the one that it came with, beside it in memory. Written by senders, under their lock.
    slot: AtomicPtr<Slot<T>>,
    first: Slot<T>,
}

/// The slots that are in use nowhere. Under the lock that keeps senders apart.
pub(super) struct Spare<T> {
    retired: Vec<*mut Slot<T>>,
    /// Those that no place came with, to be freed in the end, wherever they are.
    made: Vec<*mut Slot<T>>,
}

// SAFETY: a message is read by many threads at the same time, hence `Sync`, and moved out by another
// thread than has put it there, hence `Send`. The state keeps these apart (Moved Out Alone).
unsafe impl<T: Send + Sync> Sync for Slot<T> {}
// SAFETY: it owns slots, and is shared by the threads that have the lock.
unsafe impl<T: Send + Sync> Send for Spare<T> {}

// A message that panics when it is cloned or dropped leaves the slot as it should be.
impl<T> RefUnwindSafe for Place<T> {}

/// A reader that is inside, and has not received the message yet. It has when this is dropped: a reader
/// that enters and is dropped has passed the message over.
pub(super) struct Inside<'a, T> {
    slot: &'a Slot<T>,
    /// No other reader was inside, and no receiver is left to receive the message.
    is_last: bool,
}

/// A reader inside a slot without a message. It goes outside when this is dropped.
struct Outside<'a>(&'a AtomicU64);

impl Drop for Outside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(INSIDE, Release);
    }
}

const INSIDE: u64 = 1;
const UNSEEN: u64 = 1 << 31;
const FULL: u64 = 1 << 62;
const RETIRED: u64 = 1 << 63;

/// There is room for so many in the state.
pub(super) const RECEIVERS_MAX: usize = (UNSEEN - 1) as usize;

fn inside(state: u64) -> u64 {
    state % UNSEEN
}

fn unseen(state: u64) -> u64 {
    state % FULL / UNSEEN
}

impl<T> Place<T> {
    /// Places for so many messages. They are made on the heap: one for a large message is too large
    /// for a stack.
    pub(super) fn row(len: usize) -> Box<[Place<T>]> {
        let mut row = Box::<[Place<T>]>::new_uninit_slice(len);
        for place in &mut row {
            let place = place.as_mut_ptr();
            let none = AtomicPtr::new(ptr::null_mut());
            // SAFETY: the address of a field of a place that is ours alone.
            let slot = unsafe { &raw mut (*place).slot };
            // SAFETY: as above, and a field is aligned.
            unsafe { slot.write(none) };
            // SAFETY: as above.
            let first = unsafe { &raw mut (*place).first };
            // SAFETY: as above.
            unsafe { Slot::init(first) };
        }
        // SAFETY: both fields of each were written.
        unsafe { row.assume_init() }
    }

    /// Goes inside, to receive the message at `position`. `None` if that is not here (any more).
    pub(super) fn enter(&self, position: u64) -> Option<Inside<'_, T>> {
        let slot = self.slot();
        // A look first, for readers that come in vain.
        if slot.position.load(Relaxed) != position {
            return None;
        }
        let before = slot.state.fetch_add(INSIDE, Acquire);
        // Look After You Enter.
        if before & RETIRED != 0 || slot.position.load(Relaxed) != position {
            slot.leave(INSIDE);
            return None;
        }
        debug_assert!(0 < unseen(before), "received more often than it was sent");
        let is_last = inside(before) == 0 && unseen(before) == 1;
        Some(Inside { slot, is_last })
    }

    /// Puts a message here, for so many receivers, and takes out the one before if it was left:
    /// `value` is the one, and then the other. Only one thread may do so at a time: the holder of the
    /// lock around `spare`.
    pub(super) fn put(
        &self,
        position: u64,
        value: &mut Option<T>,
        receivers: usize,
        spare: &mut Spare<T>,
    ) {
        let slot = self.slot();
        if slot.retire() {
            return slot.fill(position, value, receivers);
        }
        let other = spare.take();
        // SAFETY: a slot is freed with the channel, which we have.
        unsafe { &*other }.fill(position, value, receivers);
        debug_assert!(value.is_none(), "a spare slot is empty");
        // ORDERING: Release, with the Acquire in `slot`.
        self.slot.store(other, Release);
        spare.retired.push(ptr::from_ref(slot).cast_mut());
    }

    /// How many have not received the message.
    pub(super) fn unseen(&self) -> u64 {
        // ORDERING: Relaxed; a number to look at.
        unseen(self.slot().state.load(Relaxed))
    }

    fn slot(&self) -> &Slot<T> {
        // ORDERING: Acquire, with the Release in `put`.
        let slot = self.slot.load(Acquire);
        if slot.is_null() {
            return &self.first;
        }
        // SAFETY: A Slot Outlives Its Readers, and we borrow from the channel.
        unsafe { &*slot }
    }
}

impl<T: Clone> Inside<'_, T> {
    /// The message. If no other receiver needs it, it is not cloned.
    pub(super) fn receive(self) -> T {
        // We leave when this is dropped, which is after the message has been taken or cloned. So the
        // message goes straight to our caller.
        if self.is_last && mem::needs_drop::<T>() && self.slot.claim() {
            // SAFETY: no other reader was inside, and FULL is gone (Moved Out Alone). It was there,
            // and so is a message.
            return unsafe { self.slot.value.take_full() };
        }
        // SAFETY: we are inside, so no thread writes (Moved Out Alone); and a slot is FULL while
        // its message is unseen.
        unsafe { self.slot.value.get() }.clone()
    }
}

/// What is left in it when the channel ends.
impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        // SAFETY: no other code has the slot any more.
        unsafe { self.value.clear() };
    }
}

impl<T> Drop for Inside<'_, T> {
    fn drop(&mut self) {
        self.slot.leave(INSIDE + UNSEEN);
    }
}

impl<T> Slot<T> {
    /// Makes a slot at `place` that is retired, with no reader inside and nothing in it.
    ///
    /// # Safety
    ///
    /// `place` can be written, and is aligned.
    unsafe fn init(place: *mut Slot<T>) {
        // SAFETY: as our caller promises; the address of a field of it.
        let state = unsafe { &raw mut (*place).state };
        // SAFETY: as above, and a field is aligned.
        unsafe { state.write(AtomicU64::new(RETIRED)) };
        // SAFETY: as above.
        let position = unsafe { &raw mut (*place).position };
        // SAFETY: as above.
        unsafe { position.write(AtomicU64::new(u64::MAX)) };
        // SAFETY: as above.
        let value = unsafe { &raw mut (*place).value };
        // SAFETY: as above.
        unsafe { ValueCell::init(value) };
    }

    /// A slot on the heap.
    fn allocate() -> *mut Slot<T> {
        let mut slot = Box::<Slot<T>>::new_uninit();
        // SAFETY: the place is ours alone.
        unsafe { Slot::init(slot.as_mut_ptr()) };
        // SAFETY: it was made, by the line above.
        Box::into_raw(unsafe { slot.assume_init() })
    }

    /// Goes outside, and drops the message if no receiver needs it any more.
    fn leave(&self, units: u64) {
        let now = self.state.fetch_sub(units, AcqRel) - units;
        let is_over = now & RETIRED != 0 || (unseen(now) == 0 && mem::needs_drop::<T>());
        if now & FULL == 0 || inside(now) != 0 || !is_over {
            return;
        }
        // Back inside, alone. If another reader has come, it finds the same when it leaves.
        let entered = self
            .state
            .compare_exchange(now, now - FULL + INSIDE, AcqRel, Relaxed);
        if entered.is_err() {
            return;
        }
        // Outside again in the end, also if the drop of the message panics.
        let _outside = Outside(&self.state);
        // SAFETY: no reader was inside, and FULL is gone (Moved Out Alone).
        unsafe { self.value.clear() };
    }

    /// Claims the message for a reader that is inside, alone, and the last to receive it, and stays
    /// inside. Says no if it is not alone any more.
    fn claim(&self) -> bool {
        let alone = FULL + UNSEEN + INSIDE;
        // FULL goes first, as long as we are inside.
        self.state
            .compare_exchange(alone, alone - FULL, AcqRel, Relaxed)
            .is_ok()
    }

    /// Closes the slot to all that come. Says whether it is ours: with a reader inside it is not.
    fn retire(&self) -> bool {
        // ORDERING: Relaxed: the exchange decides.
        let mut now = self.state.load(Relaxed);
        loop {
            let is_ours = inside(now) == 0;
            let retired = if is_ours { RETIRED } else { now | RETIRED };
            match self
                .state
                .compare_exchange_weak(now, retired, AcqRel, Relaxed)
            {
                Ok(_) => return is_ours,
                Err(present) => now = present,
            }
        }
    }

    /// Whether a retired slot has been left by all, and so is ours.
    fn retire_again(&self) -> bool {
        let now = self.state.load(Relaxed);
        let is_left = now & FULL == 0 && inside(now) == 0;
        // Readers that came too late to receive a message are not counted any more.
        is_left
            && self
                .state
                .compare_exchange(now, RETIRED, AcqRel, Relaxed)
                .is_ok()
    }

    /// Opens a retired slot that is ours, with the message `value` in it, which becomes the one
    /// before.
    fn fill(&self, position: u64, value: &mut Option<T>, receivers: usize) {
        // SAFETY: no reader is inside, and one that comes finds RETIRED and goes (Look After You Enter).
        unsafe { self.value.exchange(value) };
        self.position.store(position, Relaxed);
        // Readers that came meanwhile are counted, so this is an addition.
        let open = FULL + receivers as u64 * UNSEEN;
        self.state.fetch_add(open.wrapping_sub(RETIRED), Release);
    }
}

impl<T> Spare<T> {
    pub(super) const fn new() -> Spare<T> {
        Spare {
            retired: Vec::new(),
            made: Vec::new(),
        }
    }

    /// A slot that is retired, with no reader inside and nothing in it.
    fn take(&mut self) -> *mut Slot<T> {
        // SAFETY: a slot is freed with the channel, which we have.
        let is_ours = |&slot: &*mut Slot<T>| unsafe { &*slot }.retire_again();
        if let Some(index) = self.retired.iter().position(is_ours) {
            return self.retired.swap_remove(index);
        }
        let slot = Slot::allocate();
        self.made.push(slot);
        slot
    }
}

impl<T> Drop for Spare<T> {
    fn drop(&mut self) {
        for slot in self.made.drain(..) {
            // SAFETY: from `into_raw`, once. No reader is inside, since the channel is dropped.
            drop(unsafe { Box::from_raw(slot) });
        }
    }
}
