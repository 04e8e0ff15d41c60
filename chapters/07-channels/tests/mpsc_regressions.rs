//! Bugs that published channels had.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use channels::mpsc::error::{TryRecvError, TrySendError};
use channels::mpsc::{self, channel, unbounded_channel};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const ENDED: Rule = CHAPTER.may_be("7.1 or 7.2").rule(
    "A channel that has ended keeps no value, no block and no waker, and says that it has ended.",
);
const PROMISED: Rule = CHAPTER
    .may_be("6.5, 6.6 or 7.2")
    .rule("Room is there once: what was promised stays, what was not used goes to the next.");

testkit::quarantine!();

const EX: Exercise = Exercise::new("7.1", "channels/fill.md");
const ABORT: Rule =
    EX.rule("Room that is given back after the close is told to the receiver, which waits for it.");
const SURVIVES: Rule =
    EX.rule("A value is there until it is returned, also if a sender's waker panics.");

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// tokio #7714: and so did one that was sent with a permit after the receiver had gone.
#[test]
fn tokio_7714_a_value_sent_with_a_permit_to_nobody() {
    ENDED.holds("tokio 7714 a value sent with a permit to nobody", || {
        let (tx, rx) = channel(2);
        let (first, first_drops) = drop_counter("first");
        let (second, second_drops) = drop_counter("second");
        let owned = tx.clone().try_reserve_owned().unwrap();
        let permit = tx.try_reserve().unwrap();
        drop(rx);
        permit.send(first);
        assert_eq!(first_drops.count(), 1);
        drop(owned.send(second));
        assert_eq!(second_drops.count(), 1);
    });
}

/// tokio #8095: the waker of a receiver that was gone was kept for as long as there was a sender, and
/// with it the memory of its task.
#[test]
fn tokio_8095_the_waker_goes_with_the_receiver() {
    ENDED.holds("tokio 8095 the waker goes with the receiver", || {
        let (tx, mut rx) = channel::<u32>(1);
        let (unbounded, mut from_unbounded) = unbounded_channel::<u32>();
        let tasks = ["A", "B"].map(TestWaker::new);
        assert!(tasks[0].poll(pin!(rx.recv())).is_pending());
        assert!(tasks[1].poll(pin!(from_unbounded.recv())).is_pending());
        assert_eq!(tasks.each_ref().map(TestWaker::held), [1, 1]);
        drop((rx, from_unbounded));
        assert_eq!(tasks.each_ref().map(TestWaker::held), [0, 0]);
        assert_eq!(tasks.each_ref().map(TestWaker::wakes), [0, 0]);
        drop((tx, unbounded));
    });
}

/// What becomes of a receiver that has closed its channel and waits, when the last room goes. It has to
/// be told.
fn told(rx: &mut mpsc::Receiver<u32>, last: impl FnOnce()) {
    let task = TestWaker::new("the receiver");
    let mut recv = Box::pin(rx.recv());
    assert!(task.poll(recv.as_mut()).is_pending());
    last();
    assert_eq!(task.wakes(), 1, "the receiver was not told");
    assert_eq!(task.poll(recv.as_mut()), Poll::Ready(None));
}

/// tokio #2854: a permit that was dropped after the close told nobody, and the receiver waited until the
/// senders were gone.
#[test]
fn tokio_2854_a_permit_dropped_after_the_close() {
    PROMISED.holds("tokio 2854 a permit dropped after the close", || {
        let (tx, mut rx) = channel(1);
        let permit = tx.try_reserve().unwrap();
        rx.close();
        told(&mut rx, || drop(permit));
    });
}

/// tokio #8075: the same, when an owned permit was released.
#[test]
fn tokio_8075_a_permit_released_after_the_close() {
    PROMISED.holds("tokio 8075 a permit released after the close", || {
        let (tx, mut rx) = channel(1);
        let permit = tx.clone().try_reserve_owned().unwrap();
        rx.close();
        told(&mut rx, || drop(permit.release()));
    });
}

