//! 7.6: a queue that each receiver reads to the end, at its own pace.

#![cfg(not(loom))]

#[path = "../../06-locks/tests/bounds/mod.rs"]
mod bounds;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use bounds::{Neither, OnlySync};
use channels::broadcast::error::{RecvError, TryRecvError};
use channels::broadcast::{Receiver, Sender, WeakSender, channel};
use current_thread::{Runtime, spawn, yield_now};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const EX: Exercise = Exercise::new("7.6", "channels/broadcast.md");

const EACH: Rule =
    EX.rule("Each receiver gets each message that is sent while it exists, in order.");
const NOBODY: Rule = EX.rule("A message that no receiver could get comes back.");
const WAIT: Rule = EX.rule("A receiver that has received all waits, and the next send wakes it.");
const LATEST: Rule =
    EX.rule("A future that is pending keeps the waker of its latest poll, no other.");
const CLOSED: Rule =
    EX.rule("When all senders are gone, what is left is received first, and then the end.");
const LAGGED: Rule = EX.rule(
    "A receiver that was overtaken is told how many messages it has missed, and then gets the oldest that is left.",
);
const LEN: Rule = EX.rule("A message counts until all have received it.");
const DROPPED: Rule =
    EX.rule("A message is dropped when all have received it, or when it is overwritten.");
const DESERTED: Rule = EX.rule("Sender::closed() waits until there is no receiver.");
const WEAK: Rule = EX.rule("A weak sender does not keep the channel open.");
const CANCEL: Rule = EX.rule("A recv() that is dropped has received nothing.");
const NO_LOCK: Rule =
    EX.rule("No lock is held while wakers are called, or messages are cloned or dropped.");
const PANIC: Rule = EX.rule("A message whose clone panics is received.");
const CAPACITY: Rule = EX.rule("The ring has as many slots as asked for, or more, but not none.");
const BOUNDS: Rule =
    EX.rule("A type may go to another thread, or be shared with it, as far as its values may.");

/// A panic leaves nothing half done in a channel.
const _: () = {
    const fn is<T: UnwindSafe + RefUnwindSafe>() {}
    is::<Sender<Box<u32>>>();
    is::<Receiver<Box<u32>>>();
    is::<WeakSender<Box<u32>>>();
};

/// Fewer under Miri, which is slow.
const MANY: usize = if cfg!(miri) { 4 } else { 40 };
/// As above.
const EACH_SENDS: usize = if cfg!(miri) { 6 } else { 100 };

/// Polls `recv()` once.
fn recv<T: Clone>(receiver: &mut Receiver<T>, task: &TestWaker) -> Poll<Result<T, RecvError>> {
    task.poll(pin!(receiver.recv()))
}

/// Receives until there is an error, and returns that as well.
fn drain(receiver: &mut Receiver<u32>) -> (Vec<u32>, TryRecvError) {
    let mut values = Vec::new();
    loop {
        match receiver.try_recv() {
            Ok(value) => values.push(value),
            Err(error) => return (values, error),
        }
    }
}

#[test]
fn a_message_for_each() {
    EX.within("sending to two receivers", || {
        let (sender, mut first) = channel(4);
        let mut second = sender.subscribe();
        EACH.check_eq("receivers", sender.receiver_count(), 2);
        for value in 1..=3 {
            EACH.check_eq("what send() returns", sender.send(value).ok(), Some(2));
        }
        let all = (vec![1, 2, 3], TryRecvError::Empty);
        EACH.check_eq("what the first received", drain(&mut first), all.clone());
        EACH.check_eq("what the second received", drain(&mut second), all);
        // And once more round the ring.
        for value in 4..=6 {
            EACH.check_eq("what send() returns", sender.send(value).ok(), Some(2));
        }
        let all = (vec![4, 5, 6], TryRecvError::Empty);
        EACH.check_eq("what the second received", drain(&mut second), all.clone());
        EACH.check_eq("what the first received", drain(&mut first), all);
    });
}

