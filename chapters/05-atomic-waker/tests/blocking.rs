//! A thread that is no task waits for a value.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use atomic_waker::oneshot;
use current_thread::Runtime;
use testkit::{Exercise, PanicMessage, Rule};

const CHAPTER: Exercise = Exercise::chapter("5", "atomic-waker/index.md");
const WAITS: Rule = CHAPTER
    .may_be("5.5, 5.6 or 5.7")
    .rule("A thread that waits for a value gets it, or learns that the sender is gone.");
const REFUSED: Rule =
    CHAPTER.rule("A thread that runs tasks must not wait: `blocking_recv` says so.");

#[test]
fn a_thread_waits_for_a_value() {
    WAITS.holds("a thread that waits for another", || {
        let (sender, receiver) = oneshot::channel();
        let (started, has_started) = oneshot::channel();
        let waiting = thread::spawn(move || {
            started.send(()).unwrap();
            receiver.blocking_recv()
        });
        has_started.blocking_recv().unwrap();
        sender.send(7).unwrap();
        assert_eq!(waiting.join().unwrap(), Ok(7));
    });
}

#[test]
fn a_thread_waits_for_a_sender_that_goes() {
    WAITS.holds("a thread that waits for a dropped sender", || {
        let (sender, receiver) = oneshot::channel::<u32>();
        let waiting = thread::spawn(move || receiver.blocking_recv());
        drop(sender);
        assert!(waiting.join().unwrap().is_err());
    });
}

/// The task that would send is one of those that this thread runs.
#[test]
fn a_thread_that_runs_tasks_must_not_wait() {
    REFUSED.holds("blocking_recv in a task", || {
        let (sender, receiver) = oneshot::channel::<u32>();
        let rt = Runtime::new();
        let payload = rt.block_on(async {
            catch_unwind(AssertUnwindSafe(|| receiver.blocking_recv())).unwrap_err()
        });
        let message = PanicMessage::of(&*payload);
        let expected = "Cannot block the current thread from within a runtime.";
        assert!(message.as_str().starts_with(expected), "{message}");
        assert!(sender.is_closed());
    });
}

/// A handle that has been entered says where `spawn` goes. Nothing runs on the thread.
#[test]
fn a_thread_that_has_only_entered_a_runtime_may_wait() {
    REFUSED.holds("blocking_recv beside a runtime", || {
        let rt = Runtime::new();
        let _entered = rt.enter();
        let (sender, receiver) = oneshot::channel();
        sender.send(7).unwrap();
        assert_eq!(receiver.blocking_recv(), Ok(7));
    });
}
