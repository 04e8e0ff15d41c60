//! A timeout by the system's clock. No clock may be held in this process: then a timeout would be exact, and
//! not put its timer off.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "a timeout leaves the block_on it was made in"
)]

use std::future::{pending, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark};
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Instant, TimePark, timeout, timeout_at};

const EX: Exercise = Exercise::chapter("9", "timer-wheel/index.md").may_be("9.4 or 9.6");

const NOTHING: Rule =
    EX.rule("Around what is ready at once, a timeout does nothing for its timer.");
const LATER: Rule = EX.rule("A timeout is never early: its time counts from the end of the turn in which it begins to wait.");
const FAR: Rule = EX.rule("No duration is too long.");

/// The lock is held meanwhile, and the runtime is shut down: neither is noticed.
#[test]
fn around_what_is_ready_the_driver_is_not_touched() {
    let rt = Runtime::with_park(TimePark::new(ThreadPark::new()));
    let mut waits = Box::pin(rt.block_on(async {
        NOTHING.check_eq("output", timeout(Duration::MAX, ready(1)).await, Ok(1));
        NOTHING.check_eq("output", timeout_at(Instant::now(), ready(2)).await, Ok(2));
        timeout(Duration::MAX, ready(3))
    }));
    drop(rt);
    let task = TestWaker::new("task");
    NOTHING.check_eq("output", task.poll(waits.as_mut()), Poll::Ready(Ok(3)));
}

/// What is missing is said by the call, whatever the future would do.
#[test]
fn what_is_missing_is_said_at_once() {
    for _ in 0..2 {
        let with = Runtime::with_park(TimePark::new(ThreadPark::new()));
        with.block_on(async { drop(timeout(Duration::MAX, ready(1))) });
        Runtime::new().block_on(async {
            let message =
                NOTHING.panics(|| timeout(Duration::MAX, ready(1)), "there are no timers");
            NOTHING.check(message.contains("timers are disabled"), message);
        });
        with.block_on(async { drop(timeout(Duration::MAX, ready(1))) });
        let message = NOTHING.panics(|| timeout(Duration::MAX, ready(1)), "there is no runtime");
        NOTHING.check(message.contains("no reactor running"), message);
    }
}

/// Put aside, sorted at the end of the turn, fired when its time is over.
#[test]
fn over_when_the_time_is_over() {
    for duration in [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_millis(3),
    ] {
        let started = Instant::now();
        let output = Runtime::with_park(TimePark::new(ThreadPark::new()))
            .block_on(async { timeout(duration, pending::<()>()).await });
        LATER.check(output.is_err(), "the future was never ready");
        LATER.check(duration <= started.elapsed(), "it was early");
    }
}

/// Each of them is put aside and sorted, and then dropped.
#[test]
fn durations_without_end() {
    let mut park = TimePark::new(ThreadPark::new());
    let rt = Runtime::with_park(TimePark::new(ThreadPark::new()));
    let durations = [
        Duration::MAX,
        Duration::from_nanos(u64::MAX),
        Duration::from_secs(u64::MAX),
    ];
    rt.block_on(async {
        for duration in durations {
            let mut waits = pin!(timeout(duration, pending::<()>()));
            let task = TestWaker::new("task");
            FAR.pending(task.poll(waits.as_mut()), "it is over already");
            current_thread::yield_now().await;
            FAR.check_eq("after a turn", task.poll(waits.as_mut()), Poll::Pending);
            FAR.check_eq("wakes", task.wakes(), 0);
        }
    });
    park.park_timeout(Duration::ZERO);
}

/// The other thread's `block_on` has no turn to wait for: while the driver sleeps, the time counts from now.
#[test]
fn beside_a_driver_that_sleeps() {
    EX.within("a timeout of another thread", || {
        let rt = std::sync::Arc::new(Runtime::with_park(TimePark::new(ThreadPark::new())));
        let (gate, opened) = testkit::gate::<()>("gate");
        let driving = {
            let rt = std::sync::Arc::clone(&rt);
            std::thread::spawn(move || rt.block_on(opened))
        };
        let handle = rt.handle().clone();
        let output =
            handle.block_on(async { timeout(Duration::from_millis(2), pending::<()>()).await });
        LATER.check(output.is_err(), "the future was never ready");
        gate.open(());
        driving.join().unwrap();
    });
}
