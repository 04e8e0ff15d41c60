//! 8.4: an operation is tried, and between the tries its task waits. Reports are made by hand.

#![cfg(not(loom))]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::task::Poll;

use harness::coop::with_budget;
use reactor::steps::{Direction, LoneIo};
use reactor::{Interest, Ready, is_shut_down_error};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("8.4", "reactor/poll-io.md");

const TRIED: Rule = EX.rule("An operation is tried when something is known, and not before.");
const WAITS: Rule =
    EX.rule("A poll that returns Pending has left its waker, and nothing is known.");
const AGAIN: Rule =
    EX.rule("What came during a try is not cleared by it: the operation is tried again.");
const KEPT: Rule = EX.rule("An operation that found something clears nothing: there may be more.");
const RESULT: Rule = EX.rule("Each result but *would block* and *interrupted* is the caller's.");
const BUDGET: Rule = EX.rule("An operation that is done spends one of the task's budget.");
const SHUTDOWN: Rule = EX.rule("After a shutdown no operation is tried, and the task is told.");

/// What an operation says, one call after the other.
struct Script {
    answers: RefCell<VecDeque<io::Result<usize>>>,
    calls: Cell<usize>,
}

fn script<const N: usize>(answers: [io::Result<usize>; N]) -> Script {
    Script {
        answers: RefCell::new(answers.into()),
        calls: Cell::new(0),
    }
}

fn error(kind: ErrorKind) -> io::Result<usize> {
    Err(kind.into())
}

impl Script {
    fn call(&self) -> io::Result<usize> {
        self.calls.set(self.calls.get() + 1);
        let next = self.answers.borrow_mut().pop_front();
        next.unwrap_or_else(|| TRIED.fail(format!("call {} of the operation", self.calls.get())))
    }
}

/// One poll, as the latest reader.
fn poll(io: &LoneIo, task: &TestWaker, script: &Script) -> Poll<io::Result<usize>> {
    task.poll(pin!(poll_fn(
        |cx| io.poll_io(cx, Direction::Read, || script.call())
    )))
}

fn known(io: &LoneIo) -> Ready {
    io.look(Interest::READABLE).ready()
}

#[test]
fn nothing_is_tried_before_a_report() {
    TRIED.holds("a read, a report, and a read", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        let read = script([Ok(5)]);
        TRIED.pending(poll(&io, &task, &read), "it was ready without a report");
        TRIED.check_eq("calls before the report", read.calls.get(), 0);
        WAITS.check_eq("wakers left", task.held(), 1);
        io.report(Ready::READABLE);
        WAITS.check_eq("wakes", task.wakes(), 1);
        let done = TRIED.ready(
            poll(&io, &task, &read),
            "it was reported, and the poll is Pending",
        );
        RESULT.check_eq("what was read", done.unwrap(), 5);
        TRIED.check_eq("calls", read.calls.get(), 1);
    });
}

/// A report is a hint. Another task may have read what it spoke of.
#[test]
fn would_block_waits_for_the_next_report() {
    WAITS.holds("a report with nothing behind it", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        let read = script([error(ErrorKind::WouldBlock), Ok(3)]);
        io.report(Ready::READABLE);
        WAITS.pending(poll(&io, &task, &read), "the operation said *would block*");
        WAITS.check_eq("calls", read.calls.get(), 1);
        WAITS.check_eq("what is known", known(&io), Ready::EMPTY);
        WAITS.check_eq("wakes without a report", task.wakes(), 0);
        WAITS.check_eq("wakers left", task.held(), 1);
        io.report(Ready::READABLE);
        WAITS.check_eq("wakes", task.wakes(), 1);
        let done = WAITS.ready(
            poll(&io, &task, &read),
            "it was reported, and the poll is Pending",
        );
        RESULT.check_eq("what was read", done.unwrap(), 3);
    });
}

/// The operation finds nothing. Before the task clears, there is something.
#[test]
fn a_report_during_the_try() {
    AGAIN.holds("a report between the try and the clear", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        io.report(Ready::READABLE);
        let calls = Cell::new(0);
        let read = || {
            calls.set(calls.get() + 1);
            if calls.get() == 1 {
                io.report(Ready::READABLE);
                return error(ErrorKind::WouldBlock);
            }
            Ok(7)
        };
        let polled = task.poll(pin!(poll_fn(|cx| io.poll_io(cx, Direction::Read, read))));
        let saw = "the report that came during the try was cleared with it";
        RESULT.check_eq("what was read", AGAIN.ready(polled, saw).unwrap(), 7);
        AGAIN.check_eq("calls", calls.get(), 2);
    });
}

