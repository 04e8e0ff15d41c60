//! Wakes that come while the task is being polled, and while it ends.

#![cfg(loom)]

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::sync::atomic::{AtomicBool, AtomicUsize};
use model::loom::thread;
use raw_waker::{Notified, Ran, Task, new_task, queue, run_queue};
use testkit::Exercise;

const EX: Exercise = Exercise::new("2.7", "raw-waker/run.md");

/// A task that is done once it sees `flag`, and that loom watches for polls that overlap.
fn task_waiting_for(flag: &Arc<AtomicBool>) -> (Notified, queue::Receiver, Arc<AtomicUsize>) {
    let (sender, receiver) = run_queue();
    let polls = Arc::new(AtomicUsize::new(0));
    let future = {
        let (flag, polls, cell) = (Arc::clone(flag), Arc::clone(&polls), UnsafeCell::new(()));
        poll_fn(move |_| {
            // Two polls at once would both be in here.
            cell.with_mut(|_| polls.fetch_add(1, Relaxed));
            if flag.load(Relaxed) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    };
    (new_task(future, sender), receiver, polls)
}

fn waker_of(notified: &Notified) -> Waker {
    Task::clone(notified.task()).into_waker()
}

#[test]
fn no_wake_is_lost() {
    EX.rule("A task that is woken while it is being polled is polled again, and sees why.")
        .model(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let (notified, receiver, polls) = task_waiting_for(&flag);
            let waker = waker_of(&notified);
            let waking = thread::spawn(move || {
                flag.store(true, Relaxed);
                waker.wake_by_ref();
            });

            notified.schedule();
            let mut completed = false;
            while let Some(notified) = receiver.pop() {
                completed = notified.run() == Ran::Complete;
            }
            waking.join().unwrap();
            assert!(
                completed,
                "the task ended without having seen what it was woken for"
            );
            assert!(
                polls.load(Relaxed) <= 2,
                "one wake caused more than one poll"
            );
        });
}

#[test]
fn two_executors_never_poll_it_at_once() {
    EX.rule("A task is polled by one thread at a time.")
        .model(|| {
            let flag = Arc::new(AtomicBool::new(false));
            let (notified, receiver, polls) = task_waiting_for(&flag);
            let waker = waker_of(&notified);
            let receiver = Arc::new(receiver);
            notified.schedule();

            let other = thread::spawn({
                let receiver = Arc::clone(&receiver);
                move || {
                    waker.wake();
                    if let Some(notified) = receiver.try_pop() {
                        let _ = notified.run();
                    }
                }
            });
            while let Some(notified) = receiver.try_pop() {
                let _ = notified.run();
            }
            other.join().unwrap();
            while let Some(notified) = receiver.try_pop() {
                let _ = notified.run();
            }
            let polls = polls.load(Relaxed);
            assert!(
                (1..=2).contains(&polls),
                "{polls} polls for a spawn and a wake"
            );
        });
}

#[test]
fn a_wake_beside_the_end_does_nothing() {
    EX.rule("A wake after completion does nothing.").model(|| {
        let flag = Arc::new(AtomicBool::new(true));
        let (notified, receiver, polls) = task_waiting_for(&flag);
        let waker = waker_of(&notified);
        let task = Task::clone(notified.task());
        let waking = thread::spawn(move || waker.wake());

        assert_eq!(notified.run(), Ran::Complete);
        waking.join().unwrap();

        assert!(receiver.try_pop().is_none(), "a finished task was queued");
        assert_eq!(polls.load(Relaxed), 1, "polls");
        assert_eq!(task.ref_count(), 1, "references: only ours is left");
        assert!(task.state().load().is_complete());
    });
}
