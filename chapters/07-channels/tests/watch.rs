//! 7.5: a value that many look at, and that changes.

#![cfg(not(loom))]

#[path = "../../06-locks/tests/bounds/mod.rs"]
mod bounds;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use bounds::{Neither, OnlySync};
use channels::watch::{self, Receiver, Sender, channel};
use current_thread::{Runtime, spawn, yield_now};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const EX: Exercise = Exercise::new("7.5", "channels/watch.md");

const LATEST: Rule = EX.rule("A look sees the latest value.");
const SEEN: Rule =
    EX.rule("Each receiver knows what it has seen; a new one has seen what is there.");
const CHANGED: Rule = EX.rule("changed() waits for a value that was not seen, which it then is.");
const ALL: Rule = EX.rule("A send wakes all who wait for it, each with its latest waker.");
const VALUE_FIRST: Rule = EX.rule("A receiver that a send has woken finds its value.");
const BORROW: Rule = EX.rule("borrow() leaves the value unseen, and borrow_and_update() does not.");
const NO_RECEIVER: Rule = EX.rule("send() needs a receiver; the other ways to send do not.");
const UNMODIFIED: Rule = EX.rule("Where nothing was changed no receiver is woken.");
const CLOSED: Rule =
    EX.rule("When all senders are gone, the last value can still be seen; then comes the error.");
const DESERTED: Rule = EX.rule("Sender::closed() waits until there is no receiver.");
const CANCEL: Rule = EX.rule("A changed() that is dropped has seen nothing.");
const WAIT_FOR: Rule =
    EX.rule("wait_for() looks at the value as it is, and then at each that it is woken for.");
const PANIC: Rule =
    EX.rule("A closure that panics leaves the channel usable, and wakes no receiver.");
const NO_LOCK: Rule =
    EX.rule("No lock is held while wakers are called, or while a value is dropped.");
const DROPPED: Rule =
    EX.rule("Each value is dropped once: when it is replaced, or with the channel.");
const BOUNDS: Rule =
    EX.rule("A type may go to another thread, or be shared with it, as far as its values may.");

/// Fewer under Miri, which is slow.
const MANY: usize = if cfg!(miri) { 4 } else { 40 };
/// As above.
const VALUES: u32 = if cfg!(miri) { 7 } else { 200 };

/// Polls `changed()` once.
fn changed(receiver: &mut Receiver<u32>, task: &TestWaker) -> Poll<bool> {
    task.poll(pin!(receiver.changed()))
        .map(|result| result.is_ok())
}

const UNCHANGED: Poll<bool> = Poll::Pending;
const CHANGES: Poll<bool> = Poll::Ready(true);
const ENDS: Poll<bool> = Poll::Ready(false);

#[test]
fn a_value_is_sent() {
    EX.within("sending values", || {
        let (sender, receiver) = channel(0);
        LATEST.check_eq("the receiver's borrow", *receiver.borrow(), 0);
        LATEST.check_eq("the sender's borrow", *sender.borrow(), 0);
        for value in 1..4 {
            LATEST.check(sender.send(value).is_ok(), "a send to a receiver failed");
            LATEST.check_eq("the receiver's borrow", *receiver.borrow(), value);
            LATEST.check_eq("the sender's borrow", *sender.borrow(), value);
        }
        LATEST.check_eq("what send_replace returns", sender.send_replace(9), 3);
        sender.send_modify(|value| *value += 1);
        LATEST.check_eq("the receiver's borrow", *receiver.borrow(), 10);
    });
}

