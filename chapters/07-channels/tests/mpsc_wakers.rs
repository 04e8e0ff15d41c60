//! Wakers are foreign code: they call back into the channel, and they panic.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use channels::mpsc::error::{TryRecvError, TrySendError};
use channels::mpsc::{channel, unbounded_channel};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const USES: Rule = CHAPTER
    .may_be("6.5, 6.6 or 7.2")
    .rule("A waker may use the channel while it is woken: no lock is held then.");
const PANICS: Rule = CHAPTER
    .may_be("6.5, 6.6 or 7.2")
    .rule("A foreign waker that panics loses no value, no room and no other waker.");

fn panics(f: impl FnOnce()) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(f));
    std::panic::set_hook(hook);
    assert!(result.is_err(), "the panic of the waker was swallowed");
}

/// Clone, wake and drop of the receiver's waker use the channel from both ends.
#[test]
fn the_receivers_waker_uses_the_channel() {
    USES.holds("a waker that uses the channel", || {
        let (tx, rx) = channel(100);
        let rx = Arc::new(Mutex::new(rx));
        let task = TestWaker::new("the receiver");
        let uses = {
            let (tx, rx) = (tx.clone(), Arc::clone(&rx));
            move || {
                tx.try_send(1).unwrap();
                drop(tx.try_reserve().unwrap());
                drop(tx.clone().downgrade().upgrade());
                assert!(!tx.is_closed());
                // It may be called while the receiver is polled.
                if let Ok(mut rx) = rx.try_lock() {
                    let _ = rx.try_recv();
                    assert!(
                        rx.poll_recv(&mut Context::from_waker(Waker::noop()))
                            .is_ready()
                            || rx.is_empty()
                    );
                }
            }
        };
        task.on_clone(uses.clone());
        task.on_wake(uses.clone());
        task.on_drop(uses);
        for _ in 0..10 {
            let mut rx = rx.lock().unwrap();
            let _ = task.poll(pin!(rx.recv()));
            while rx.try_recv().is_ok() {}
            let _ = task.poll(pin!(rx.recv()));
            while rx.try_recv().is_ok() {}
            drop(rx);
            tx.try_send(2).unwrap();
        }
        rx.lock().unwrap().close();
        drop(rx);
    });
}

/// Clone, wake and drop of a waiting sender's waker use the channel.
#[test]
fn a_senders_waker_uses_the_channel() {
    USES.holds("a waker that uses the channel", || {
        let (tx, mut rx) = channel(1);
        let task = TestWaker::new("the sender");
        let uses = {
            let tx = tx.clone();
            move || {
                let _ = tx.try_send(1);
                let _ = tx.try_reserve();
                let mut reserve = pin!(tx.reserve());
                let _ = reserve
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()));
                assert!(tx.capacity() <= 1);
            }
        };
        task.on_clone(uses.clone());
        task.on_wake(uses.clone());
        task.on_drop(uses);
        for _ in 0..10 {
            let _ = tx.try_send(0);
            let mut send = Box::pin(tx.send(2));
            let _ = task.poll(send.as_mut());
            while rx.try_recv().is_ok() {}
            let _ = task.poll(send.as_mut());
            drop(send);
            while rx.try_recv().is_ok() {}
        }
        assert_eq!(tx.capacity(), 1);
        let _ = tx.try_send(0);
        let mut send = Box::pin(tx.send(2));
        assert!(task.poll(send.as_mut()).is_pending());
        drop(rx);
        assert!(task.poll(send.as_mut()).is_ready());
    });
}