/// Ten bytes came, with one report. The task takes four at a time.
#[test]
fn what_is_left_is_read_without_a_report() {
    KEPT.holds("three reads after one report", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        let read = script([Ok(4), Ok(4), Ok(2), error(ErrorKind::WouldBlock)]);
        io.report(Ready::READABLE);
        for length in [4, 4, 2] {
            let saw = "there is more to read, no report will say so, and the poll is Pending";
            let done = KEPT.ready(poll(&io, &task, &read), saw);
            RESULT.check_eq("what was read", done.unwrap(), length);
        }
        WAITS.pending(poll(&io, &task, &read), "nothing is left");
    });
}

/// The other direction's report does not start a read.
#[test]
fn a_report_about_the_other_direction() {
    TRIED.holds("room to write, and a read", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        io.report(Ready::WRITABLE);
        let read = script([]);
        TRIED.pending(poll(&io, &task, &read), "there is nothing to read");
        TRIED.check_eq("wakes", task.wakes(), 0);
    });
}

#[test]
fn a_signal_is_no_result() {
    RESULT.holds("a call that a signal interrupts", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        io.report(Ready::READABLE);
        let read = script([error(ErrorKind::Interrupted), Ok(2)]);
        let done = RESULT.ready(
            poll(&io, &task, &read),
            "an interrupted call is to be made again",
        );
        RESULT.check_eq("what was read", done.map_err(|error| error.kind()), Ok(2));
    });
}

#[test]
fn an_error_is_the_callers() {
    RESULT.holds("a connection that was reset", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        io.report(Ready::READABLE);
        let read = script([error(ErrorKind::ConnectionReset), Ok(0)]);
        let done = RESULT.ready(poll(&io, &task, &read), "the operation failed");
        let kind = done.map_err(|error| error.kind());
        RESULT.check_eq("what was read", kind, Err(ErrorKind::ConnectionReset));
        let done = KEPT.ready(poll(&io, &task, &read), "an error clears nothing");
        RESULT.check_eq("what was read", done.unwrap(), 0);
    });
}

/// A socket that always has something, in one poll of its task.
#[test]
fn the_budget_is_spent() {
    BUDGET.holds("a thousand operations that never wait", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        io.report(Ready::READABLE);
        let done = with_budget(|| {
            let each = || {
                task.poll(pin!(
                    poll_fn(|cx| io.poll_io(cx, Direction::Read, || Ok(1)))
                ))
            };
            (0..1000).take_while(|_| each().is_ready()).count()
        });
        BUDGET.check_eq("operations in one turn of the task", done, 128);
    });
}

/// A try in vain is no progress: it costs nothing.
#[test]
fn a_wait_spends_nothing() {
    BUDGET.holds("two hundred waits, and then operations", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        let done = with_budget(|| {
            for _ in 0..200 {
                let nothing = script([]);
                BUDGET.pending(poll(&io, &task, &nothing), "nothing was reported");
            }
            io.report(Ready::READABLE);
            let each = || {
                task.poll(pin!(
                    poll_fn(|cx| io.poll_io(cx, Direction::Read, || Ok(1)))
                ))
            };
            (0..1000).take_while(|_| each().is_ready()).count()
        });
        BUDGET.check_eq("operations in one turn of the task", done, 128);
    });
}

#[test]
fn a_shutdown_is_told() {
    SHUTDOWN.holds("a read that outlives its driver", || {
        let io = LoneIo::new();
        let task = TestWaker::new("reader");
        let read = script([]);
        SHUTDOWN.pending(poll(&io, &task, &read), "nothing was reported");
        io.report(Ready::READABLE);
        io.shut_down();
        let done = SHUTDOWN.ready(poll(&io, &task, &read), "no report will come, and it waits");
        let is_told = done.is_err_and(|error| is_shut_down_error(&error));
        SHUTDOWN.check_eq("the error says so", is_told, true);
        task.none_held(SHUTDOWN);
    });
}