#[test]
fn what_was_seen() {
    EX.within("asking what was seen", || {
        let (sender, mut receiver) = channel(0);
        let has = |receiver: &Receiver<u32>| receiver.has_changed().unwrap();
        SEEN.check(
            !has(&receiver),
            "the value that the channel was made with is unseen",
        );
        sender.send(1).unwrap();
        SEEN.check(has(&receiver), "a value that was sent is seen");
        BORROW.check(receiver.borrow().has_changed(), "borrow: the value is seen");
        BORROW.check(has(&receiver), "borrow() made the value seen");
        BORROW.check(
            !sender.borrow().has_changed(),
            "there is something unseen for a sender",
        );
        BORROW.check(
            receiver.borrow_and_update().has_changed(),
            "the value is seen",
        );
        BORROW.check(!has(&receiver), "borrow_and_update() left the value unseen");
        BORROW.check(
            !receiver.borrow_and_update().has_changed(),
            "the value is unseen",
        );

        sender.send(2).unwrap();
        let cloned = receiver.clone();
        SEEN.check(has(&cloned), "a clone has seen what its origin has not");
        SEEN.check(
            !has(&sender.subscribe()),
            "a new receiver has not seen what is there",
        );
        receiver.mark_unchanged();
        SEEN.check(!has(&receiver), "unseen, after mark_unchanged()");
        SEEN.check(
            has(&cloned),
            "what one receiver has seen, its clone has not",
        );
        receiver.mark_changed();
        SEEN.check(has(&receiver), "seen, after mark_changed()");
        SEEN.check_eq("the value", *receiver.borrow_and_update(), 2);

        let (_sender, mut receiver) = channel(0);
        receiver.mark_changed();
        SEEN.check(
            has(&receiver),
            "seen, after mark_changed(), with nothing sent",
        );
    });
}

#[test]
fn a_change_is_awaited() {
    EX.within("waiting for a change", || {
        let (sender, mut receiver) = channel(0);
        let task = TestWaker::new("A");
        CHANGED.check_eq(
            "changed(), before a send",
            changed(&mut receiver, &task),
            UNCHANGED,
        );
        sender.send(1).unwrap();
        CHANGED.check_eq(
            "changed(), after a send",
            changed(&mut receiver, &task),
            CHANGES,
        );
        CHANGED.check_eq(
            "changed(), after that",
            changed(&mut receiver, &task),
            UNCHANGED,
        );
        // Two values, of which one is never seen.
        sender.send(2).unwrap();
        sender.send(3).unwrap();
        CHANGED.check_eq(
            "changed(), after two sends",
            changed(&mut receiver, &task),
            CHANGES,
        );
        LATEST.check_eq("the value", *receiver.borrow(), 3);
        CHANGED.check_eq(
            "changed(), after that",
            changed(&mut receiver, &task),
            UNCHANGED,
        );
        receiver.mark_changed();
        CHANGED.check_eq(
            "changed(), marked as such",
            changed(&mut receiver, &task),
            CHANGES,
        );
        CHANGED.check_eq(
            "changed(), after that",
            changed(&mut receiver, &task),
            UNCHANGED,
        );
    });
}

/// As many as there are, more than are woken in one go.
#[test]
fn all_who_wait_are_woken() {
    EX.within("many receivers", || {
        let (sender, receiver) = channel(0);
        let tasks: Vec<_> = (0..MANY)
            .map(|i| TestWaker::new(&format!("task {i}")))
            .collect();
        let mut receivers: Vec<_> = tasks.iter().map(|_| receiver.clone()).collect();
        let mut waits: Vec<_> = receivers
            .iter_mut()
            .map(|r| Box::pin(r.changed()))
            .collect();
        let old = TestWaker::new("old");
        for (wait, task) in waits.iter_mut().zip(&tasks) {
            ALL.pending(old.poll(wait.as_mut()), "changed, before a send");
            ALL.pending(task.poll(wait.as_mut()), "changed, before a send");
        }
        sender.send(1).unwrap();
        ALL.check_eq("wakes of wakers that are not the latest", old.wakes(), 0);
        for (wait, task) in waits.iter_mut().zip(&tasks) {
            ALL.check_eq(&format!("wakes of {}", task.name()), task.wakes(), 1);
            let saw = "unchanged, after a send";
            ALL.check(ALL.ready(task.poll(wait.as_mut()), saw).is_ok(), "an error");
            task.none_held(ALL);
        }
    });
}

