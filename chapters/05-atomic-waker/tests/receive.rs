//! 5.7: a receiver is awaited.

#![cfg(not(loom))]

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use atomic_waker::oneshot::{self, Receiver, Sender};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("5.7", "atomic-waker/receive.md");

const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
const NO_CLONE: Rule = EX.rule("A waker that would wake the same task is not cloned again.");
const WOKEN: Rule =
    EX.rule("A task that awaits a receiver is woken once, when the sender is done.");
const MEANWHILE: Rule =
    EX.rule("A poll that leaves its waker too late for a send returns the value.");
const USABLE: Rule = EX.rule("A waker that panics leaves a channel that works.");
const NOT_KEPT: Rule = EX.rule("A receiver that is done with leaves no waker behind.");

#[test]
fn a_value_wakes_the_task_that_waits() {
    EX.within("sending to a task that waits", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        WOKEN.pending(task.poll(Pin::new(&mut receiver)), "nothing was sent");
        WOKEN.check_eq("wakers held", task.held(), 1);
        WOKEN.check_eq("the send", sender.send(7), Ok(()));
        WOKEN.check_eq("wakes", task.wakes(), 1);
        WOKEN.check_eq("wakes that used the waker up", task.wakes_by_val(), 1);
        let value = WOKEN.ready(task.poll(Pin::new(&mut receiver)), "the value was sent");
        WOKEN.check_eq("the value", value, Ok(7));
        WOKEN.check_eq("wakers held", task.held(), 0);
    });
}

#[test]
fn a_dropped_sender_wakes_the_task_that_waits() {
    EX.within("dropping the sender of a task that waits", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel::<u32>();
        WOKEN.pending(task.poll(Pin::new(&mut receiver)), "nothing was sent");
        drop(sender);
        WOKEN.check_eq("wakes", task.wakes(), 1);
        let value = WOKEN.ready(task.poll(Pin::new(&mut receiver)), "the sender is gone");
        WOKEN.check(value.is_err(), "a value out of nowhere");
    });
}

#[test]
fn the_waker_of_the_latest_poll_is_kept() {
    EX.within("polling a receiver from two tasks", || {
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (sender, mut receiver) = oneshot::channel();
        for (now, before) in [(&a, &b), (&b, &a), (&a, &b), (&b, &a)] {
            LATEST.pending(now.poll(Pin::new(&mut receiver)), "nothing was sent");
            LATEST.check_eq("wakers held of the latest poll", now.held(), 1);
            LATEST.check_eq("wakers held of the poll before", before.held(), 0);
        }
        LATEST.check_eq("the send", sender.send(7), Ok(()));
        LATEST.check_eq("wakes of A", a.wakes(), 0);
        LATEST.check_eq("wakes of B, which polled last", b.wakes(), 1);
    });
}

#[test]
fn the_same_waker_is_cloned_once() {
    EX.within("polling a receiver again and again", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        for _ in 0..4 {
            NO_CLONE.pending(task.poll(Pin::new(&mut receiver)), "nothing was sent");
        }
        NO_CLONE.check_eq("clones", task.clones(), 1);
        NO_CLONE.check_eq("wakers held", task.held(), 1);
        NO_CLONE.check_eq("the send", sender.send(7), Ok(()));
        NO_CLONE.check_eq("wakes", task.wakes(), 1);
    });
}

/// The sender sends in the middle of a poll: after the look that found nothing, and before the
/// waker is there. A clone that sends makes it come at that very moment.
#[test]
fn a_value_that_comes_during_the_poll_is_returned() {
    EX.within("a clone that sends", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        task.on_clone(sends(sender));
        let polled = task.poll(Pin::new(&mut receiver));
        let value = MEANWHILE.ready(
            polled,
            format_args!(
                "the value came during the poll, the poll returned Pending, and the task was woken \
                 {} times",
                task.wakes()
            ),
        );
        MEANWHILE.check_eq("the value", value, Ok(7));
        NOT_KEPT.check_eq("wakers held", task.held(), 0);
    });
}

/// The same with a task that has polled before, and has moved since. The waker of its first place may be
/// woken in vain: it was there when the value came, unless an answer takes it back first.
#[test]
fn a_value_that_comes_during_the_second_poll_is_returned() {
    EX.within("a clone that sends, in the second poll", || {
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (sender, mut receiver) = oneshot::channel();
        LATEST.pending(a.poll(Pin::new(&mut receiver)), "nothing was sent");
        b.on_clone(sends(sender));
        let value = match b.poll(Pin::new(&mut receiver)) {
            Poll::Ready(value) => value,
            Poll::Pending => {
                MEANWHILE.check_eq("wakes of B, which found nothing", b.wakes(), 1);
                WOKEN.ready(b.poll(Pin::new(&mut receiver)), "the value was sent")
            }
        };
        MEANWHILE.check_eq("the value", value, Ok(7));
        NOT_KEPT.check_eq("wakers held", a.held() + b.held(), 0);
    });
}

