//! 5.3: a registration and wakes, in every interleaving.
//!
//! Half of each model is an exercise of its own: if 5.3 is right, it may be 5.1 or 5.2.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use atomic_waker::AtomicWaker;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicBool;
use model::loom::thread::{self, JoinHandle};
use testkit::{Exercise, Rule, TestWaker, lane, note};

const EX: Exercise = Exercise::new("5.3", "atomic-waker/both-at-once.md");

const NOT_LOST: Rule = EX.rule(
    "A task that registers (5.1) and then looks sees what was done before a wake (5.2), or is woken.",
);
const LATEST: Rule =
    EX.rule("A wake during the registration of another task wakes that one, or came before it.");
const ALL_SEEN: Rule = EX.rule(
    "A registration after several wakes sees what was done before each of them, no matter what \
     closed the window meanwhile: a wake (5.2), or the registration before (5.3).",
);

/// What the other thread has news of, and where it finds whom to tell.
struct Shared {
    place: AtomicWaker,
    news: AtomicBool,
    more_news: AtomicBool,
}

impl Shared {
    fn new() -> Arc<Shared> {
        Arc::new(Shared {
            place: AtomicWaker::new(),
            news: AtomicBool::new(false),
            more_news: AtomicBool::new(false),
        })
    }

    /// Two threads that have news, each its own.
    fn two_wakes(shared: &Arc<Shared>) -> [JoinHandle<()>; 2] {
        let first = thread::spawn({
            let shared = Arc::clone(shared);
            move || {
                lane("has news");
                shared.news.store(true, Relaxed);
                shared.place.wake();
            }
        });
        let second = thread::spawn({
            let shared = Arc::clone(shared);
            move || {
                lane("has more news");
                shared.more_news.store(true, Relaxed);
                shared.place.wake();
            }
        });
        [first, second]
    }

    /// Looks for the news of both.
    fn are_there(&self) -> bool {
        self.news.load(Relaxed) && self.more_news.load(Relaxed)
    }
}

// ANCHOR: not-lost
/// The flag is Relaxed: whatever orders it is in the place.
#[test]
fn a_wake_is_not_lost() {
    NOT_LOST.model(|| {
        lane("the task");
        let shared = Shared::new();
        let a = TestWaker::new("A");
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("has news");
                shared.news.store(true, Relaxed);
                shared.place.wake();
            }
        });
        shared.place.register(&a.waker());
        let is_there = shared.news.load(Relaxed);
        if !is_there {
            note("sees no news, and returns Pending");
        }
        other.join().unwrap();
        NOT_LOST.check(
            is_there || a.wakes() == 1,
            "the task saw no news, and nobody has woken it",
        );
    });
}
// ANCHOR_END: not-lost

#[test]
fn the_task_has_moved() {
    LATEST.model(|| {
        lane("the task");
        let shared = Shared::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        shared.place.register(&a.waker());
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("has news");
                shared.news.store(true, Relaxed);
                shared.place.wake();
            }
        });
        shared.place.register(&b.waker());
        let is_there = shared.news.load(Relaxed);
        other.join().unwrap();
        LATEST.check(
            is_there || b.wakes() == 1,
            "B saw no news, and nobody has woken it",
        );
        LATEST.check_eq("stale wakers held", a.held(), 0);
    });
}

/// Two threads have news. Whichever of them takes the waker, whoever is polled because of it
/// registers again, and then sees the news of the other, or is woken again.
#[test]
fn the_news_of_two_threads() {
    ALL_SEEN.model(|| {
        lane("the task");
        let shared = Shared::new();
        let a = TestWaker::new("A");
        shared.place.register(&a.waker());
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("has news");
                shared.news.store(true, Relaxed);
                shared.place.wake();
            }
        });
        // The other thread is in the middle of its wake, perhaps.
        shared.more_news.store(true, Relaxed);
        shared.place.wake();
        let wakes = a.wakes();
        let again = TestWaker::new("A again");
        shared.place.register(&again.waker());
        let is_there = shared.news.load(Relaxed);
        other.join().unwrap();
        ALL_SEEN.check(
            is_there || again.wakes() == 1,
            format_args!("woken {wakes} times, then saw no news, and nobody has woken it again"),
        );
    });
}

/// Two threads wake during one registration, or one of them after it.
#[test]
fn two_wakes_during_a_registration() {
    ALL_SEEN.model(|| {
        lane("the task");
        let shared = Shared::new();
        let a = TestWaker::new("A");
        let [first, second] = Shared::two_wakes(&shared);
        shared.place.register(&a.waker());
        let are_there = shared.are_there();
        first.join().unwrap();
        second.join().unwrap();
        ALL_SEEN.check(
            are_there || 1 <= a.wakes(),
            "the task has not seen all of the news, and nobody has woken it",
        );
        ALL_SEEN.check(a.wakes() <= 1, "one registration, and two wakes");
    });
}

/// The same, and the task is polled once more, perhaps because it was woken: it registers again.
#[test]
fn a_registration_after_two_wakes() {
    ALL_SEEN.model(|| {
        lane("the task");
        let shared = Shared::new();
        let [a, again] = ["A", "A again"].map(TestWaker::new);
        let [first, second] = Shared::two_wakes(&shared);
        shared.place.register(&a.waker());
        shared.place.register(&again.waker());
        let are_there = shared.are_there();
        first.join().unwrap();
        second.join().unwrap();
        ALL_SEEN.check(
            are_there || 1 <= again.wakes(),
            "the task has registered again and not seen all of the news, and nobody has woken it",
        );
    });
}
