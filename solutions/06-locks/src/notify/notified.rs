//! The futures that wait for a notification.
//!
//! ```text
//!               poll: nothing there             handed over, then poll
//!     New ────────────────────────────> Queued ───────────────────────> Done
//!      │                                                                 ^
//!      └──── poll: a permit, or notify_waiters was called meanwhile ─────┘
//! ```
//!
//! In tokio: `Notified`, `OwnedNotified`, `NotifiedProject` in `sync/notify.rs`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::task::{Context, Poll, Waker};

use crate::list::Waiter;
use crate::notify::{BY_LAST, BY_ONE, CALL, Lists, NOTHING, NOTIFIED, Notify, QUEUED, Which};

/// Waits for a notification. Made by [`Notify::notified`].
///
/// # Examples
///
/// ```
/// use locks::Notify;
/// use timer_future::{block_on, join};
///
/// let notify = Notify::new();
/// let mut is_ready = false;
/// let waiting = notify.notified();
/// block_on(join(waiting, async {
///     is_ready = true;
///     notify.notify_one();
/// }));
/// assert!(is_ready);
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Notified<'a> {
    notify: &'a Notify,
    inner: Inner,
}

/// As [`Notified`], without borrowing the [`Notify`]. Made by [`Notify::notified_owned`].
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use locks::Notify;
/// use timer_future::block_on;
///
/// let notify = Arc::new(Notify::new());
/// // This future borrows nothing, so it can go to another thread.
/// let waiting = Arc::clone(&notify).notified_owned();
/// let other = thread::spawn(move || block_on(waiting));
/// notify.notify_waiters();
/// other.join().unwrap();
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct OwnedNotified {
    notify: Arc<Notify>,
    inner: Inner,
}

/// What both of them are.
#[derive(Debug)]
struct Inner {
    waiter: Waiter,
    stage: Stage,
    /// How often `notify_waiters` had been called when the future was made.
    calls: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Not in a list yet.
    New,
    /// It was put into a list, and has not seen yet what it was handed.
    Queued,
    Done,
}

impl<'a> Notified<'a> {
    #[inline]
    pub(super) fn new(notify: &'a Notify) -> Notified<'a> {
        Notified {
            notify,
            inner: Inner::new(notify.calls()),
        }
    }

    /// Joins the queue without a task to wake, as if it were polled; or takes a notification
    /// that is there, and then returns `true`.
    ///
    /// A look at some state *after* this misses no notification about it.
    pub fn enable(self: Pin<&mut Self>) -> bool {
        let (notify, inner) = self.project();
        inner.poll(notify, None).is_ready()
    }

    /// The fields.
    fn project(self: Pin<&mut Self>) -> (&'a Notify, &mut Inner) {
        // SAFETY: nothing is moved out, and `Inner` moves nothing.
        let this = unsafe { self.get_unchecked_mut() };
        (this.notify, &mut this.inner)
    }
}

impl Future for Notified<'_> {
    type Output = ();

    #[harness::leaf("Notify::notified", self.notify)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (notify, inner) = self.project();
        inner.poll(notify, Some(cx.waker()))
    }
}

impl Drop for Notified<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.inner.stage == Stage::Queued {
            self.inner.leave(self.notify);
        }
    }
}

impl OwnedNotified {
    pub(super) fn new(notify: Arc<Notify>) -> OwnedNotified {
        let inner = Inner::new(notify.calls());
        OwnedNotified { notify, inner }
    }

    /// As [`Notified::enable`].
    pub fn enable(self: Pin<&mut Self>) -> bool {
        let (notify, inner) = self.project();
        inner.poll(notify, None).is_ready()
    }

    /// The fields.
    fn project(self: Pin<&mut Self>) -> (&Notify, &mut Inner) {
        // SAFETY: nothing is moved out, and `Inner` moves nothing.
        let this = unsafe { self.get_unchecked_mut() };
        (&this.notify, &mut this.inner)
    }
}

impl Future for OwnedNotified {
    type Output = ();

    #[harness::leaf("Notify::notified", &*self.notify)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (notify, inner) = self.project();
        inner.poll(notify, Some(cx.waker()))
    }
}

impl Drop for OwnedNotified {
    fn drop(&mut self) {
        if self.inner.stage == Stage::Queued {
            self.inner.leave(&self.notify);
        }
    }
}

impl Inner {
    fn new(calls: u64) -> Inner {
        Inner {
            waiter: Waiter::new(NOTHING),
            stage: Stage::New,
            calls,
        }
    }

    /// Does what a poll does. Only for `enable` there is no waker. The pinned future calls it,
    /// with the same `notify` each time.
    fn poll(&mut self, notify: &Notify, waker: Option<&Waker>) -> Poll<()> {
        match self.stage {
            Stage::New => self.join_queue(notify, waker),
            Stage::Queued => self.poll_queued(notify, waker),
            Stage::Done => Poll::Ready(()),
        }
    }