#[test]
fn who_comes_late() {
    EX.within("subscribing between two messages", || {
        let (sender, mut first) = channel(4);
        sender.send(1).unwrap();
        let mut late = sender.subscribe();
        let mut later = late.resubscribe();
        sender.send(2).unwrap();
        let mut last = first.resubscribe();
        EACH.check_eq("what the first received", drain(&mut first).0, vec![1, 2]);
        EACH.check_eq("what the second received", drain(&mut late).0, vec![2]);
        EACH.check_eq("what the third received", drain(&mut later).0, vec![2]);
        EACH.check_eq("what the fourth received", drain(&mut last).0, vec![]);
    });
}

#[test]
fn nobody_receives() {
    EX.within("sending to nobody", || {
        let (sender, receiver) = channel(4);
        drop(receiver);
        let refused = sender.send(1).unwrap_err();
        NOBODY.check_eq("what comes back", refused.0, 1);
        NOBODY.check_eq("Display", &*refused.to_string(), "channel closed");
        NOBODY.check_eq("messages", sender.len(), 0);
        let mut late = sender.subscribe();
        NOBODY.check_eq("what send() returns", sender.send(2).ok(), Some(1));
        EACH.check_eq("what a new receiver received", drain(&mut late).0, vec![2]);
        let lonely = Sender::new(4);
        NOBODY.check_eq("receivers", lonely.receiver_count(), 0);
        NOBODY.check_eq(
            "what comes back",
            lonely.send(1).map_err(|error| error.0),
            Err(1),
        );
    });
}

#[test]
fn a_message_is_awaited() {
    EX.within("waiting for a message", || {
        let (sender, mut receiver) = channel(4);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        sender.send(1).unwrap();
        let poll = recv(&mut receiver, &a);
        WAIT.check_eq("recv(), with a message there", poll, Poll::Ready(Ok(1)));
        let mut wait = pin!(receiver.recv());
        WAIT.pending(
            a.poll(wait.as_mut()),
            "received something that was not sent",
        );
        LATEST.pending(
            b.poll(wait.as_mut()),
            "received something that was not sent",
        );
        sender.send(2).unwrap();
        LATEST.check_eq(
            "wakes of A and B, the last to poll",
            [a.wakes(), b.wakes()],
            [0, 1],
        );
        sender.send(3).unwrap();
        WAIT.check_eq("wakes of B, which was not polled in between", b.wakes(), 1);
        WAIT.check_eq("recv()", b.poll(wait), Poll::Ready(Ok(2)));
        a.none_held(LATEST);
        b.none_held(LATEST);
    });
}

/// As many as there are, more than are woken in one go.
#[test]
fn all_who_wait_are_woken() {
    EX.within("many receivers", || {
        let (sender, receiver) = channel(4);
        let tasks: Vec<_> = (0..MANY)
            .map(|i| TestWaker::new(&format!("task {i}")))
            .collect();
        let mut receivers: Vec<_> = tasks.iter().map(|_| receiver.resubscribe()).collect();
        let mut waits: Vec<_> = receivers.iter_mut().map(|r| Box::pin(r.recv())).collect();
        for (wait, task) in waits.iter_mut().zip(&tasks) {
            WAIT.pending(
                task.poll(wait.as_mut()),
                "received something that was not sent",
            );
        }
        WAIT.check_eq("what send() returns", sender.send(7).ok(), Some(MANY + 1));
        for (wait, task) in waits.iter_mut().zip(&tasks) {
            WAIT.check_eq(&format!("wakes of {}", task.name()), task.wakes(), 1);
            WAIT.check_eq("recv()", task.poll(wait.as_mut()), Poll::Ready(Ok(7)));
            task.none_held(LATEST);
        }
    });
}

