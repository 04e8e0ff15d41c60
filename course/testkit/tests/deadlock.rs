//! Foreign code called with a lock held, and polls that block: which call is stuck, and on which
//! thread.
// Each leaves threads behind, which Miri takes for a mistake.
#![cfg(not(miri))]

mod support;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use support::{EX, Failure, block_on, failure_of};
use testkit::{TestWaker, within};

/// Fails with a thread called `timer` that runs `f` with a slot locked and a waker in it; the
/// waker's functions need that lock, too.
fn deadlock(f: fn(&mut Option<Waker>)) -> Failure {
    failure_of(|| {
        EX.within("the timer", move || {
            let a = TestWaker::new("A");
            let slot = Arc::new(Mutex::new(Some(a.waker())));
            let lock = {
                let slot = Arc::clone(&slot);
                move || drop(slot.lock())
            };
            a.on_wake(lock.clone());
            a.on_clone(lock.clone());
            a.on_drop(lock);
            let timer = thread::Builder::new().name("timer".to_owned());
            let timer = timer.spawn(move || f(&mut slot.lock().unwrap()));
            timer.unwrap().join().unwrap();
        });
    })
}

#[test]
fn woken_by_value_with_a_lock_held() {
    deadlock(|slot| slot.take().unwrap().wake())
        .names_rule("A waker is called with no lock held.")
        .says("deadlock: thread 'timer' is stuck inside wake() of A")
        .says("the code that made that call holds a lock that the called code needs, too")
        .early();
}

#[test]
fn woken_by_reference_with_a_lock_held() {
    deadlock(|slot| slot.as_ref().unwrap().wake_by_ref())
        .names_rule("A waker is called with no lock held.")
        .says("deadlock: thread 'timer' is stuck inside wake_by_ref() of A")
        .early();
}

#[test]
fn cloned_with_a_lock_held() {
    deadlock(|slot| drop(slot.clone()))
        .names_rule("A waker is cloned with no lock held.")
        .says("thread 'timer' is stuck inside clone() of A's waker")
        .early();
}

#[test]
fn dropped_with_a_lock_held() {
    deadlock(|slot| *slot = None)
        .names_rule("A waker is dropped with no lock held.")
        .says("thread 'timer' is stuck inside the drop of A's waker")
        .early();
}

/// Needs the lock when it is dropped.
struct LocksInDrop(Arc<Mutex<()>>);

impl Drop for LocksInDrop {
    fn drop(&mut self) {
        drop(self.0.lock());
    }
}

#[test]
fn a_future_is_dropped_with_a_lock_held() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let lock = Arc::new(Mutex::new(()));
            let captured = LocksInDrop(Arc::clone(&lock));
            let (future, _seen) = testkit::probe("task 1", async move { drop(captured) });
            let _guard = lock.lock();
            drop(future);
        });
    });
    failure
        .names_rule("A future is dropped with no lock held.")
        .says("deadlock: the test's thread is stuck inside the drop of task 1's future")
        .early();
}

#[test]
fn a_poll_that_blocks() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let lock = Arc::new(Mutex::new(()));
            let guard = lock.lock();
            let blocks = poll_fn(|_| {
                drop(lock.lock());
                Poll::Ready(())
            });
            block_on(testkit::probe("task 1", blocks).0);
            drop(guard);
        });
    });
    failure
        .names_rule("A poll never blocks its thread: it answers Ready or Pending at once.")
        .says("the test's thread is stuck inside the poll of task 1")
        .early();
}

#[test]
fn a_wake_inside_a_poll_names_both() {
    let failure = failure_of(|| {
        EX.within("a poll", || {
            let lock = Arc::new(Mutex::new(()));
            let a = TestWaker::new("A");
            let needed = Arc::clone(&lock);
            a.on_wake(move || drop(needed.lock()));
            let wakes = poll_fn(move |cx| {
                let _guard = lock.lock();
                cx.waker().wake_by_ref();
                Poll::Ready(())
            });
            _ = a.poll(pin!(testkit::probe("task 1", wakes).0));
        });
    });
    failure
        .says("stuck inside wake_by_ref() of A, while waking task 1, while polling task 1")
        .early();
}

#[test]
fn a_wake_that_spins_is_found_by_the_time_out() {
    let failure = failure_of(|| {
        within(Duration::from_secs(2), "the timer", || {
            let a = TestWaker::new("A");
            a.on_wake(|| {
                loop {
                    thread::sleep(Duration::from_millis(1));
                }
            });
            a.waker().wake();
        });
    });
    failure.says("the test's thread is stuck inside wake() of A");
}
