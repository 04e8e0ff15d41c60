//! Wakers used up by several threads at once, and beside an executor that goes away.

#![cfg(loom)]

use model::loom::thread;
use raw_waker::state::ToIdle;
use raw_waker::{Task, new_task, queue, run_queue};
use testkit::Exercise;

const EX: Exercise = Exercise::new("2.5", "raw-waker/wake-by-val.md");

/// A task that waits, and the queue it will be pushed into.
fn idle_task() -> (Task, queue::Receiver) {
    let (sender, receiver) = run_queue();
    let task = new_task(std::future::pending(), sender).into_task();
    task.state().transition_to_running();
    assert_eq!(task.state().transition_to_idle(), ToIdle::Idle);
    (task, receiver)
}

#[test]
fn two_wakes_at_once_queue_one_reference() {
    EX.rule("A wake by value puts its reference into the queue or gives it up.")
        .model(|| {
            let (task, receiver) = idle_task();
            let waker = task.clone().into_waker();
            let other = thread::spawn({
                let waker = task.clone().into_waker();
                move || waker.wake()
            });
            waker.wake();
            other.join().unwrap();

            let notified = receiver.try_pop().expect("nobody queued the task");
            assert!(receiver.try_pop().is_none(), "the task was queued twice");
            assert_eq!(
                task.ref_count(),
                2,
                "references: ours, and the one in the queue"
            );
            drop(notified);
        });
}

// What async-executor #163 and async-task #11 were: between the push and the end of `wake`, another
// thread takes the task, ends it and frees it, and the queue is closed and freed with it.
#[test]
fn everything_may_be_gone_before_the_push_returns() {
    EX.rule("After the push the task may be gone, and nothing that belonged to it may be used.")
        .model(|| {
            let (task, receiver) = idle_task();
            let waker = task.into_waker();
            let executor = thread::spawn(move || {
                drop(receiver.try_pop());
                drop(receiver);
            });
            waker.wake();
            executor.join().unwrap();
        });
}
