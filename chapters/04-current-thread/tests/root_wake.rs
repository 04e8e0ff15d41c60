//! 4.7: what a wake of the root does, by where the root's thread is.

// A runtime that is not dropped, so that no later exercise is needed. Miri would call that a leak.
#![cfg(not(any(loom, miri)))]

mod parks;

use std::future::poll_fn;
use std::mem::{self, ManuallyDrop};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark};
use testkit::{Exercise, Rule};

use parks::Unparks;

const EX: Exercise = Exercise::new("4.7", "current-thread/root.md");

const HERE: Rule = EX.rule("A wake on the root's own thread makes a poll due, and ends no sleep.");
const ASLEEP: Rule = EX.rule(
    "A wake from another thread ends the sleep of the scheduler that the root's thread is in.",
);
const OUTSIDE: Rule =
    EX.rule("A wake ends the sleep of a thread that waits without the core, in `thread::park`.");
const ONE: Rule = EX.rule("Polled When Woken: any number of wakes before a poll make it due once.");

type Place = Arc<Mutex<Option<Waker>>>;

/// Pending once, with its waker in `place`. Counts its polls.
fn waits(place: &Place) -> impl FnMut(&mut Context<'_>) -> Poll<usize> + use<> {
    let place = Arc::clone(place);
    let mut polls = 0;
    move |cx| {
        polls += 1;
        if polls == 1 {
            *place.lock().unwrap() = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(polls)
    }
}

/// In its sleep another thread wakes what is in `place`, three times.
struct WokenMeanwhile {
    place: Place,
    unparks: Unparks,
}

impl Park for WokenMeanwhile {
    type Unpark = Unparks;

    fn unparker(&self) -> Unparks {
        self.unparks.clone()
    }

    fn park(&mut self) {
        let Some(waker) = self.place.lock().unwrap().take() else {
            return;
        };
        let wakes = thread::spawn(move || (0..3).for_each(|_| waker.wake_by_ref()));
        if let Err(panic) = wakes.join() {
            std::panic::resume_unwind(panic);
        }
    }

    fn park_timeout(&mut self, _: Duration) {}
}

#[test]
fn while_the_scheduler_sleeps() {
    ASLEEP.holds("three wakes of a root whose scheduler sleeps", || {
        let place = Place::default();
        let unparks = Unparks::default();
        let rt = ManuallyDrop::new(Runtime::with_park(WokenMeanwhile {
            place: Arc::clone(&place),
            unparks: unparks.clone(),
        }));
        let polls = rt.block_on(poll_fn(waits(&place)));
        ASLEEP.check_eq("unparks", unparks.count(), 1);
        ONE.check_eq("polls", polls, 2);
    });
}

#[test]
fn on_its_own_thread() {
    HERE.holds("a root that wakes itself twice", || {
        let unparks = Unparks::default();
        let rt = ManuallyDrop::new(Runtime::with_park(WokenMeanwhile {
            place: Place::default(),
            unparks: unparks.clone(),
        }));
        let mut polls = 0;
        rt.block_on(poll_fn(|cx| {
            polls += 1;
            if polls == 1 {
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        }));
        HERE.check_eq("unparks", unparks.count(), 0);
        ONE.check_eq("polls", polls, 2);
    });
}

#[test]
fn while_its_thread_waits_without_the_core() {
    OUTSIDE.holds("a wake of a root of `Handle::block_on`", || {
        let rt = ManuallyDrop::new(Runtime::with_park(ThreadPark::new()));
        let place = Place::default();
        let root = waits(&place);
        let handle = rt.handle().clone();
        thread::scope(|scope| {
            let waits = scope.spawn(move || handle.block_on(poll_fn(root)));
            // Until it has left its waker. It may sleep by then, or be about to.
            let waker = loop {
                match mem::take(&mut *place.lock().unwrap()) {
                    Some(waker) => break waker,
                    None => thread::yield_now(),
                }
            };
            waker.wake_by_ref();
            waker.wake();
            let polls = waits.join().expect("the root does not panic");
            ONE.check(polls == 2, format_args!("{polls} polls for two wakes"));
        });
    });
}
