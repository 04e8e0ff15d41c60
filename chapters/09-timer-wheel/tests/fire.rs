//! 9.3: the end of a timer, as the driver writes it. Seen at the shutdown of a driver, which ends all timers.

#![cfg(not(loom))]

mod kit;

use std::sync::{Arc, Mutex};

use current_thread::Park;
use testkit::{Exercise, Rule, TestWaker};

use kit::{Kit, MS, ms};

const EX: Exercise = Exercise::new("9.3", "timer-wheel/fire.md");

const WOKEN: Rule = EX.rule("A timer that ends wakes its waker, once.");
const TAKEN: Rule = EX.rule("The driver takes the waker out: nothing of it is left in the timer.");
const TOLD: Rule = EX.rule("A timer that has ended says so, and says how.");
const GONE: Rule =
    EX.rule("A timer that has ended is in no list: its future may go without the driver.");

#[test]
fn each_is_woken_once() {
    let count = if cfg!(miri) { 34 } else { 70 };
    let mut kit = Kit::new();
    let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
    let mut sleeps: Vec<_> = (0..count).map(|n| kit.sleep(ms(1 << (n % 40)))).collect();
    for (task, sleep) in tasks.iter().zip(&mut sleeps) {
        assert!(task.poll(sleep.as_mut()).is_pending());
    }
    kit.park.shutdown();
    for task in &tasks {
        WOKEN.check_eq("wakes at the end", task.wakes(), 1);
    }
    kit.park.shutdown();
    for task in &tasks {
        WOKEN.check_eq("wakes, after another end", task.wakes(), 1);
    }
}

/// The futures are still there, and hold nothing.
#[test]
fn the_waker_is_taken_out() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    WOKEN.check_eq("wakers held, before the end", task.held(), 1);
    kit.park.shutdown();
    TAKEN.check_eq("wakers held, after the end", task.held(), 0);
    TAKEN.check_eq("clones", task.clones(), 1);
    drop(sleep);
    task.none_held(TAKEN);
}

#[test]
fn it_says_how_it_ended() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.park.shutdown();
    TOLD.check_eq("elapsed", sleep.is_elapsed(), false);
    let message = TOLD.panics(
        || task.poll(sleep.as_mut()),
        "it waits on, for a driver that is gone",
    );
    TOLD.check(message.contains("shutdown"), message);
}

/// A task that is woken drops its future at once, before the wake returns.
#[test]
fn the_future_goes_in_the_wake() {
    EX.within("a future that goes in its wake", || {
        let mut kit = Kit::new();
        let task = TestWaker::new("task");
        let sleep = Arc::new(Mutex::new(Some(kit.sleep(ms(5)))));
        if let Some(sleep) = &mut *sleep.lock().unwrap() {
            assert!(task.poll(sleep.as_mut()).is_pending());
        }
        let theirs = Arc::clone(&sleep);
        task.on_wake(move || *theirs.lock().unwrap() = None);
        kit.park.shutdown();
        GONE.check_eq("wakes", task.wakes(), 1);
        GONE.check(sleep.lock().unwrap().is_none(), "the future is still there");
        task.none_held(GONE);
    });
}

/// After its end a reset only writes another deadline.
#[test]
fn a_reset_after_the_end() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.park.shutdown();
    let later = sleep.deadline() + MS;
    sleep.as_mut().reset(later);
    GONE.check_eq("wakes", task.wakes(), 1);
    GONE.check_eq("wakers held", task.held(), 0);
}
