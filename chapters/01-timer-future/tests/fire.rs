//! 1.2: what the timer's thread does when the time is over, and in which order.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use testkit::{Exercise, ManualClock, Rule, TestWaker};
use timer_future::AsyncTimerFuture;

const EX: Exercise = Exercise::new("1.2", "timer-future/fire.md");

const WAKES: Rule = EX.rule("When its time is over, a timer wakes the task that polled it last.");
const BEFORE: Rule = EX.rule("The wake comes after the news: a task that is woken finds it ready.");
const UNLOCKED: Rule = EX.rule("A waker is foreign code: it is called with no lock held.");
const GIVEN_BACK: Rule = EX.rule("A timer keeps no waker once it has used it.");
const UNASKED: Rule = EX.rule("The time passes whether or not the timer was polled.");

const SECOND: Duration = Duration::from_secs(1);

fn timer(clock: &ManualClock) -> AsyncTimerFuture {
    AsyncTimerFuture::with_sleep(SECOND, clock.sleeper()).expect("no thread for the timer")
}

fn poll(timer: &mut AsyncTimerFuture, task: &TestWaker) -> Poll<()> {
    task.poll(Pin::new(timer))
}

/// Moves the clock by a second, as soon as the timer's thread sleeps.
fn let_the_time_pass(clock: &ManualClock) {
    clock.wait_for_sleepers(1);
    clock.advance(SECOND);
}

thread_local! {
    /// Dropped when the thread ends.
    static THREAD_END: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

/// A timer, and a receiver whose `recv` returns when the timer's thread has ended.
fn timer_and_its_end(clock: &ManualClock) -> (AsyncTimerFuture, Receiver<()>) {
    let (sender, receiver) = channel();
    let sleep = clock.sleeper();
    let timer = AsyncTimerFuture::with_sleep(SECOND, move |duration| {
        THREAD_END.set(Some(sender));
        sleep(duration);
    });
    (timer.expect("no thread for the timer"), receiver)
}

fn wait_for_the_end(thread: &Receiver<()>) {
    // Nothing is ever sent. The sender is dropped at the end of its thread.
    assert!(thread.recv().is_err());
}

#[test]
fn the_task_is_woken_when_the_time_is_over() {
    EX.within("waiting for a timer of one second", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let mut timer = timer(&clock);

        let _ = poll(&mut timer, &task);
        clock.wait_for_sleepers(1);
        WAKES.check_eq("wakes while the clock stood still", task.wakes(), 0);
        let_the_time_pass(&clock);
        task.wait_for_wakes(1);
        BEFORE.ready(
            poll(&mut timer, &task),
            "the timer woke task A, then said Pending",
        );
    });
}

#[test]
fn one_task_is_woken_once() {
    EX.within("waiting for the timer's thread to end", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let (mut timer, thread) = timer_and_its_end(&clock);

        let _ = poll(&mut timer, &task);
        let _ = poll(&mut timer, &task);
        let_the_time_pass(&clock);
        wait_for_the_end(&thread);
        WAKES.check_eq("wakes of task A, polled twice", task.wakes(), 1);
    });
}

/// Polls the timer from inside the wake, as a very fast task would, and returns its answer.
fn poll_from_inside_the_wake() -> Poll<()> {
    let clock = ManualClock::new();
    let task = TestWaker::new("A");
    let timer = Arc::new(Mutex::new(timer(&clock)));

    let (sender, answer) = channel();
    let woken_task = Arc::clone(&timer);
    task.on_wake(move || {
        let mut timer = woken_task.lock().unwrap();
        let mut cx = Context::from_waker(Waker::noop());
        let _ = sender.send(Pin::new(&mut *timer).poll(&mut cx));
    });

    let _ = poll(&mut timer.lock().unwrap(), &task);
    let_the_time_pass(&clock);
    task.wait_for_wakes(1);
    answer.recv().expect("the wake came to no end")
}

#[test]
fn the_time_is_over_before_the_wake() {
    EX.within("polling the timer from inside the wake", || {
        BEFORE.ready(
            poll_from_inside_the_wake(),
            "task A was woken, polled the timer at once, and was told Pending: it goes to sleep \
             again, and no second wake will come",
        );
    });
}

#[test]
fn the_state_is_unlocked_during_the_wake() {
    EX.within("polling the timer from inside the wake", || {
        UNLOCKED.step("the waker of task A, which polls the timer");
        let _ = poll_from_inside_the_wake();
    });
}

#[test]
fn the_waker_is_given_back() {
    EX.within("waiting for the timer's thread to end", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let (mut timer, thread) = timer_and_its_end(&clock);

        let _ = poll(&mut timer, &task);
        let_the_time_pass(&clock);
        wait_for_the_end(&thread);
        WAKES.check_eq("wakes of task A", task.wakes(), 1);
        GIVEN_BACK.check(
            task.held() == 0,
            "the timer has woken task A and still holds its waker. A waker keeps its whole task in \
             memory, and the task may well keep the timer: then neither is ever freed",
        );
    });
}

#[test]
fn a_timer_that_nobody_has_polled_completes() {
    EX.within("waiting for a timer that was never polled", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let (mut timer, thread) = timer_and_its_end(&clock);

        let_the_time_pass(&clock);
        wait_for_the_end(&thread);
        let answer = UNASKED.returns(
            || poll(&mut timer, &task),
            "the time was over before the first poll, and that poll panicked",
        );
        UNASKED.ready(
            answer,
            "the time was over before the first poll, which was told Pending: no wake will come, \
             since the thread has ended",
        );
    });
}
