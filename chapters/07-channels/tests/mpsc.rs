//! The channels, as their users know them: names, numbers, errors, and how they end.

#![cfg(not(loom))]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use channels::mpsc::error::{SendError, TryRecvError, TrySendError};
use channels::mpsc::{self, channel, unbounded_channel};
use current_thread::{Runtime, spawn, yield_now};
use locks::Semaphore;
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const ORDER: Rule = CHAPTER
    .may_be("7.1 or 7.2")
    .rule("Values arrive once each, in the order in which a sender sent them.");
const ROOM: Rule = CHAPTER.may_be("6.5 or 6.6").rule(
    "Room is counted: each value and each permit takes one place, and what is not used comes back.",
);
const ENDS: Rule = CHAPTER
    .may_be("7.1 or 7.2")
    .rule("The channel ends when its last sender or its receiver goes, and each side is told.");
const CLOSED: Rule = CHAPTER
    .may_be("6.5 or 7.2")
    .rule("A closed channel refuses what is new, and what was promised before still arrives.");
const WAITS: Rule = CHAPTER.may_be("7.2").rule(
    "A thread that waits gets what it waits for, and a thread that runs tasks must not wait.",
);
const SAYS: Rule = CHAPTER.rule("An error says what tokio's says, and gives the value back.");
const TYPES: Rule = CHAPTER.rule("The ends can be sent and printed, whatever the values are.");

/// Everything that runs here, on each of them: the chapter's own scheduler, a foreign executor, and a
/// bare thread.
fn everywhere<F: Future<Output = ()>>(rule: Rule, test: impl Fn() -> F + Send + 'static) {
    rule.holds("on three executors", move || {
        Runtime::new().block_on(test());
        futures::executor::block_on(test());
        timer_future::block_on(test());
    });
}

/// A poll by hand, of a future that is dropped after it.
fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn values_arrive_in_order() {
    everywhere(ORDER, || async {
        let (tx, mut rx) = channel(16);
        let (unbounded, mut from_unbounded) = unbounded_channel();
        for n in 0..10 {
            tx.send(n).await.unwrap();
            unbounded.send(n).unwrap();
        }
        drop((tx, unbounded));
        for n in 0..10 {
            assert_eq!(rx.recv().await, Some(n));
            assert_eq!(from_unbounded.recv().await, Some(n));
        }
        assert_eq!(rx.recv().await, None);
        assert_eq!(from_unbounded.recv().await, None);
    });
}

/// As many values as fill many blocks, from tasks that wait for each other.
#[test]
fn four_senders_and_little_room() {
    ORDER.holds("four tasks that send", || {
        let n = if cfg!(miri) { 10 } else { 5_000 };
        Runtime::new().block_on(async {
            let (tx, mut rx) = channel(3);
            let (unbounded, mut from_unbounded) = unbounded_channel();
            for sender in 0..4 {
                let (tx, unbounded) = (tx.clone(), unbounded.clone());
                drop(spawn(async move {
                    for i in 0..n {
                        tx.send((sender, i)).await.unwrap();
                        unbounded.send((sender, i)).unwrap();
                        if i % 7 == 0 {
                            yield_now().await;
                        }
                    }
                }));
            }
            drop((tx, unbounded));
            let mut next = [0; 4];
            while let Some((sender, i)) = rx.recv().await {
                assert_eq!(i, next[sender]);
                next[sender] += 1;
            }
            assert_eq!(next, [n; 4]);
            let mut next = [0; 4];
            while let Some((sender, i)) = from_unbounded.recv().await {
                assert_eq!(i, next[sender]);
                next[sender] += 1;
            }
            assert_eq!(next, [n; 4]);
        });
    });
}

#[test]
fn four_threads_send() {
    ORDER.holds("four threads that send", || {
        let n = if cfg!(miri) { 10 } else { 20_000 };
        let (tx, mut rx) = channel(3);
        let (unbounded, mut from_unbounded) = unbounded_channel();
        let senders: Vec<_> = (0..4)
            .map(|sender| {
                let (tx, unbounded) = (tx.clone(), unbounded.clone());
                thread::spawn(move || {
                    for i in 0..n {
                        unbounded.send((sender, Box::new(i))).unwrap();
                        tx.blocking_send((sender, Box::new(i))).unwrap();
                    }
                })
            })
            .collect();
        drop((tx, unbounded));
        let mut next = [0; 4];
        while let Some((sender, i)) = rx.blocking_recv() {
            assert_eq!(*i, next[sender]);
            next[sender] += 1;
        }
        let mut next_unbounded = [0; 4];
        while let Some((sender, i)) = from_unbounded.blocking_recv() {
            assert_eq!(*i, next_unbounded[sender]);
            next_unbounded[sender] += 1;
        }
        assert_eq!((next, next_unbounded), ([n; 4], [n; 4]));
        for sender in senders {
            sender.join().unwrap();
        }
    });
}

