//! 4.3: which task is polled next.

// A scheduler that is driven by hand is not shut down, which Miri would call a leak.
#![cfg(not(any(loom, miri)))]

mod parks;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use current_thread::steps::Steps;
use current_thread::{spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule, TestWaker};

use parks::NoPark;

const EX: Exercise = Exercise::new("4.3", "current-thread/tick.md");

const ORDER: Rule = EX.rule("First come, first served.");
const FOUND: Rule =
    EX.rule("An empty run queue is no reason to rest beside an inject queue with tasks.");
const BOUND: Rule = EX.rule("A task in the inject queue is due after 31 polls at most.");
const ANEW: Rule = EX.rule("Any look begins the count anew: the next is 31 polls later.");
const ASIDE: Rule =
    EX.rule("A task that yields waits until the driver has been asked: it has no turn until then.");

/// The interval that is documented, in `core`.
const INJECT_INTERVAL: usize = 31;

/// The names of the tasks, in the order of their polls.
type Polled = Arc<Mutex<Vec<&'static str>>>;

fn once(name: &'static str, polled: &Polled) -> impl Future<Output = ()> + Send + use<> {
    let polled = Arc::clone(polled);
    async move { polled.lock().unwrap().push(name) }
}

/// A chain without end: in its poll each task spawns the next. A spawn here queues the task without a wake, and
/// where a wake goes is 4.4.
fn busy(name: &'static str, polled: &Polled) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let polled = Arc::clone(polled);
    Box::pin(async move {
        polled.lock().unwrap().push(name);
        drop(spawn(busy(name, &polled)));
    })
}

fn steps() -> (Steps<NoPark>, Polled) {
    (Steps::new(NoPark::new().0), Polled::default())
}

fn taken(polled: &Polled) -> Vec<&'static str> {
    std::mem::take(&mut polled.lock().unwrap())
}

#[test]
fn first_come_first_served() {
    EX.within("three tasks", || {
        let (steps, polled) = steps();
        steps.enter(|| ["a", "b", "c"].map(|name| drop(spawn(once(name, &polled)))));
        for name in ["a", "b", "c"] {
            ORDER.check(steps.poll_next(), "no task was due");
            ORDER.check_eq("polled", taken(&polled), vec![name]);
        }
        ORDER.check(!steps.poll_next(), "all tasks are done, and one was due");
    });
}

/// In whatever state the count is: each look finds nothing, until there is something.
#[test]
fn an_empty_run_queue_is_filled_from_outside() {
    EX.within("looks without a task, and then one from outside", || {
        for looks in 0..2 * INJECT_INTERVAL {
            let (steps, polled) = steps();
            for _ in 0..looks {
                FOUND.check(!steps.poll_next(), "there is no task, and one was due");
            }
            drop(steps.handle().spawn(once("outside", &polled)));
            FOUND.check(steps.poll_next(), "the task from outside was not found");
            FOUND.check_eq("polled", taken(&polled), vec!["outside"]);
        }
    });
}

#[test]
fn more_than_a_batch_from_outside() {
    EX.within("two hundred tasks from outside", || {
        let (steps, polled) = steps();
        for i in 0..200 {
            let name = if i % 2 == 0 { "even" } else { "odd" };
            drop(steps.handle().spawn(once(name, &polled)));
        }
        while steps.poll_next() {}
        let expected: Vec<_> = (0..100).flat_map(|_| ["even", "odd"]).collect();
        FOUND.check_eq("tasks polled", polled.lock().unwrap().len(), 200);
        ORDER.check(taken(&polled) == expected, "they were not polled in order");
    });
}

#[test]
fn a_busy_run_queue_does_not_keep_out_what_comes_from_outside() {
    EX.within("a chain of tasks, and one from outside", || {
        let (steps, polled) = steps();
        steps.enter(|| drop(spawn(busy("busy", &polled))));
        // At each point of the interval.
        for before in 0..INJECT_INTERVAL {
            for _ in 0..before {
                assert!(steps.poll_next());
            }
            taken(&polled);
            drop(steps.handle().spawn(once("outside", &polled)));
            for _ in 0..=INJECT_INTERVAL {
                assert!(steps.poll_next());
            }
            let polled = taken(&polled);
            BOUND.check(
                polled.contains(&"outside"),
                format_args!(
                    "{} polls of the chain, and none of the one from outside: the look that is \
                     due after {INJECT_INTERVAL} was not made",
                    polled.len()
                ),
            );
        }
    });
}

/// The look at an empty run queue is one as well, and at whatever time it comes.
#[test]
fn a_look_begins_the_count_anew() {
    EX.within("looks, a chain of tasks, and one from outside", || {
        for looks in 1..INJECT_INTERVAL {
            let (steps, polled) = steps();
            for _ in 0..looks {
                ORDER.check(!steps.poll_next(), "there is no task, and one was due");
            }
            steps.enter(|| drop(spawn(busy("busy", &polled))));
            drop(steps.handle().spawn(once("outside", &polled)));
            let mut polls = 0;
            while taken(&polled) != ["outside"] && polls <= INJECT_INTERVAL {
                assert!(steps.poll_next());
                polls += 1;
            }
            // The last of them is its own.
            let before = polls - 1;
            ANEW.check_eq("polls since the last look", before, INJECT_INTERVAL);
        }
    });
}

/// Those who are due when the inject queue is looked at go first.
#[test]
fn what_comes_from_outside_goes_to_the_back() {
    EX.within("forty tasks, and one from outside", || {
        let (steps, polled) = steps();
        steps.enter(|| {
            for _ in 0..40 {
                drop(spawn(once("inside", &polled)));
            }
        });
        drop(steps.handle().spawn(once("outside", &polled)));
        while steps.poll_next() {}
        let polled = taken(&polled);
        ORDER.check_eq("polled last", polled.last(), Some(&"outside"));
        ORDER.check_eq("tasks polled", polled.len(), 41);
    });
}

/// It is not for a turn to end their wait: between two turns nobody has asked the driver.
#[test]
fn who_yields_is_not_due() {
    EX.within("a task that yields, and no other", || {
        let (steps, polled) = steps();
        let yields = once("again", &polled);
        let waker = TestWaker::new("deferred");
        steps.enter(|| {
            drop(spawn(async move {
                yield_now().await;
                yields.await;
            }));
            context::defer(&waker.waker());
        });
        ORDER.check(steps.poll_next(), "no task was due");
        ASIDE.check(!steps.poll_next(), "a task that has yielded was due");
        ASIDE.check_eq("polled", taken(&polled), vec![]);
        ASIDE.check_eq("wakes", waker.wakes(), 0);
    });
}