#[test]
fn whoever_is_woken_finds_the_value() {
    EX.within("looking inside of a wake", || {
        let (sender, mut receiver) = channel(0);
        let task = TestWaker::new("A");
        let looker = receiver.clone();
        let found = Arc::new(Mutex::new(Vec::new()));
        task.on_wake({
            let found = Arc::clone(&found);
            move || {
                found
                    .lock()
                    .unwrap()
                    .push((*looker.borrow(), looker.has_changed().unwrap()));
            }
        });
        let mut wait = pin!(receiver.changed());
        CHANGED.pending(task.poll(wait.as_mut()), "changed, before a send");
        sender.send(1).unwrap();
        let found = found.lock().unwrap().split_off(0);
        VALUE_FIRST.check_eq(
            "value, and whether unseen, in each wake",
            found,
            vec![(1, true)],
        );
    });
}

#[test]
fn nothing_was_modified() {
    EX.within("sending if there is something to send", || {
        let (sender, mut receiver) = channel(0);
        let task = TestWaker::new("A");
        let mut wait = Box::pin(receiver.changed());
        UNMODIFIED.pending(task.poll(wait.as_mut()), "changed, before a send");
        let modified = sender.send_if_modified(|_| false);
        UNMODIFIED.check(!modified, "the closure's `false` came back as `true`");
        UNMODIFIED.check_eq("wakes", task.wakes(), 0);
        UNMODIFIED.pending(
            task.poll(wait.as_mut()),
            "changed, though nothing was modified",
        );
        let modified = sender.send_if_modified(|value| {
            *value = 1;
            true
        });
        UNMODIFIED.check(modified, "the closure's `true` came back as `false`");
        ALL.check_eq("wakes", task.wakes(), 1);
        let polled = ALL.ready(
            task.poll(wait.as_mut()),
            "unchanged, though the value was modified",
        );
        ALL.check(polled.is_ok(), "an error");
        drop(wait);
        // The same value again is a value that was sent.
        sender.send(1).unwrap();
        CHANGED.check_eq("changed()", changed(&mut receiver, &task), CHANGES);
    });
}

#[test]
fn nobody_receives() {
    EX.within("sending to nobody", || {
        let (sender, receiver) = channel(0);
        drop(receiver);
        let refused = sender.send(1).unwrap_err();
        NO_RECEIVER.check_eq("what comes back", refused.0, 1);
        NO_RECEIVER.check_eq("Display", &*refused.to_string(), "channel closed");
        NO_RECEIVER.check_eq("Debug", &*format!("{refused:?}"), "SendError { .. }");
        NO_RECEIVER.check_eq("the value, after that", *sender.borrow(), 0);
        NO_RECEIVER.check_eq("what send_replace returns", sender.send_replace(2), 0);
        sender.send_modify(|value| *value += 1);
        NO_RECEIVER.check_eq("the value, after that", *sender.borrow(), 3);

        let mut late = sender.subscribe();
        let task = TestWaker::new("A");
        SEEN.check_eq(
            "changed() of a new one",
            changed(&mut late, &task),
            UNCHANGED,
        );
        NO_RECEIVER.check(
            sender.send(4).is_ok(),
            "a send failed, though there is a receiver again",
        );
        CHANGED.check_eq("changed()", changed(&mut late, &task), CHANGES);

        let lonely = Sender::<u32>::default();
        NO_RECEIVER.check_eq("the default", *lonely.borrow(), 0);
        NO_RECEIVER.check(lonely.send(1).is_err(), "a send to nobody");
    });
}

