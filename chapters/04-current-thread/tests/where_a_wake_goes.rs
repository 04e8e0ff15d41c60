//! 4.4: to which queue a ticket goes, by the thread that wakes.

// A scheduler that is driven by hand is not shut down, which Miri would call a leak.
#![cfg(not(any(loom, miri)))]

mod parks;

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use current_thread::steps::Steps;
use current_thread::{Park, Unpark, spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule};

use parks::{NoPark, Unparks};

const EX: Exercise = Exercise::new("4.4", "current-thread/schedule.md");

const HERE: Rule =
    EX.rule("A wake on the scheduler's own thread takes no lock, and unparks no thread.");
const BEHIND: Rule = EX.rule("A task that is woken goes behind those that are due already.");
const ITS_OWN: Rule = EX.rule("A task that is woken by another is due: it has not given way.");
const YIELD: Rule =
    EX.rule("A yield is that of the task which is polled, and of no task after it.");
const OUTSIDE: Rule =
    EX.rule("A wake from anywhere else goes through the inject queue, and ends the sleep.");
const FOREIGN: Rule = EX.rule(
    "Foreign Code Last: nothing is borrowed while a wake ends the sleep of another scheduler.",
);
const OWN: Rule =
    EX.rule("A task is queued on its own scheduler, whichever runs where it is woken.");

/// A scheduler with one task, which has been polled once and is pending.
struct Idle {
    steps: Steps<NoPark>,
    unparks: Unparks,
    waker: Waker,
    polls: Arc<AtomicUsize>,
}

fn idle() -> Idle {
    let (park, unparks) = NoPark::new();
    let steps = Steps::new(park);
    let polls = Arc::new(AtomicUsize::new(0));
    let waker = Arc::new(Mutex::new(None));
    let (counted, kept) = (Arc::clone(&polls), Arc::clone(&waker));
    steps.enter(|| {
        drop(spawn(poll_fn(move |cx| {
            counted.fetch_add(1, SeqCst);
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        })));
    });
    assert!(steps.poll_next());
    let waker = waker.lock().unwrap().take().unwrap();
    Idle {
        steps,
        unparks,
        waker,
        polls,
    }
}

#[test]
fn a_wake_on_its_own_thread_goes_to_the_run_queue() {
    EX.within("a wake on the scheduler's thread", || {
        let idle = idle();
        // As if it slept: then a push from outside would unpark it.
        assert!(idle.steps.announce_sleep());
        idle.steps.enter(|| idle.waker.wake());
        HERE.check_eq("unparks", idle.unparks.count(), 0);
        HERE.check(
            idle.steps.announce_sleep(),
            "the task is in the inject queue, behind the lock",
        );
        HERE.check(idle.steps.poll_next(), "the task was woken, and is not due");
        HERE.check_eq("polls", idle.polls.load(SeqCst), 2);
    });
}

#[test]
fn a_task_that_wakes_another() {
    EX.within("a wake in a poll", || {
        let idle = idle();
        let waker = idle.waker.clone();
        idle.steps
            .enter(|| drop(spawn(async move { waker.wake() })));
        assert!(idle.steps.poll_next());
        HERE.check(
            idle.steps.announce_sleep(),
            "the task is in the inject queue",
        );
        HERE.check(idle.steps.poll_next(), "the task was woken, and is not due");
        HERE.check_eq("polls", idle.polls.load(SeqCst), 2);
    });
}

#[test]
fn first_woken_first_polled() {
    EX.within("a wake behind a task that is due", || {
        let idle = idle();
        let waker = idle.waker.clone();
        idle.steps.enter(|| {
            drop(spawn(async {}));
            waker.wake();
        });
        assert!(idle.steps.poll_next());
        BEHIND.check_eq("polls of the task woken last", idle.polls.load(SeqCst), 1);
        BEHIND.check(idle.steps.poll_next(), "the task was woken, and is not due");
        BEHIND.check_eq("polls", idle.polls.load(SeqCst), 2);
    });
}

/// The yield is its own. Whom it wakes does not give way.
#[test]
fn a_task_that_yields_and_wakes_another() {
    EX.within("a poll that yields, and then wakes another task", || {
        let idle = idle();
        let other = idle.waker.clone();
        idle.steps.enter(|| {
            drop(spawn(poll_fn(move |cx| {
                context::defer(cx.waker());
                other.wake_by_ref();
                Poll::<()>::Pending
            })));
        });
        assert!(idle.steps.poll_next());
        ITS_OWN.check(
            idle.steps.poll_next(),
            "the task that was woken has been put aside, with the one that yielded",
        );
        HERE.check_eq("polls", idle.polls.load(SeqCst), 2);
    });
}

/// The task that yields is polled first. The one after it has not given way.
#[test]
fn a_yield_is_that_of_one_task() {
    EX.within("a task that yields, and then one that wakes itself", || {
        let steps = Steps::new(NoPark::new().0);
        let polls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&polls);
        steps.enter(|| {
            drop(spawn(yield_now()));
            drop(spawn(poll_fn(move |cx| {
                counted.fetch_add(1, SeqCst);
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            })));
        });
        for _ in 0..2 {
            assert!(steps.poll_next());
        }
        YIELD.check(
            steps.poll_next(),
            "a task woke itself, after another one had yielded, and was not queued",
        );
        YIELD.check_eq("polls of the one that wakes itself", polls.load(SeqCst), 2);
    });
}

