//! 5.2: two threads have news at the same time.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use atomic_waker::AtomicWaker;
use atomic_waker::steps;
use model::loom::sync::Arc;
use model::loom::sync::atomic::{AtomicBool, AtomicUsize};
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("5.2", "atomic-waker/take-waker.md");

const ONE_TAKES: Rule = EX.rule("Of two wakes at the same time one takes the waker.");
const SEEN: Rule =
    EX.rule("A registration after two wakes sees what was done before each of them.");
const VISIBLE: Rule =
    EX.rule("The thread that takes the waker sees it as the registration has left it.");

#[test]
fn two_threads_wake_and_one_has_the_waker() {
    ONE_TAKES.model(|| {
        lane("first");
        let place = Arc::new(AtomicWaker::new());
        let a = TestWaker::new("A");
        place.register(&a.waker());
        let other = thread::spawn({
            let place = Arc::clone(&place);
            move || {
                lane("second");
                place.wake();
            }
        });
        place.wake();
        other.join().unwrap();
        ONE_TAKES.check_eq("wakes", a.wakes(), 1);
        ONE_TAKES.check_eq("wakers held", a.held(), 0);
    });
}

/// Registered by one thread, taken by another, and nothing but the word orders the two: the flag
/// says only that there is something, and keeps the wake from coming too early.
#[test]
fn the_waker_is_handed_over() {
    VISIBLE.model(|| {
        lane("registers");
        let place = Arc::new(AtomicWaker::new());
        let is_registered = Arc::new(AtomicBool::new(false));
        let a = TestWaker::new("A");
        let other = thread::spawn({
            let (place, is_registered) = (Arc::clone(&place), Arc::clone(&is_registered));
            move || {
                lane("takes");
                let is_registered = is_registered.load(Relaxed);
                is_registered.then(|| place.take_waker().is_some())
            }
        });
        place.register(&a.waker());
        is_registered.store(true, Relaxed);
        let taken = other.join().unwrap();
        VISIBLE.check(
            taken != Some(false),
            "the waker had been registered, and was not there",
        );
    });
}

/// Two threads have news, one of which finds the other in the middle of its wake. When both have
/// done so, a registration is in time for neither: it has to see the news of both. The counter
/// says only that they have; and of the registration we take its first step only, since how it goes
/// on is not what is tried here.
#[test]
fn the_news_of_both_is_seen() {
    SEEN.model(|| {
        lane("first");
        let shared = Arc::new(Shared {
            place: AtomicWaker::new(),
            news: [AtomicBool::new(false), AtomicBool::new(false)],
            done: AtomicUsize::new(0),
        });
        let second = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("second");
                shared.wake(1);
            }
        });
        let task = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("registers");
                if shared.done.load(Relaxed) == 2 {
                    steps::first_of_register(&shared.place);
                    let seen = [0, 1].map(|i| shared.news[i].load(Relaxed));
                    SEEN.check_eq("the news of both are there", seen, [true, true]);
                }
            }
        });
        shared.wake(0);
        second.join().unwrap();
        task.join().unwrap();
    });
}

struct Shared {
    place: AtomicWaker,
    news: [AtomicBool; 2],
    done: AtomicUsize,
}

impl Shared {
    fn wake(&self, i: usize) {
        self.news[i].store(true, Relaxed);
        self.place.wake();
        self.done.fetch_add(1, Relaxed);
    }
}
