//! What a oneshot promises, in names, results and messages: as tokio's does.

#![cfg(not(loom))]

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use atomic_waker::oneshot::error::{RecvError, TryRecvError};
use atomic_waker::oneshot::{self, Receiver, Sender};
use current_thread::{Runtime, spawn, yield_now};
use testkit::{Exercise, PanicMessage, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("5", "atomic-waker/index.md");
const TYPES: Rule =
    CHAPTER.rule("The ends go to other threads if the value may, and print what they are.");
const SAYS: Rule = CHAPTER.rule("An error says what tokio's says.");
const SENT: Rule = CHAPTER
    .may_be("5.5, 5.6 or 5.7")
    .rule("A value that was sent is received once, and an end that goes is told to the other.");
const CLOSED: Rule = CHAPTER.may_be("5.5, 5.7 or 5.8").rule(
    "A receiver that is closed takes no new value, and still has the one that was sent before.",
);
const ONCE: Rule = CHAPTER
    .may_be("5.5, 5.6 or 5.7")
    .rule("Each value and each waker is dropped once, at whichever end it is left.");
const CALLS_BACK: Rule = CHAPTER
    .may_be("5.5, 5.6 or 5.7")
    .rule("A waker may use the channel while it is woken: no place is held then.");
const PANICS: Rule = CHAPTER.may_be("5.5, 5.6 or 5.7").rule(
    "A foreign waker that panics leaks nothing, and its panic goes to the thread that called it.",
);
const BUDGET: Rule = CHAPTER
    .may_be("5.7")
    .rule("An end that is ready spends one of the budget, and waits when there is none.");
const TASKS: Rule = CHAPTER
    .may_be("5.5, 5.7 or 5.8")
    .rule("A task that waits for the channel is woken by what it waits for.");

fn poll<T>(task: &TestWaker, receiver: &mut Receiver<T>) -> Poll<Result<T, RecvError>> {
    task.poll(Pin::new(receiver))
}

#[test]
fn both_ends_go_to_other_threads_if_the_value_may() {
    TYPES.holds("both ends go to other threads if the value may", || {
        fn is_send<T: Send>() {}
        fn is_sync<T: Sync>() {}
        fn is_unpin<T: Unpin>() {}
        is_send::<Sender<u32>>();
        is_sync::<Sender<u32>>();
        is_send::<Receiver<std::cell::Cell<u32>>>();
        is_sync::<Receiver<std::cell::Cell<u32>>>();
        is_unpin::<Receiver<std::marker::PhantomPinned>>();
    });
}

#[test]
fn errors_say_what_tokio_says() {
    SAYS.holds("errors say what tokio says", || {
        let error = TryRecvError::Empty;
        assert_eq!(error.to_string(), "channel empty");
        assert_eq!(TryRecvError::Closed.to_string(), "channel closed");
        let (sender, receiver) = oneshot::channel::<u32>();
        drop(sender);
        let error: Box<dyn Error> = Box::new(receiver.blocking_recv().unwrap_err());
        assert_eq!(error.to_string(), "channel closed");
    });
}

#[test]
fn send_then_receive() {
    SENT.holds("a value", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        assert!(receiver.is_empty());
        assert!(!sender.is_closed());
        sender.send(1).unwrap();
        assert!(!receiver.is_empty());
        assert!(!receiver.is_terminated());
        assert_eq!(poll(&task, &mut receiver), Poll::Ready(Ok(1)));
        assert!(receiver.is_empty());
        assert!(receiver.is_terminated());
        assert_eq!(task.clones(), 0);
    });
}

#[test]
fn try_recv_ends_the_channel_unless_it_is_empty() {
    SENT.holds("trying", || {
        let (sender, mut receiver) = oneshot::channel();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(!receiver.is_terminated());
        sender.send(1).unwrap();
        assert_eq!(receiver.try_recv(), Ok(1));
        assert!(receiver.is_terminated());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));

        let (sender, mut receiver) = oneshot::channel::<u32>();
        drop(sender);
        assert!(!receiver.is_terminated());
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
        assert!(receiver.is_terminated());

        let (_sender, mut receiver) = oneshot::channel::<u32>();
        receiver.close();
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Closed));
        assert!(receiver.is_terminated());
    });
}

