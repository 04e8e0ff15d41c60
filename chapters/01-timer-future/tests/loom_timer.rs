//! 1.1: a poll, and the timer's thread that fires at the same time: every interleaving of the two.

#![cfg(loom)]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use model::loom::sync::{Condvar, Mutex};
use testkit::{Exercise, Rule, TestWaker, lane};
use timer_future::AsyncTimerFuture;

const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md").may_be("1.1 or 1.2");

const NOT_MISSED: Rule = EX.rule(
    "A timer that fires during a poll is not missed: the poll is ready, or its waker is woken.",
);

/// A timer whose thread does not sleep: it fires as soon as it runs.
fn timer() -> AsyncTimerFuture {
    AsyncTimerFuture::with_sleep(Duration::from_secs(1), |_| lane("the timer's thread"))
        .expect("loom's threads do not fail")
}

/// A task that sleeps until it is woken. If the wake is lost, it sleeps for ever, which loom reports.
#[derive(Default)]
struct Sleeper {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

impl Sleeper {
    fn sleep(&self) {
        let mut is_woken = self.is_woken.lock().unwrap();
        while !*is_woken {
            is_woken = self.woken.wait(is_woken).unwrap();
        }
        *is_woken = false;
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        *self.is_woken.lock().unwrap() = true;
        self.woken.notify_one();
    }
}

fn poll(timer: &mut AsyncTimerFuture, waker: &Waker) -> Poll<()> {
    Pin::new(timer).poll(&mut Context::from_waker(waker))
}

#[test]
fn a_timer_fires_during_a_poll() {
    NOT_MISSED.model(|| {
        lane("the task");
        let mut timer = timer();
        let sleeper = Arc::new(Sleeper::default());
        let waker = Waker::from(Arc::clone(&sleeper));
        if poll(&mut timer, &waker).is_pending() {
            sleeper.sleep();
            NOT_MISSED.ready(
                poll(&mut timer, &waker),
                "the timer woke its task, and the poll after the wake was pending",
            );
        }
    });
}

/// The timer moves from one task to another, and fires then, before or between.
#[test]
fn a_timer_fires_while_it_moves_to_another_task() {
    NOT_MISSED.model(|| {
        lane("the tasks");
        let mut timer = timer();
        let first = TestWaker::new("first");
        let sleeper = Arc::new(Sleeper::default());
        let second = Waker::from(Arc::clone(&sleeper));
        let is_pending = first.poll(Pin::new(&mut timer)).is_pending();
        if is_pending && poll(&mut timer, &second).is_pending() {
            sleeper.sleep();
            NOT_MISSED.ready(
                poll(&mut timer, &second),
                "the timer woke its task, and the poll after the wake was pending",
            );
        }
        drop((timer, first));
    });
}

/// A timer that is dropped while it fires: the waker goes with it, or is woken.
#[test]
fn a_timer_is_dropped_while_it_fires() {
    NOT_MISSED.model(|| {
        lane("the task");
        let mut timer = timer();
        let task = TestWaker::new("the task");
        let _ = task.poll(Pin::new(&mut timer));
        drop(timer);
        NOT_MISSED.check(task.wakes() <= 1, "the task was woken twice");
    });
}
