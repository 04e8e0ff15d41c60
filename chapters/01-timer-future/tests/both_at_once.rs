//! 1.7: both futures make progress, whichever finishes first.

use std::marker::PhantomPinned;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use testkit::{Exercise, Rule, TestWaker};
use timer_future::{Join, join};

const EX: Exercise = Exercise::new("1.7", "timer-future/join.md");

const BOTH: Rule = EX.rule("A poll of a join polls both of its futures.");
const FINISHED: Rule = EX.rule("A future that was ready is not polled again.");
const ANSWER: Rule = EX.rule("A join is ready when both of its futures are, and not before.");
const EITHER: Rule = EX.rule("Either future may be the one that wakes the task.");
const RETURNS: Rule = EX.rule("A poll returns: it does not wait.");

/// Polls a join which is not finished, so that there is no reason to panic.
fn poll_once<A: Future, B: Future>(join: &mut Join<A, B>) -> Poll<(A::Output, B::Output)> {
    ANSWER.returns(
        || Pin::new(join).poll(&mut Context::from_waker(Waker::noop())),
        "a poll of the join panicked, though neither of its futures did and its outputs have not \
         been handed over",
    )
}

#[test]
fn both_are_ready_at_once() {
    EX.within("joining two futures that are ready", || {
        let outputs = ANSWER.ready(
            poll_once(&mut join(async { 1 }, async { "one" })),
            "both futures are ready, and the join is pending",
        );
        ANSWER.check_eq("the outputs", outputs, (1, "one"));
    });
}

#[test]
fn the_first_poll_polls_both() {
    EX.within("joining two futures that are pending", || {
        let (first, first_seen) = testkit::probe("the first", testkit::never("1"));
        let (second, second_seen) = testkit::probe("the second", testkit::never("2"));
        let mut join = join(first, second);

        ANSWER.pending(poll_once(&mut join), "the join is ready");
        BOTH.check_eq("polls of the first", first_seen.polls(), 1);
        BOTH.check(
            second_seen.polls() == 1,
            format_args!(
                "the second future was polled {} times in the first poll. Until it is polled, what \
                 it waits for is not even begun, and it keeps nobody's waker",
                second_seen.polls()
            ),
        );
    });
}

#[test]
fn a_poll_returns_while_one_is_pending() {
    EX.within(
        "joining a future that is ready and one that is pending",
        || {
            RETURNS.step("a poll of a join, one future of which is pending for ever");
            let mut join = join(async { 1 }, testkit::never("the second"));
            ANSWER.pending(poll_once(&mut join), "ready, though the second is pending");
        },
    );
}

#[test]
fn the_first_finishes_first() {
    EX.within("joining two gates, and opening the first one first", || {
        let (first_gate, first) = testkit::gate("the first gate");
        let (second_gate, second) = testkit::gate("the second gate");
        let (first, first_seen) = testkit::probe("the first", first);
        let (second, second_seen) = testkit::probe("the second", second);
        let mut join = join(first, second);

        ANSWER.pending(poll_once(&mut join), "ready with both gates shut");
        first_gate.open(1);
        ANSWER.pending(poll_once(&mut join), "ready with the second gate shut");
        ANSWER.pending(poll_once(&mut join), "ready with the second gate shut");
        second_gate.open(2);
        let outputs = ANSWER.ready(poll_once(&mut join), "pending with both gates open");

        ANSWER.check_eq("the outputs", outputs, (1, 2));
        FINISHED.check_eq("polls of the first", first_seen.polls(), 2);
        BOTH.check_eq("polls of the second", second_seen.polls(), 4);
    });
}

#[test]
fn the_second_finishes_first() {
    EX.within(
        "joining two gates, and opening the second one first",
        || {
            let (first_gate, first) = testkit::gate("the first gate");
            let (second_gate, second) = testkit::gate("the second gate");
            let (first, first_seen) = testkit::probe("the first", first);
            let (second, second_seen) = testkit::probe("the second", second);
            let mut join = join(first, second);

            ANSWER.pending(poll_once(&mut join), "ready with both gates shut");
            second_gate.open(2);
            ANSWER.pending(poll_once(&mut join), "ready with the first gate shut");
            ANSWER.pending(poll_once(&mut join), "ready with the first gate shut");
            first_gate.open(1);
            let outputs = ANSWER.ready(poll_once(&mut join), "pending with both gates open");

            ANSWER.check_eq("the outputs", outputs, (1, 2));
            BOTH.check_eq("polls of the first", first_seen.polls(), 4);
            FINISHED.check_eq("polls of the second", second_seen.polls(), 2);
        },
    );
}

#[test]
fn either_wakes_the_task() {
    EX.within(
        "joining two gates, polled in task A and then in task B",
        || {
            let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
            let (first_gate, first) = testkit::gate("the first gate");
            let (second_gate, second) = testkit::gate("the second gate");
            let mut join = pin!(join(first, second));

            let _ = before.poll(join.as_mut());
            let _ = after.poll(join.as_mut());
            second_gate.open(2);
            EITHER.check_eq("wakes of task B by the second gate", after.wakes(), 1);
            first_gate.open(1);
            EITHER.check_eq("wakes of task B by both gates", after.wakes(), 2);
            EITHER.check_eq(
                "wakes of task A, which gave the join away",
                before.wakes(),
                0,
            );
            ANSWER.ready(after.poll(join.as_mut()), "pending with both gates open");
        },
    );
}

#[test]
fn futures_that_must_not_move_can_be_joined() {
    EX.within("joining two futures that are not Unpin", || {
        let future = || async {
            let _must_not_move = PhantomPinned;
            testkit::yield_times(1).await;
            "output"
        };
        let mut join = join(future(), future());

        let _ = poll_once(&mut join);
        let outputs = ANSWER.ready(poll_once(&mut join), "pending, though both are ready");
        ANSWER.check_eq("the outputs", outputs, ("output", "output"));
    });
}

#[test]
fn dropped_before_the_end() {
    EX.within("dropping a join, one future of which has finished", || {
        let (output, drops) = testkit::drop_counter("the output");
        let (second, second_seen) = testkit::probe("the second", testkit::never("2"));
        let mut join = join(async { output }, second);

        let _ = poll_once(&mut join);
        FINISHED.check_eq("drops of the output that nobody took", drops.count(), 0);
        drop(join);
        FINISHED.check_eq("drops of the output", drops.count(), 1);
        BOTH.check_eq("drops of the second future", second_seen.drops(), 1);
    });
}
