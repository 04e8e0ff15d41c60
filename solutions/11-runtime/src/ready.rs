//! Which of many futures has been woken.
//!
//! A future that waits for many others would poll all of them each time one is woken. So each of them gets
//! a waker of its own, which puts the key of its future into a list, and wakes the one who waits. Then only
//! those in the list need to be polled.
//!
//! ```text
//!     task 7 ends ── KeyWaker(7) ──> list: 3 7 ── wakes ──> the waiting task: pop 3, pop 7
//! ```
//!
//! # Invariants
//!
//! - **Listed Once**: a key is in the list once at most, however often its waker is woken. The mark goes
//!   away before the future is polled: a wake during the poll is one more poll.
//! - **Foreign Code Last**: no waker is cloned, woken or dropped with the lock held.
//!
//! In tokio: `util/idle_notified_set.rs`, which keeps the futures themselves in two lists.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::AcqRel;
use std::task::{Context, Poll, Wake, Waker};

use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Mutex, MutexGuard};

/// The keys of the futures that are to be polled.
#[derive(Debug)]
pub struct ReadyList {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    keys: VecDeque<usize>,
    /// Who waits for a key.
    waiter: Option<Waker>,
}

/// The waker of one future.
#[derive(Debug)]
pub struct KeyWaker {
    key: usize,
    /// The key is in the list. Set by whoever wakes, cleared by the one who polls. Either hands over what it
    /// did before (AcqRel): a wake that finds it set is seen by the poll that comes.
    is_listed: AtomicBool,
    list: Arc<ReadyList>,
}

impl ReadyList {
    /// An empty list.
    pub fn new() -> Arc<ReadyList> {
        Arc::new(ReadyList {
            inner: Mutex::new(Inner {
                keys: VecDeque::new(),
                waiter: None,
            }),
        })
    }

    /// The waker of the future with this key. It is listed at once: its first poll is due.
    pub fn waker(self: &Arc<ReadyList>, key: usize) -> Arc<KeyWaker> {
        let waker = Arc::new(KeyWaker {
            key,
            is_listed: AtomicBool::new(false),
            list: Arc::clone(self),
        });
        waker.wake_by_ref();
        waker
    }

    /// Takes the key that was listed first.
    pub fn pop(&self) -> Option<usize> {
        self.lock().keys.pop_front()
    }

    // ANCHOR: poll-pop
    /// Takes the key that was listed first, or leaves a waker for the next one.
    pub fn poll_pop(&self, cx: &mut Context<'_>) -> Poll<usize> {
        let mut inner = self.lock();
        if let Some(key) = inner.keys.pop_front() {
            return Poll::Ready(key);
        }
        if (inner.waiter.as_ref()).is_some_and(|waiter| waiter.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        drop(inner);
        // Foreign code, so the lock is given back, and a key may come meanwhile.
        let waker = cx.waker().clone();
        let mut inner = self.lock();
        if let Some(key) = inner.keys.pop_front() {
            return Poll::Ready(key);
        }
        let stale = inner.waiter.replace(waker);
        drop(inner);
        drop(stale);
        Poll::Pending
    }
    // ANCHOR_END: poll-pop

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nothing panics under this lock")
    }
}

impl KeyWaker {
    /// The future is about to be polled: the next wake lists it again.
    pub fn unlist(&self) {
        self.is_listed.swap(false, AcqRel);
    }
}

impl Wake for KeyWaker {
    fn wake(self: Arc<KeyWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<KeyWaker>) {
        if self.is_listed.swap(true, AcqRel) {
            return;
        }
        let mut inner = self.list.lock();
        inner.keys.push_back(self.key);
        let waiter = inner.waiter.take();
        drop(inner);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }
}