#[test]
fn a_wake_on_another_thread_ends_the_sleep() {
    EX.within("a wake on another thread", || {
        let idle = idle();
        assert!(idle.steps.announce_sleep());
        let waker = idle.waker;
        if let Err(payload) = thread::spawn(move || waker.wake()).join() {
            std::panic::resume_unwind(payload);
        }
        OUTSIDE.check_eq("unparks", idle.unparks.count(), 1);
        OUTSIDE.check(
            !idle.steps.announce_sleep(),
            "the task is not in the inject queue",
        );
        OUTSIDE.check(idle.steps.poll_next(), "the task was woken, and is not due");
        OUTSIDE.check_eq("polls", idle.polls.load(SeqCst), 2);
    });
}

/// The same thread, but it does not drive at the moment.
#[test]
fn a_wake_while_nobody_drives() {
    EX.within("a wake while no thread drives", || {
        let idle = idle();
        assert!(idle.steps.announce_sleep());
        idle.waker.wake();
        OUTSIDE.check_eq("unparks", idle.unparks.count(), 1);
        OUTSIDE.check(idle.steps.poll_next(), "the task was woken, and is not due");
    });
}

#[test]
fn a_wake_on_a_thread_that_runs_another_scheduler() {
    EX.within("a wake among the tasks of another scheduler", || {
        let (ours, other) = (idle(), idle());
        assert!(ours.steps.announce_sleep());
        other.steps.enter(|| ours.waker.wake());
        OWN.check_eq("unparks of its own scheduler", ours.unparks.count(), 1);
        OWN.check_eq("unparks of the other one", other.unparks.count(), 0);
        OWN.check(
            other.steps.announce_sleep(),
            "the other scheduler has a task in its inject queue",
        );
        OWN.check(
            ours.steps.poll_next(),
            "the task is not due on its own scheduler",
        );
        OWN.check_eq("polls", ours.polls.load(SeqCst), 2);
    });
}

/// The other one's `unpark` is foreign code here, and this one spawns.
#[test]
fn an_unpark_that_spawns() {
    struct Spawning;
    impl Park for Spawning {
        type Unpark = Spawning;
        fn unparker(&self) -> Spawning {
            Spawning
        }
        fn park(&mut self) {}
        fn park_timeout(&mut self, _: Duration) {}
    }
    impl Unpark for Spawning {
        fn unpark(&self) {
            let saw = "the other scheduler's `unpark` spawned a task, and found the core borrowed";
            FOREIGN.returns(|| drop(spawn(async {})), saw);
        }
    }
    EX.within(
        "a wake that unparks, among the tasks of another scheduler",
        || {
            let ours = Steps::new(Spawning);
            let waker = Arc::new(Mutex::new(None));
            let kept = Arc::clone(&waker);
            ours.enter(|| {
                drop(spawn(poll_fn(move |cx| {
                    *kept.lock().unwrap() = Some(cx.waker().clone());
                    Poll::<()>::Pending
                })));
            });
            assert!(ours.poll_next());
            let waker: Waker = waker.lock().unwrap().take().unwrap();
            assert!(ours.announce_sleep());
            let other = idle();
            other.steps.enter(|| waker.wake());
            OWN.check(ours.poll_next(), "the task is not due on its own scheduler");
            FOREIGN.check(other.steps.poll_next(), "what `unpark` spawned is not due");
        },
    );
}

/// What the thread has entered is for `spawn` alone: it drives what it drives.
#[test]
fn a_task_that_has_entered_another_runtime() {
    EX.within("a wake in a task that has entered another runtime", || {
        let (ours, other) = (idle(), idle());
        let waker = ours.waker.clone();
        let entered = other.steps.handle().clone();
        ours.steps.enter(|| {
            drop(spawn(async move {
                let _entered = entered.enter();
                waker.wake();
            }));
        });
        assert!(ours.steps.poll_next());
        HERE.check(
            ours.steps.announce_sleep(),
            "the task is in the inject queue, though its own scheduler runs here",
        );
        HERE.check(ours.steps.poll_next(), "the task was woken, and is not due");
        HERE.check_eq("polls", ours.polls.load(SeqCst), 2);
    });
}

/// The same without a scheduler that runs here.
#[test]
fn a_thread_that_has_entered_does_not_drive() {
    EX.within("a wake on a thread that has entered", || {
        let idle = idle();
        assert!(idle.steps.announce_sleep());
        let handle = idle.steps.handle().clone();
        let entered = handle.enter();
        idle.waker.wake();
        drop(entered);
        OUTSIDE.check_eq("unparks", idle.unparks.count(), 1);
        OUTSIDE.check(idle.steps.poll_next(), "the task was woken, and is not due");
    });
}
