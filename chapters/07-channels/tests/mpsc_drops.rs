//! Each value is dropped once, each block is freed once, whichever end goes first.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::thread;

use channels::mpsc::{channel, unbounded_channel};
use testkit::{DropCounter, DropToken, Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const OWNED: Rule = CHAPTER.may_be("7.1").rule("What is in a channel goes with it, each value once, also one whose drop panics or that owns an end.");

const LEARN: Rule = CHAPTER
    .may_be("7.3")
    .rule("The senders learn that the receiver is gone, whatever its waker does.");

testkit::quarantine!();

const EX: Exercise = Exercise::new("7.1", "channels/fill.md");
const ONCE: Rule = EX.rule("Each value is dropped once, and each block is freed once.");

/// So many values are in several blocks.
const MANY: usize = if cfg!(miri) { 10 } else { 100 };

fn tokens(n: usize) -> (Vec<DropToken>, Vec<DropCounter>) {
    (0..n).map(|n| drop_counter(&format!("value {n}"))).unzip()
}

fn all_dropped(drops: &[DropCounter]) {
    for drops in drops {
        ONCE.check_eq("drops of a value", drops.count(), 1);
    }
}

/// How far the receiver has come when the ends are dropped: within a block, at its border, beyond it.
#[test]
fn the_ends_go_at_any_point() {
    OWNED.holds("channels that are dropped", || {
        let (all_sent, all_received): (&[usize], &[usize]) = match cfg!(miri) {
            true => (&[0, 4, 9], &[0, 4, 5]),
            false => (&[0, 1, 31, 32, 33, 64, 65, 100], &[0, 1, 31, 32, 33, 64]),
        };
        for &sent in all_sent {
            for &received in all_received {
                if sent < received {
                    continue;
                }
                for is_sender_first in [true, false] {
                    testkit::memory::check(ONCE, move || {
                        let (tx, mut rx) = unbounded_channel();
                        let (values, drops) = tokens(sent);
                        values.into_iter().for_each(|value| tx.send(value).unwrap());
                        for _ in 0..received {
                            drop(rx.try_recv().unwrap());
                        }
                        match is_sender_first {
                            true => drop((tx, rx)),
                            false => {
                                drop(rx);
                                all_dropped(&drops);
                                drop(tx);
                            }
                        }
                        all_dropped(&drops);
                    });
                }
            }
        }
    });
}

#[test]
fn blocks_are_used_again() {
    OWNED.holds("many values and few blocks", || {
        testkit::memory::check(ONCE, || {
            let (tx, mut rx) = unbounded_channel();
            // Bursts that need several blocks, and then one at a time.
            for burst in [1, 2 * MANY, 1, 3, MANY, 1] {
                for _ in 0..if cfg!(miri) { 1 } else { 20 } {
                    let (values, drops) = tokens(burst);
                    values.into_iter().for_each(|value| tx.send(value).unwrap());
                    while rx.try_recv().is_ok() {}
                    all_dropped(&drops);
                }
            }
        });
    });
}

/// A value that nobody took, and those who wait for room.
#[test]
fn a_bounded_channel_with_everything_in_it() {
    OWNED.holds("a bounded channel that is dropped", || {
        testkit::memory::check(ONCE, || {
            let (values, drops) = tokens(6);
            let mut values = values.into_iter();
            let mut next = || values.next().unwrap();
            let (tx, mut rx) = channel(3);
            let tasks = ["A", "B", "C"].map(TestWaker::new);
            assert!(tasks[0].poll(pin!(rx.recv())).is_pending());
            for _ in 0..2 {
                tx.try_send(next()).unwrap();
            }
            let permit = tx.clone().try_reserve_owned().unwrap();
            let mut first = Box::pin(tx.send(next()));
            let mut second = Box::pin(tx.send(next()));
            assert!(tasks[1].poll(first.as_mut()).is_pending());
            assert!(tasks[2].poll(second.as_mut()).is_pending());
            drop(rx);
            assert_eq!((drops[0].count(), drops[1].count()), (1, 1));
            drop(permit.send(next()));
            assert_eq!(drops[4].count(), 1);
            drop(first);
            assert!(tasks[2].poll(second.as_mut()).is_ready());
            drop(second);
            drop(tx.try_send(next()));
            all_dropped(&drops);
            for task in &tasks {
                task.none_held(ONCE);
            }
        });
    });
}

/// One value panics in its drop; the others are dropped all the same.
#[test]
fn a_value_panics_in_its_drop() {
    struct Panics {
        panics: bool,
        _token: DropToken,
    }
    impl Drop for Panics {
        fn drop(&mut self) {
            if self.panics {
                std::panic::resume_unwind(Box::new("expected by the test"));
            }
        }
    }
    OWNED.holds("a drop that panics", || {
        let (tx, rx) = unbounded_channel();
        let (values, drops) = tokens(MANY);
        for (n, _token) in values.into_iter().enumerate() {
            let panics = n == MANY / 2;
            assert!(tx.send(Panics { panics, _token }).is_ok());
        }
        assert!(catch_unwind(AssertUnwindSafe(|| drop(rx))).is_err());
        all_dropped(&drops);
        drop(tx);
        all_dropped(&drops);
    });
}

/// A receiver that waits is dropped, and its waker panics in its drop. Its task is told of nothing any more, so the
/// panic ends there; but the senders have to learn that the receiver is gone.
#[test]
fn a_waker_that_panics_in_its_drop() {
    LEARN.holds("a receiver whose waker panics in its drop", || {
        let (tx, mut rx) = channel::<u32>(1);
        let (receiver, sender) = (TestWaker::new("the receiver"), TestWaker::new("a sender"));
        let mut closed = Box::pin(tx.closed());
        LEARN.check(sender.poll(closed.as_mut()).is_pending(), "it is open");
        {
            let mut recv = Box::pin(rx.recv());
            LEARN.check(receiver.poll(recv.as_mut()).is_pending(), "it is empty");
        }
        LEARN.check_eq("wakers of the receiver", receiver.held(), 1);
        receiver.on_drop(|| panic!("a waker panics in its drop"));
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(rx)));
        LEARN.check(dropped.is_ok(), "the panic came out of the receiver's drop");
        LEARN.check_eq(
            "wakes of the sender that waits for the end",
            sender.wakes(),
            1,
        );
        LEARN.check(
            sender.poll(closed.as_mut()).is_ready(),
            "it is not told of the end",
        );
        LEARN.check(tx.try_send(1).is_err(), "a value was taken");
    });
}

