//! 6.1: everybody leaves the list, and is woken outside of the lock.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use locks::list::{WaitList, Waiter, hand_to_all, relock};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.1", "locks/hand-to-all.md");

const ALL: Rule = EX.rule("Each waiter in the list is handed the new state, and is woken once.");
const ORDER: Rule = EX.rule("The waiter that came first is woken first.");
const UNLOCKED: Rule =
    EX.rule("A waker is foreign code: it is cloned, woken and dropped with no lock held.");
const LEFT: Rule = EX.rule("A task that has left the list is neither handed anything nor woken.");
const PANIC: Rule = EX
    .rule("A waker that panics keeps no other from being woken, and its panic goes on at the end.");

/// A list in its lock, and those who wait in it.
struct Queue {
    list: Arc<Mutex<WaitList>>,
    waiters: Arc<Vec<Pin<Box<Waiter>>>>,
    wakers: Vec<TestWaker>,
    /// The numbers of those who were woken.
    woken: Arc<Mutex<Vec<usize>>>,
}

impl Queue {
    /// The state of each is its number.
    fn of(n: usize) -> Queue {
        let list = Arc::new(Mutex::new(WaitList::new()));
        let woken = Arc::new(Mutex::new(Vec::new()));
        let waiters: Vec<_> = (0..n).map(|number| Box::pin(Waiter::new(number))).collect();
        let wakers: Vec<_> = (0..n)
            .map(|number| {
                let waker = TestWaker::new(&format!("waiter {number}"));
                let woken = Arc::clone(&woken);
                waker.on_wake(move || woken.lock().unwrap().push(number));
                waker
            })
            .collect();
        for (waiter, waker) in waiters.iter().zip(&wakers) {
            let waker = Some(waker.waker());
            // SAFETY: the waiter is in no list, and is dropped after the list.
            unsafe { relock(&list).push(waiter, waker) };
        }
        Queue {
            list,
            waiters: Arc::new(waiters),
            wakers,
            woken,
        }
    }

    fn hand_to_all(&self) {
        let guard = relock(&self.list);
        hand_to_all(&self.list, guard, |list| list, |number| number + 1000);
    }

    fn check_all(&self, n: usize) {
        for (number, waiter) in self.waiters.iter().enumerate().take(n) {
            let what = format!("the state of waiter {number} of {n}");
            ALL.check_eq(&what, waiter.state(), number + 1000);
            let what = format!("wakes of waiter {number} of {n}");
            ALL.check_eq(&what, self.wakers[number].wakes(), 1);
        }
        ALL.check(
            relock(&self.list).is_empty(),
            "somebody is still in the list",
        );
    }
}

#[test]
fn nobody_waits() {
    EX.within("handing to nobody", || Queue::of(0).hand_to_all());
}

#[test]
fn three_wait() {
    EX.within("handing to three waiters", || {
        let queue = Queue::of(3);
        queue.hand_to_all();
        let woken = queue.woken.lock().unwrap().clone();
        ORDER.check_eq("the order of the wakes", woken, vec![0, 1, 2]);
        queue.check_all(3);
    });
}

