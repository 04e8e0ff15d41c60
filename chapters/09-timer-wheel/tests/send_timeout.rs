//! A channel's `send_timeout`: the channel knows of timers only what the runtime around it offers.

#![cfg(not(loom))]

mod kit;

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use channels::mpsc::error::SendTimeoutError;
use channels::mpsc::{self, Sender};
use current_thread::Runtime;
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Instant, advance, sleep};

use kit::{MS, ms, paused};

const EX: Exercise = Exercise::chapter("9", "timer-wheel/index.md").may_be("9.4 or 9.6");

const IN_TIME: Rule = EX.rule("A value is sent if there is room in time, and else comes back.");
const PLACE: Rule =
    EX.rule("A sender whose time is over leaves the queue, and takes no room along.");
const NOTHING: Rule = EX.rule("Where there is room no clock is needed.");

fn full() -> (Sender<u8>, mpsc::Receiver<u8>) {
    let (tx, rx) = mpsc::channel(1);
    tx.try_send(0).expect("there is room for one");
    (tx, rx)
}

#[test]
fn room_comes_in_time_or_too_late() {
    EX.within("sends that wait", || {
        paused().block_on(async {
            let started = Instant::now();
            let (tx, mut rx) = full();
            let late = tx.send_timeout(1, ms(10)).await;
            IN_TIME.check_eq("too late", late, Err(SendTimeoutError::Timeout(1)));
            IN_TIME.check_eq("elapsed", started.elapsed(), ms(10));
            let none = tx.send_timeout(2, Duration::ZERO).await;
            IN_TIME.check_eq("no time", none, Err(SendTimeoutError::Timeout(2)));
            let receive = current_thread::spawn(async move {
                sleep(ms(5)).await;
                let first = rx.recv().await;
                (first, rx.recv().await, rx)
            });
            let in_time = tx.send_timeout(3, ms(10)).await;
            IN_TIME.check_eq("in time", in_time, Ok(()));
            let (first, second, mut rx) = receive.await.unwrap();
            IN_TIME.check_eq("received", (first, second), (Some(0), Some(3)));
            tx.try_send(4).unwrap();
            rx.close();
            let closed = tx.send_timeout(5, Duration::MAX).await;
            IN_TIME.check_eq("closed", closed, Err(SendTimeoutError::Closed(5)));
        });
    });
}

/// Two wait, and the time of the first is over. The room goes to the second.
#[test]
fn the_queue_moves_on() {
    paused().block_on(async {
        let (tx, mut rx) = full();
        let tasks = ["A", "B"].map(TestWaker::new);
        let mut first = Box::pin(tx.send_timeout(1, MS));
        let mut second = pin!(tx.send_timeout(2, Duration::MAX));
        assert!(tasks[0].poll(first.as_mut()).is_pending());
        assert!(tasks[1].poll(second.as_mut()).is_pending());
        advance(MS).await;
        PLACE.check_eq("wakes of A", tasks[0].wakes(), 1);
        let over = tasks[0].poll(first.as_mut());
        PLACE.check_eq("A", over, Poll::Ready(Err(SendTimeoutError::Timeout(1))));
        PLACE.check_eq("received", rx.recv().await, Some(0));
        PLACE.check_eq("wakes of B", tasks[1].wakes(), 1);
        let sent = tasks[1].poll(second.as_mut());
        PLACE.check_eq("B", sent, Poll::Ready(Ok(())));
        PLACE.check_eq("received", rx.recv().await, Some(2));
    });
}

#[test]
fn without_timers() {
    let (tx, mut rx) = mpsc::channel(1);
    Runtime::new().block_on(async {
        NOTHING.check_eq("room", tx.send_timeout(1, MS).await, Ok(()));
        let task = TestWaker::new("task");
        let mut waits = pin!(tx.send_timeout(2, MS));
        let message = NOTHING.panics(|| task.poll(waits.as_mut()), "there are no timers");
        NOTHING.check(message.contains("timers are missing"), message);
        NOTHING.check_eq("received", rx.recv().await, Some(1));
    });
}

#[test]
fn the_errors_say_so() {
    let [late, closed] = [SendTimeoutError::Timeout(1), SendTimeoutError::Closed(2)];
    let texts = (
        late.to_string(),
        closed.to_string(),
        format!("{late:?} {closed:?}"),
    );
    let expected = (
        "timed out waiting on send operation",
        "channel closed",
        "Timeout(..) Closed(..)",
    );
    IN_TIME.check_eq("texts", (&*texts.0, &*texts.1, &*texts.2), expected);
    IN_TIME.check_eq("values", (late.into_inner(), closed.into_inner()), (1, 2));
}