#[test]
fn the_senders_are_gone() {
    EX.within("dropping the senders", || {
        let (sender, mut receiver) = channel(0);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let second = sender.clone();
        let mut behind = receiver.clone();
        drop(sender);
        CLOSED.check(!receiver.is_closed(), "closed, though there is a sender");
        CLOSED.check_eq(
            "changed(), with a sender left",
            changed(&mut receiver, &a),
            UNCHANGED,
        );
        second.send(1).unwrap();
        receiver.mark_unchanged();

        let mut wait = Box::pin(receiver.changed());
        CLOSED.pending(b.poll(wait.as_mut()), "changed, without a send");
        drop(second);
        CLOSED.check_eq("wakes, when the last sender has gone", b.wakes(), 1);
        let ended = CLOSED.ready(b.poll(wait.as_mut()), "waiting, though nobody can send");
        let error = ended.err().map(|error| error.to_string());
        CLOSED.check_eq("changed()", error.as_deref(), Some("channel closed"));
        drop(wait);
        CLOSED.check(receiver.is_closed(), "not closed, without a sender");
        CLOSED.check(receiver.has_changed().is_err(), "has_changed() is no error");
        CLOSED.check_eq("the value", *receiver.borrow(), 1);

        // The other one has not seen the last value.
        CLOSED.check(behind.has_changed().is_err(), "has_changed() is no error");
        CLOSED.check_eq(
            "changed(), with a value unseen",
            changed(&mut behind, &a),
            CHANGES,
        );
        CLOSED.check_eq("changed(), after that", changed(&mut behind, &a), ENDS);
    });
}

/// One end for many: each of the receivers has to be told, and each by its own waker.
#[test]
fn the_last_sender_wakes_all_receivers() {
    EX.within("dropping the last sender", || {
        let (sender, mut first) = channel(0);
        let mut others = [(); 3].map(|()| sender.subscribe());
        let tasks = ["A", "B", "C", "D"].map(TestWaker::new);
        let mut waits: Vec<_> = std::iter::once(&mut first)
            .chain(&mut others)
            .map(|receiver| Box::pin(receiver.changed()))
            .collect();
        for (wait, task) in waits.iter_mut().zip(&tasks) {
            CLOSED.pending(task.poll(wait.as_mut()), "changed, without a send");
        }
        drop(sender);
        for task in &tasks {
            CLOSED.check_eq("wakes, when the last sender has gone", task.wakes(), 1);
        }
    });
}

/// Where it is marked, there is something to see, though nothing was ever sent.
#[test]
fn a_mark_ends_a_wait() {
    EX.within("marking a value that was there from the beginning", || {
        let (_sender, mut receiver) = channel(0);
        let task = TestWaker::new("A");
        receiver.mark_changed();
        SEEN.check(
            receiver.has_changed().unwrap_or(false),
            "has_changed() is false after mark_changed()",
        );
        CHANGED.check_eq(
            "changed(), after mark_changed()",
            changed(&mut receiver, &task),
            CHANGES,
        );
        CHANGED.check_eq(
            "changed(), after that",
            changed(&mut receiver, &task),
            UNCHANGED,
        );
    });
}

#[test]
fn the_receivers_are_gone() {
    EX.within("waiting until nobody receives", || {
        let (sender, receiver) = channel(0);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let second = receiver.clone();
        let third = sender.subscribe();
        DESERTED.check_eq("receivers", sender.receiver_count(), 3);
        DESERTED.check(!sender.is_closed(), "closed, though there are receivers");
        let mut wait = pin!(sender.closed());
        DESERTED.pending(a.poll(wait.as_mut()), "closed, though there are receivers");
        DESERTED.pending(b.poll(wait.as_mut()), "closed, though there are receivers");
        drop(receiver);
        drop(second);
        DESERTED.pending(b.poll(wait.as_mut()), "closed, though there is a receiver");
        drop(third);
        DESERTED.check_eq(
            "wakes of A and B, the last to poll",
            [a.wakes(), b.wakes()],
            [0, 1],
        );
        DESERTED.ready(b.poll(wait), "waiting, though there is no receiver");
        DESERTED.check(sender.is_closed(), "not closed, without a receiver");
        DESERTED.ready(
            a.poll(pin!(sender.closed())),
            "waiting, though there is no receiver",
        );

        let _late = sender.subscribe();
        DESERTED.pending(
            a.poll(pin!(sender.closed())),
            "closed, though there is a receiver again",
        );
        let new = Sender::new(0);
        DESERTED.ready(
            a.poll(pin!(new.closed())),
            "a channel made without a receiver has one",
        );
    });
}