    // ANCHOR: join-queue
    /// The first poll: takes a notification that is there, or joins the queue.
    fn join_queue(&mut self, notify: &Notify, waker: Option<&Waker>) -> Poll<()> {
        // ANCHOR: ex-6-2-join-queue
        if self.take_notification(notify) {
            return Poll::Ready(());
        }
        // A clone is foreign code, and so it comes before the lock.
        let waker = waker.cloned();
        let mut lists = notify.lock();
        loop {
            if self.take_notification(notify) {
                // The guard goes before the waker, which was cloned in vain.
                return Poll::Ready(());
            }
            if self.set_queued(notify) {
                break;
            }
        }
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        unsafe { lists.waiting.push(&self.waiter, waker) };
        self.stage = Stage::Queued;
        Poll::Pending
        // ANCHOR_END: ex-6-2-join-queue
    }
    // ANCHOR_END: join-queue

    // ANCHOR: take-notification
    /// Whether we were meant by a `notify_waiters`, or have taken the permit; then we are done.
    fn take_notification(&mut self, notify: &Notify) -> bool {
        // ORDERING: Acquire, with `notify_waiters`.
        let mut word = notify.word.load(Acquire);
        // `notify_waiters` first: then the permit stays for another task.
        while word / CALL == self.calls {
            if word & NOTIFIED == 0 {
                return false;
            }
            // ORDERING: Acquire, with `notify`.
            match notify
                .word
                .compare_exchange_weak(word, word & !NOTIFIED, Acquire, Acquire)
            {
                Ok(_) => break,
                Err(present) => word = present,
            }
        }
        self.stage = Stage::Done;
        true
    }
    // ANCHOR_END: take-notification

    // ANCHOR: set-queued
    /// Under the lock: sets QUEUED, unless a notification came in the way.
    fn set_queued(&self, notify: &Notify) -> bool {
        // ORDERING: Relaxed: what is handed to us comes by our waiter's state.
        let word = notify.word.load(Relaxed);
        if word & NOTIFIED != 0 || word / CALL != self.calls {
            return false;
        }
        if word & QUEUED != 0 {
            // Others wait already, and so it stays (invariant: Frozen While Queued).
            return true;
        }
        notify
            .word
            .compare_exchange(word, word | QUEUED, Relaxed, Relaxed)
            .is_ok()
    }
    // ANCHOR_END: set-queued

    // ANCHOR: poll-queued
    fn poll_queued(&mut self, notify: &Notify, waker: Option<&Waker>) -> Poll<()> {
        // Neither a clone nor a drop is done under the lock.
        let mut present = None;
        loop {
            if self.waiter.state() != NOTHING {
                self.stage = Stage::Done;
                return Poll::Ready(());
            }
            let mut lists = notify.lock();
            if self.waiter.state() != NOTHING {
                continue;
            }
            if notify.calls() != self.calls {
                // `notify_waiters` came for us, and is still busy with the waiters before us.
                // SAFETY: then we are in this list.
                let own = unsafe { lists.leaving.remove(&self.waiter) };
                self.stage = Stage::Done;
                drop(lists);
                drop(own);
                return Poll::Ready(());
            }
            // SAFETY: we have the lock.
            if waker.is_none_or(|waker| unsafe { self.waiter.will_wake(waker) }) {
                return Poll::Pending;
            }
            if present.is_some() {
                // SAFETY: we have the lock.
                present = unsafe { self.waiter.replace_waker(present) };
                drop(lists);
                drop(present);
                return Poll::Pending;
            }
            drop(lists);
            present = waker.cloned();
        }
    }
    // ANCHOR_END: poll-queued

    // ANCHOR: leave
    /// The future is dropped, or its owner lost interest, after it joined the queue.
    fn leave(&mut self, notify: &Notify) {
        // ANCHOR: ex-6-4-pass-on
        let mut lists = notify.lock();
        let mut next = None;
        let mut own = None;
        match self.waiter.state() {
            NOTHING => {
                // SAFETY: the waiter is in this list.
                own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
                notify.clear_queued(&lists);
            }
            BY_ONE => next = notify.notify_locked(&mut lists, Which::First),
            BY_LAST => next = notify.notify_locked(&mut lists, Which::Last),
            _by_all => {}
        }
        drop(lists);
        drop(own);
        if let Some(next) = next {
            next.wake();
        }
        // ANCHOR_END: ex-6-4-pass-on
    }
    // ANCHOR_END: leave

    /// The list that we are in, if nothing was handed to us yet.
    fn list<'a>(&self, notify: &Notify, lists: &'a mut Lists) -> &'a mut crate::list::WaitList {
        if notify.calls() == self.calls {
            &mut lists.waiting
        } else {
            &mut lists.leaving
        }
    }
}