#[test]
fn the_senders_are_gone() {
    EX.within("dropping the senders", || {
        let (sender, mut first) = channel(2);
        let mut second = sender.subscribe();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let clone = sender.clone();
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        drop(sender);
        CLOSED.check(!first.is_closed(), "closed, though there is a sender");
        EACH.check_eq(
            "what the first received",
            drain(&mut first),
            (vec![1, 2], TryRecvError::Empty),
        );
        let mut wait = Box::pin(first.recv());
        CLOSED.pending(
            a.poll(wait.as_mut()),
            "received something that was not sent",
        );
        drop(clone);
        CLOSED.check_eq("wakes, when the last sender has gone", a.wakes(), 1);
        CLOSED.check_eq(
            "recv()",
            a.poll(wait.as_mut()),
            Poll::Ready(Err(RecvError::Closed)),
        );
        drop(wait);
        CLOSED.check(first.is_closed(), "not closed, without a sender");
        CLOSED.check_eq(
            "recv(), once more",
            recv(&mut first, &b),
            Poll::Ready(Err(RecvError::Closed)),
        );

        // The end needs no place in the ring.
        CLOSED.check(second.is_closed(), "not closed, without a sender");
        CLOSED.check_eq(
            "recv() of one behind",
            recv(&mut second, &b),
            Poll::Ready(Ok(1)),
        );
        CLOSED.check_eq(
            "what is left",
            drain(&mut second),
            (vec![2], TryRecvError::Closed),
        );
    });
}

/// A new receiver of a channel without senders is told so, and does not wait for ever.
#[test]
fn tokio_4867_resubscribing_to_a_closed_channel() {
    EX.within("resubscribing to a closed channel", || {
        let (sender, first) = channel::<u32>(2);
        sender.send(1).unwrap();
        drop(sender);
        let mut second = first.resubscribe();
        let task = TestWaker::new("A");
        CLOSED.check_eq(
            "recv()",
            recv(&mut second, &task),
            Poll::Ready(Err(RecvError::Closed)),
        );
        drop(first);
        let mut third = second.resubscribe();
        drop(second);
        let mut fourth = third.resubscribe();
        CLOSED.check_eq("try_recv()", third.try_recv(), Err(TryRecvError::Closed));
        CLOSED.check_eq("try_recv()", fourth.try_recv(), Err(TryRecvError::Closed));
    });
}

#[test]
fn one_is_overtaken() {
    EX.within("sending more than the ring holds", || {
        // The ring has 4 slots in either case.
        for capacity in [3, 4] {
            for sent in (1..=13_u32).filter(|sent| !cfg!(miri) || [4, 5, 10].contains(sent)) {
                let (sender, mut receiver) = channel(capacity);
                let mut others: Vec<_> = (0..2).map(|_| sender.subscribe()).collect();
                for value in 0..sent {
                    sender.send(value).unwrap();
                    drop(others[0].try_recv());
                }
                let what = format!("after {sent} messages in a ring of 4: ");
                let missed = sent.saturating_sub(4);
                LAGGED.check_eq(&format!("{what}len"), receiver.len(), sent as usize);
                if 0 < missed {
                    let error = Err(TryRecvError::Lagged(missed.into()));
                    LAGGED.check_eq(&format!("{what}try_recv()"), receiver.try_recv(), error);
                    LAGGED.check_eq(&format!("{what}len, after that"), receiver.len(), 4);
                    let task = TestWaker::new("B");
                    let error = Poll::Ready(Err(RecvError::Lagged(missed.into())));
                    LAGGED.check_eq(
                        &format!("{what}recv() of another"),
                        recv(&mut others[1], &task),
                        error,
                    );
                }
                let left = ((missed..sent).collect(), TryRecvError::Empty);
                LAGGED.check_eq(&format!("{what}what is left"), drain(&mut receiver), left);
            }
        }
    });
}