#[test]
fn a_dropped_sender_is_an_error() {
    SENT.holds("a dropped sender", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel::<u32>();
        drop(sender);
        assert!(receiver.is_empty());
        let value = match poll(&task, &mut receiver) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("the sender is gone"),
        };
        assert!(value.is_err());
        assert!(receiver.is_terminated());
    });
}

#[test]
fn close_then_send() {
    CLOSED.holds("a send after a close", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        assert!(poll(&task, &mut receiver).is_pending());
        receiver.close();
        // tokio #7884: the waker was kept until the sender was gone.
        assert_eq!(task.held(), 0);
        assert!(sender.is_closed());
        assert_eq!(sender.send(1), Err(1));
        assert_eq!(task.wakes(), 0);
        assert!(matches!(poll(&task, &mut receiver), Poll::Ready(Err(_))));
    });
}

#[test]
fn send_then_close_then_receive() {
    CLOSED.holds("a close after a send", || {
        let task = TestWaker::new("task");
        for receives in [
            |receiver: &mut Receiver<u32>, _: &TestWaker| receiver.try_recv().unwrap(),
            |receiver: &mut Receiver<u32>, task: &TestWaker| match poll(task, receiver) {
                Poll::Ready(value) => value.unwrap(),
                Poll::Pending => panic!("the value was sent"),
            },
        ] {
            let (sender, mut receiver) = oneshot::channel();
            sender.send(1).unwrap();
            receiver.close();
            receiver.close();
            assert!(!receiver.is_empty());
            assert_eq!(receives(&mut receiver, &task), 1);
        }
    });
}

#[test]
fn a_receiver_is_polled_after_its_end() {
    SENT.holds("a poll after Ready", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel();
        sender.send(1).unwrap();
        assert_eq!(poll(&task, &mut receiver), Poll::Ready(Ok(1)));
        receiver.close();
        let panicked = catch_unwind(AssertUnwindSafe(|| poll(&task, &mut receiver)));
        let message = PanicMessage::of(&*panicked.unwrap_err());
        assert_eq!(message, "called after complete");
    });
}

#[test]
fn a_value_is_dropped_with_the_receiver_while_the_sender_was_waiting() {
    ONCE.holds("values that nobody takes", || {
        let (token, drops) = drop_counter("value");
        let (sender, receiver) = oneshot::channel();
        assert!(sender.send(token).is_ok());
        drop(receiver);
        assert_eq!(drops.count(), 1);

        let (token, drops) = drop_counter("value");
        let (sender, receiver) = oneshot::channel();
        drop(receiver);
        let token = sender.send(token).unwrap_err();
        assert_eq!(drops.count(), 0);
        drop(token);
        assert_eq!(drops.count(), 1);
    });
}

/// Row E12 57 has the race; this is what is promised in any case: no value is lost.
#[test]
fn a_wake_that_closes_and_a_drop_that_sends() {
    CALLS_BACK.holds("wakers that call back", || {
        // The receiver's waker closes the channel that has just been completed.
        let task = TestWaker::new("receiver's task");
        let (sender, receiver) = oneshot::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        assert!(
            task.poll(Pin::new(&mut *receiver.lock().unwrap()))
                .is_pending()
        );
        task.on_wake({
            let receiver = Arc::downgrade(&receiver);
            move || receiver.upgrade().unwrap().lock().unwrap().close()
        });
        sender.send(1).unwrap();
        assert_eq!(receiver.lock().unwrap().try_recv(), Ok(1));

        // The sender's waker sends into the channel that has just been closed.
        let task = TestWaker::new("sender's task");
        let (mut sender, receiver) = oneshot::channel();
        assert!(
            sender
                .poll_closed(&mut Context::from_waker(&task.waker()))
                .is_pending()
        );
        let sender = Arc::new(Mutex::new(Some(sender)));
        task.on_wake({
            let sender = Arc::clone(&sender);
            move || {
                let sender = sender.lock().unwrap().take().unwrap();
                assert_eq!(sender.send(2), Err(2));
            }
        });
        drop(receiver);
        assert!(sender.lock().unwrap().is_none());
    });
}

