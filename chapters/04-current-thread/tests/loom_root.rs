//! A wake of the root and its poll: every interleaving.
//!
//! There are no tasks, and the runtime is not dropped, so that 4.7 can be tried as soon as it is written. What the waking
//! threads have to tell is stored `Relaxed`: only the wake can make it seen. A root that does not see it waits
//! for ever, which loom reports.

#![cfg(loom)]

use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use current_thread::Runtime;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("4.7", "current-thread/root.md");

const SEEN: Rule = EX.rule(
    "The poll that answers a wake sees what was done before it, and so for each of the wakes.",
);

/// The news of one thread, and the waker that the root has left for it.
#[derive(Default)]
struct News {
    value: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

impl News {
    fn tell(&self) {
        self.value.store(1, Relaxed);
        let waker = self.waker.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A root that waits for the news of so many threads.
fn waits_for(threads: usize) {
    // Its end is another exercise.
    let rt = ManuallyDrop::new(Runtime::new());
    let all: Vec<_> = (0..threads).map(|_| Arc::new(News::default())).collect();
    lane("the root");
    let joins: Vec<_> = all
        .iter()
        .map(|news| {
            let news = news.clone();
            thread::spawn(move || {
                lane("wakes");
                news.tell();
            })
        })
        .collect();
    let mut has_left_wakers = false;
    rt.block_on(poll_fn(|cx| {
        if !std::mem::replace(&mut has_left_wakers, true) {
            // Once: a look under this lock would see the news without any help of the wake.
            for news in &all {
                *news.waker.lock().unwrap() = Some(cx.waker().clone());
            }
        }
        match all.iter().all(|news| news.value.load(Relaxed) == 1) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }));
    for join in joins {
        join.join().unwrap();
    }
}

#[test]
fn a_wake_beside_a_poll() {
    SEEN.model(|| waits_for(1));
}

#[test]
fn two_wakes_before_one_poll() {
    SEEN.model(|| waits_for(2));
}