#[test]
fn one_is_overtaken_again_and_again() {
    EX.within("lagging twice", || {
        let (sender, mut receiver) = channel(2);
        for value in 0..5 {
            sender.send(value).unwrap();
        }
        LAGGED.check_eq(
            "try_recv()",
            receiver.try_recv(),
            Err(TryRecvError::Lagged(3)),
        );
        for value in 5..8 {
            sender.send(value).unwrap();
        }
        LAGGED.check_eq(
            "try_recv(), after three more",
            receiver.try_recv(),
            Err(TryRecvError::Lagged(3)),
        );
        LAGGED.check_eq("try_recv()", receiver.try_recv(), Ok(6));
        sender.send(8).unwrap();
        sender.send(9).unwrap();
        drop(sender);
        let task = TestWaker::new("A");
        LAGGED.check_eq(
            "recv(), closed",
            recv(&mut receiver, &task),
            Poll::Ready(Err(RecvError::Lagged(1))),
        );
        LAGGED.check_eq(
            "what is left",
            drain(&mut receiver),
            (vec![8, 9], TryRecvError::Closed),
        );
    });
}

#[test]
fn messages_are_counted() {
    EX.within("counting messages", || {
        let (sender, mut first) = channel(4);
        LEN.check(sender.is_empty(), "there is a message before the first");
        let mut second = sender.subscribe();
        for value in 0..3 {
            LEN.check_eq("messages", sender.len(), value as usize);
            LEN.check_eq("messages for the first", first.len(), value as usize);
            sender.send(value).unwrap();
        }
        LEN.check(!sender.is_empty(), "empty, with three messages");
        drop(drain(&mut first));
        LEN.check(
            first.is_empty(),
            "the first has received all, and is not empty",
        );
        LEN.check_eq("messages, received by one of two", sender.len(), 3);
        drop(second.try_recv());
        LEN.check_eq(
            "messages, of which one was received by both",
            sender.len(),
            2,
        );
        for value in 3..9 {
            sender.send(value).unwrap();
        }
        LEN.check_eq("messages in a full ring", sender.len(), 4);
        LEN.check_eq("messages for one that lags", second.len(), 8);
        drop(second);
        LEN.check_eq("messages for the first", sender.len(), 4);
        drop(first);
        LEN.check_eq("messages for nobody", sender.len(), 0);
        LEN.check(sender.is_empty(), "not empty, without a receiver");
    });
}

#[test]
fn a_message_is_dropped_when_all_have_received_it() {
    EX.within("counting drops", || {
        let (sender, mut first) = channel(2);
        let mut second = sender.subscribe();
        let send = |name| {
            let (token, drops) = drop_counter(name);
            sender.send(Arc::new(token)).unwrap();
            drops
        };
        let drops = send("received by both");
        drop(first.try_recv());
        DROPPED.check_eq(
            "drops of a message that one of two has received",
            drops.count(),
            0,
        );
        drop(second.try_recv());
        drops.dropped_once(DROPPED);

        let drops = send("received, and kept");
        let kept = (first.try_recv().unwrap(), second.try_recv().unwrap());
        DROPPED.check_eq("drops of a message that is kept", drops.count(), 0);
        drop(kept);
        drops.dropped_once(DROPPED);

        let [overwritten, left, last] = ["overwritten", "left", "last"].map(send);
        overwritten.dropped_once(DROPPED);
        DROPPED.check_eq("drops of a message in the ring", left.count(), 0);
        drop(first);
        DROPPED.check_eq(
            "drops of a message that another will receive",
            left.count(),
            0,
        );
        drop(second);
        left.dropped_once(DROPPED);
        last.dropped_once(DROPPED);
    });
}

#[test]
fn a_receiver_is_dropped_with_messages_left() {
    EX.within("dropping receivers", || {
        let (sender, mut first) = channel(4);
        let mut second = sender.subscribe();
        let mut third = sender.subscribe();
        let drops = [0, 1, 2].map(|i| {
            let (token, drops) = drop_counter(&format!("message {i}"));
            sender.send(Arc::new(token)).unwrap();
            drops
        });
        let counts = || [drops[0].count(), drops[1].count(), drops[2].count()];
        drop(first.try_recv());
        drop((second.try_recv(), second.try_recv()));
        drop((third.try_recv(), third.try_recv()));
        DROPPED.check_eq("drops", counts(), [1, 0, 0]);
        drop(first);
        DROPPED.check_eq(
            "drops, when the first receiver has gone",
            counts(),
            [1, 1, 0],
        );
        drop(second);
        DROPPED.check_eq("drops, when the second has gone", counts(), [1, 1, 0]);
        drop(third.try_recv());
        DROPPED.check_eq("drops", counts(), [1, 1, 1]);
    });
}