/// tokio #8260: the same, when a wait for room failed or was cancelled that had got a part already, or
/// all of it.
#[test]
fn tokio_8260_a_wait_that_fails_after_the_close() {
    PROMISED.holds("tokio 8260 a wait that fails after the close", || {
        for is_cancelled in [false, true] {
            let task = TestWaker::new("the sender");
            // A part.
            let (tx, mut rx) = channel(2);
            let permit = tx.try_reserve().unwrap();
            let mut reserve = Box::pin(tx.reserve_many(2));
            assert!(task.poll(reserve.as_mut()).is_pending());
            rx.close();
            drop(permit);
            told(&mut rx, || match is_cancelled {
                true => drop(reserve),
                false => assert!(matches!(task.poll(reserve.as_mut()), Poll::Ready(Err(_)))),
            });
            // All of it.
            let (tx, mut rx) = channel(1);
            let permit = tx.try_reserve().unwrap();
            let mut reserve = Box::pin(tx.reserve());
            assert!(task.poll(reserve.as_mut()).is_pending());
            drop(permit);
            rx.close();
            told(&mut rx, || match is_cancelled {
                true => drop(reserve),
                false => assert!(matches!(task.poll(reserve.as_mut()), Poll::Ready(Err(_)))),
            });
        }
    });
}

/// tokio #3215: a channel that was closed while a permit had been handed over, and not been seen.
#[test]
fn tokio_3215_a_close_between_hand_over_and_poll() {
    PROMISED.holds("tokio 3215 a close between hand over and poll", || {
        let (tx, mut rx) = channel::<u32>(1);
        let [sender, receiver] = ["the sender", "the receiver"].map(TestWaker::new);
        let permit = tx.try_reserve().unwrap();
        let mut reserve = Box::pin(tx.reserve());
        assert!(sender.poll(reserve.as_mut()).is_pending());
        drop(permit);
        assert_eq!(sender.wakes(), 1);
        rx.close();
        let refused = sender.poll(reserve.as_mut());
        assert!(matches!(refused, Poll::Ready(Err(_))));
        assert!(matches!(receiver.poll(pin!(rx.recv())), Poll::Ready(None)));
    });
}

/// tokio #8074, #7631: after the close `try_recv` said that there was nothing at the moment, for ever; or
/// that there would be nothing, with permits out.
#[test]
fn tokio_8074_a_look_after_the_close() {
    ENDED.holds("tokio 8074 a look after the close", || {
        let (tx, mut rx) = channel::<u32>(1);
        rx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        drop(tx);
        let (tx, mut rx) = channel::<u32>(1);
        let permit = tx.try_reserve().unwrap();
        rx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        drop(permit);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        let (_tx, mut rx) = unbounded_channel::<u32>();
        rx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    });
}

/// tokio #8062: the length underflowed when the channel was closed at the border of a block.
#[test]
fn tokio_8062_the_length_after_the_close() {
    ENDED.holds("tokio 8062 the length after the close", || {
        for n in [0, 1, 31, 32, 33] {
            let (tx, mut rx) = unbounded_channel();
            for i in 0..n {
                tx.send(i).unwrap();
            }
            rx.close();
            // Sends that are refused count for nothing.
            assert!(tx.send(0).is_err());
            drop(tx);
            for i in 0..n {
                assert_eq!(rx.len(), n - i);
                rx.try_recv().unwrap();
            }
            assert_eq!(rx.len(), 0);
            assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
            assert_eq!(rx.len(), 0);
        }
    });
}

/// tokio #6603: a channel was said to be empty, and not to be so, at the border of a block.
#[test]
fn tokio_6603_empty_at_the_border_of_a_block() {
    ENDED.holds("tokio 6603 empty at the border of a block", || {
        let (tx, mut rx) = unbounded_channel();
        for n in 0..if cfg!(miri) { 10 } else { 100 } {
            assert!(rx.is_empty());
            tx.send(n).unwrap();
            assert!(!rx.is_empty());
            assert_eq!(rx.try_recv(), Ok(n));
        }
        for n in 0..33 {
            tx.send(n).unwrap();
        }
        for n in 0..33 {
            assert!(!rx.is_empty());
            assert_eq!(rx.try_recv(), Ok(n));
        }
        assert!(rx.is_empty());
    });
}

/// tokio #7990: `recv_many` panicked at the end, if there was something in the buffer.
#[test]
fn tokio_7990_a_buffer_with_something_in_it() {
    PROMISED.holds("tokio 7990 a buffer with something in it", || {
        let (_tx, mut rx) = channel::<u32>(1);
        let (_other, mut from_unbounded) = unbounded_channel::<u32>();
        let mut buffer = vec![1];
        rx.close();
        from_unbounded.close();
        assert_eq!(poll(rx.recv_many(&mut buffer, 1)), Poll::Ready(0));
        assert_eq!(
            poll(from_unbounded.recv_many(&mut buffer, 1)),
            Poll::Ready(0)
        );
        assert_eq!(buffer, [1]);
    });
}

