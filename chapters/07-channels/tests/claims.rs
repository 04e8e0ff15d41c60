//! What only our queue has: slots that are claimed, and filled later.

#![cfg(not(loom))]

use std::pin::pin;
use std::thread;

use channels::mpsc::error::TryRecvError;
use channels::mpsc::{steps, unbounded_channel};
use testkit::{DropCounter, DropToken, Exercise, Rule, TestWaker, drop_counter};

testkit::quarantine!();

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const EX: Exercise = Exercise::new("7.1", "channels/fill.md");
const LOOK: Rule = CHAPTER
    .may_be("7.1")
    .rule("A look waits for a send that has claimed its place and is not done.");
const OWNED: Rule = CHAPTER.may_be("7.1").rule("What is in a channel goes with it, each value once, also one whose drop panics or that owns an end.");
const ENDED: Rule = CHAPTER.may_be("7.1 or 7.2").rule(
    "A channel that has ended keeps no value, no block and no waker, and says that it has ended.",
);
const ONCE: Rule = EX.rule("Each value is dropped once, and each block is freed once.");

const MANY: usize = if cfg!(miri) { 10 } else { 100 };

fn tokens(n: usize) -> (Vec<DropToken>, Vec<DropCounter>) {
    (0..n).map(|n| drop_counter(&format!("value {n}"))).unzip()
}

fn all_dropped(drops: &[DropCounter]) {
    for drops in drops {
        ONCE.check_eq("drops of a value", drops.count(), 1);
    }
}

/// A look that finds a claim before a value that was sent waits for it.
#[test]
fn a_look_waits_for_a_send_that_goes_on() {
    LOOK.holds("a look behind a claim", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("a poll before");
        assert!(task.poll(pin!(rx.recv())).is_pending());
        let claim = steps::claim(&tx).unwrap();
        tx.send(2).unwrap();
        assert_eq!((rx.len(), rx.is_empty()), (2, false));
        let looking = thread::spawn(move || {
            let first = rx.try_recv();
            (first, rx.try_recv(), rx.try_recv())
        });
        // The look takes the place of whoever waited, and wakes it for that.
        task.wait_for_wakes(1);
        assert!(!looking.is_finished());
        claim.fill(1).unwrap();
        let looked = looking.join().unwrap();
        assert_eq!(looked, (Ok(1), Ok(2), Err(TryRecvError::Empty)));
    });
}

/// Slots that were claimed before the receiver went, and are filled later, in a block that it has never
/// seen.
#[test]
fn values_that_come_too_late() {
    OWNED.holds("values for a receiver that is gone", || {
        testkit::memory::check(ONCE, || {
            let (tx, rx) = unbounded_channel();
            let claims: Vec<_> = (0..MANY).map(|_| steps::claim(&tx).unwrap()).collect();
            let (values, drops) = tokens(MANY);
            drop(rx);
            assert!(steps::claim(&tx).is_none());
            for (claim, value) in claims.into_iter().zip(values) {
                assert!(claim.fill(value).is_err());
            }
            all_dropped(&drops);
        });
    });
}

/// crossbeam #1187 (RUSTSEC-2025-0024), and #972 before it: the end of the receiver and the end of the
/// channel both freed the same block, if a sender was just appending one.
#[test]
fn crossbeam_1187_blocks_are_freed_once() {
    ENDED.holds("an end while the last slot of a block is claimed", || {
        for claimed in if cfg!(miri) { [4, 5] } else { [32, 64] } {
            testkit::memory::check(ONCE, move || {
                let (tx, rx) = unbounded_channel::<Box<i32>>();
                let mut claims: Vec<_> = (0..claimed).map(|_| steps::claim(&tx).unwrap()).collect();
                let last = claims.pop().unwrap();
                for claim in claims {
                    claim.fill(Box::new(1)).unwrap();
                }
                let ending = thread::spawn(move || drop(rx));
                ending.join().unwrap();
                // This is where the next block is needed, after the receiver has gone.
                assert!(last.fill(Box::new(2)).is_err());
                drop(tx);
            });
        }
    });
}

/// futures-rs #909: a value that was sent while the receiver went stayed in the queue, for as long as
/// there was a sender.
#[test]
fn futures_rs_909_a_value_sent_while_the_receiver_goes() {
    ENDED.holds(
        "futures rs 909 a value sent while the receiver goes",
        || {
            let (tx, rx) = unbounded_channel();
            let (token, drops) = drop_counter("value");
            let claim = steps::claim(&tx).unwrap();
            drop(rx);
            drop(claim.fill(token));
            assert_eq!(drops.count(), 1);
            assert!(tx.is_closed());
        },
    );
}
