//! 9.5: a drop, while the driver is at the timer: every interleaving.

#![cfg(loom)]

mod model_kit;

use std::sync::Arc;

use current_thread::Park;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

use model_kit::{Count, FAR, Kit, NEAR, poll};

const EX: Exercise = Exercise::new("9.5", "timer-wheel/cancel.md");

const CANCEL: Rule =
    EX.rule("A timer that is dropped while it is fired is fired or taken out, and not both.");
const END: Rule = EX.rule("A timer that comes while the driver shuts down is told.");

/// Its end comes while it is fired, and its waker is given back once.
#[test]
fn a_drop_against_a_fire() {
    CANCEL.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &waker).is_pending());
        drop(waker);
        let other = thread::spawn(move || {
            lane("a drop");
            drop(sleep);
        });
        kit.pass(NEAR);
        other.join().unwrap();
        assert!(count.wakes() <= 1);
        assert_eq!(Arc::strong_count(&count), 1, "a waker is left");
    });
}

/// tokio #8252. It is dropped while it goes from the fresh list to the wheel; its neighbour stays.
#[test]
fn a_drop_against_the_end_of_a_turn() {
    CANCEL.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let [mut dropped, mut kept] = [kit.sleep(NEAR), kit.sleep(NEAR)];
        assert!(poll(&mut dropped, &waker).is_pending());
        assert!(poll(&mut kept, &waker).is_pending());
        let other = thread::spawn(move || {
            lane("a drop");
            drop(dropped);
        });
        kit.look();
        other.join().unwrap();
        assert_eq!(count.wakes(), 0);
        kit.pass(NEAR);
        assert_eq!(count.wakes(), 1);
    });
}

/// A timer is dropped while the driver shuts down, and another one waits.
#[test]
fn a_drop_against_a_shutdown() {
    END.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let [mut dropped, mut kept] = [kit.sleep(NEAR), kit.sleep(FAR)];
        assert!(poll(&mut dropped, &waker).is_pending());
        assert!(poll(&mut kept, &waker).is_pending());
        kit.look();
        drop(waker);
        let other = thread::spawn(move || {
            lane("a drop");
            drop(dropped);
        });
        kit.park.shutdown();
        other.join().unwrap();
        let wakes = count.wakes();
        assert!(wakes == 1 || wakes == 2, "{wakes} wakes");
        assert_eq!(Arc::strong_count(&count), 1, "a waker is left");
    });
}
