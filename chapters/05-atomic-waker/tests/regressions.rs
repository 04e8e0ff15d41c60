//! Bugs that published libraries had, where wakers meet threads.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, TryLockError};
use std::task::Context;

use atomic_waker::steps::Registering;
use atomic_waker::{AtomicWaker, WakeList, oneshot};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("5", "atomic-waker/index.md");
const NOT_LOST: Rule = CHAPTER
    .may_be("5.1, 5.2 or 5.3")
    .rule("A wake that comes during a registration is not lost, whichever of the two is first.");
const PLACE_PANICS: Rule = CHAPTER
    .may_be("5.1 or 5.3")
    .rule("A waker that panics, is cloned or comes back leaves the place as it should be.");
const OUTSIDE: Rule = CHAPTER
    .may_be("5.4")
    .rule("Wakers are woken and dropped outside of the lock, and all of them.");
const KEPT: Rule = CHAPTER.may_be("5.5, 5.6 or 5.7").rule(
    "A value sent before the close is received; one that comes after it stays with the sender.",
);
const NO_WAKER: Rule = CHAPTER
    .may_be("5.7 or 5.8")
    .rule("No waker is kept, and none is woken, by a channel that is over.");
const GOES: Rule = CHAPTER
    .may_be("5.5 or 5.6")
    .rule("An end that is dropped wakes the other, and may be dropped by that very wake.");

/// futures-rs #2706, #2899: a wake between the look and the moment when the waker is in its place
/// was dropped. Here it comes in the middle of the registration.
#[test]
fn futures_2706_a_wake_during_the_registration() {
    NOT_LOST.holds("a wake during a registration", || {
        let place = AtomicWaker::new();
        let task = TestWaker::new("task");
        let registering = Registering::begin(&place, task.waker());
        place.wake();
        registering.end();
        assert_eq!(task.wakes(), 1);
    });
}

/// futures-rs #868: a registration that found another one going on touched the slot. Here the
/// second one goes away, and the first has what it put there.
#[test]
fn futures_868_two_registrations_at_once() {
    NOT_LOST.holds("two registrations", || {
        let place = AtomicWaker::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let registering = Registering::begin(&place, a.waker());
        place.register(&b.waker());
        assert_eq!((a.held(), b.held()), (1, 0));
        place.wake();
        registering.end();
        assert_eq!((a.wakes(), b.wakes()), (1, 0));
    });
}

/// tokio #3689: a panic in the waker's clone or drop left the place locked, and later wakes were
/// lost.
#[test]
fn tokio_3689_a_panicky_waker() {
    PLACE_PANICS.holds("wakers that panic", || {
        let place = AtomicWaker::new();
        let [clone, stale, good] = ["clone", "stale", "good"].map(TestWaker::new);
        clone.on_clone(|| panic!("expected by the test"));
        let bad = clone.waker();
        assert!(catch_unwind(AssertUnwindSafe(|| place.register(&bad))).is_err());

        let held = stale.waker();
        place.register(&held);
        stale.on_drop(panics_once());
        place.register(&good.waker());
        place.wake();
        assert_eq!(good.wakes(), 1);
        drop(held);
    });
}

/// tokio #4129: a waker was cloned under the lock of the waiters; a clone that notifies waited for
/// that lock. Here the clone wakes at the place that it is to be registered at.
#[test]
fn tokio_4129_a_clone_that_wakes() {
    PLACE_PANICS.holds("a clone that wakes", || {
        let place = Arc::new(AtomicWaker::new());
        let [before, task] = ["before", "task"].map(TestWaker::new);
        place.register(&before.waker());
        task.on_clone({
            let place = Arc::clone(&place);
            move || place.wake()
        });
        place.register(&task.waker());
        // The wake came before the registration: it was for whoever was there.
        assert_eq!(before.wakes(), 1);
        assert_eq!(task.wakes(), 0);
        assert_eq!(task.held(), 1);
        place.wake();
        assert_eq!(task.wakes(), 1);
    });
}

/// tokio #5429, mended by #5471, #5475, #5578 and others: wakers were woken or dropped with the lock of
/// the waiters held. A `WakeList` is what carries them out; whoever is woken finds the lock free.
#[test]
fn tokio_5429_wakers_that_come_back_for_the_lock() {
    const WAITERS: usize = if cfg!(miri) { 33 } else { 100 };
    OUTSIDE.holds("waking 100 waiters", || {
        let waiters = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..WAITERS)
            .map(|i| TestWaker::new(&format!("number {i}")))
            .collect();
        for task in &tasks {
            let lock = Arc::clone(&waiters);
            let is_free = move || !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            task.on_wake({
                let is_free = is_free.clone();
                move || assert!(is_free(), "woken under the lock")
            });
            task.on_drop(move || assert!(is_free(), "dropped under the lock"));
            waiters.lock().unwrap().push(task.waker());
        }
        let mut list = WakeList::new();
        let mut batches = 0;
        loop {
            let mut locked = waiters.lock().unwrap();
            while list.can_push()
                && let Some(waker) = locked.pop()
            {
                list.push(waker);
            }
            drop(locked);
            if list.is_empty() {
                break;
            }
            batches += 1;
            list.wake_all();
        }
        assert_eq!(batches, WAITERS.div_ceil(32));
        for task in &tasks {
            assert_eq!(task.wakes(), 1);
        }
    });
}