#[test]
fn a_panic_of_the_senders_waker_leaks_nothing() {
    PANICS.holds("a sender's waker that panics", || {
        let task = TestWaker::new("sender's task");
        let (token, drops) = drop_counter("what the receiver holds");
        task.on_wake(|| panic!("expected by the test"));
        let (mut sender, receiver) = oneshot::channel::<testkit::DropToken>();
        assert!(
            sender
                .poll_closed(&mut Context::from_waker(&task.waker()))
                .is_pending()
        );
        assert!(catch_unwind(AssertUnwindSafe(|| drop(receiver))).is_err());
        let token = sender.send(token).unwrap_err();
        drop(token);
        assert_eq!(drops.count(), 1);
        assert_eq!(task.held(), 0);
    });
}

#[test]
fn a_panic_of_the_receivers_waker_is_the_senders() {
    PANICS.holds("a receiver's waker that panics", || {
        let task = TestWaker::new("receiver's task");
        task.on_wake(|| panic!("expected by the test"));
        let (sender, mut receiver) = oneshot::channel();
        assert!(poll(&task, &mut receiver).is_pending());
        assert!(catch_unwind(AssertUnwindSafe(|| sender.send(1))).is_err());
        assert_eq!(receiver.try_recv(), Ok(1));
    });
}

#[test]
fn tasks_of_a_scheduler_ask_and_answer() {
    TASKS.holds("requests on chapter 4's scheduler", || {
        let rt = Runtime::new();
        let answers = rt.block_on(async {
            let mut answers = Vec::new();
            for i in 0..10 {
                let (sender, receiver) = oneshot::channel();
                let request = spawn(async move {
                    for _ in 0..i {
                        yield_now().await;
                    }
                    sender.send(i * i).unwrap();
                });
                answers.push(receiver.await.unwrap());
                request.await.unwrap();
            }
            answers
        });
        let squares: Vec<_> = (0..10).map(|i| i * i).collect();
        assert_eq!(answers, squares);
    });
}

#[test]
fn a_task_stops_its_work_when_nobody_wants_it() {
    TASKS.holds("closed() on chapter 4's scheduler", || {
        let rt = Runtime::new();
        rt.block_on(async {
            let (mut sender, receiver) = oneshot::channel::<u32>();
            let worker = spawn(async move {
                sender.closed().await;
                assert!(sender.is_closed());
                sender.send(1)
            });
            yield_now().await;
            assert!(!worker.is_finished());
            drop(receiver);
            assert_eq!(worker.await.unwrap(), Err(1));
        });
    });
}

/// Values that are there already: the task that takes them gives way when its budget is used up.
#[test]
fn a_receiver_spends_the_budget() {
    BUDGET.holds("awaiting many values", || {
        let polls = polls_of(async {
            for n in 0..1000 {
                let (tx, rx) = oneshot::channel();
                tx.send(n).unwrap();
                assert_eq!(rx.await, Ok(n));
            }
        });
        assert_eq!(polls, 8, "polls, with 128 values each");
    });
}

/// A receiver that is gone: the task that asks again and again gives way when its budget is used up.
#[test]
fn a_sender_spends_the_budget() {
    BUDGET.holds("waiting for a close that has been", || {
        let polls = polls_of(async {
            let (mut tx, rx) = oneshot::channel::<u8>();
            drop(rx);
            for _ in 0..1000 {
                tx.closed().await;
            }
        });
        assert_eq!(polls, 8, "polls, with 128 answers each");
    });
}

/// How often a task is polled.
fn polls_of(future: impl Future<Output = ()> + Send + 'static) -> usize {
    let polls = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&polls);
    let mut future = Box::pin(future);
    let counted = std::future::poll_fn(move |cx| {
        seen.fetch_add(1, Relaxed);
        future.as_mut().poll(cx)
    });
    Runtime::new().block_on(async { spawn(counted).await.unwrap() });
    polls.load(Relaxed)
}