#[test]
fn a_changed_that_is_dropped() {
    EX.within("dropping a changed()", || {
        let (sender, mut receiver) = channel(0);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        for is_woken in [false, true] {
            let mut wait = Box::pin(receiver.changed());
            CANCEL.pending(a.poll(wait.as_mut()), "changed, before a send");
            if is_woken {
                sender.send(1).unwrap();
                drop(wait);
            } else {
                drop(wait);
                sender.send(1).unwrap();
            }
            a.none_held(CANCEL);
            CANCEL.check(
                receiver.has_changed().unwrap(),
                "the value was seen by a changed() that was dropped",
            );
            CANCEL.check_eq("the next changed()", changed(&mut receiver, &b), CHANGES);
        }
        CANCEL.check_eq(
            "wakes of A: one changed() was dropped before the send",
            a.wakes(),
            1,
        );

        let mut closed = Box::pin(sender.closed());
        CANCEL.pending(
            a.poll(closed.as_mut()),
            "closed, though there is a receiver",
        );
        drop(closed);
        a.none_held(CANCEL);
    });
}

#[test]
fn waiting_for_a_certain_value() {
    EX.within("waiting for a value of at least 3", || {
        let (sender, mut receiver) = channel(3);
        let task = TestWaker::new("A");
        let big = |value: &u32| 3 <= *value;
        let found = WAIT_FOR.ready(
            task.poll(pin!(receiver.wait_for(big))),
            "waiting, though the value is there: that it was seen does not matter",
        );
        WAIT_FOR.check_eq("what it found", found.map(|found| *found).ok(), Some(3));

        sender.send_replace(0);
        let mut looked_at = Vec::new();
        let mut wait = Box::pin(receiver.wait_for(|value| {
            looked_at.push(*value);
            big(value)
        }));
        WAIT_FOR.pending(
            task.poll(wait.as_mut()).map(drop),
            "0 was found to be at least 3",
        );
        sender.send_replace(1);
        WAIT_FOR.check_eq("wakes after a send", task.wakes(), 1);
        WAIT_FOR.pending(
            task.poll(wait.as_mut()).map(drop),
            "1 was found to be at least 3",
        );
        WAIT_FOR.pending(
            task.poll(wait.as_mut()).map(drop),
            "1 was found to be at least 3",
        );
        sender.send_replace(7);
        WAIT_FOR.check_eq("wakes after two sends", task.wakes(), 2);
        let found = WAIT_FOR.ready(task.poll(wait.as_mut()), "waiting, though 7 is there");
        WAIT_FOR.check_eq("what it found", found.map(|found| *found).ok(), Some(7));
        drop(wait);
        WAIT_FOR.check_eq("values looked at", looked_at, vec![0, 1, 7]);
        SEEN.check(
            !receiver.has_changed().unwrap(),
            "what wait_for() has found is unseen",
        );
    });
}

#[test]
fn waiting_for_a_value_that_never_comes() {
    EX.within("waiting for a value until all senders are gone", || {
        for last in [1, 7] {
            let (sender, mut receiver) = channel(0);
            let task = TestWaker::new("A");
            let mut wait = Box::pin(receiver.wait_for(|value| 3 <= *value));
            WAIT_FOR.pending(
                task.poll(wait.as_mut()).map(drop),
                "0 was found to be at least 3",
            );
            sender.send(last).unwrap();
            drop(sender);
            let ended = CLOSED.ready(task.poll(wait.as_mut()), "waiting, though nobody can send");
            let expected = Some(last).filter(|last| 3 <= *last);
            CLOSED.check_eq("what it found", ended.map(|found| *found).ok(), expected);
        }
        // It has come before, and nobody can send.
        let (sender, mut receiver) = channel(5);
        drop(sender);
        let task = TestWaker::new("A");
        let poll = task.poll(pin!(receiver.wait_for(|value| *value == 5)));
        CLOSED.check_eq(
            "wait_for() what is there",
            poll.map(|found| found.is_ok()),
            CHANGES,
        );
        let poll = task.poll(pin!(receiver.wait_for(|value| *value == 6)));
        CLOSED.check_eq(
            "wait_for() what is not",
            poll.map(|found| found.is_ok()),
            ENDS,
        );
    });
}

