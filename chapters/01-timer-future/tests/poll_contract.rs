//! 1.1: what a poll answers, and what it promises by its answer.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use testkit::{Exercise, ManualClock, Rule, TestWaker};
use timer_future::AsyncTimerFuture;

const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");

const ANSWER: Rule = EX.rule("A timer is ready once its time is over, and not before.");
const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
const NO_MORE: Rule = EX.rule("A future keeps no waker that it will not need.");
const NO_WAKE: Rule = EX.rule("A future wakes a task when there is news for it, and not before.");

const SECOND: Duration = Duration::from_secs(1);

/// Runs `test` with a timer whose time is not over: nobody moves its clock.
fn with_pending_timer(test: impl FnOnce(&mut AsyncTimerFuture)) {
    let clock = ManualClock::new();
    let timer = AsyncTimerFuture::with_sleep(SECOND, clock.sleeper());
    test(&mut timer.expect("no thread for the timer"));

    // The timer's thread sleeps on, as in any program that drops a timer. Only Miri insists that
    // all threads have ended when the process does.
    if cfg!(miri) {
        clock.wait_for_sleepers(1);
        clock.advance(SECOND);
        thread::sleep(Duration::from_millis(10));
    }
}

/// A timer whose time is over.
fn completed_timer() -> AsyncTimerFuture {
    AsyncTimerFuture::new(Duration::ZERO)
}

fn poll(timer: &mut AsyncTimerFuture, task: &TestWaker) -> Poll<()> {
    task.poll(Pin::new(timer))
}

#[test]
fn a_timer_whose_time_is_over_is_ready() {
    EX.within("polling a timer of no duration", || {
        let task = TestWaker::new("A");
        let mut timer = completed_timer();

        ANSWER.ready(
            poll(&mut timer, &task),
            "a timer of no duration was pending",
        );
        ANSWER.ready(
            poll(&mut timer, &task),
            "a timer that was ready was pending when it was polled again",
        );
    });
}

#[test]
fn a_timer_whose_time_is_not_over_is_pending() {
    EX.within("polling a timer while its clock stands still", || {
        let task = TestWaker::new("A");
        with_pending_timer(|timer| {
            ANSWER.pending(
                poll(timer, &task),
                "a timer of one second was ready at once",
            );
        });
    });
}

#[test]
fn a_pending_timer_keeps_the_waker() {
    EX.within("polling a timer with the waker of task A", || {
        let task = TestWaker::new("A");
        with_pending_timer(|timer| {
            let _ = poll(timer, &task);
            LATEST.check(
                task.held() > 0,
                "the timer was pending and kept no waker: nobody can ever wake task A",
            );
        });
    });
}

#[test]
fn the_waker_of_the_latest_poll_is_kept() {
    EX.within("polling a timer in task A, and then in task B", || {
        let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
        with_pending_timer(|timer| {
            let _ = poll(timer, &before);
            let _ = poll(timer, &after);
            LATEST.check(
                after.held() > 0,
                "the timer was polled by task A and then by task B, but it did not keep B's waker: \
                 it will wake A, which has given the timer away, and B will sleep for ever",
            );
            NO_MORE.check_eq("wakers of task A still held", before.held(), 0);
        });
    });
}

#[test]
fn the_same_waker_is_kept_once() {
    EX.within("polling a timer three times in task A", || {
        let task = TestWaker::new("A");
        with_pending_timer(|timer| {
            for _ in 0..3 {
                let _ = poll(timer, &task);
            }
            LATEST.check(task.held() > 0, "after three polls no waker was kept");
            NO_MORE.check_eq("wakers of task A held", task.held(), 1);
        });
    });
}

#[test]
fn a_ready_timer_keeps_no_waker() {
    EX.within("polling a timer of no duration", || {
        let task = TestWaker::new("A");
        let mut timer = completed_timer();

        let _ = poll(&mut timer, &task);
        NO_MORE.check(
            task.held() == 0,
            "the timer was ready and still kept the waker. A waker keeps its whole task in memory, \
             and nobody will ever take this one out again",
        );
    });
}

#[test]
fn a_poll_does_not_wake() {
    EX.within("polling a timer while its clock stands still", || {
        let task = TestWaker::new("A");
        with_pending_timer(|timer| {
            let _ = poll(timer, &task);
            NO_WAKE.check(
                task.wakes() == 0,
                "the poll woke its own task. The task is then polled again at once, finds nothing \
                 new, and wakes itself again: a loop at full speed",
            );
        });
    });
}

#[test]
fn a_timer_may_be_polled_behind_any_pin() {
    EX.within("polling a timer on the stack and one on the heap", || {
        let task = TestWaker::new("A");

        let mut on_the_stack = pin!(completed_timer());
        ANSWER.ready(task.poll(on_the_stack.as_mut()), "it was pending");
        let mut on_the_heap: Pin<Box<dyn Future<Output = ()>>> = Box::pin(completed_timer());
        ANSWER.ready(task.poll(on_the_heap.as_mut()), "it was pending");
    });
}