/// tokio #3434: the drop of a receiver that had been overtaken panicked.
#[test]
fn tokio_3434_a_receiver_that_lags_is_dropped() {
    EX.within("dropping receivers that lag", || {
        for sent in 1..=9 {
            let (sender, lags) = channel(2);
            let mut other = sender.subscribe();
            let mut drops = VecDeque::new();
            for i in 0..sent {
                let (token, dropped) = drop_counter(&format!("message {i} of {sent}"));
                sender.send(Arc::new(token)).unwrap();
                drops.push_back(dropped);
                drop(other.try_recv());
            }
            DROPPED.returns(|| drop(lags), "the drop of a receiver panicked");
            for dropped in drops {
                dropped.dropped_once(DROPPED);
            }
            DROPPED.check_eq("messages", sender.len(), 0);
            sender.send(Arc::new(drop_counter("next").0)).unwrap();
            DROPPED.check(other.try_recv().is_ok(), "nothing was received");
        }
    });
}

#[test]
fn the_receivers_are_gone() {
    EX.within("waiting until nobody receives", || {
        let (sender, first) = channel::<u32>(2);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let second = sender.subscribe();
        let mut wait = pin!(sender.closed());
        DESERTED.pending(a.poll(wait.as_mut()), "closed, though there are receivers");
        DESERTED.pending(b.poll(wait.as_mut()), "closed, though there are receivers");
        drop(first);
        DESERTED.pending(b.poll(wait.as_mut()), "closed, though there is a receiver");
        drop(second);
        DESERTED.check_eq(
            "wakes of A and B, the last to poll",
            [a.wakes(), b.wakes()],
            [0, 1],
        );
        DESERTED.ready(b.poll(wait), "waiting, though there is no receiver");
        let late = sender.subscribe();
        DESERTED.pending(
            a.poll(pin!(sender.closed())),
            "closed, though there is a receiver again",
        );
        a.none_held(DESERTED);
        drop(late);
    });
}

/// A channel that was made without a receiver has none.
#[test]
fn tokio_7629_closed_without_ever_a_receiver() {
    EX.within("waiting until nobody receives", || {
        let sender = Sender::<u32>::new(2);
        let task = TestWaker::new("A");
        DESERTED.ready(
            task.poll(pin!(sender.closed())),
            "waiting, though there was no receiver",
        );
    });
}

/// Those who wait for the last receiver to go were woken with the lock held.
#[test]
fn tokio_8558_a_waker_that_uses_the_channel_when_the_last_receiver_goes() {
    EX.within("a waker that asks for the receivers", || {
        let (sender, receiver) = channel::<u32>(2);
        let sender = Arc::new(sender);
        assert_eq!(sender.send(1).unwrap(), 1);
        let task = TestWaker::new("A");
        let found = Arc::new(AtomicUsize::new(usize::MAX));
        let left = Arc::new(AtomicUsize::new(usize::MAX));
        task.on_wake({
            let (sender, found) = (Arc::clone(&sender), Arc::clone(&found));
            let left = Arc::clone(&left);
            move || {
                found.store(sender.receiver_count(), SeqCst);
                left.store(sender.len(), SeqCst);
            }
        });
        let mut wait = pin!(sender.closed());
        DESERTED.pending(
            task.poll(wait.as_mut()),
            "closed, though there is a receiver",
        );
        drop(receiver);
        DESERTED.check_eq("receivers, as a waker found them", found.load(SeqCst), 0);
        LEN.check_eq("messages, as a waker found them", left.load(SeqCst), 0);
        DESERTED.ready(task.poll(wait), "waiting, though there is no receiver");
    });
}

