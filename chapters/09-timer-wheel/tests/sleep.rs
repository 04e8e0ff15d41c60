//! A sleep: its deadline, its wakes, and what a reset makes of it.

#![cfg(not(loom))]

mod kit;

use std::pin::pin;
use std::time::Duration;

use current_thread::Park;
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Instant, Sleep, sleep, sleep_until};

use kit::{Asked, Kit, MS, ms, paused};

const EX: Exercise = Exercise::chapter("9", "timer-wheel/index.md").may_be("9.4 or 9.6");

const READY: Rule = EX.rule("A sleep is ready at its deadline, and stays so.");
const ONCE: Rule = EX.rule("One sleep is one clone of the waker and one wake.");
const RESET: Rule =
    EX.rule("A sleep that is reset is woken at its new deadline, without another poll.");
const CONTEXT: Rule =
    EX.rule("A sleep finds the driver of the runtime that it is made in, or says what is missing.");
const GIVES_WAY: Rule =
    EX.rule("A sleep that is ready spends the budget, and one that is not does not.");
const SMALL: Rule = EX.rule("A sleep needs 88 bytes at most, so that a boxed one takes 96.");

#[test]
fn one_clone_and_one_wake() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    for _ in 0..3 {
        READY.pending(task.poll(sleep.as_mut()), "it is not due yet");
    }
    READY.check_eq("elapsed", sleep.is_elapsed(), false);
    kit.pass(ms(5));
    READY.check_eq("elapsed", sleep.is_elapsed(), true);
    for _ in 0..3 {
        READY.ready(task.poll(sleep.as_mut()), "it is over");
    }
    ONCE.check_eq("clones and wakes", (task.clones(), task.wakes()), (1, 1));
    task.none_held(ONCE);
}

/// What is over when it is polled first has no timer.
#[test]
fn a_deadline_in_the_past_is_ready_at_once() {
    let mut kit = Kit::new();
    let started = kit.now();
    kit.pass(ms(100));
    // The wheel comes along when there is a timer.
    let task = TestWaker::new("task");
    let mut keep = kit.sleep(ms(1_000));
    assert!(task.poll(keep.as_mut()).is_pending());
    kit.look();
    let mut sleep = kit.sleep_until(started + ms(3));
    READY.ready(task.poll(sleep.as_mut()), "it is over since long");
    READY.check_eq("elapsed", sleep.is_elapsed(), true);
}

/// A clock that is held is asked, also if the driver had nothing to do since.
#[test]
fn a_deadline_that_a_held_clock_has_passed_is_ready_at_once() {
    paused().block_on(async {
        let started = Instant::now();
        timer_wheel::advance(ms(10)).await;
        let task = TestWaker::new("task");
        let mut past = pin!(sleep_until(started + ms(10)));
        READY.ready(task.poll(past.as_mut()), "it is over");
        let mut interval = timer_wheel::interval(ms(10));
        READY.ready(
            task.poll(pin!(interval.tick())),
            "the first tick comes at once",
        );
    });
}

/// To a later and to an earlier time, in this turn and after it.
#[test]
fn a_reset_moves_the_wake() {
    for is_listed in [false, true] {
        for (first, second) in [(5, 9), (9, 5), (5, 5), (5, 5_000), (5_000, 5)] {
            let mut kit = Kit::new();
            let task = TestWaker::new("task");
            let mut sleep = kit.sleep(ms(first));
            assert!(task.poll(sleep.as_mut()).is_pending());
            if is_listed {
                kit.look();
            }
            let deadline = kit.now() + ms(second);
            sleep.as_mut().reset(deadline);
            RESET.check_eq("deadline", sleep.deadline(), deadline);
            while task.wakes() == 0 {
                kit.park.park();
            }
            RESET.check_eq("woken at", kit.now(), deadline);
            READY.ready(task.poll(sleep.as_mut()), "it is over");
            RESET.check_eq("clones", task.clones(), 1);
        }
    }
}

/// To the past: the task is told at once.
#[test]
fn a_reset_to_the_past_wakes_now() {
    let mut kit = Kit::new();
    let started = kit.now();
    kit.clock.advance(ms(50));
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.look();
    sleep.as_mut().reset(started);
    RESET.check_eq("wakes", task.wakes(), 1);
    READY.ready(task.poll(sleep.as_mut()), "it is over");
}

/// Before the first poll it only has another deadline; after the end it can be awaited again.
#[test]
fn a_reset_before_the_start_and_after_the_end() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    let deadline = kit.now() + ms(7);
    sleep.as_mut().reset(deadline);
    kit.park.park();
    RESET.check_eq("asked, without a poll", kit.asked(), vec![Asked::ForEver]);
    for round in 1..4 {
        RESET.pending(task.poll(sleep.as_mut()), "it is not due yet");
        kit.pass(ms(7));
        RESET.check_eq("wakes", task.wakes(), round);
        let deadline = kit.now() + ms(7);
        sleep.as_mut().reset(deadline);
        RESET.check_eq("elapsed", sleep.is_elapsed(), false);
    }
}

#[test]
fn sleeps_of_a_runtime() {
    EX.within("sleeps, one after the other and side by side", || {
        paused().block_on(async {
            let started = Instant::now();
            sleep(Duration::ZERO).await;
            sleep(ms(10)).await;
            READY.check_eq("elapsed", started.elapsed(), ms(10));
            let tasks = [30, 10, 20].map(|wait| {
                current_thread::spawn(async move {
                    sleep(ms(wait)).await;
                    started.elapsed()
                })
            });
            let mut ends = Vec::new();
            for task in tasks {
                ends.push(task.await.unwrap());
            }
            READY.check_eq("ends", ends, vec![ms(40), ms(20), ms(30)]);
            sleep_until(started).await;
            sleep_until(started + ms(45)).await;
            READY.check_eq("elapsed", started.elapsed(), ms(45));
        });
    });
}

#[test]
fn what_is_missing_is_said() {
    let outside = CONTEXT.panics(|| sleep(MS), "it was made outside of a runtime");
    CONTEXT.check(outside.contains("no reactor running"), outside);
    let rt = current_thread::Runtime::new();
    let no_timers = rt.block_on(async { CONTEXT.panics(|| sleep(MS), "there are no timers") });
    CONTEXT.check(no_timers.contains("timers are disabled"), no_timers);
}

#[test]
fn a_ready_sleep_spends_the_budget() {
    EX.within("a task that finds all sleeps ready", || {
        paused().block_on(async {
            // Sleeps that are over, very many, in one poll: the task gives way.
            let started = Instant::now();
            sleep(MS).await;
            let count = if cfg!(miri) { 200 } else { 1_000_usize };
            let polls = current_thread::spawn(async move {
                let mut polls = 0;
                let mut left = count;
                std::future::poll_fn(move |cx| {
                    polls += 1;
                    while 0 < left {
                        let mut past = pin!(sleep_until(started));
                        if past.as_mut().poll(cx).is_pending() {
                            return std::task::Poll::Pending;
                        }
                        left -= 1;
                    }
                    std::task::Poll::Ready(polls)
                })
                .await
            });
            let expected = count.div_ceil(128);
            GIVES_WAY.check_eq("polls", polls.await.unwrap(), expected);
        });
    });
}

#[test]
fn a_sleep_is_small() {
    let size = size_of::<Sleep>();
    SMALL.check(size <= 88, format_args!("{size} bytes"));
}