#[test]
fn room_is_counted() {
    ROOM.holds("room is counted", || {
        let (tx, mut rx) = channel(3);
        let numbers = |tx: &mpsc::Sender<_>, rx: &mpsc::Receiver<_>| {
            assert_eq!(tx.capacity(), rx.capacity());
            assert_eq!((tx.max_capacity(), rx.max_capacity()), (3, 3));
            let len = rx.len();
            assert_eq!(rx.is_empty(), len == 0);
            (tx.capacity(), len)
        };
        assert_eq!(numbers(&tx, &rx), (3, 0));
        tx.try_send(1).unwrap();
        assert_eq!(numbers(&tx, &rx), (2, 1));
        let permit = tx.try_reserve().unwrap();
        assert_eq!(numbers(&tx, &rx), (1, 1));
        let mut permits = tx.try_reserve_many(1).unwrap();
        assert_eq!(numbers(&tx, &rx), (0, 1));
        assert_eq!(tx.try_send(2), Err(TrySendError::Full(2)));
        permit.send(2);
        assert_eq!(numbers(&tx, &rx), (0, 2));
        assert_eq!((permits.len(), permits.size_hint()), (1, (1, Some(1))));
        permits.next().unwrap().send(3);
        assert!(permits.next().is_none());
        assert!(permits.next().is_none());
        drop(permits);
        assert_eq!(numbers(&tx, &rx), (0, 3));
        for n in 1..4 {
            assert_eq!(rx.try_recv(), Ok(n));
            assert_eq!(numbers(&tx, &rx), (n as usize, 3 - n as usize));
        }
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    });
}

#[test]
fn permits_that_are_not_used_give_their_room_back() {
    ROOM.holds("permits that are not used give their room back", || {
        let (tx, _rx) = channel::<u32>(4);
        let one = tx.try_reserve().unwrap();
        let mut three = tx.try_reserve_many(3).unwrap();
        assert_eq!(tx.capacity(), 0);
        let two = three.next();
        drop(one);
        assert_eq!(tx.capacity(), 1);
        drop(three);
        assert_eq!(tx.capacity(), 3);
        drop(two);
        assert_eq!(tx.capacity(), 4);
        let owned = tx.clone().try_reserve_owned().unwrap();
        assert_eq!(tx.capacity(), 3);
        let other = owned.release();
        assert!(other.same_channel(&tx));
        assert_eq!(tx.capacity(), 4);
        drop(other.try_reserve_owned().unwrap());
        assert_eq!((tx.capacity(), tx.strong_count()), (4, 1));
    });
}

#[test]
fn more_room_than_there_can_be() {
    ROOM.holds("more room than there can be", || {
        let (tx, rx) = channel::<u32>(1);
        for n in [2, Semaphore::MAX_PERMITS + 1, usize::MAX] {
            assert!(matches!(poll(tx.reserve_many(n)), Poll::Ready(Err(_))));
            assert_eq!(tx.try_reserve_many(n).unwrap_err(), TrySendError::Full(()));
        }
        // None at all is always there.
        tx.try_send(1).unwrap();
        assert_eq!(tx.try_reserve_many(0).unwrap().count(), 0);
        let Poll::Ready(Ok(permits)) = poll(tx.reserve_many(0)) else {
            panic!("it had to wait for nothing");
        };
        assert_eq!(permits.count(), 0);
        drop(rx);
        assert_eq!(
            tx.try_reserve_many(0).unwrap_err(),
            TrySendError::Closed(())
        );
        assert!(matches!(poll(tx.reserve_many(0)), Poll::Ready(Err(_))));
    });
}

