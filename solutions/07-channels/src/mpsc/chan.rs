//! What the two ends of a channel share, and the senders' end of it.
//!
//! Both ends have references to the same allocation. Beside those references there are two counts. One
//! is of the senders, since the last one has to tell the receiver. The other is of the weak senders,
//! only to be asked for.
//!
//! # Invariants
//!
//! - **No Sender, No Send**: when the count of senders is zero it stays zero, every send has returned,
//!   and the queue is closed, or the last sender is about to close it.
//!
//! In tokio: `sync/mpsc/chan.rs`.

use std::panic::resume_unwind;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use atomic_waker::AtomicWaker;
use harness::coop::cooperative;
use harness::isolate::isolate;

use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;

use super::block::{ABANDONED, AWAITED, READY};
use super::head::Head;
use super::queue::{Claim, Queue};
use super::room::Room;
use locks::notify::Notify;

pub(super) use super::rx::Rx;

// ANCHOR: chan
/// What the ends share.
pub(super) struct Chan<T, R> {
    /// The values.
    pub(super) queue: Queue<T>,
    /// How many of them there may be.
    pub(super) room: R,
    /// The waker of the receiver that waits for the next one.
    pub(super) receiver: AtomicWaker,
    /// The senders that wait for the receiver to close the channel.
    pub(super) on_close: Notify,
    /// How many [`Tx`] there are.
    senders: AtomicUsize,
    /// How many [`WeakTx`] there are.
    weak_senders: AtomicUsize,
}

/// A sender's end.
pub(super) struct Tx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
}

/// A sender that may have to find out that there are no more senders.
pub(super) struct WeakTx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
}
// ANCHOR_END: chan

/// An empty channel.
pub(super) fn channel<T, R: Room>(room: R) -> (Tx<T, R>, Rx<T, R>) {
    let (queue, block) = Queue::new();
    let chan = Arc::new(Chan {
        queue,
        room,
        receiver: AtomicWaker::new(),
        on_close: Notify::new(),
        senders: AtomicUsize::new(1),
        weak_senders: AtomicUsize::new(0),
    });
    let tx = Tx {
        chan: Arc::clone(&chan),
    };
    (tx, Rx::new(chan, Head::new(block)))
}

impl<T, R: Room> Chan<T, R> {
    /// Puts a value into the queue. The caller has room for it. The value comes back if no receiver will
    /// ever take it.
    #[inline]
    pub(super) fn send(&self, value: T) -> Result<(), T> {
        match self.queue.claim() {
            Some(claim) => self.fill(claim, value),
            None => Err(value),
        }
    }

    // ANCHOR: fill
    /// Puts a value into the slot that was claimed for it, and wakes the receiver if it waits for just
    /// this one. The value comes back if no receiver will ever take it.
    #[inline]
    pub(super) fn fill(&self, claim: Claim, value: T) -> Result<(), T> {
        // ANCHOR: ex-7-1-fill
        let slot = self.queue.slot(&claim);
        // SAFETY: the claim is ours, and this is all that is done with it.
        unsafe { slot.write(value) };
        // ORDERING: AcqRel: Release, so that the receiver that finds READY finds the value; Acquire,
        // so that with AWAITED we find its waker.
        match slot.state.swap(READY, AcqRel) {
            AWAITED => self.receiver.wake(),
            // SAFETY: published over ABANDONED the value is ours. The slot is still there: a receiver
            // that abandons gives no block back.
            ABANDONED => return Err(unsafe { slot.read() }),
            _ => {}
        }
        Ok(())
        // ANCHOR_END: ex-7-1-fill
    }
    // ANCHOR_END: fill

    // ANCHOR: refuse
    /// Gives out no room any more, and tells the senders that wait: for room, or for the close.
    ///
    /// # Panics
    ///
    /// If one of their wakers does: when all have been woken.
    pub(super) fn refuse(&self) {
        // Both call wakers. The senders that wait for the close are told, though the waker of one that
        // waits for room panics.
        let told = isolate(|| self.room.close());
        self.on_close.notify_waiters();
        if let Err(payload) = told {
            resume_unwind(payload);
        }
    }
    // ANCHOR_END: refuse

    /// Waits until the receiver has closed the channel.
    pub(super) async fn closed(&self) {
        // A close that comes after this line is told to it, so the look may not come before.
        let closed = self.on_close.notified();
        cooperative(async {
            if !self.is_closed() {
                closed.await;
            }
        })
        .await;
    }

    /// Whether the receiver has closed the channel, or no sender is left.
    pub(super) fn is_closed(&self) -> bool {
        self.room.is_closed() || self.queue.tail().is_closed()
    }

    /// How many senders there are.
    pub(super) fn strong_count(&self) -> usize {
        // ORDERING: Acquire, with the AcqRel of the drop: a caller that is told of zero sees it all.
        self.senders.load(Acquire)
    }

    /// How many weak senders there are.
    pub(super) fn weak_count(&self) -> usize {
        // ORDERING: Relaxed; it is a number, and nothing follows from it.
        self.weak_senders.load(Relaxed)
    }
}

impl<T, R: Room> Tx<T, R> {
    pub(super) fn same_channel(&self, other: &Tx<T, R>) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }

    pub(super) fn downgrade(&self) -> WeakTx<T, R> {
        WeakTx::new(&self.chan)
    }
}

impl<T, R: Room> Clone for Tx<T, R> {
    fn clone(&self) -> Tx<T, R> {
        // ORDERING: Relaxed, as our own count keeps it above zero.
        self.chan.senders.fetch_add(1, Relaxed);
        Tx {
            chan: Arc::clone(&self.chan),
        }
    }
}

// ANCHOR: last-sender
impl<T, R: Room> Drop for Tx<T, R> {
    fn drop(&mut self) {
        // ORDERING: AcqRel: Release, so that the last one sees what we have sent as sent; Acquire, for
        // the last one.
        if self.chan.senders.fetch_sub(1, AcqRel) == 1 {
            // First the end, and then the wake: the receiver has to find it when it looks.
            self.chan.queue.close();
            self.chan.receiver.wake();
        }
    }
}
// ANCHOR_END: last-sender

impl<T, R: Room> WeakTx<T, R> {
    fn new(chan: &Arc<Chan<T, R>>) -> WeakTx<T, R> {
        // ORDERING: Relaxed; see `weak_count`.
        chan.weak_senders.fetch_add(1, Relaxed);
        WeakTx {
            chan: Arc::clone(chan),
        }
    }

    // ANCHOR: upgrade
    /// One sender more, if there is one: it does not come back from zero.
    pub(super) fn upgrade(&self) -> Option<Tx<T, R>> {
        let mut senders = self.chan.strong_count();
        loop {
            if senders == 0 {
                return None;
            }
            // ORDERING: AcqRel, as it may be read by the drop that takes the count to zero. Acquire
            // on failure, as in `strong_count`.
            match self
                .chan
                .senders
                .compare_exchange_weak(senders, senders + 1, AcqRel, Acquire)
            {
                Ok(_) => {
                    return Some(Tx {
                        chan: Arc::clone(&self.chan),
                    });
                }
                Err(seen) => senders = seen,
            }
        }
    }
    // ANCHOR_END: upgrade
}

impl<T, R: Room> Clone for WeakTx<T, R> {
    fn clone(&self) -> WeakTx<T, R> {
        WeakTx::new(&self.chan)
    }
}

impl<T, R: Room> Drop for WeakTx<T, R> {
    fn drop(&mut self) {
        // ORDERING: Relaxed; see `weak_count`.
        self.chan.weak_senders.fetch_sub(1, Relaxed);
    }
}