/// A waker whose drop is the end of the last sender.
#[test]
fn a_waker_that_owns_the_other_end() {
    struct Owns<T>(Mutex<Option<T>>);
    impl<T: Send> Wake for Owns<T> {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
        }
    }
    USES.holds("wakers that own an end", || {
        let (tx, mut rx) = unbounded_channel::<u32>();
        let waker = Waker::from(Arc::new(Owns(Mutex::new(Some(tx.clone())))));
        assert!(rx.poll_recv(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        tx.send(1).unwrap();
        drop(tx);
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(rx.poll_recv(&mut cx), Poll::Ready(Some(1)));
        assert_eq!(rx.poll_recv(&mut cx), Poll::Ready(None));

        // The receiver is dropped by the wake of a sender that waits for room.
        let (tx, rx) = channel::<u32>(1);
        tx.try_send(1).unwrap();
        let rx = Arc::new(Mutex::new(Some(rx)));
        let task = TestWaker::new("the sender");
        let inside = Arc::clone(&rx);
        task.on_wake(move || {
            if let Ok(mut rx) = inside.try_lock() {
                drop(rx.take());
            }
        });
        let mut send = Box::pin(tx.send(2));
        assert!(task.poll(send.as_mut()).is_pending());
        let value = rx.lock().unwrap().as_mut().unwrap().try_recv();
        assert_eq!(value, Ok(1));
        drop(rx.lock().unwrap().take());
        assert!(matches!(task.poll(send.as_mut()), Poll::Ready(Err(_))));
    });
}

/// What was sent is sent, whatever the receiver's waker does.
#[test]
fn the_receivers_waker_panics() {
    PANICS.holds("a waker that panics", || {
        let (tx, mut rx) = channel(2);
        let task = TestWaker::new("the receiver");
        task.on_wake(|| panic!("expected by the test"));
        assert!(task.poll(pin!(rx.recv())).is_pending());
        panics(|| tx.try_send(1).unwrap());
        assert_eq!((tx.capacity(), rx.len()), (1, 1));
        assert_eq!(rx.try_recv(), Ok(1));
        assert!(task.poll(pin!(rx.recv())).is_pending());
        let permit = tx.try_reserve().unwrap();
        panics(|| permit.send(2));
        assert_eq!(rx.try_recv(), Ok(2));
        assert_eq!(tx.capacity(), 2);
        assert!(task.poll(pin!(rx.recv())).is_pending());
        panics(|| drop(tx));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
    });
}

#[test]
fn the_receivers_waker_panics_when_it_is_cloned() {
    PANICS.holds("a waker that panics when it is cloned", || {
        let (tx, mut rx) = unbounded_channel();
        let [bad, good] = ["bad", "good"].map(TestWaker::new);
        bad.on_clone(|| panic!("expected by the test"));
        panics(|| assert!(bad.poll(pin!(rx.recv())).is_pending()));
        assert!(good.poll(pin!(rx.recv())).is_pending());
        panics(|| assert!(bad.poll(pin!(rx.recv())).is_pending()));
        tx.send(1).unwrap();
        assert_eq!(good.wakes(), 1);
        assert_eq!(rx.try_recv(), Ok(1));
    });
}

/// The room is free, and the next one can have it.
#[test]
fn a_senders_waker_panics() {
    PANICS.holds("a sender's waker that panics", || {
        let (tx, mut rx) = channel(1);
        let task = TestWaker::new("the sender");
        task.on_wake(|| panic!("expected by the test"));
        tx.try_send(1).unwrap();
        let mut send = Box::pin(tx.send(2));
        assert!(task.poll(send.as_mut()).is_pending());
        panics(|| assert!(rx.try_recv().is_ok()));
        assert!(task.poll(send.as_mut()).is_ready());
        // The value that was about to be taken out is still there.
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(rx.try_recv(), Ok(2));
        assert_eq!(tx.capacity(), 1);
    });
}

/// Everything that is to be done at the end is done, whoever panics.
#[test]
fn wakers_panic_at_the_end_of_the_receiver() {
    PANICS.holds("an end with wakers that panic", || {
        let (tx, rx) = channel(1);
        let (token, drops) = testkit::drop_counter("value");
        tx.try_send(token).unwrap();
        let tasks = ["A", "B", "C"].map(TestWaker::new);
        tasks[0].on_wake(|| panic!("expected by the test"));
        let mut reserve = Box::pin(tx.reserve());
        let mut closed = Box::pin(tx.closed());
        let mut other = Box::pin(tx.reserve());
        assert!(tasks[0].poll(reserve.as_mut()).is_pending());
        assert!(tasks[1].poll(other.as_mut()).is_pending());
        assert!(tasks[2].poll(closed.as_mut()).is_pending());
        panics(|| drop(rx));
        assert_eq!(drops.count(), 1);
        assert_eq!(tasks[1].wakes(), 1);
        assert_eq!(tasks[2].wakes(), 1);
        let (token, _drops) = testkit::drop_counter("another");
        assert!(matches!(tx.try_send(token), Err(TrySendError::Closed(_))));
        assert!(tasks[1].poll(other.as_mut()).is_ready());
        assert!(tasks[2].poll(closed.as_mut()).is_ready());
    });
}

/// Room for more senders than are woken at a time goes back. A waker closes the channel in between, and
/// panics; the receiver waits for what is given back after that.
#[test]
fn a_waker_panics_while_room_is_given_back() {
    // The capacity of a `WakeList`.
    const WAKES_AT_A_TIME: usize = 32;
    PANICS.holds("room that goes back beside a panic", || {
        let (tx, rx) = channel::<u32>(WAKES_AT_A_TIME + 1);
        let room = tx.try_reserve_many(tx.capacity()).unwrap();
        let [sender, receiver] = ["a sender", "the receiver"].map(TestWaker::new);
        let mut waiting: Vec<_> = (0..WAKES_AT_A_TIME)
            .map(|_| Box::pin(tx.clone().reserve_owned()))
            .collect();
        for reserve in &mut waiting {
            assert!(sender.poll(reserve.as_mut()).is_pending());
        }
        let rx = Arc::new(Mutex::new(rx));
        let all = Mutex::new(Some(waiting));
        let (closes, waker) = (Arc::clone(&rx), receiver.waker());
        sender.on_wake(move || {
            let waiting = all.lock().unwrap().take();
            if waiting.is_none() {
                return;
            }
            drop(waiting);
            let mut rx = closes.lock().unwrap();
            rx.close();
            // One is missing.
            assert!(rx.poll_recv(&mut Context::from_waker(&waker)).is_pending());
            drop(rx);
            std::panic::resume_unwind(Box::new("expected by the test"));
        });
        panics(|| drop(room));
        assert_eq!(receiver.wakes(), 1, "the receiver was not told");
        let mut rx = rx.lock().unwrap();
        assert_eq!(receiver.poll(pin!(rx.recv())), Poll::Ready(None));
    });
}

/// Two lists of senders are told of a close. A panic in the first does not keep it from the second.
#[test]
fn a_waker_panics_at_the_close() {
    PANICS.holds("a close with a waker that panics", || {
        let (tx, mut rx) = channel(1);
        let [bad, room, closed] = ["bad", "room", "closed"].map(TestWaker::new);
        bad.on_wake(|| panic!("expected by the test"));
        tx.try_send(0).unwrap();
        let [mut first, mut second] = [(); 2].map(|()| Box::pin(tx.reserve()));
        let mut third = Box::pin(tx.closed());
        PANICS.pending(
            bad.poll(first.as_mut()).map(drop),
            "there is room in a full channel",
        );
        PANICS.pending(
            room.poll(second.as_mut()).map(drop),
            "there is room in a full channel",
        );
        PANICS.pending(closed.poll(third.as_mut()), "the channel is closed");
        panics(|| rx.close());
        PANICS.check_eq(
            "wakes of those who waited for room, and for the close",
            [room.wakes(), closed.wakes()],
            [1, 1],
        );
        PANICS.ready(closed.poll(third.as_mut()), "it still waits for the close");
        PANICS.check_eq("what was in the channel", rx.try_recv(), Ok(0));
        PANICS.check_eq("and then", rx.try_recv(), Err(TryRecvError::Disconnected));
    });
}