#[test]
fn weak_senders() {
    EX.within("weak senders", || {
        let (sender, mut receiver) = channel(2);
        let weak = sender.downgrade();
        let other = weak.clone();
        WEAK.check_eq(
            "senders and weak ones",
            (sender.strong_count(), sender.weak_count()),
            (1, 2),
        );
        let strong = weak.upgrade().unwrap();
        WEAK.check_eq(
            "senders and weak ones",
            (weak.strong_count(), weak.weak_count()),
            (2, 2),
        );
        drop(sender);
        WEAK.check_eq("what send() returns", strong.send(1).ok(), Some(1));
        drop(other);
        let counts = (receiver.sender_strong_count(), receiver.sender_weak_count());
        WEAK.check_eq("senders and weak ones", counts, (1, 1));
        drop(strong);
        WEAK.check(weak.upgrade().is_none(), "a sender, though all are gone");
        WEAK.check_eq(
            "what is left",
            drain(&mut receiver),
            (vec![1], TryRecvError::Closed),
        );
    });
}

#[test]
fn a_recv_that_is_dropped() {
    EX.within("dropping a recv()", || {
        let (sender, mut receiver) = channel(4);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        for is_woken in [false, true] {
            let mut wait = Box::pin(receiver.recv());
            CANCEL.pending(
                a.poll(wait.as_mut()),
                "received something that was not sent",
            );
            if is_woken {
                sender.send(1).unwrap();
                drop(wait);
            } else {
                drop(wait);
                sender.send(1).unwrap();
            }
            a.none_held(CANCEL);
            CANCEL.check_eq(
                "the next recv()",
                recv(&mut receiver, &b),
                Poll::Ready(Ok(1)),
            );
        }
        CANCEL.check_eq(
            "wakes of A: one recv() was dropped before the send",
            a.wakes(),
            1,
        );

        let mut wait = Box::pin(sender.closed());
        CANCEL.pending(a.poll(wait.as_mut()), "closed, though there is a receiver");
        drop(wait);
        a.none_held(CANCEL);
    });
}

/// tokio #5429, mended here by #5578: wakers were woken, and dropped, with the lock held.
#[test]
fn tokio_5578_wakers_that_use_the_channel() {
    EX.within("wakers that send and receive", || {
        let (sender, mut receiver) = channel(8);
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
                    let late = sender.subscribe();
                    drop(sender.send("from a waker"));
                    drop(late);
                }),
            );
        }
        let mut wait = Box::pin(receiver.recv());
        let mut poll = a.poll(wait.as_mut());
        if poll.is_pending() {
            // The send inside of the clone came while A was on its way to wait.
            WAIT.check(
                0 < a.wakes(),
                "a message came while a receiver began to wait, and it was not woken",
            );
            poll = a.poll(wait.as_mut());
        }
        WAIT.check_eq("recv()", poll, Poll::Ready(Ok("from a waker")));
        drop(wait);
        while receiver.try_recv().is_ok() {}

        let mut wait = Box::pin(receiver.recv());
        WAIT.pending(
            b.poll(wait.as_mut()),
            "received something that was not sent",
        );
        sender.send("the first").unwrap();
        WAIT.check_eq(
            "recv()",
            b.poll(wait.as_mut()),
            Poll::Ready(Ok("the first")),
        );
        drop(wait);
        WAIT.check_eq("the next", receiver.try_recv(), Ok("from a waker"));
    });
}

/// A message whose clone and drop use the channel that it is in.
struct Meddles {
    name: &'static str,
    own: Arc<Mutex<Option<Sender<Meddles>>>>,
    /// Sends another one with each clone, too.
    sends: bool,
}

impl Meddles {
    fn meddle(&self) {
        let sender = self.own.lock().unwrap().clone();
        if let Some(sender) = sender {
            drop((sender.len(), sender.subscribe()));
        }
    }
}

