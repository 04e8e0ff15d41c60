//! 9.4: one turn of the driver, and what wakers may do meanwhile.

#![cfg(not(loom))]

mod kit;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::thread;

use current_thread::{Park, Unpark};
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::Sleep;

use kit::{Asked, Kit, MS, ms};

const EX: Exercise = Exercise::new("9.4", "timer-wheel/same-tick.md");

const UNLOCKED: Rule =
    EX.rule("Foreign Code Unlocked: no waker is called while the driver is locked.");
const ORDER: Rule = EX.rule("Timers of one tick are fired in the order in which they came.");
const DUE: Rule = EX.rule("A turn fires all that is due, and nothing else.");
const SAME_TICK: Rule = EX.rule("A timer can be reset in the very tick that fires it.");
const NO_SLEEP: Rule = EX.rule("A turn in which something was due is followed by no sleep.");
const HALVES: Rule = EX.rule("Any thread can fire what is due.");

type Kept = Arc<Mutex<Vec<Pin<Box<Sleep>>>>>;

#[test]
fn what_is_due_and_nothing_else() {
    let mut kit = Kit::new();
    let waits = [1, 2, 3, 63, 64, 65, 4_096, 5_000];
    let tasks = waits.map(|_| TestWaker::new("task"));
    let mut sleeps = waits.map(|wait| kit.sleep(ms(wait)));
    for (task, sleep) in tasks.iter().zip(&mut sleeps) {
        assert!(task.poll(sleep.as_mut()).is_pending());
    }
    for now in [2, 63, 64, 4_095, 5_000] {
        let rest = ms(now) - kit.at();
        kit.pass(rest);
        for (wait, task) in waits.iter().zip(&tasks) {
            let what = format!("wakes at {now}, of the one that is due at {wait}");
            DUE.check_eq(&what, task.wakes(), usize::from(*wait <= now));
        }
    }
}

/// More timers than fit into a batch, in order; and wakers that come back for the lock.
#[test]
fn all_of_a_tick_are_fired_in_order_outside_of_the_lock() {
    EX.within("a hundred timers", || {
        let count = if cfg!(miri) { 34 } else { 100 };
        let mut kit = Kit::new();
        let order = Arc::new(Mutex::new(Vec::new()));
        let kept = Kept::default();
        let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
        let mut sleeps: Vec<_> = (0..count).map(|_| kit.sleep(ms(3))).collect();
        for (number, (task, sleep)) in tasks.iter().zip(&mut sleeps).enumerate() {
            let (order, kept) = (Arc::clone(&order), Arc::clone(&kept));
            let (handle, later) = (kit.handle.clone(), kit.now() + ms(9));
            task.on_wake(move || {
                order.lock().unwrap().push(number);
                // Comes back for the lock, twice.
                let other = TestWaker::new("other");
                let mut sleep = Box::pin(Sleep::with_handle(handle.clone(), later));
                assert!(other.poll(sleep.as_mut()).is_pending());
                sleep.as_mut().reset(later + MS);
                kept.lock().unwrap().push(sleep);
            });
            assert!(task.poll(sleep.as_mut()).is_pending());
        }
        kit.pass(ms(3));
        ORDER.check_eq("order", order.lock().unwrap().clone(), (0..count).collect());
        for task in &tasks {
            UNLOCKED.check_eq("wakes", task.wakes(), 1);
            task.none_held(UNLOCKED);
        }
        kit.pass(ms(10));
        let ended = kept
            .lock()
            .unwrap()
            .iter()
            .filter(|it| it.is_elapsed())
            .count();
        DUE.check_eq("those that the wakers made", ended, count);
    });
}

/// A waker that panics keeps no other from being woken, and the driver goes on.
#[test]
fn a_waker_that_panics_keeps_no_other_from_being_woken() {
    let mut kit = Kit::new();
    let tasks: Vec<_> = (0..40).map(|_| TestWaker::new("task")).collect();
    let mut sleeps: Vec<_> = (0..40).map(|_| kit.sleep(ms(3))).collect();
    for (task, sleep) in tasks.iter().zip(&mut sleeps) {
        assert!(task.poll(sleep.as_mut()).is_pending());
    }
    tasks[5].on_wake(|| panic!("a waker that panics, as it should"));
    UNLOCKED.returns(
        || kit.pass(ms(3)),
        "the panic of a waker went to the driver",
    );
    for task in &tasks {
        UNLOCKED.check_eq("wakes", task.wakes(), 1);
    }
}

/// tokio #3229: the first waker of the batch resets all the others, those of the same batch and of the next.
#[test]
fn reset_in_the_tick_that_fires() {
    EX.within("timers that are reset by a wake", || {
        let count = if cfg!(miri) { 34 } else { 70 };
        let mut kit = Kit::new();
        let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
        let sleeps: Vec<_> = (0..count).map(|_| kit.sleep(ms(5))).collect();
        let sleeps: Kept = Arc::new(Mutex::new(sleeps));
        for (task, sleep) in tasks.iter().zip(sleeps.lock().unwrap().iter_mut()) {
            assert!(task.poll(sleep.as_mut()).is_pending());
        }
        let (theirs, later) = (Arc::clone(&sleeps), kit.now() + ms(9));
        tasks[0].on_wake(move || {
            for sleep in theirs.lock().unwrap().iter_mut() {
                sleep.as_mut().reset(later);
            }
        });
        SAME_TICK.step("a waker resets the timers that are fired with it");
        kit.pass(ms(5));
        let woken = || tasks.iter().map(TestWaker::wakes).sum::<usize>();
        // Those of the first batch were on their way.
        SAME_TICK.check_eq("wakes", woken(), 32);
        kit.pass(ms(4));
        SAME_TICK.check_eq("wakes, later", woken(), count);
        for task in &tasks {
            task.none_held(SAME_TICK);
        }
    });
}

/// Two that are overdue when the turn ends are fired in the order in which they came; the wheel sorts only those
/// that wait for another turn.
#[test]
fn overdue_within_a_turn() {
    for is_listed in [false, true] {
        let mut kit = Kit::new();
        let order = Arc::new(Mutex::new(Vec::new()));
        let tasks = [10, 5].map(|wait| (wait, TestWaker::new("task"), kit.sleep(ms(wait))));
        let mut sleeps = Vec::new();
        for (wait, task, mut sleep) in tasks {
            let order = Arc::clone(&order);
            task.on_wake(move || order.lock().unwrap().push(wait));
            assert!(task.poll(sleep.as_mut()).is_pending());
            sleeps.push((task, sleep));
        }
        if is_listed {
            kit.look();
        }
        kit.pass(ms(20));
        let expected = if is_listed { vec![5, 10] } else { vec![10, 5] };
        let seen = order.lock().unwrap().clone();
        ORDER.check_eq("the waits, in the order of their wakes", seen, expected);
    }
}

/// The task that was woken is to run first. What is ready below is looked at, without a sleep.
#[test]
fn a_turn_that_fires_is_followed_by_a_look() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(3));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.clock.advance(ms(3));
    kit.park.park();
    NO_SLEEP.check_eq("wakes", task.wakes(), 1);
    NO_SLEEP.check_eq("asked of the one below", kit.asked(), vec![Asked::Look]);
}

/// The half that is shared fires in the owner's place.
#[test]
fn another_thread_turns_the_driver() {
    let kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(3));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.clock.advance(ms(3));
    let unpark = kit.park.unparker();
    let is_turned = thread::spawn(move || unpark.turn()).join().unwrap();
    HALVES.check_eq("turned", is_turned, true);
    HALVES.check_eq("wakes", task.wakes(), 1);
}
