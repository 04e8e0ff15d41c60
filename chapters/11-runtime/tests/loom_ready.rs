//! Wakes of many futures against the one who waits for them: every interleaving.

#![cfg(loom)]

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll, Wake, Waker};

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use reveille::steps::ReadyList;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const SEEN: Rule = EX.rule("What was done before a wake is seen by the poll that comes for it.");

struct Unparks(ThreadUnpark);

impl Wake for Unparks {
    fn wake(self: Arc<Unparks>) {
        self.0.unpark();
    }
}

/// Two futures, each of them ready when its word is set, on threads of their own, woken twice.
#[test]
fn no_wake_is_lost() {
    SEEN.model(|| {
        lane("waits");
        let list = ReadyList::new();
        let words: Arc<[AtomicUsize; 2]> = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let keys = [list.waker(0), list.waker(1)];
        let threads: Vec<_> = (0..2)
            .map(|n| {
                let (words, waker) = (Arc::clone(&words), Arc::clone(&keys[n]));
                thread::spawn(move || {
                    lane("ends");
                    words[n].store(1, Release);
                    waker.wake();
                })
            })
            .collect();
        let mut park = ThreadPark::new();
        let waker = Waker::from(Arc::new(Unparks(park.unparker())));
        let mut cx = Context::from_waker(&waker);
        let mut ready = [false; 2];
        while ready != [true; 2] {
            match list.poll_pop(&mut cx) {
                Poll::Ready(key) => {
                    keys[key].unlist();
                    ready[key] |= words[key].load(Acquire) == 1;
                }
                Poll::Pending => park.park(),
            }
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