impl Clone for Meddles {
    fn clone(&self) -> Meddles {
        self.meddle();
        let sender = self.own.lock().unwrap().clone();
        if let Some(sender) = sender
            && self.sends
        {
            let next = Meddles {
                name: "sent by a clone",
                own: Arc::clone(&self.own),
                sends: false,
            };
            // It overwrites this one.
            drop(sender.send(next));
        }
        Meddles {
            name: self.name,
            own: Arc::clone(&self.own),
            sends: self.sends,
        }
    }
}

impl Drop for Meddles {
    fn drop(&mut self) {
        self.meddle();
    }
}

#[test]
fn messages_that_use_the_channel() {
    NO_LOCK.within(
        "messages that use the channel when they are cloned or dropped",
        "a message waits for a lock that the code cloning or dropping it holds",
        || {
            let own = Arc::new(Mutex::new(None));
            let (sender, mut first) = channel(1);
            let mut second = sender.subscribe();
            *own.lock().unwrap() = Some(sender.clone());
            let send = |name, sends| {
                let own = Arc::clone(&own);
                drop(sender.send(Meddles { name, own, sends }));
            };
            let name = |message: Result<Meddles, TryRecvError>| message.map(|message| message.name);
            send("cloned and dropped", false);
            let received = name(first.try_recv());
            NO_LOCK.check_eq("the first received", received, Ok("cloned and dropped"));
            let received = name(second.try_recv());
            NO_LOCK.check_eq("the second received", received, Ok("cloned and dropped"));

            send("overwritten", false);
            send("overwrites itself", true);
            let received = name(first.try_recv());
            LAGGED.check_eq("the first received", received, Err(TryRecvError::Lagged(1)));
            let received = name(first.try_recv());
            NO_LOCK.check_eq(
                "the first received, of a message that was overwritten while it was cloned",
                received,
                Ok("overwrites itself"),
            );
            let received = name(first.try_recv());
            NO_LOCK.check_eq("the first received", received, Ok("sent by a clone"));
            // With one left for the second.
            drop((first, second));
            NO_LOCK.check_eq("messages", sender.len(), 0);
            drop(own.lock().unwrap().take());
        },
    );
}

/// A message whose clone panics while it is told to.
struct Panics(Arc<AtomicBool>);

impl Clone for Panics {
    fn clone(&self) -> Panics {
        assert!(!self.0.load(SeqCst), "expected by the test");
        Panics(Arc::clone(&self.0))
    }
}

#[test]
fn a_message_whose_clone_panics() {
    EX.within("receiving a message whose clone panics", || {
        let panics = Arc::new(AtomicBool::new(true));
        let (sender, mut receiver) = channel(2);
        let mut other = sender.subscribe();
        let send = || drop(sender.send(Panics(Arc::clone(&panics))));
        send();
        send();
        let received = catch_unwind(AssertUnwindSafe(|| receiver.try_recv().is_ok()));
        PANIC.check(
            received.is_err(),
            "the panic of the clone was not passed on",
        );
        PANIC.check_eq("messages left for the one that panicked", receiver.len(), 1);
        panics.store(false, SeqCst);
        PANIC.returns(
            || receiver.try_recv().is_ok(),
            "the channel is of no use after a panic",
        );
        PANIC.check_eq("messages left for the other", other.len(), 2);
        PANIC.check(
            other.try_recv().is_ok() && other.try_recv().is_ok(),
            "the other missed one",
        );
        PANIC.check_eq("messages", sender.len(), 0);
        PANIC.check_eq("who has a message still", Arc::strong_count(&panics), 1);
    });
}

#[test]
fn capacities() {
    EX.within("making channels", || {
        let message = CAPACITY.panics(|| channel::<u32>(0), "a channel without a slot was made");
        CAPACITY.check_eq(
            "the panic",
            &*message,
            "broadcast channel capacity cannot be zero",
        );
        let message = CAPACITY.panics(
            || channel::<u32>(usize::MAX / 2 + 1),
            "a channel with half of all memory was made",
        );
        let expected = "broadcast channel capacity exceeded `usize::MAX / 2`";
        CAPACITY.check_eq("the panic", &*message, expected);
        let (sender, mut receiver) = channel(1);
        sender.send(1).unwrap();
        CAPACITY.check_eq("what a ring of one holds", drain(&mut receiver).0, vec![1]);
    });
}

