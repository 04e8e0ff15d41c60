//! 1.6: a future that finishes before its output is wanted.

use std::task::{Context, Poll, Waker};

use testkit::{Exercise, Rule, TestWaker};
use timer_future::MaybeDone;

const EX: Exercise = Exercise::new("1.6", "timer-future/join.md");

const ANSWER: Rule = EX.rule("Ready as soon as there is an output, and as long as it is there.");
const NOT_AGAIN: Rule = EX.rule("A future that was ready is not polled again.");
const DROPPED: Rule = EX.rule("A future that was ready is dropped at once.");
const KEPT: Rule = EX.rule("The output stays until it is taken, however often it is polled.");
const TAKEN: Rule = EX.rule("Polling after the output was taken is a panic.");
const PASSED_ON: Rule = EX.rule("The future is polled with the context it was given.");

fn poll_once<F: Future>(maybe_done: &mut MaybeDone<F>) -> Poll<()> {
    maybe_done.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn ready_in_the_poll_that_finishes_it() {
    EX.within("polling a future that is pending twice", || {
        let (future, seen) = testkit::probe("the future", async {
            testkit::yield_times(2).await;
            "output"
        });
        let mut maybe_done = MaybeDone::new(future);

        ANSWER.check_eq("polls before the first", seen.polls(), 0);
        for _ in 0..2 {
            ANSWER.pending(poll_once(&mut maybe_done), "ready while the future runs");
            ANSWER.check_eq("the output so far", maybe_done.take_output(), None);
        }
        ANSWER.ready(
            poll_once(&mut maybe_done),
            "the future has finished in this poll, but the answer was Pending. The future has no \
             reason to wake anybody any more, so there will be no other poll",
        );
        ANSWER.check_eq("the output", maybe_done.take_output(), Some("output"));
    });
}

#[test]
fn a_finished_future_is_not_polled_again() {
    EX.within("polling a future that has finished", || {
        let (future, seen) = testkit::probe("the future", async { "output" });
        let mut maybe_done = MaybeDone::new(future);

        for _ in 0..3 {
            let _ = poll_once(&mut maybe_done);
        }
        NOT_AGAIN.check_eq("polls of a future that is ready at once", seen.polls(), 1);
    });
}

#[test]
fn a_finished_future_stays_ready() {
    EX.within("polling a future that has finished", || {
        let mut maybe_done = MaybeDone::new(async { "output" });

        let _ = poll_once(&mut maybe_done);
        for _ in 0..2 {
            ANSWER.ready(
                poll_once(&mut maybe_done),
                "the output is there, but the answer was Pending. Nobody will ever be woken for \
                 it: what it waits for has happened",
            );
        }
    });
}

#[test]
fn the_output_stays_until_it_is_taken() {
    EX.within(
        "polling a finished future three times, then taking its output",
        || {
            let mut maybe_done = MaybeDone::new(async { "output" });

            for poll in 1..=3 {
                let _ = KEPT.returns(
                    || poll_once(&mut maybe_done),
                    format_args!("nobody has taken the output, and poll {poll} panicked"),
                );
            }
            KEPT.check_eq("the output", maybe_done.take_output(), Some("output"));
            KEPT.check_eq("the output, taken twice", maybe_done.take_output(), None);
        },
    );
}

#[test]
fn a_finished_future_is_dropped() {
    EX.within("polling a future that holds something", || {
        let (future, seen) = testkit::probe("the future", async { "output" });
        let mut maybe_done = MaybeDone::new(future);

        let _ = poll_once(&mut maybe_done);
        DROPPED.check_eq("drops of the finished future", seen.drops(), 1);
        DROPPED.check_eq("the output", maybe_done.take_output(), Some("output"));
    });
}

#[test]
fn polled_after_the_output_was_taken() {
    EX.within("polling after the output was taken", || {
        let mut maybe_done = MaybeDone::new(async { "output" });

        let _ = poll_once(&mut maybe_done);
        let _ = maybe_done.take_output();
        TAKEN.panics(
            || poll_once(&mut maybe_done),
            "the poll returned; it had to panic, since the output was taken and there is no future \
             to poll. Whoever is told Ready takes the output, and there is none; whoever is told \
             Pending waits for ever",
        );
    });
}

#[test]
fn the_waker_is_passed_on() {
    EX.within("polling in task A, and then in task B", || {
        let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
        let (gate, future) = testkit::gate("the gate");
        let mut maybe_done = MaybeDone::new(future);

        let _ = maybe_done.poll(&mut Context::from_waker(&before.waker()));
        let _ = maybe_done.poll(&mut Context::from_waker(&after.waker()));
        gate.open(());
        let wakes = (before.wakes(), after.wakes());
        PASSED_ON.check_eq("wakes of task A and of task B", wakes, (0, 1));
    });
}