/// tokio #6021: the panic of a closure left the lock unusable.
#[test]
fn tokio_6021_closures_that_panic() {
    EX.within("closures that panic", || {
        let (sender, mut receiver) = channel(0);
        let task = TestWaker::new("A");
        let mut other = receiver.clone();
        let mut wait = Box::pin(other.changed());
        PANIC.pending(task.poll(wait.as_mut()), "changed, before a send");
        PANIC.panics(
            || {
                sender.send_modify(|value| {
                    *value = 1;
                    panic!("expected by the test");
                })
            },
            "the panic of the closure was not passed on",
        );
        PANIC.check_eq("wakes", task.wakes(), 0);
        PANIC.pending(
            task.poll(wait.as_mut()),
            "changed, though the closure panicked",
        );
        let value = PANIC.returns(|| *receiver.borrow(), "borrow() panics after a closure has");
        PANIC.check_eq("the value, as the closure left it", value, 1);

        let panicked = catch_unwind(AssertUnwindSafe(|| {
            task.poll(pin!(receiver.wait_for(|_| panic!("expected by the test"))))
                .map(drop)
        }));
        PANIC.check(
            panicked.is_err(),
            "the panic of the closure was not passed on",
        );
        PANIC.returns(
            || sender.send(2).unwrap(),
            "send() panics after a closure has",
        );
        PANIC.check_eq("wakes after a send", task.wakes(), 1);
        PANIC.check_eq("the value", *receiver.borrow_and_update(), 2);
    });
}

/// A value whose drop looks at the channel that it was in.
struct Looks(Arc<Mutex<Option<Receiver<Option<Looks>>>>>);

impl Drop for Looks {
    fn drop(&mut self) {
        let receiver = self.0.lock().unwrap().take();
        if let Some(receiver) = receiver {
            NO_LOCK.check(
                receiver.borrow().is_none(),
                "the new value is not there yet",
            );
        }
    }
}

#[test]
fn the_old_value_is_dropped_where_no_lock_is_held() {
    NO_LOCK.within(
        "values that use the channel when they are dropped",
        "a value waits for a lock that the code dropping it holds",
        || {
            let own = Arc::new(Mutex::new(None));
            let (sender, receiver) = channel(Some(Looks(Arc::clone(&own))));
            *own.lock().unwrap() = Some(receiver);
            let _other = sender.subscribe();
            NO_LOCK.check(sender.send(None).is_ok(), "a send failed");
            NO_LOCK.check(
                own.lock().unwrap().is_none(),
                "the old value was not dropped by the send",
            );
        },
    );
}

#[test]
fn drops() {
    EX.within("counting drops", || {
        let (first, first_drops) = drop_counter("first value");
        let (second, second_drops) = drop_counter("second value");
        let (sender, receiver) = channel(first);
        drop(sender.send(second));
        first_drops.dropped_once(DROPPED);
        drop(sender);
        DROPPED.check_eq("drops of a value that can be seen", second_drops.count(), 0);
        drop(receiver);
        second_drops.dropped_once(DROPPED);
    });
}

#[test]
fn wakers_that_use_the_channel() {
    EX.within("wakers that send", || {
        let (sender, mut receiver) = channel(0);
        let sender = Arc::new(sender);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        for (task, on) in [
            (
                &a,
                TestWaker::on_clone as fn(&TestWaker, Box<dyn Fn() + Send + Sync>),
            ),
            (&a, TestWaker::on_drop),
            (&b, TestWaker::on_wake),
        ] {
            let sender = Arc::clone(&sender);
            on(
                task,
                Box::new(move || {
                    sender.send_modify(|value| *value += 1);
                }),
            );
        }
        let mut wait = Box::pin(receiver.changed());
        // The send inside of the clone comes while A is on its way to wait.
        let mut poll = a.poll(wait.as_mut());
        if poll.is_pending() {
            CHANGED.check_eq("wakes of A: a send came inside of its poll", a.wakes(), 1);
            poll = a.poll(wait.as_mut());
        }
        CHANGED.check(
            poll.is_ready(),
            "unchanged, though a send came before the wait",
        );
        drop(wait);
        receiver.mark_unchanged();
        let mut wait = Box::pin(receiver.changed());
        CHANGED.pending(b.poll(wait.as_mut()), "changed, before a send");
        let before = *sender.borrow();
        sender.send(before + 1).unwrap();
        LATEST.check_eq(
            "the value, after a send inside of a wake",
            *sender.borrow(),
            before + 2,
        );
        CHANGED.check(
            b.poll(wait.as_mut()).is_ready(),
            "unchanged, after two sends",
        );
    });
}

