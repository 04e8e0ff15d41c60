//! 7.1: a value goes into the slot that was claimed for it.

#![cfg(not(loom))]

use std::sync::{Arc, Mutex};

use channels::mpsc::{UnboundedReceiver, error::TryRecvError, steps, unbounded_channel};
use testkit::{DropToken, Exercise, Rule, TestWaker};

testkit::quarantine!();

const EX: Exercise = Exercise::new("7.1", "channels/fill.md");

const RECEIVED: Rule = EX.rule("Each value is received once, in the order of the claims.");
const WOKEN: Rule = EX.rule("Who fills the slot that the receiver waits for wakes it, once.");
const QUIET: Rule = EX.rule("A sender that fills another slot does not wake the receiver.");
const FIRST: Rule = EX.rule("When the receiver is woken the value is there.");
const BACK: Rule = EX.rule("A value that will not be received comes back to its sender.");
const ONCE: Rule = EX.rule("Each value is dropped once.");

/// So many values are in several blocks.
const MANY: usize = if cfg!(miri) { 10 } else { 100 };

/// What is in the channel.
fn all<T>(rx: &mut UnboundedReceiver<T>) -> Vec<T> {
    std::iter::from_fn(|| steps::take(rx)).collect()
}

#[test]
fn a_value_is_received() {
    EX.within("sending a value and taking it out", || {
        let (tx, mut rx) = unbounded_channel();
        assert!(tx.send("hello").is_ok());
        RECEIVED.check_eq("what was received", steps::take(&mut rx), Some("hello"));
        RECEIVED.check_eq("what was received then", steps::take(&mut rx), None);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    });
}

#[test]
fn values_keep_their_order_across_blocks() {
    EX.within("sending many values, in steps of a few", || {
        let (tx, mut rx) = unbounded_channel();
        let mut received = Vec::new();
        for n in 0..MANY {
            assert!(tx.send(n).is_ok());
            if n % 7 == 0 {
                received.extend(all(&mut rx));
            }
        }
        received.extend(all(&mut rx));
        RECEIVED.check(
            received.iter().copied().eq(0..MANY),
            format_args!("received: {received:?}"),
        );
    });
}

#[test]
fn slots_are_filled_in_any_order() {
    EX.within("filling many slots from the last to the first", || {
        let (tx, mut rx) = unbounded_channel();
        let claims: Vec<_> = (0..MANY).map(|_| steps::claim(&tx).unwrap()).collect();
        for (n, claim) in claims.into_iter().enumerate().rev() {
            RECEIVED.check_eq("what can be taken", steps::take(&mut rx), None);
            assert!(claim.fill(n).is_ok());
        }
        let received = all(&mut rx);
        RECEIVED.check(
            received.iter().copied().eq(0..MANY),
            format_args!("received: {received:?}"),
        );
    });
}

#[test]
fn the_receiver_that_waits_is_woken() {
    EX.within("a receiver that waits, and two values", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        for n in 0..2 {
            steps::announce(&mut rx, &task.waker());
            assert!(tx.send(n).is_ok());
            WOKEN.check_eq("wakes of the receiver", task.wakes(), n + 1);
            RECEIVED.check_eq("what was received", steps::take(&mut rx), Some(n));
        }
        task.none_held(WOKEN);
    });
}

#[test]
fn another_slot_wakes_nobody() {
    EX.within("the second slot is filled before the first", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        let [first, second] = [(); 2].map(|()| steps::claim(&tx).unwrap());
        steps::announce(&mut rx, &task.waker());
        assert!(second.fill(2).is_ok());
        QUIET.check_eq("wakes for a value that is not next", task.wakes(), 0);
        assert!(first.fill(1).is_ok());
        WOKEN.check_eq("wakes for the value that is next", task.wakes(), 1);
        RECEIVED.check_eq("what was received", all(&mut rx), vec![1, 2]);
        // Nobody waits now.
        assert!(tx.send(3).is_ok());
        QUIET.check_eq("wakes after a value that nobody waits for", task.wakes(), 1);
    });
}

#[test]
fn the_value_is_there_when_the_receiver_is_woken() {
    EX.within("a waker that looks for the value", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        steps::announce(&mut rx, &task.waker());
        let rx = Arc::new(Mutex::new(rx));
        let seen = Arc::new(Mutex::new(None));
        let (inside, saw) = (Arc::clone(&rx), Arc::clone(&seen));
        task.on_wake(move || *saw.lock().unwrap() = steps::take(&mut *inside.lock().unwrap()));
        assert!(tx.send(7).is_ok());
        FIRST.check_eq("what the waker saw", seen.lock().unwrap().take(), Some(7));
    });
}

#[test]
fn a_waker_that_sends() {
    EX.within("a waker that sends a value of its own", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        steps::announce(&mut rx, &task.waker());
        let inside = tx.clone();
        task.on_wake(move || assert!(inside.send(2).is_ok()));
        assert!(tx.send(1).is_ok());
        RECEIVED.check_eq("what was received", all(&mut rx), vec![1, 2]);
    });
}

#[test]
fn a_waker_that_panics() {
    EX.within("a waker that panics", || {
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        steps::announce(&mut rx, &task.waker());
        task.on_wake(|| panic!("expected by the test"));
        WOKEN.panics(|| tx.send(1), "nobody was woken");
        assert!(tx.send(2).is_ok());
        RECEIVED.check_eq("what was received", all(&mut rx), vec![1, 2]);
    });
}

/// A receiver goes while a sender is between claim and publish; `is_awaited` says whether it waited.
fn goes_meanwhile(is_awaited: bool) {
    let what = "a receiver that goes before the slot is filled";
    EX.within(what, move || {
        testkit::memory::check(ONCE, move || {
            let (tx, mut rx) = unbounded_channel::<(u32, DropToken)>();
            let task = TestWaker::new("the receiver");
            let claim = steps::claim(&tx).unwrap();
            if is_awaited {
                steps::announce(&mut rx, &task.waker());
            }
            drop(rx);
            let (token, drops) = testkit::drop_counter("the value");
            let Err((number, token)) = claim.fill((7, token)) else {
                BACK.fail("it was said to be sent, and nobody is there");
            };
            BACK.check_eq("what came back", number, 7);
            QUIET.check_eq("wakes of a receiver that is gone", task.wakes(), 0);
            task.none_held(ONCE);
            drop(token);
            drop(tx);
            ONCE.check_eq("drops of the value", drops.count(), 1);
        });
    });
}

#[test]
fn the_receiver_goes_before_the_slot_is_filled() {
    goes_meanwhile(false);
}

#[test]
fn a_receiver_that_waited_goes_before_the_slot_is_filled() {
    goes_meanwhile(true);
}

#[test]
fn values_that_nobody_took_are_dropped_once() {
    EX.within("a receiver that goes with values in the channel", || {
        testkit::memory::check(ONCE, || {
            let (tx, mut rx) = unbounded_channel();
            let (tokens, drops): (Vec<_>, Vec<_>) = (0..MANY)
                .map(|n| testkit::drop_counter(&format!("value {n}")))
                .unzip();
            for token in tokens {
                assert!(tx.send(token).is_ok());
            }
            drop(steps::take(&mut rx));
            drop(rx);
            for drops in &drops {
                ONCE.check_eq(
                    "drops of a value when the receiver is gone",
                    drops.count(),
                    1,
                );
            }
        });
    });
}
