//! Large outputs: 512 KiB on a stack of 2 MiB, where each move of a debug build is a copy.

#![cfg(not(loom))]

mod schedulers;

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use harness::JoinHandle;
use schedulers::Pool;
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("3.6", "harness/complete.md");
const ROOM: Rule = EX.rule("A large output takes no more than one move of its own on a stack.");

const STACK: usize = 2 << 20;
const LARGE: usize = if cfg!(miri) { 64 << 10 } else { 512 << 10 };

type Large = [u8; LARGE];

async fn output() -> Large {
    [7; LARGE]
}

/// Looks at the output without moving it once more.
#[inline(never)]
fn check_output(join: &mut JoinHandle<Large>) {
    let mut cx = Context::from_waker(Waker::noop());
    match &Pin::new(join).poll(&mut cx) {
        Poll::Ready(Ok(output)) => ROOM.check_eq("the last byte", output[LARGE - 1], 7),
        _ => ROOM.fail("there is no output, though the task is done"),
    }
}

#[inline(never)]
fn poll_in_vain(join: &mut JoinHandle<Large>, task: &TestWaker) {
    let is_pending = task.poll(Pin::new(join)).is_pending();
    ROOM.check(is_pending, "the handle is ready before the task has run");
}

#[inline(never)]
fn check_cancelled(join: &mut JoinHandle<Large>) {
    let mut cx = Context::from_waker(Waker::noop());
    match &Pin::new(join).poll(&mut cx) {
        Poll::Ready(Err(error)) => ROOM.check(error.is_cancelled(), "another error"),
        _ => ROOM.fail("a task that was cancelled has an output"),
    }
}

#[test]
fn an_output_that_is_taken() {
    ROOM.on_a_small_stack("an_output_that_is_taken", STACK, || {
        let pool = Pool::new();
        let mut join = pool.spawn(output());
        pool.run();
        check_output(&mut join);
        pool.shutdown();
    });
}

#[test]
fn an_output_that_is_waited_for() {
    ROOM.on_a_small_stack("an_output_that_is_waited_for", STACK, || {
        let pool = Pool::new();
        let mut join = pool.spawn(output());
        let task = TestWaker::new("the one who waits");
        poll_in_vain(&mut join, &task);
        pool.run();
        ROOM.check_eq("wakes of the task that waits", task.wakes(), 1);
        check_output(&mut join);
        pool.shutdown();
    });
}

#[test]
fn an_output_that_nobody_takes() {
    ROOM.on_a_small_stack("an_output_that_nobody_takes", STACK, || {
        let pool = Pool::new();
        drop(pool.spawn(output()));
        let join = pool.spawn(output());
        pool.run();
        ROOM.check(join.is_finished(), "the task is not finished");
        drop(join);
        pool.shutdown();
    });
}

#[test]
fn a_task_that_is_cancelled() {
    ROOM.on_a_small_stack("a_task_that_is_cancelled", STACK, || {
        let pool = Pool::new();
        let mut join = pool.spawn(output());
        join.abort();
        pool.run();
        check_cancelled(&mut join);
        pool.shutdown();
    });
}