#[test]
fn who_belongs_together() {
    EX.within("comparing handles", || {
        let (sender, receiver) = channel(0);
        let (other_sender, other) = channel(0);
        LATEST.check(
            sender.same_channel(&sender.clone()),
            "a clone has another channel",
        );
        LATEST.check(
            !sender.same_channel(&other_sender),
            "two channels are the same",
        );
        LATEST.check(
            receiver.same_channel(&sender.subscribe()),
            "a receiver has another channel",
        );
        LATEST.check(!receiver.same_channel(&other), "two channels are the same");
        let clone = sender.clone();
        LATEST.check_eq("senders", sender.sender_count(), 2);
        drop(clone);
        LATEST.check_eq("senders", sender.sender_count(), 1);
        fn shareable<T: Send + Sync>(_: &T) {}
        shareable(&sender);
        shareable(&receiver);
        shareable(&watch::error::SendError(0));
    });
}

#[test]
fn on_a_scheduler() {
    EX.within("five tasks that watch one", || {
        Runtime::new().block_on(async {
            let (sender, receiver) = channel(0);
            let tasks: Vec<_> = (0..5)
                .map(|_| {
                    let mut receiver = receiver.clone();
                    spawn(async move {
                        let mut last = 0;
                        while receiver.changed().await.is_ok() {
                            let value = *receiver.borrow_and_update();
                            LATEST.check(last < value, format_args!("{value} after {last}"));
                            last = value;
                        }
                        last
                    })
                })
                .collect();
            for value in 1..=VALUES {
                sender.send(value).unwrap();
                if value % 3 == 0 {
                    yield_now().await;
                }
            }
            drop(sender);
            for task in tasks {
                CLOSED.check_eq(
                    "the last value that a task saw",
                    task.await.unwrap(),
                    VALUES,
                );
            }
        });
    });
}

#[test]
fn on_threads() {
    EX.within("two threads that watch a third", || {
        let (sender, receiver) = channel(0);
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let mut receiver = receiver.clone();
                thread::spawn(move || {
                    futures::executor::block_on(async {
                        *receiver.wait_for(|value| *value == VALUES).await.unwrap()
                    })
                })
            })
            .collect();
        for value in 1..=VALUES {
            sender.send(value).unwrap();
        }
        for thread in threads {
            LATEST.check_eq("the value", thread.join().unwrap(), VALUES);
        }
    });
}

/// Values go to other threads through the channel.
#[test]
fn the_type_says_what_may_go_to_other_threads() {
    EX.within("looking at the bounds of the channel", || {
        drop(channel(1));
        BOUNDS.check_eq(
            "whether `Sender<u32>` is Send, and whether it is Sync",
            send_and_sync!(Sender<u32>),
            (true, true),
        );
        BOUNDS.check_eq(
            "whether `Receiver<u32>` is Send, and whether it is Sync",
            send_and_sync!(Receiver<u32>),
            (true, true),
        );
        BOUNDS.check_eq(
            "whether `Sender<MutexGuard<'static, u32>>` is Send, and whether it is Sync",
            send_and_sync!(Sender<OnlySync>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `Receiver<MutexGuard<'static, u32>>` is Send, and whether it is Sync",
            send_and_sync!(Receiver<OnlySync>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `Sender<Rc<u32>>` is Send, and whether it is Sync",
            send_and_sync!(Sender<Neither>),
            (false, false),
        );
        BOUNDS.check_eq(
            "whether `Receiver<Rc<u32>>` is Send, and whether it is Sync",
            send_and_sync!(Receiver<Neither>),
            (false, false),
        );
    });
}