/// One more than the batch holds, and a few more than two batches hold.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn more_wait_than_the_batch_holds() {
    EX.within("handing to more waiters than the batch holds", || {
        for n in [32, 33, 70] {
            let queue = Queue::of(n);
            queue.hand_to_all();
            queue.check_all(n);
            let woken = queue.woken.lock().unwrap().clone();
            ORDER.check_eq("the order of the wakes", woken, (0..n).collect());
        }
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn the_list_is_unlocked_during_each_wake() {
    EX.within("looking at the lock from within each wake", || {
        for n in [1, 40] {
            let queue = Queue::of(n);
            let locked = Arc::new(Mutex::new(Vec::new()));
            for (number, waker) in queue.wakers.iter().enumerate() {
                let (list, locked) = (Arc::clone(&queue.list), Arc::clone(&locked));
                waker.on_wake(move || {
                    if list.try_lock().is_err() {
                        locked.lock().unwrap().push(number);
                    }
                });
            }
            queue.hand_to_all();
            UNLOCKED.check_eq(
                "waiters that were woken while the list was locked",
                locked.lock().unwrap().clone(),
                vec![],
            );
        }
    });
}

/// The first one's wake takes the last one out of the list.
#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_waiter_leaves_between_two_batches() {
    EX.within("a waiter that leaves while others are woken", || {
        let queue = Queue::of(40);
        let (list, waiters) = (Arc::clone(&queue.list), Arc::clone(&queue.waiters));
        queue.wakers[0].on_wake(move || {
            // SAFETY: the waiter is in this list, or in none.
            let waker = unsafe { relock(&list).remove(&waiters[39]) };
            drop(waker);
        });
        queue.hand_to_all();
        LEFT.check_eq("wakes of the task that left", queue.wakers[39].wakes(), 0);
        LEFT.check_eq("its state", queue.waiters[39].state(), 39);
        queue.check_all(39);
    });
}

#[test]
#[cfg_attr(miri, ignore = "more than a batch takes Miri minutes")]
fn a_waker_panics() {
    EX.within("waking forty, of whom two panic", || {
        let queue = Queue::of(40);
        for number in [3, 35] {
            queue.wakers[number].on_wake(move || panic!("waker {number}, as the test wants it"));
        }
        let message = PANIC.panics(|| queue.hand_to_all(), "the panic of the waker ended here");
        PANIC.check(
            message.to_string().contains("waker 3,"),
            format_args!("the panic that went on was: {message}"),
        );
        for (number, waker) in queue.wakers.iter().enumerate() {
            let what = format!("wakes of waiter {number}");
            PANIC.check_eq(&what, waker.wakes(), 1);
        }
        // The lock is not poisoned by foreign code.
        let unlocked = catch_unwind(AssertUnwindSafe(|| queue.list.try_lock().is_ok()));
        UNLOCKED.check(unlocked.unwrap_or(false), "the list is locked, or poisoned");
    });
}

/// The wakes of one batch take a waiter of the next out, and free it. For Miri: with wakers that do
/// nothing else.
#[test]
fn a_waiter_is_freed_between_two_batches() {
    EX.within("waking one that frees another", || {
        /// Its wake drops a waiter, if there is one.
        struct Frees {
            list: Arc<Mutex<WaitList>>,
            waiter: Arc<Mutex<Option<Pin<Box<Waiter>>>>>,
        }
        impl std::task::Wake for Frees {
            fn wake(self: Arc<Self>) {
                if let Some(waiter) = self.waiter.lock().unwrap().take() {
                    // SAFETY: the waiter is in this list, or in none.
                    drop(unsafe { relock(&self.list).remove(&waiter) });
                }
            }
        }
        let list = Arc::new(Mutex::new(WaitList::new()));
        let freed = Arc::new(Mutex::new(None));
        let mut waiters: Vec<_> = (0..34).map(|n| Some(Box::pin(Waiter::new(n)))).collect();
        for waiter in waiters.iter().flatten() {
            let frees = Frees {
                list: Arc::clone(&list),
                waiter: Arc::clone(&freed),
            };
            let waker = Some(std::task::Waker::from(Arc::new(frees)));
            // SAFETY: the waiter is in no list, and leaves the list before it is freed.
            unsafe { relock(&list).push(waiter, waker) };
        }
        *freed.lock().unwrap() = waiters[32].take();
        hand_to_all(&list, relock(&list), |list| list, |number| number + 1000);
        for (number, waiter) in waiters.iter().enumerate() {
            let state = waiter.as_ref().map(|waiter| waiter.state());
            let expected = (number != 32).then_some(number + 1000);
            assert_eq!(state, expected);
        }
    });
}