/// The stale waker's drop sends: the new one is there already, or the word says what happened.
#[test]
fn a_value_that_comes_while_the_stale_waker_is_dropped() {
    EX.within("a stale waker whose drop sends", || {
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (sender, mut receiver) = oneshot::channel();
        let held = a.waker();
        LATEST.pending(a.poll(Pin::new(&mut receiver)), "nothing was sent");
        a.on_drop(sends(sender));
        if b.poll(Pin::new(&mut receiver)).is_pending() {
            MEANWHILE.check_eq("wakes of B, which found nothing", b.wakes(), 1);
        }
        NOT_KEPT.check_eq("wakers of A, but for ours", a.held(), 1);
        drop(held);
    });
}

#[test]
fn a_clone_that_panics_leaves_a_channel_that_works() {
    EX.within("polling with a waker that panics when cloned", || {
        let [a, bad, c] = ["A", "bad", "C"].map(TestWaker::new);
        bad.on_clone(|| panic!("expected by the test"));
        let (sender, mut receiver) = oneshot::channel();
        LATEST.pending(a.poll(Pin::new(&mut receiver)), "nothing was sent");
        USABLE.panics(
            || bad.poll(Pin::new(&mut receiver)),
            "the waker was not cloned, or its panic was caught",
        );
        LATEST.pending(c.poll(Pin::new(&mut receiver)), "nothing was sent");
        LATEST.check_eq("wakers of A held", a.held(), 0);
        USABLE.check_eq("the send", sender.send(7), Ok(()));
        USABLE.check_eq("wakes of C, which polled last", c.wakes(), 1);
        let value = USABLE.ready(c.poll(Pin::new(&mut receiver)), "the value was sent");
        USABLE.check_eq("the value", value, Ok(7));
    });
}

/// The stale waker is that of a task that this receiver has left. Its panic is none of ours.
#[test]
fn a_drop_that_panics_is_not_the_panic_of_whoever_polls() {
    EX.within("a stale waker that panics when dropped", || {
        let [stale, b] = ["stale", "B"].map(TestWaker::new);
        let held = stale.waker();
        let (sender, mut receiver) = oneshot::channel();
        LATEST.pending(stale.poll(Pin::new(&mut receiver)), "nothing was sent");
        let is_first = AtomicBool::new(true);
        stale.on_drop(move || assert!(!is_first.swap(false, SeqCst), "expected by the test"));
        let polled = USABLE.returns(
            || b.poll(Pin::new(&mut receiver)),
            "the polling task was hit by the panic of the stale waker, which is another task's",
        );
        LATEST.pending(polled, "nothing was sent");
        USABLE.check_eq("the send", sender.send(7), Ok(()));
        USABLE.check_eq("wakes of B, which polled last", b.wakes(), 1);
        drop(held);
    });
}

#[test]
fn a_wake_that_receives_finds_the_value() {
    EX.within("a waker whose wake receives", || {
        let task = TestWaker::new("task");
        let (sender, receiver) = oneshot::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let received = Arc::new(Mutex::new(None));
        WOKEN.pending(poll(&task, &receiver), "nothing was sent");
        task.on_wake({
            let (receiver, received) = (Arc::downgrade(&receiver), Arc::clone(&received));
            move || {
                let receiver = receiver.upgrade().expect("it is not dropped before");
                *received.lock().unwrap() = Some(receiver.lock().unwrap().try_recv());
            }
        });
        WOKEN.check_eq("the send", sender.send(7), Ok(()));
        let received = received.lock().unwrap().take();
        WOKEN.check_eq("what the wake has received", received, Some(Ok(7)));
    });
}

#[test]
fn a_receiver_that_is_dropped_leaves_no_waker() {
    EX.within("dropping a receiver that was polled", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel::<u32>();
        NOT_KEPT.pending(task.poll(Pin::new(&mut receiver)), "nothing was sent");
        drop(receiver);
        NOT_KEPT.check_eq("wakers held", task.held(), 0);
        NOT_KEPT.check_eq("the send", sender.send(7), Err(7));
        NOT_KEPT.check_eq("wakes of a task that does not wait", task.wakes(), 0);
    });
}

fn sends(sender: Sender<u32>) -> impl Fn() + Send + Sync {
    let sender = Mutex::new(Some(sender));
    move || {
        let sender = sender.lock().unwrap().take();
        if let Some(sender) = sender {
            let _ = sender.send(7);
        }
    }
}

fn poll(task: &TestWaker, receiver: &Mutex<Receiver<u32>>) -> Poll<bool> {
    let mut receiver = receiver.lock().unwrap();
    task.poll(Pin::new(&mut *receiver))
        .map(|value| value.is_ok())
}
