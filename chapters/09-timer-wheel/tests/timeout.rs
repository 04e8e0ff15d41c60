//! A future with a deadline, by a clock that is held.

#![cfg(not(loom))]

mod kit;

use std::future::{pending, poll_fn, ready};
use std::task::Poll;
use std::time::Duration;

use harness::coop;
use testkit::{Exercise, Rule, TestWaker, gate, probe};
use timer_wheel::error::Elapsed;
use timer_wheel::{Instant, advance, sleep, timeout, timeout_at};

use kit::{MS, ms, paused};

const EX: Exercise = Exercise::chapter("9", "timer-wheel/index.md").may_be("9.4 or 9.6");

const FIRST: Rule = EX.rule("The future is polled before the time is looked at.");
const OVER: Rule = EX.rule("A timeout is over at its deadline, and not before.");
const HELD: Rule = EX.rule("A timeout holds what its future holds, and its timer, and drops both.");
const BUDGET: Rule = EX.rule("A future that has used the budget up does not stop the time.");
const ERROR: Rule = EX.rule("An elapsed timeout says so.");

#[test]
fn ready_at_once_even_if_the_time_is_over() {
    paused().block_on(async {
        let started = Instant::now();
        FIRST.check_eq(
            "no time at all",
            timeout(Duration::ZERO, ready(1)).await,
            Ok(1),
        );
        sleep(ms(5)).await;
        FIRST.check_eq("in the past", timeout_at(started, ready(2)).await, Ok(2));
        FIRST.check_eq("elapsed", started.elapsed(), ms(5));
    });
}

#[test]
fn over_at_the_deadline() {
    EX.within("timeouts that are over", || {
        paused().block_on(async {
            for wait in [Duration::ZERO, MS, ms(64), ms(100_000)] {
                let started = Instant::now();
                let output = timeout(wait, pending::<()>()).await;
                OVER.check(output.is_err(), "the future was never ready");
                OVER.check_eq("elapsed", started.elapsed(), wait);
                let output = timeout_at(started + wait + MS, pending::<()>()).await;
                OVER.check(output.is_err(), "the future was never ready");
                OVER.check_eq("elapsed", started.elapsed(), wait + MS);
            }
        });
    });
}

/// By a clock that is held the time counts from the call, also if the first poll comes later.
#[test]
fn the_time_counts_from_the_call() {
    paused().block_on(async {
        let started = Instant::now();
        let over = timeout(ms(10), pending::<()>());
        advance(ms(4)).await;
        OVER.check(over.await.is_err(), "the future was never ready");
        OVER.check_eq("elapsed", started.elapsed(), ms(10));
    });
}

#[test]
fn the_future_is_ready_in_time() {
    paused().block_on(async {
        let started = Instant::now();
        let task = TestWaker::new("task");
        let (gate, future) = gate::<u32>("gate");
        let mut within = Box::pin(timeout(ms(10), future));
        FIRST.pending(task.poll(within.as_mut()), "the gate is closed");
        gate.open(7);
        FIRST.check_eq("wakes", task.wakes(), 1);
        FIRST.check_eq("output", task.poll(within.as_mut()), Poll::Ready(Ok(7)));
        drop(within);
        sleep(ms(20)).await;
        FIRST.check_eq("wakes, when the time is over", task.wakes(), 1);
        FIRST.check_eq("elapsed", started.elapsed(), ms(20));
    });
}

#[test]
fn both_are_dropped() {
    paused().block_on(async {
        let task = TestWaker::new("task");
        let (future, seen) = probe("inner", pending::<()>());
        let mut within = Box::pin(timeout(ms(10), future));
        HELD.pending(task.poll(within.as_mut()), "it is not due yet");
        drop(within);
        seen.dropped_once(HELD);
        task.none_held(HELD);
        sleep(ms(20)).await;
        HELD.check_eq("wakes", task.wakes(), 0);
        let mut inner = timeout(ms(1), 5_u8.checked_add(1).map(ready).unwrap());
        HELD.check_eq("by reference", inner.get_mut().clone().await, 6);
        HELD.check_eq("by value", inner.into_inner().await, 6);
    });
}

/// A future that always finds something ready gives way by the budget only.
#[test]
fn a_busy_future_is_stopped() {
    EX.within("a timeout around a future that is never done", || {
        paused().block_on(async {
            let busy = async {
                loop {
                    coop::consume_budget().await;
                    // The time passes while it works.
                    poll_fn(|_| {
                        timer_wheel::Clock::advance(
                            harness_clock().clock(),
                            Duration::from_micros(10),
                        );
                        Poll::Ready(())
                    })
                    .await;
                }
            };
            let output = current_thread::spawn(timeout(ms(20), busy)).await.unwrap();
            BUDGET.check_eq("output", output.is_err(), true);
        });
    });
}

fn harness_clock() -> timer_wheel::TimeHandle {
    harness::context::find().expect("the runtime has timers")
}

#[test]
fn the_error_says_so() {
    let error: Elapsed =
        paused().block_on(async { timeout(MS, pending::<()>()).await.unwrap_err() });
    ERROR.check_eq("text", error.to_string(), "deadline has elapsed".to_owned());
    let error = std::io::Error::from(error);
    ERROR.check_eq("kind", error.kind(), std::io::ErrorKind::TimedOut);
}

#[test]
fn outside_of_a_runtime_it_says_so() {
    let message = ERROR.panics(|| timeout(MS, ready(1)), "it was made outside of a runtime");
    ERROR.check(message.contains("no reactor running"), message);
    let at = Instant::now();
    let message = ERROR.panics(
        || timeout_at(at, ready(1)),
        "it was made outside of a runtime",
    );
    ERROR.check(message.contains("no reactor running"), message);
}
