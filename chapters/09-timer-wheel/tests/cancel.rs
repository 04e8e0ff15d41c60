//! 9.5: a timer that is dropped before its time.

#![cfg(not(loom))]

mod kit;

use std::sync::{Arc, Mutex};

use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::Sleep;

use kit::{Kit, ms};

const EX: Exercise = Exercise::new("9.5", "timer-wheel/cancel.md");

const GONE: Rule = EX.rule("A timer that was dropped is not fired, and its waker is given back.");
const OTHERS: Rule = EX.rule("A timer that goes leaves all others where they are.");
const UNLOCKED: Rule =
    EX.rule("Foreign Code Unlocked: no waker is dropped while the driver is locked.");
const SAME_TICK: Rule = EX.rule("A timer can be dropped in the very tick that fires it.");

/// Made and dropped within a turn, and after one.
#[test]
fn a_timer_that_is_dropped_is_not_fired() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    for is_listed in [false, true] {
        let mut sleep = kit.sleep(ms(3));
        assert!(task.poll(sleep.as_mut()).is_pending());
        if is_listed {
            kit.look();
        }
        drop(sleep);
        task.none_held(GONE);
    }
    kit.pass(ms(10));
    GONE.check_eq("wakes", task.wakes(), 0);
}

/// Every third stays, in all levels of the wheel and in the list of this turn.
#[test]
fn the_others_stay() {
    EX.within("timers that go", || {
        for is_listed in [false, true] {
            let mut kit = Kit::new();
            let waits: Vec<u64> = (0..36).map(|n| 1 + (1 << (n % 18))).collect();
            let tasks: Vec<_> = waits.iter().map(|_| TestWaker::new("task")).collect();
            let mut sleeps: Vec<_> = waits
                .iter()
                .map(|wait| Some(kit.sleep(ms(*wait))))
                .collect();
            for (task, sleep) in tasks.iter().zip(&mut sleeps) {
                let sleep = sleep.as_mut().expect("all are there");
                assert!(task.poll(sleep.as_mut()).is_pending());
            }
            if is_listed {
                kit.look();
            }
            for sleep in sleeps.iter_mut().skip(1).step_by(3) {
                *sleep = None;
            }
            for sleep in sleeps.iter_mut().skip(2).step_by(3) {
                *sleep = None;
            }
            for (n, task) in tasks.iter().enumerate() {
                let what = format!("wakers held of number {n}");
                OTHERS.check_eq(&what, task.held(), usize::from(n % 3 == 0));
            }
            kit.pass(ms(1 << 18));
            for (n, task) in tasks.iter().enumerate() {
                let what = format!("wakes of number {n}");
                OTHERS.check_eq(&what, task.wakes(), usize::from(n % 3 == 0));
            }
        }
    });
}

/// What is dropped with the timer comes back for the lock.
#[test]
fn the_waker_is_dropped_without_the_lock() {
    EX.within("a waker that comes back for the lock", || {
        for is_listed in [false, true] {
            let mut kit = Kit::new();
            let (handle, later) = (kit.handle.clone(), kit.now() + ms(50));
            let task = TestWaker::new("task");
            task.on_drop(move || {
                let other = TestWaker::new("other");
                let mut sleep = Box::pin(Sleep::with_handle(handle.clone(), later));
                assert!(other.poll(sleep.as_mut()).is_pending());
            });
            let mut sleep = kit.sleep(ms(5));
            assert!(task.poll(sleep.as_mut()).is_pending());
            if is_listed {
                kit.look();
            }
            drop(sleep);
            task.none_held(UNLOCKED);
        }
    });
}

/// tokio #3229: a waker of the batch drops all of them, those of the same batch and of the next.
#[test]
fn dropped_in_the_tick_that_fires() {
    EX.within("timers that are dropped by a wake", || {
        let count = if cfg!(miri) { 34 } else { 70 };
        let mut kit = Kit::new();
        let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
        let sleeps: Vec<_> = (0..count).map(|_| kit.sleep(ms(5))).collect();
        let sleeps = Arc::new(Mutex::new(sleeps));
        for (task, sleep) in tasks.iter().zip(sleeps.lock().unwrap().iter_mut()) {
            assert!(task.poll(sleep.as_mut()).is_pending());
        }
        let theirs = Arc::clone(&sleeps);
        tasks[0].on_wake(move || theirs.lock().unwrap().clear());
        kit.pass(ms(5));
        let woken = || tasks.iter().map(TestWaker::wakes).sum::<usize>();
        // Those of the first batch were on their way.
        SAME_TICK.check_eq("wakes", woken(), 32);
        kit.pass(ms(4));
        SAME_TICK.check_eq("wakes, later", woken(), 32);
        for task in &tasks {
            task.none_held(SAME_TICK);
        }
    });
}

/// Its end has come already: then there is nothing to take out.
#[test]
fn a_drop_after_the_end() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleeps = [kit.sleep(ms(3)), kit.sleep(ms(3)), kit.sleep(ms(9))];
    for sleep in &mut sleeps {
        assert!(task.poll(sleep.as_mut()).is_pending());
    }
    kit.pass(ms(3));
    let [a, b, c] = sleeps;
    drop((a, b));
    OTHERS.check_eq("wakers held", task.held(), 1);
    kit.pass(ms(6));
    OTHERS.check_eq("wakes", task.wakes(), 3);
    drop(c);
    task.none_held(GONE);
}