#[test]
fn no_room_at_all() {
    ROOM.holds("no room at all", || {
        let said = ROOM.panics(
            || {
                drop(channel::<u32>(0));
            },
            "it did not panic",
        );
        ROOM.check(
            said.contains("mpsc bounded channel requires buffer > 0"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn too_much_room() {
    ROOM.holds("too much room", || {
        let said = ROOM.panics(
            || {
                drop(channel::<u32>(Semaphore::MAX_PERMITS + 1));
            },
            "it did not panic",
        );
        ROOM.check(
            said.contains("MAX_PERMITS"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn many_are_received_at_once() {
    everywhere(ORDER, || async {
        let (tx, mut rx) = channel(100);
        let (unbounded, mut from_unbounded) = unbounded_channel();
        for n in 0..60 {
            tx.send(n).await.unwrap();
            unbounded.send(n).unwrap();
        }
        let (mut buffer, mut other) = (vec![-1], vec![-1]);
        assert_eq!(rx.recv_many(&mut buffer, 0).await, 0);
        for (limit, received) in [(1, 1), (40, 40), (40, 19)] {
            assert_eq!(rx.recv_many(&mut buffer, limit).await, received);
            assert_eq!(from_unbounded.recv_many(&mut other, limit).await, received);
        }
        assert!(buffer.iter().copied().eq(-1..60));
        assert_eq!(buffer, other);
        assert_eq!(tx.capacity(), 100);
        drop((tx, unbounded));
        assert_eq!(rx.recv_many(&mut buffer, 5).await, 0);
        assert_eq!(from_unbounded.recv_many(&mut buffer, 5).await, 0);
    });
}

#[test]
fn senders_are_counted() {
    ENDS.holds("senders are counted", || {
        let (tx, rx) = channel::<u32>(1);
        let weak = tx.downgrade();
        let other = tx.clone();
        let weak_too = weak.clone();
        assert_eq!((tx.strong_count(), tx.weak_count()), (2, 2));
        assert_eq!((weak.strong_count(), weak.weak_count()), (2, 2));
        assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (2, 2));
        drop((other, weak_too));
        assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (1, 1));
        let owned = tx.try_reserve_owned().unwrap();
        assert_eq!(rx.sender_strong_count(), 1);
        assert!(owned.same_channel_as_sender(&weak.upgrade().unwrap()));
        assert!(!rx.is_closed());
        drop(owned);
        assert!(rx.is_closed());
        assert!(weak.upgrade().is_none());
        drop(weak);
        assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (0, 0));

        let (tx, rx) = unbounded_channel::<u32>();
        let weak = tx.downgrade();
        let weak_too = weak.clone();
        assert_eq!((tx.strong_count(), tx.weak_count()), (1, 2));
        assert_eq!((weak.strong_count(), weak.weak_count()), (1, 2));
        let other = weak.upgrade().unwrap();
        assert!(other.same_channel(&tx));
        assert!(!unbounded_channel().0.same_channel(&tx));
        drop((tx, other, weak_too));
        assert_eq!((rx.sender_strong_count(), rx.sender_weak_count()), (0, 1));
        assert!(weak.upgrade().is_none() && rx.is_closed());
    });
}

#[test]
fn a_weak_sender_keeps_nothing_open() {
    everywhere(ENDS, || async {
        let (tx, mut rx) = channel(1);
        let weak = tx.downgrade();
        weak.upgrade().unwrap().send(1).await.unwrap();
        drop(tx);
        assert_eq!(rx.recv().await, Some(1));
        assert_eq!(rx.recv().await, None);
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn a_closed_channel_refuses() {
    CLOSED.holds("a closed channel refuses", || {
        let (tx, mut rx) = channel(2);
        tx.try_send(1).unwrap();
        rx.close();
        rx.close();
        assert!(tx.is_closed() && rx.is_closed());
        assert_eq!(tx.try_send(2), Err(TrySendError::Closed(2)));
        assert_eq!(poll(tx.send(2)), Poll::Ready(Err(SendError(2))));
        assert!(matches!(
            poll(tx.reserve()),
            Poll::Ready(Err(SendError(())))
        ));
        assert_eq!(tx.try_reserve().unwrap_err(), TrySendError::Closed(()));
        let error = tx.clone().try_reserve_owned().unwrap_err();
        assert!(matches!(error, TrySendError::Closed(sender) if sender.same_channel(&tx)));
        assert!(matches!(
            poll(tx.clone().reserve_owned()),
            Poll::Ready(Err(_))
        ));
        assert_eq!(poll(tx.closed()), Poll::Ready(()));
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(poll(rx.recv()), Poll::Ready(None));

        let (tx, mut rx) = unbounded_channel();
        tx.send(1).unwrap();
        assert_eq!(poll(tx.closed()), Poll::Pending);
        rx.close();
        rx.close();
        for n in 2..40 {
            assert_eq!(tx.send(n), Err(SendError(n)));
        }
        assert_eq!(poll(tx.closed()), Poll::Ready(()));
        assert!(tx.is_closed() && rx.is_closed());
        assert_eq!(rx.len(), 1);
        assert_eq!(rx.try_recv(), Ok(1));
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!((rx.len(), rx.is_empty()), (0, true));
    });
}

#[test]
fn permits_are_good_after_the_close() {
    CLOSED.holds("permits are good after the close", || {
        let (tx, mut rx) = channel(5);
        let permit = tx.try_reserve().unwrap();
        let mut two = tx.try_reserve_many(2).unwrap();
        let owned = tx.clone().try_reserve_owned().unwrap();
        rx.close();
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        permit.send(1);
        two.next().unwrap().send(2);
        assert!(owned.send(3).is_closed());
        for n in 1..4 {
            assert_eq!(rx.try_recv(), Ok(n));
        }
        assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
        assert_eq!(poll(rx.recv()), Poll::Pending);
        drop(two);
        assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected));
        assert_eq!(poll(rx.recv()), Poll::Ready(None));
    });
}

#[test]
fn the_receiver_goes() {
    ENDS.holds("the receiver goes", || {
        let (tx, rx) = channel(2);
        let permit = tx.try_reserve().unwrap();
        drop(rx);
        assert!(tx.is_closed());
        assert_eq!(tx.try_send(1), Err(TrySendError::Closed(1)));
        // Nobody is there, and nobody is told.
        permit.send(2);
        assert_eq!(tx.capacity(), 2);
        let (tx, rx) = unbounded_channel();
        drop(rx);
        assert_eq!(tx.send(1), Err(SendError(1)));
    });
}

#[test]
fn whoever_waits_for_the_close_is_told() {
    ENDS.holds("a sender that waits for the close is told", || {
        let (tx, mut rx) = unbounded_channel::<u32>();
        let (bounded, from_bounded) = channel::<u32>(1);
        let tasks = ["A", "B"].map(TestWaker::new);
        let mut closed = Box::pin(tx.closed());
        let mut gone = Box::pin(bounded.closed());
        assert!(tasks[0].poll(closed.as_mut()).is_pending());
        assert!(tasks[1].poll(gone.as_mut()).is_pending());
        rx.close();
        drop(from_bounded);
        assert_eq!(tasks.each_ref().map(TestWaker::wakes), [1, 1]);
        assert!(tasks[0].poll(closed.as_mut()).is_ready());
        assert!(tasks[1].poll(gone.as_mut()).is_ready());
    });
}

#[test]
fn a_thread_waits_for_a_value() {
    WAITS.holds("threads that wait", || {
        let (tx, mut rx) = channel(1);
        let receiver = thread::spawn(move || {
            let mut buffer = Vec::new();
            let first = rx.blocking_recv();
            while rx.blocking_recv_many(&mut buffer, 10) != 0 {}
            (first, buffer, rx)
        });
        for n in 0..20 {
            tx.blocking_send(n).unwrap();
        }
        drop(tx);
        let (first, buffer, rx) = receiver.join().unwrap();
        assert_eq!(first, Some(0));
        assert!(buffer.into_iter().eq(1..20));
        drop(rx);
        let (tx, mut rx) = unbounded_channel();
        let receiver = thread::spawn(move || {
            let mut buffer = Vec::new();
            (
                rx.blocking_recv(),
                rx.blocking_recv_many(&mut buffer, 1),
                buffer,
            )
        });
        tx.send(1).unwrap();
        tx.send(2).unwrap();
        assert_eq!(receiver.join().unwrap(), (Some(1), 1, vec![2]));
    });
}

#[test]
fn a_thread_that_runs_tasks_does_not_wait() {
    WAITS.holds("a thread that runs tasks does not wait", || {
        fn refused(f: impl FnOnce()) {
            let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_err();
            let message = payload.downcast_ref::<&str>().unwrap();
            assert!(message.starts_with("Cannot block the current thread from within a runtime."));
        }
        Runtime::new().block_on(async {
            let (tx, mut rx) = channel(1);
            let mut buffer = Vec::new();
            refused(|| tx.blocking_send(1).unwrap());
            refused(|| assert_eq!(rx.blocking_recv(), None));
            refused(|| assert_eq!(rx.blocking_recv_many(&mut buffer, 1), 0));
            let (_tx, mut rx) = unbounded_channel::<u32>();
            refused(|| assert_eq!(rx.blocking_recv(), None));
        });
    });
}

#[test]
fn errors_say_what_is_wrong() {
    SAYS.holds("errors say what is wrong", || {
        struct NotDebug;
        assert_eq!(SendError(NotDebug).to_string(), "channel closed");
        assert_eq!(format!("{:?}", SendError(NotDebug)), "SendError { .. }");
        let (full, closed) = (TrySendError::Full(NotDebug), TrySendError::Closed(NotDebug));
        assert_eq!(full.to_string(), "no available capacity");
        assert_eq!(closed.to_string(), "channel closed");
        assert_eq!(format!("{full:?} {closed:?}"), "Full(..) Closed(..)");
        assert_eq!(TrySendError::Full(7).into_inner(), 7);
        assert_eq!(TrySendError::from(SendError(7)), TrySendError::Closed(7));
        assert_eq!(
            TryRecvError::Empty.to_string(),
            "receiving on an empty channel"
        );
        assert_eq!(
            TryRecvError::Disconnected.to_string(),
            "receiving on a closed channel"
        );
    });
}

#[test]
fn ends_can_be_sent_and_printed_whatever_the_values_are() {
    TYPES.holds(
        "ends can be sent and printed whatever the values are",
        || {
            fn send_and_sync<T: Send + Sync + Unpin>() {}
            fn unwind_safe<T: std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
            fn send<T: Send>(_: &T) {}
            send_and_sync::<mpsc::Sender<u32>>();
            send_and_sync::<mpsc::Receiver<u32>>();
            send_and_sync::<mpsc::UnboundedSender<u32>>();
            send_and_sync::<mpsc::UnboundedReceiver<u32>>();
            send_and_sync::<mpsc::WeakSender<u32>>();
            send_and_sync::<mpsc::OwnedPermit<u32>>();
            send_and_sync::<mpsc::PollSender<u32>>();
            unwind_safe::<mpsc::Sender<std::cell::Cell<u32>>>();
            unwind_safe::<mpsc::Receiver<std::cell::Cell<u32>>>();
            unwind_safe::<mpsc::UnboundedSender<std::cell::Cell<u32>>>();
            unwind_safe::<mpsc::UnboundedReceiver<std::cell::Cell<u32>>>();
            // Values that may be sent to another thread, and not shared: that is enough.
            send_and_sync::<mpsc::Sender<std::cell::Cell<u32>>>();
            let (tx, mut rx) = channel::<u32>(1);
            send(&tx.send(1));
            send(&tx.reserve());
            send(&tx.closed());
            send(&rx.recv());

            struct NotDebug;
            let (tx, rx) = channel::<NotDebug>(3);
            let printed = format!(
                "{tx:?} {rx:?} {:?} {:?} {:?} {:?}",
                tx.downgrade(),
                tx.try_reserve().unwrap(),
                tx.try_reserve_many(1).unwrap(),
                tx.clone().try_reserve_owned().unwrap(),
            );
            assert!(
                printed.starts_with("Sender { capacity: 0, max_capacity: 3, is_closed: false }")
            );
            let (tx, rx) = unbounded_channel::<NotDebug>();
            let printed = format!("{tx:?} {rx:?} {:?}", tx.downgrade());
            assert!(printed.contains("UnboundedReceiver { len: 0, is_closed: false }"));
        },
    );
}

/// A channel is small while nothing is in it, and its values have no size limit.
#[test]
fn values_of_any_size() {
    everywhere(ORDER, || async {
        let (tx, mut rx) = unbounded_channel();
        for _ in 0..40 {
            tx.send(()).unwrap();
        }
        assert_eq!(rx.recv_many(&mut Vec::new(), 1000).await, 40);
        let (tx, mut rx) = unbounded_channel();
        tx.send([7_u8; 500]).unwrap();
        assert_eq!(rx.recv().await, Some([7; 500]));
        let (tx, mut rx) = unbounded_channel();
        let shared = Arc::new(());
        tx.send(Arc::clone(&shared)).unwrap();
        assert!(Arc::ptr_eq(&rx.recv().await.unwrap(), &shared));
    });
}

/// A block of large values is made on the heap, and not on the stack on its way there.
#[test]
fn values_that_are_large() {
    const LARGE: usize = 40_000;
    ORDER.holds("a small stack and large values", || {
        let thread = thread::Builder::new().stack_size(1 << 20);
        let sending = thread.spawn(|| {
            let (tx, mut rx) = unbounded_channel();
            for n in 0..40_u8 {
                tx.send([n; LARGE]).unwrap();
            }
            for n in 0..40_u8 {
                assert!(matches!(rx.try_recv(), Ok(value) if value[LARGE - 1] == n));
            }
        });
        sending.unwrap().join().unwrap();
    });
}