/// tokio #4118: `try_reserve` called a closed channel full, and whoever tried until there was room tried
/// for ever.
#[test]
fn tokio_4118_closed_is_not_full() {
    ENDED.holds("tokio 4118 closed is not full", || {
        let (tx, mut rx) = channel::<u32>(1);
        let _permit = tx.try_reserve().unwrap();
        rx.close();
        assert_eq!(tx.try_reserve().unwrap_err(), TrySendError::Closed(()));
        assert_eq!(
            tx.try_reserve_many(1).unwrap_err(),
            TrySendError::Closed(())
        );
        assert!(matches!(
            tx.clone().try_reserve_owned(),
            Err(TrySendError::Closed(_))
        ));
        assert_eq!(tx.try_send(1), Err(TrySendError::Closed(1)));
    });
}

/// tokio #8560: a permit whose send woke a waker that panicked gave its room back, though its value was
/// in the channel.
#[test]
fn tokio_8560_room_is_not_there_twice() {
    PROMISED.holds("tokio 8560 room is not there twice", || {
        let (tx, mut rx) = channel(1);
        let task = TestWaker::new("the receiver");
        task.on_wake(|| std::panic::resume_unwind(Box::new("expected by the test")));
        for is_owned in [false, true] {
            assert!(task.poll(pin!(rx.recv())).is_pending());
            let sending = AssertUnwindSafe(|| match is_owned {
                false => tx.try_reserve().unwrap().send(7),
                true => drop(tx.clone().try_reserve_owned().unwrap().send(7)),
            });
            assert!(catch_unwind(sending).is_err());
            assert_eq!((tx.capacity(), rx.len()), (0, 1));
            assert_eq!(rx.try_recv(), Ok(7));
            assert_eq!(tx.capacity(), 1);
        }
    });
}

