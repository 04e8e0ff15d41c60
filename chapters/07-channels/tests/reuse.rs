//! What a channel uses again: blocks that were emptied, and slots that were left.

#![cfg(not(loom))]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, RefCell};

use channels::broadcast::Sender;
use channels::{broadcast, mpsc};
use testkit::{Exercise, Rule};

const FILL: Exercise = Exercise::new("7.1", "channels/fill.md");
const BROADCAST: Exercise = Exercise::new("7.6", "channels/broadcast.md");

const BLOCKS: Rule = FILL.rule("Blocks that the receiver has left are used again.");
const SLOTS: Rule = BROADCAST
    .rule("A channel takes no more memory, however often a message is sent while one is read.");

const ROUNDS: usize = if cfg!(miri) { 40 } else { 10_000 };

struct Counting;

thread_local! {
    /// Allocations of this thread that were not freed by it.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    /// All allocations of this thread.
    static MADE: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.set(LIVE.get() + 1);
        MADE.set(MADE.get() + 1);
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - 1);
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// One value at a time: two blocks do, for ever.
#[test]
fn blocks_are_given_back() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let mut round = |n: usize| {
        BLOCKS.check(tx.send(n).is_ok(), "a send failed, and there is a receiver");
        BLOCKS.check_eq("what was received", rx.try_recv(), Ok(n));
    };
    // Until the second block is there.
    for n in 0..100 {
        round(n);
    }
    let made = MADE.get();
    for n in 0..ROUNDS {
        round(n);
    }
    BLOCKS.check_eq(
        "allocations, when one value at a time goes through the channel",
        MADE.get() - made,
        0,
    );
}

/// A channel that was full has as many blocks as it was full of. Not so when it is empty again.
#[test]
fn blocks_are_freed() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let live = LIVE.get();
    for n in 0..ROUNDS {
        BLOCKS.check(tx.send(n).is_ok(), "a send failed, and there is a receiver");
    }
    for n in 0..ROUNDS {
        BLOCKS.check_eq("what was received", rx.try_recv(), Ok(n));
    }
    let more = LIVE.get() - live;
    BLOCKS.check(
        more <= 1,
        format_args!("{more} blocks more than at the beginning, with nothing in the channel"),
    );
}

thread_local! {
    /// Whom a message sends others to, while it is cloned.
    static SENDER: RefCell<Option<Sender<Nosy>>> = const { RefCell::new(None) };
}

/// Turns the ring while it is read: so its slot cannot be used at that moment, and another one is.
struct Nosy(usize);

impl Clone for Nosy {
    fn clone(&self) -> Nosy {
        if self.0 == 0 {
            SENDER.with_borrow(|sender| {
                let sender = sender.as_ref().expect("there is a sender");
                for n in 1..=CAPACITY {
                    assert!(sender.send(Nosy(n)).is_ok());
                }
            });
        }
        Nosy(self.0)
    }
}

const CAPACITY: usize = 2;

#[test]
fn slots_are_used_again() {
    let (tx, mut rx) = broadcast::channel::<Nosy>(CAPACITY);
    // Another one that has not received the message: the one who reads it must clone.
    let _other = tx.subscribe();
    SENDER.set(Some(tx.clone()));
    let mut round = || {
        assert!(tx.send(Nosy(0)).is_ok());
        // The message, and then those that were sent meanwhile. The other one lags, and is told so.
        for n in 0..=CAPACITY {
            SLOTS.check_eq("what was received", rx.try_recv().map(|it| it.0), Ok(n));
        }
    };
    for _ in 0..10 {
        round();
    }
    let made = MADE.get();
    for _ in 0..ROUNDS / 10 {
        round();
    }
    SLOTS.check_eq(
        "allocations, when the ring turns while a message is read",
        MADE.get() - made,
        0,
    );
    SENDER.set(None);
}
