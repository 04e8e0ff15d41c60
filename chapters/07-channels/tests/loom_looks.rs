//! What a look finds: a thread that sees that something is closed, ended or there also sees what the
//! other thread did before that. Every interleaving, and every value that a load may return.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use channels::{broadcast, mpsc, watch};
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const CHAPTER: Exercise = Exercise::chapter("7", "channels/index.md");
const LOOK: Rule = CHAPTER.rule(
    "A look without a lock orders: a thread that finds something closed, ended or there sees what was \
     done before it became so.",
);

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
fn a_channel_is_closed_by_its_receiver() {
    LOOK.model(|| {
        let (tx, mut rx) = mpsc::unbounded_channel::<u32>();
        sees(move || rx.close(), || tx.is_closed());
    });
}

#[test]
fn a_bounded_channel_is_closed_by_its_receiver() {
    LOOK.model(|| {
        let (tx, mut rx) = mpsc::channel::<u32>(1);
        sees(move || rx.close(), || tx.is_closed());
    });
}

#[test]
fn a_channel_has_a_value() {
    LOOK.model(|| {
        let (tx, mut rx) = mpsc::unbounded_channel();
        sees(move || tx.send(1).unwrap(), || rx.try_recv().is_ok());
    });
}

#[test]
fn the_senders_of_a_channel_are_gone() {
    LOOK.model(|| {
        let (tx, rx) = mpsc::unbounded_channel::<u32>();
        sees(move || drop(tx), || rx.is_closed());
    });
}

#[test]
fn a_channel_has_one_sender_less() {
    LOOK.model(|| {
        let (tx, _rx) = mpsc::unbounded_channel::<u32>();
        let theirs = tx.clone();
        sees(move || drop(theirs), || tx.strong_count() == 1);
    });
}

#[test]
fn a_watched_value_has_changed() {
    LOOK.model(|| {
        let (tx, rx) = watch::channel(0);
        let kept = tx.clone();
        sees(
            move || tx.send(1).unwrap(),
            || rx.has_changed().unwrap_or(false),
        );
        drop(kept);
    });
}

#[test]
fn a_watched_value_is_not_sent_any_more() {
    LOOK.model(|| {
        let (tx, rx) = watch::channel(0);
        sees(move || drop(tx), || rx.has_changed().is_err());
    });
}

#[test]
fn the_receivers_of_a_watched_value_are_gone() {
    LOOK.model(|| {
        let (tx, rx) = watch::channel(0);
        sees(move || drop(rx), || tx.is_closed());
    });
}

#[test]
fn a_broadcast_has_a_message() {
    LOOK.model(|| {
        let (tx, mut rx) = broadcast::channel(2);
        let kept = tx.clone();
        sees(move || drop(tx.send(1)), || rx.try_recv().is_ok());
        drop(kept);
    });
}

#[test]
fn a_broadcast_has_ended() {
    LOOK.model(|| {
        let (tx, mut rx) = broadcast::channel::<u32>(2);
        sees(
            move || drop(tx),
            || rx.try_recv() == Err(broadcast::error::TryRecvError::Closed),
        );
    });
}