/// A value whose drop uses the channel that it is in.
#[test]
fn a_value_that_owns_a_sender() {
    OWNED.holds("a channel that owns itself", || {
        testkit::memory::check(ONCE, || {
            struct Sends(
                Option<channels::mpsc::UnboundedSender<Sends>>,
                #[expect(dead_code)] DropToken,
            );
            impl Drop for Sends {
                fn drop(&mut self) {
                    if let Some(tx) = self.0.take() {
                        let (token, _) = drop_counter("late");
                        assert!(tx.send(Sends(None, token)).is_err());
                    }
                }
            }
            let (tx, rx) = unbounded_channel();
            let (values, drops) = tokens(MANY);
            for value in values {
                assert!(tx.send(Sends(Some(tx.clone()), value)).is_ok());
            }
            drop(tx);
            drop(rx);
            all_dropped(&drops);
        });
    });
}

/// Threads that send, while the receiver goes.
#[test]
fn the_receiver_goes_while_threads_send() {
    OWNED.holds("an end among sends", || {
        for round in 0..if cfg!(miri) { 3 } else { 100 } {
            let (tx, mut rx) = unbounded_channel();
            let (bounded, mut from_bounded) = channel(4);
            let senders: Vec<_> = (0..2)
                .map(|_| {
                    let (tx, bounded) = (tx.clone(), bounded.clone());
                    thread::spawn(move || {
                        let mut drops = Vec::new();
                        loop {
                            let (token, count) = drop_counter("unbounded");
                            let (other, other_count) = drop_counter("bounded");
                            drops.extend([count, other_count]);
                            let sent = tx.send(token).is_ok();
                            if !(sent & bounded.blocking_send(other).is_ok()) {
                                return drops;
                            }
                        }
                    })
                })
                .collect();
            for _ in 0..round {
                drop(rx.blocking_recv());
                drop(from_bounded.blocking_recv());
            }
            drop((rx, from_bounded));
            for sender in senders {
                all_dropped(&sender.join().unwrap());
            }
        }
    });
}
