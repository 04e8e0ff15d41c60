//! Both ends of a channel do all they can, in every interleaving. Needs all of the chapter.

#![cfg(loom)]

use std::pin::Pin;
use std::task::{Context, Poll};

use atomic_waker::{AtomicWaker, blocking, oneshot};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("5.6", "atomic-waker/last-one.md");

const ONE_HAS_IT: Rule =
    EX.rule("The value is received, or the sender has it back: never both, and never neither.");
const GOES: Rule = EX.rule("An end that goes leaves nothing behind, whatever the other one does.");
const WOKEN: Rule = EX.rule("An end that waits is woken.");

#[test]
fn a_send_and_a_poll_and_a_close() {
    ONE_HAS_IT.model(|| {
        lane("the receiver");
        let task = TestWaker::new("task");
        let (tx, mut rx) = oneshot::channel();
        let sender = thread::spawn(move || {
            lane("the sender");
            tx.send(Arc::new(7)).err()
        });
        let mut received = match task.poll(Pin::new(&mut rx)) {
            Poll::Ready(value) => Some(value.expect("the sender has sent")),
            Poll::Pending => None,
        };
        if received.is_none() {
            rx.close();
            received = rx.try_recv().ok();
        }
        let returned = sender.join().unwrap();
        let sent = [&received, &returned].into_iter().flatten().count();
        ONE_HAS_IT.check_eq("those who have the value", sent, 1);
        GOES.check_eq("wakers held", task.held(), 0);
    });
}

/// faern/oneshot #87: a receiver that has been polled is dropped during a send.
#[test]
fn a_receiver_that_waits_is_dropped_during_a_send() {
    GOES.model(|| {
        lane("the receiver");
        let task = TestWaker::new("task");
        let (tx, mut rx) = oneshot::channel();
        assert!(task.poll(Pin::new(&mut rx)).is_pending());
        let sender = thread::spawn(move || {
            lane("the sender");
            drop(tx.send(Arc::new(7)));
        });
        drop(rx);
        sender.join().unwrap();
        GOES.check_eq("wakers held", task.held(), 0);
    });
}

#[test]
fn a_sender_that_waits_is_dropped_while_the_receiver_is() {
    GOES.model(|| {
        lane("the sender");
        let task = TestWaker::new("sender's task");
        let (mut tx, rx) = oneshot::channel::<Arc<u32>>();
        let waker = task.waker();
        assert!(
            tx.poll_closed(&mut Context::from_waker(&waker))
                .is_pending()
        );
        let receiver = thread::spawn(move || {
            lane("the receiver");
            drop(rx);
        });
        drop(tx);
        receiver.join().unwrap();
        drop(waker);
        GOES.check_eq("wakers held", task.held(), 0);
    });
}

/// The receiver moves to another task and goes, while the sender sends: it polls twice.
#[test]
fn a_send_while_the_receiver_moves_and_goes() {
    GOES.model(|| {
        lane("the receiver");
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let (tx, mut rx) = oneshot::channel();
        let sender = thread::spawn(move || {
            lane("the sender");
            drop(tx.send(Arc::new(7)));
        });
        if a.poll(Pin::new(&mut rx)).is_pending() {
            let _ = b.poll(Pin::new(&mut rx));
        }
        drop(rx);
        sender.join().unwrap();
        GOES.check_eq("wakers held", a.held() + b.held(), 0);
    });
}

#[test]
fn a_thread_waits_for_a_value() {
    WOKEN.model(|| {
        lane("waits");
        let (tx, rx) = oneshot::channel();
        let sender = thread::spawn(move || {
            lane("the sender");
            tx.send(7).unwrap();
        });
        WOKEN.check_eq("the value", rx.blocking_recv(), Ok(7));
        sender.join().unwrap();
    });
}

#[test]
fn a_task_waits_for_a_flag() {
    use model::loom::sync::atomic::AtomicBool;
    use std::sync::atomic::Ordering::Relaxed;

    WOKEN.model(|| {
        lane("waits");
        let shared = Arc::new((AtomicWaker::new(), AtomicBool::new(false)));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                lane("has news");
                shared.1.store(true, Relaxed);
                shared.0.wake();
            }
        });
        blocking::block_on(std::future::poll_fn(|cx| {
            shared.0.register(cx.waker());
            match shared.1.load(Relaxed) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }));
        other.join().unwrap();
    });
}