/// The same rule for `AtomicWaker`: whatever a waker does at the place, it finds no window open.
#[test]
fn tokio_5429_wakers_that_come_back_for_the_place() {
    PLACE_PANICS.holds("wakers that call the place", || {
        let place = Arc::new(AtomicWaker::new());
        let task = TestWaker::new("task");
        let inner = TestWaker::new("inner");
        let call = {
            let (place, inner) = (Arc::clone(&place), inner.clone());
            move || {
                place.register(&inner.waker());
                assert_eq!(inner.held(), 1, "registered in somebody's window, and lost");
                drop(place.take_waker());
            }
        };
        task.on_clone(call.clone());
        task.on_wake(call.clone());
        task.on_drop(call);
        let waker = task.waker();
        place.register(&waker);
        place.wake();
        place.register(&waker);
        place.register(&inner.waker());
        assert_eq!(task.wakes(), 1);
    });
}

/// tokio #4225, #4226 (RUSTSEC-2021-0124): after a close, a send and a receive both touched the
/// value. The race is a model (`loom_complete`); this is its order.
#[test]
fn tokio_4225_a_close_keeps_the_value_with_the_sender() {
    KEPT.holds("a close, a send and a receive", || {
        let (token, drops) = drop_counter("value");
        let (sender, mut receiver) = oneshot::channel();
        receiver.close();
        let token = sender.send(token).expect_err("it was closed");
        assert!(receiver.try_recv().is_err());
        drop(token);
        assert_eq!(drops.count(), 1);
    });
}

/// futures-rs #620, #624: a value that was sent before the close was lost in the channel.
#[test]
fn futures_620_a_value_sent_before_the_close_is_received() {
    KEPT.holds("a send, a close and a receive", || {
        let (sender, mut receiver) = oneshot::channel();
        sender.send(1).unwrap();
        receiver.close();
        assert_eq!(receiver.try_recv(), Ok(1));
    });
}

/// tokio #7884: a receiver that was closed kept its waker in the channel, and with it its task, for
/// as long as the sender was there.
#[test]
fn tokio_7884_a_closed_receiver_keeps_no_waker() {
    NO_WAKER.holds("closing a receiver that was polled", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel::<u32>();
        assert!(task.poll(Pin::new(&mut receiver)).is_pending());
        receiver.close();
        assert_eq!(task.held(), 0);
        drop(sender);
        assert_eq!(task.wakes(), 0);
    });
}

/// futures-rs #1490, #1491: a receiver that was dropped woke the task of a sender that had sent.
#[test]
fn futures_1490_a_sender_that_is_done_is_not_woken() {
    NO_WAKER.holds("dropping a receiver after a send", || {
        let task = TestWaker::new("sender's task");
        let (mut sender, receiver) = oneshot::channel();
        let waker = task.waker();
        assert!(
            sender
                .poll_closed(&mut Context::from_waker(&waker))
                .is_pending()
        );
        sender.send(1).unwrap();
        drop(receiver);
        assert_eq!(task.wakes(), 0);
    });
}

/// postage-rs #44: a sender that was dropped woke nobody.
#[test]
fn postage_44_a_dropped_sender_wakes() {
    GOES.holds("dropping a sender", || {
        let task = TestWaker::new("task");
        let (sender, mut receiver) = oneshot::channel::<u32>();
        assert!(task.poll(Pin::new(&mut receiver)).is_pending());
        drop(sender);
        assert_eq!(task.wakes(), 1);
    });
}

/// faern/oneshot #87: a receiver that was dropped during a send freed the channel, and the sender
/// took the waker out of freed memory. The race is a model (`loom_channel`); here the receiver is
/// dropped in the middle of the send, by the waker.
#[test]
fn oneshot_87_a_receiver_that_is_dropped_by_its_wake() {
    GOES.holds("a waker that drops the receiver", || {
        let task = TestWaker::new("task");
        let (token, drops) = drop_counter("value");
        let (sender, mut receiver) = oneshot::channel();
        assert!(task.poll(Pin::new(&mut receiver)).is_pending());
        let receiver = Mutex::new(Some(receiver));
        task.on_wake(move || drop(receiver.lock().unwrap().take()));
        assert!(sender.send(token).is_ok());
        assert_eq!(drops.count(), 1);
        assert_eq!(task.held(), 0);
    });
}

/// Panics once.
fn panics_once() -> impl Fn() + Send + Sync {
    let is_first = AtomicBool::new(true);
    move || assert!(!is_first.swap(false, SeqCst), "expected by the test")
}
