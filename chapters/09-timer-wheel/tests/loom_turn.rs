//! 9.4: turns of the driver, and what meets them: every interleaving.

#![cfg(loom)]

mod model_kit;

use model::loom::thread;
use testkit::{Exercise, Rule, lane};

use model_kit::{Count, Kit, NEAR, poll};

const EX: Exercise = Exercise::new("9.4", "timer-wheel/same-tick.md");

const LATEST: Rule =
    EX.rule("A poll that comes while the timer is fired is ready, or its waker is woken.");
const RESET: Rule =
    EX.rule("A timer that is reset while it is fired is woken for one deadline or the other.");
const TURN: Rule = EX.rule("Two threads that turn the driver fire each timer once.");

/// The owner looks, and another thread turns the driver in its place.
#[test]
fn a_turn_against_a_turn() {
    TURN.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleeps = [kit.sleep(NEAR), kit.sleep(NEAR)];
        for sleep in &mut sleeps {
            assert!(poll(sleep, &waker).is_pending());
        }
        kit.clock.advance(NEAR);
        let handle = kit.handle.clone();
        let other = thread::spawn(move || {
            lane("a turn");
            handle.turn()
        });
        kit.look();
        other.join().unwrap();
        assert_eq!(count.wakes(), 2);
    });
}

/// It is woken for the old deadline, or for the new one.
#[test]
fn a_reset_against_a_fire() {
    RESET.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &waker).is_pending());
        let later = sleep.deadline() + NEAR;
        let other = thread::spawn(move || {
            lane("a reset");
            sleep.as_mut().reset(later);
            sleep
        });
        kit.pass(NEAR);
        let mut sleep = other.join().unwrap();
        let is_fired = count.wakes() == 1;
        assert!(!sleep.is_elapsed(), "it has a new deadline");
        kit.pass(NEAR);
        if is_fired {
            // Then it waits no more: the clock has passed its new deadline when it is polled.
            assert!(poll(&mut sleep, &waker).is_ready());
            assert_eq!(count.wakes(), 1);
        } else {
            assert_eq!(count.wakes(), 1);
            assert!(sleep.is_elapsed());
        }
    });
}

/// The latest waker, or the poll itself, is told.
#[test]
fn a_poll_against_a_fire() {
    LATEST.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (_, first) = Count::new();
        let (count, second) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &first).is_pending());
        let other = thread::spawn(move || {
            lane("a poll");
            let polled = poll(&mut sleep, &second);
            (sleep, polled)
        });
        kit.pass(NEAR);
        let (_sleep, polled) = other.join().unwrap();
        assert!(polled.is_ready() || count.wakes() == 1);
    });
}
