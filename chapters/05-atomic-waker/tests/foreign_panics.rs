//! Panics of foreign code at the ends of a channel and in a list of wakers: in the drop of a waker, of a
//! value, and of what a panic was thrown with.

#![cfg(not(loom))]

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::task::Context;

use atomic_waker::{AtomicWaker, WakeList, oneshot};
use testkit::{DropToken, Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("5", "atomic-waker/index.md");
const INSIDE: Rule = CHAPTER.may_be("5.1, 5.4 or 5.7").rule(
    "The panic of a waker that is only dropped is not the panic of the thread that drops it, whatever it is \
     thrown with.",
);
const THE_REST: Rule = CHAPTER
    .may_be("5.4, 5.5 or 5.6")
    .rule("A panic keeps nothing else from being woken, dropped or freed.");

/// The drop of each panics, and throws another one.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

/// Calls `f`, into which no panic may come back.
#[track_caller]
fn stays_inside<R>(what: &str, f: impl FnOnce() -> R) -> R {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(value) => value,
        Err(payload) => {
            // It may be a bomb.
            std::mem::forget(payload);
            INSIDE.fail(format_args!("the panic reached the caller: {what}"))
        }
    }
}

/// A task whose wakers throw a bomb when they are dropped.
fn throws_when_dropped() -> TestWaker {
    let task = TestWaker::new("throws");
    task.on_drop(|| panic_any(Bomb));
    task
}

#[test]
fn a_list_is_dropped_with_wakers_that_throw() {
    INSIDE.holds("dropping a list of three wakers", || {
        let (first, last) = (throws_when_dropped(), TestWaker::new("last"));
        let mut list = WakeList::new();
        list.push(first.waker());
        list.push(first.waker());
        list.push(last.waker());
        stays_inside("dropping the list", || drop(list));
        THE_REST.check_eq("wakers of the last task that are left", last.held(), 0);
    });
}

#[test]
fn a_second_waker_throws_a_bomb() {
    THE_REST.holds("waking three, two of which panic", || {
        let tasks = ["first", "second", "third"].map(TestWaker::new);
        tasks[0].on_wake(|| panic!("expected by the test: the first"));
        tasks[1].on_wake(|| panic_any(Bomb));
        let mut list = WakeList::new();
        tasks.iter().for_each(|task| list.push(task.waker()));
        let said = THE_REST.panics(|| list.wake_all(), "the first panic was swallowed");
        THE_REST.check(
            said.contains("the first"),
            format_args!("the panic said: {said}"),
        );
        THE_REST.check_eq("wakes of the third", tasks[2].wakes(), 1);
    });
}

#[test]
fn a_waker_that_is_replaced_throws() {
    INSIDE.holds("replacing a waker", || {
        let (old, new) = (throws_when_dropped(), TestWaker::new("new"));
        let place = AtomicWaker::new();
        // Kept, so that the drop of our own copies is not what panics.
        let (old_waker, new_waker) = (std::mem::ManuallyDrop::new(old.waker()), new.waker());
        place.register(&old_waker);
        stays_inside("registering another waker", || place.register(&new_waker));
        place.wake();
        THE_REST.check_eq("wakes of the new waker", new.wakes(), 1);

        let (tx, mut rx) = oneshot::channel();
        let polled = Pin::new(&mut rx).poll(&mut Context::from_waker(&old_waker));
        INSIDE.pending(polled, "nothing was sent");
        let polled = stays_inside("polling with another waker", || {
            Pin::new(&mut rx).poll(&mut Context::from_waker(&new_waker))
        });
        INSIDE.pending(polled, "nothing was sent");
        tx.send(7).unwrap();
        THE_REST.check_eq("wakes of the new waker", new.wakes(), 2);
        THE_REST.check_eq("the value", rx.try_recv(), Ok(7));
    });
}

/// The receiver gives its waker up where the channel ends, and tells the sender after that.
#[test]
fn the_receivers_waker_throws_at_the_end() {
    for is_dropped in [true, false] {
        INSIDE.holds("ending a receiver that was polled", move || {
            let (receivers, senders) = (throws_when_dropped(), TestWaker::new("sender"));
            let (mut tx, mut rx) = oneshot::channel::<u32>();
            let waker = std::mem::ManuallyDrop::new(receivers.waker());
            let polled = Pin::new(&mut rx).poll(&mut Context::from_waker(&waker));
            INSIDE.pending(polled, "nothing was sent");
            let senders_waker = senders.waker();
            let polled = tx.poll_closed(&mut Context::from_waker(&senders_waker));
            INSIDE.pending(polled, "nothing was closed");
            match is_dropped {
                true => stays_inside("dropping the receiver", || drop(rx)),
                false => stays_inside("closing the receiver", || rx.close()),
            }
            THE_REST.check_eq("wakes of the sender", senders.wakes(), 1);
            THE_REST.check_eq("the value that comes too late", tx.send(7), Err(7));
        });
    }
}

/// The drop of a value is the panic of the thread that drops it, and the channel is freed all the same.
#[test]
fn a_value_panics_where_it_is_dropped() {
    struct Value(#[expect(dead_code, reason = "it counts its drop")] DropToken);
    impl Drop for Value {
        fn drop(&mut self) {
            panic!("expected by the test");
        }
    }
    THE_REST.holds("dropping a receiver with a value in it", || {
        let (token, drops) = drop_counter("value");
        let (tx, rx) = oneshot::channel();
        assert!(tx.send(Value(token)).is_ok());
        THE_REST.panics(|| drop(rx), "the value was not dropped with its receiver");
        THE_REST.check_eq("drops of the value", drops.count(), 1);

        let (token, drops) = drop_counter("value");
        let (tx, rx) = oneshot::channel();
        drop(rx);
        let refused = tx.send(Value(token));
        THE_REST.check_eq("drops of a value that was refused", drops.count(), 0);
        THE_REST.panics(|| drop(refused), "the value did not come back");
        THE_REST.check_eq("drops of the value", drops.count(), 1);
    });
}
