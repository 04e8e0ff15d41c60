//! What loom finds is told as a break of the rule.
#![cfg(loom)]

mod support;

use model::loom::sync::{Arc, Mutex};
use model::loom::thread;

use support::{RULE, failure_of};

#[test]
fn a_check_that_fails_in_one_interleaving() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let number = Arc::new(Mutex::new(0));
            let other = Arc::clone(&number);
            let thread = thread::spawn(move || *other.lock().unwrap() = 1);
            let seen = *number.lock().unwrap();
            RULE.check(seen == 0, format_args!("seen: {seen}"));
            thread.join().unwrap();
        });
    });
    failure.names_rule(RULE.sentence()).says("seen: 1");
}

#[test]
fn a_deadlock_in_one_interleaving() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let locks = Arc::new([Mutex::new(()), Mutex::new(())]);
            let same = Arc::clone(&locks);
            thread::spawn(move || {
                let _first = same[0].lock().unwrap();
                let _second = same[1].lock().unwrap();
            });
            let _second = locks[1].lock().unwrap();
            let _first = locks[0].lock().unwrap();
        });
    });
    failure
        .names_rule(RULE.sentence())
        .says("loom found an interleaving that fails: deadlock");
}

#[test]
fn wakers_and_probes_inside_a_model() {
    RULE.model(|| {
        let a = testkit::TestWaker::new("A");
        let (gate, opened) = testkit::gate("gate");
        let mut future = Box::pin(testkit::probe("task 1", opened).0);
        let poll = a.poll(future.as_mut());
        let thread = thread::spawn(move || gate.open(7));
        thread.join().unwrap();
        RULE.pending(poll, "it is ready before its gate is open");
        RULE.check_eq("wakes", a.wakes(), 1);
        RULE.ready(a.poll(future.as_mut()), "it is pending");
    });
}

/// loom's own limit is not told as if the reader had lost a wake.
#[test]
fn a_thread_that_is_unparked_while_it_waits_for_a_lock() {
    let failure = failure_of(|| {
        RULE.model(|| {
            let lock = Arc::new(Mutex::new(()));
            let same = Arc::clone(&lock);
            let waits = thread::spawn(move || drop(same.lock().unwrap()));
            let guard = lock.lock().unwrap();
            waits.thread().unpark();
            thread::yield_now();
            drop(guard);
            waits.join().unwrap();
        });
    });
    failure
        .names_rule(RULE.sentence())
        .says("expected to be able to acquire lock")
        .says("This may be no fault of yours.");
}