/// tokio #7094: a value that panicked in its drop kept those after it from being dropped.
#[test]
fn tokio_7094_a_drop_that_panics() {
    ENDED.holds("tokio 7094 a drop that panics", || {
        struct Bomb(bool, #[expect(dead_code)] testkit::DropToken);
        impl Drop for Bomb {
            fn drop(&mut self) {
                if self.0 {
                    std::panic::resume_unwind(Box::new("expected by the test"));
                }
            }
        }
        let (tx, rx) = unbounded_channel();
        let mut all = Vec::new();
        for is_live in [true, false, false] {
            let (token, drops) = drop_counter("value");
            all.push(drops);
            assert!(tx.send(Bomb(is_live, token)).is_ok());
        }
        assert!(catch_unwind(AssertUnwindSafe(|| drop(rx))).is_err());
        assert!(all.iter().all(|drops| drops.count() == 1));
    });
}

/// tokio #8529, and `dropping_rx_drops_sender_wakers_outside_lock` there: a waker that was dropped under
/// the lock of those who wait for room, and gave back room in its drop.
#[test]
fn tokio_8529_a_senders_waker_that_owns_a_permit() {
    PROMISED.holds("a waker that owns a permit", || {
        let (tx, rx) = channel::<u32>(2);
        let permit = Mutex::new(Some(tx.clone().try_reserve_owned().unwrap()));
        tx.try_send(1).unwrap();
        let task = TestWaker::new("the sender");
        let inside = Arc::new(permit);
        task.on_wake(move || drop(inside.lock().unwrap().take()));
        let mut reserve = Box::pin(tx.reserve());
        assert!(task.poll(reserve.as_mut()).is_pending());
        drop(rx);
        assert_eq!(task.wakes(), 1);
        assert!(matches!(task.poll(reserve.as_mut()), Poll::Ready(Err(_))));
        assert_eq!(tx.capacity(), 2);
    });
}

/// tokio #1886: a receiver that was dropped inside of a wake, with the last sender in a value of the
/// channel.
#[test]
fn tokio_1886_a_channel_that_ends_in_a_wake() {
    ENDED.holds("an end inside of a wake", || {
        struct Holds(#[expect(dead_code)] Option<mpsc::UnboundedSender<Holds>>);
        let (tx, mut rx) = unbounded_channel();
        let task = TestWaker::new("the receiver");
        assert!(task.poll(pin!(rx.recv())).is_pending());
        let rx = Mutex::new(Some(rx));
        task.on_wake(move || drop(rx.lock().unwrap().take()));
        assert!(tx.send(Holds(Some(tx.clone()))).is_ok());
        assert!(tx.is_closed());
        assert_eq!(tx.strong_count(), 1);
    });
}

/// A wait for room that was given up by `abort_send` after it had got its room, and after the close: the
/// receiver was not told.
#[test]
fn an_aborted_send_after_the_close() {
    PROMISED.holds("an aborted send after the close", || {
        for is_handed in [false, true] {
            let task = TestWaker::new("the receiver");
            let wakes = || task.wakes();
            let (tx, mut rx) = channel::<u32>(1);
            let permit = tx.try_reserve().unwrap();
            let mut sink = mpsc::PollSender::new(tx.clone());
            let mut cx = Context::from_waker(Waker::noop());
            ABORT.pending(
                sink.poll_reserve(&mut cx),
                "there is room in a full channel",
            );
            if is_handed {
                // Its room is the sink's now, which does not know yet.
                drop(permit);
                rx.close();
                let before = rx.poll_recv(&mut Context::from_waker(&task.waker()));
                ABORT.pending(
                    before,
                    "the end, though there is still room for one to send",
                );
                ABORT.check(sink.abort_send(), "there was nothing to give up");
            } else {
                rx.close();
                let before = rx.poll_recv(&mut Context::from_waker(&task.waker()));
                ABORT.pending(before, "the end, though there is still a permit");
                ABORT.check(sink.abort_send(), "there was nothing to give up");
                ABORT.check_eq("wakes, while there is a permit", wakes(), 0);
                drop(permit);
            }
            ABORT.check_eq("wakes of the receiver", wakes(), 1);
            let end = rx.poll_recv(&mut Context::from_waker(&task.waker()));
            ABORT.check_eq("what the receiver finds", end, Poll::Ready(None));
        }
    });
}

/// tokio takes a value out and wakes a sender then; if that waker panics, the value is gone.
#[test]
fn a_waker_that_panics_costs_no_value() {
    PROMISED.holds("a waker that panics costs no value", || {
        type Receive = fn(&mut mpsc::Receiver<u32>) -> Option<u32>;
        let ways: [(&str, Receive); 4] = [
            ("try_recv", |rx| rx.try_recv().ok()),
            ("recv", |rx| match poll(rx.recv()) {
                Poll::Ready(value) => value,
                Poll::Pending => None,
            }),
            ("poll_recv", |rx| {
                match rx.poll_recv(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(value) => value,
                    Poll::Pending => None,
                }
            }),
            ("recv_many", |rx| {
                let mut buffer = Vec::new();
                let _ = poll(rx.recv_many(&mut buffer, 1));
                buffer.pop()
            }),
        ];
        for (name, receive) in ways {
            let (tx, mut rx) = channel(1);
            tx.try_send(1).unwrap();
            let task = TestWaker::new("the sender");
            task.on_wake(|| std::panic::resume_unwind(Box::new("expected by the test")));
            let mut send = Box::pin(tx.send(2));
            SURVIVES.pending(
                task.poll(send.as_mut()),
                "a send into a full channel is ready",
            );
            let panicked = catch_unwind(AssertUnwindSafe(|| receive(&mut rx)));
            SURVIVES.check(
                panicked.is_err(),
                "the panic of the waker was not passed on",
            );
            SURVIVES.check_eq("values in the channel", rx.len(), 1);
            SURVIVES.check_eq(name, receive(&mut rx), Some(1));
            // Its room was given to the sender once, and not twice.
            SURVIVES.check_eq("room", tx.capacity(), 0);
            SURVIVES.check(
                task.poll(send.as_mut()).is_ready(),
                "the sender has no room",
            );
            SURVIVES.check_eq(name, receive(&mut rx), Some(2));
            SURVIVES.check_eq("room", tx.capacity(), 1);
        }
    });
}

/// The same, and the receiver goes before it has taken the value.
#[test]
fn a_waker_that_panics_and_then_the_end() {
    ENDED.holds("a waker that panics and then the end", || {
        let (tx, mut rx) = channel(1);
        tx.try_send(1).unwrap();
        let task = TestWaker::new("the sender");
        task.on_wake(|| std::panic::resume_unwind(Box::new("expected by the test")));
        let mut send = Box::pin(tx.send(2));
        SURVIVES.pending(
            task.poll(send.as_mut()),
            "a send into a full channel is ready",
        );
        let panicked = catch_unwind(AssertUnwindSafe(|| rx.try_recv()));
        SURVIVES.check(
            panicked.is_err(),
            "the panic of the waker was not passed on",
        );
        drop(rx);
        drop(send);
        SURVIVES.check_eq("room in a channel for one", tx.capacity(), 1);
    });
}