#[test]
fn errors_say_why() {
    EX.within("reading errors", || {
        let shown = [
            TryRecvError::Empty,
            TryRecvError::Closed,
            TryRecvError::Lagged(3),
        ]
        .map(|error| error.to_string());
        LAGGED.check_eq(
            "Display",
            shown,
            ["channel empty", "channel closed", "channel lagged by 3"].map(String::from),
        );
        let shown = [RecvError::Closed, RecvError::Lagged(3)].map(|error| error.to_string());
        LAGGED.check_eq(
            "Display",
            shown,
            ["channel closed", "channel lagged by 3"].map(String::from),
        );
        let (sender, receiver) = channel::<u32>(1);
        let (other, _) = channel::<u32>(1);
        EACH.check(
            sender.same_channel(&sender.clone()),
            "a clone has another channel",
        );
        EACH.check(!sender.same_channel(&other), "two channels are the same");
        EACH.check(
            receiver.same_channel(&sender.subscribe()),
            "a receiver has another channel",
        );
        let shown = format!("{sender:?} {receiver:?} {:?}", sender.downgrade());
        let expected = "broadcast::Sender broadcast::Receiver broadcast::WeakSender";
        EACH.check_eq("Debug", &*shown, expected);
    });
}

#[test]
fn on_a_scheduler() {
    EX.within("five tasks that receive from two", || {
        Runtime::new().block_on(async {
            let (sender, receiver) = channel(2 * EACH_SENDS);
            let receivers: Vec<_> = (0..5)
                .map(|_| {
                    let mut receiver = receiver.resubscribe();
                    spawn(async move {
                        let mut values = Vec::new();
                        loop {
                            match receiver.recv().await {
                                Ok(value) => values.push(value),
                                Err(RecvError::Closed) => return values,
                                Err(error) => LAGGED.fail(error),
                            }
                        }
                    })
                })
                .collect();
            drop(receiver);
            for i in 0..2 {
                let sender = sender.clone();
                drop(spawn(async move {
                    for j in 0..EACH_SENDS {
                        EACH.check_eq("what send() returns", sender.send(2 * j + i).ok(), Some(5));
                        yield_now().await;
                    }
                }));
            }
            drop(sender);
            let mut all = Vec::new();
            for receiver in receivers {
                let values = receiver.await.unwrap();
                EACH.check_eq("messages", values.len(), 2 * EACH_SENDS);
                all.push(values);
            }
            EACH.check(
                all.iter().all(|values| *values == all[0]),
                "not all received the same",
            );
        });
    });
}

#[test]
fn on_threads() {
    EX.within("two threads that receive from a third", || {
        let (sender, receiver) = channel(8);
        let threads: Vec<_> = (0..2)
            .map(|i| {
                let mut receiver = receiver.resubscribe();
                thread::spawn(move || {
                    let mut count = 0;
                    loop {
                        let received = match i {
                            0 => receiver.blocking_recv(),
                            _ => futures::executor::block_on(receiver.recv()),
                        };
                        match received {
                            Ok(value) => {
                                LAGGED.check_eq("the message", value, count);
                                count += 1;
                            }
                            Err(RecvError::Lagged(missed)) => count += missed,
                            Err(RecvError::Closed) => return count,
                        }
                    }
                })
            })
            .collect();
        drop(receiver);
        for value in 0..EACH_SENDS as u64 {
            sender.send(value).unwrap();
        }
        drop(sender);
        for thread in threads {
            LAGGED.check_eq(
                "messages, received or missed",
                thread.join().unwrap(),
                EACH_SENDS as u64,
            );
        }
    });
}

/// Values go to other threads through the channel.
#[test]
fn the_type_says_what_may_go_to_other_threads() {
    EX.within("looking at the bounds of the channel", || {
        drop(channel::<u32>(1));
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
