//! What a look finds: an end that sees that the other has sent, closed or gone also sees what that one did
//! before. Every interleaving, and every value that a load may return.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use atomic_waker::oneshot;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const LOOK: Rule = Exercise::chapter("5", "atomic-waker/index.md")
    .may_be("5.5, 5.6 or 5.8")
    .rule("An end that finds the other done sees what that one did before.");

/// Another thread stores a value `Relaxed`, and acts. If `look` finds that it has, the value is there.
fn sees(act: impl FnOnce() + 'static, look: impl FnOnce() -> bool) {
    lane("looks");
    let value = Arc::new(AtomicUsize::new(0));
    let theirs = Arc::clone(&value);
    let other = thread::spawn(move || {
        lane("acts");
        theirs.store(1, Relaxed);
        act();
    });
    if look() {
        LOOK.check_eq("the value that was stored before", value.load(Relaxed), 1);
    }
    other.join().unwrap();
}

#[test]
fn the_receiver_has_closed() {
    LOOK.model(|| {
        let (tx, mut rx) = oneshot::channel::<u32>();
        sees(move || rx.close(), || tx.is_closed());
    });
}

#[test]
fn the_receiver_is_gone() {
    LOOK.model(|| {
        let (tx, rx) = oneshot::channel::<u32>();
        sees(move || drop(rx), || tx.is_closed());
    });
}

#[test]
fn a_value_is_there() {
    LOOK.model(|| {
        let (tx, mut rx) = oneshot::channel();
        sees(move || tx.send(1).unwrap(), || rx.try_recv().is_ok());
    });
}

#[test]
fn the_sender_is_gone() {
    LOOK.model(|| {
        let (tx, mut rx) = oneshot::channel::<u32>();
        sees(
            move || drop(tx),
            || rx.try_recv() == Err(oneshot::error::TryRecvError::Closed),
        );
    });
}

#[test]
fn the_channel_is_not_empty() {
    LOOK.model(|| {
        let (tx, rx) = oneshot::channel();
        sees(move || drop(tx.send(1)), || !rx.is_empty());
    });
}
