//! The end that has the value.

use std::fmt;
use std::future::poll_fn;
use std::mem::{self, ManuallyDrop};
use std::ptr::NonNull;
use std::task::{Context, Poll};

use harness::coop;

use super::shared::{Leaving, Shared};
use super::state::{End, ToComplete};

/// Sends one value. If it is dropped instead, the receiver gets an error.
///
/// # Examples
///
/// ```
/// use atomic_waker::oneshot;
/// use current_thread::Runtime;
///
/// let (tx, mut rx) = oneshot::channel();
/// assert_eq!(tx.send("the result"), Ok(()));
/// assert_eq!(rx.try_recv(), Ok("the result"));
///
/// // A task that works for nothing can find out, and stop.
/// let (mut tx, rx) = oneshot::channel::<&str>();
/// drop(rx);
/// Runtime::new().block_on(tx.closed());
/// assert_eq!(tx.send("too late"), Err("too late"), "the value comes back");
/// ```
pub struct Sender<T> {
    shared: NonNull<Shared<T>>,
}

// SAFETY: a sender that goes to another thread puts the value into the cell there, from where the
// receiver takes it on its own: so `T` must be `Send`.
unsafe impl<T: Send> Send for Sender<T> {}

// SAFETY: a `&Sender` can look at the word, and no more. (The bound is tokio's.)
unsafe impl<T: Send> Sync for Sender<T> {}

impl<T> Sender<T> {
    pub(super) fn new(shared: NonNull<Shared<T>>) -> Sender<T> {
        Sender { shared }
    }

    /// Sends `value`, without waiting. A task that awaits the receiver is woken.
    ///
    /// `Ok` does not mean that the value will be received, since the receiver may be dropped with
    /// the value in it.
    ///
    /// # Errors
    ///
    /// If the receiver was closed or dropped: with the value.
    #[inline]
    pub fn send(self, value: T) -> Result<(), T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: COMPLETE is not set before the next line, so the cell is ours (The Value Changes
        // Hands).
        unsafe { this.shared().value.put(&value) };
        mem::forget(value);
        // SAFETY: `this` is not used again, nor dropped.
        unsafe { complete(this.shared) }
    }

    /// Waits until the receiver is closed or dropped.
    ///
    /// A task that finds it closed spends one of its budget: see [`harness::coop`].
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: the next call sees what happened meanwhile.
    #[harness::leaf("oneshot::Sender::closed")]
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.poll_closed(cx)).await;
    }

    /// Whether the receiver was closed or dropped. If so, a send will fail.
    pub fn is_closed(&self) -> bool {
        self.shared().state.load().is_closed()
    }

    /// Whether the receiver was closed or dropped; if not, the task of `cx` is woken when it is.
    ///
    /// A task that finds it closed spends one of its budget: see [`harness::coop`].
    #[harness::leaf("oneshot::Sender::poll_closed")]
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        coop::poll_spending(cx, |cx| self.poll_refused(cx))
    }

    // ANCHOR: poll-closed
    /// Whether a send would fail; if not, the task of `cx` is woken when it would.
    fn poll_refused(&self, cx: &mut Context<'_>) -> Poll<()> {
        // ANCHOR: ex-5-8-poll-closed
        if self.is_closed() {
            return Poll::Ready(());
        }
        self.shared().tx_waker.register(cx.waker());
        // Again: a close in between may have found no waker.
        if self.is_closed() {
            return Poll::Ready(());
        }
        Poll::Pending
        // ANCHOR_END: ex-5-8-poll-closed
    }
    // ANCHOR_END: poll-closed

    fn shared(&self) -> &Shared<T> {
        // SAFETY: we are not gone, so it has not been freed (The Last One Frees).
        unsafe { self.shared.as_ref() }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer is not used after this.
        let completed = unsafe { complete(self.shared) };
        debug_assert!(completed.is_ok(), "The Value Changes Hands: not sent");
    }
}

// ANCHOR: complete
/// Ends the sender: it has said all it will, and goes. The error is what was in the cell, if the
/// receiver does not take it.
///
/// # Safety
///
/// `shared` is that of a [`Sender`], which does not use it again.
#[inline]
unsafe fn complete<T>(shared: NonNull<Shared<T>>) -> Result<(), T> {
    // SAFETY: the sender is not gone, so it has not been freed (The Last One Frees).
    let channel = unsafe { shared.as_ref() };
    match channel.state.complete() {
        ToComplete::Gone => Ok(()),
        ToComplete::Wake => {
            // SAFETY: COMPLETE and RX_WAKER are set, so it is ours (The Waker Changes Hands).
            let waker = unsafe { channel.replace_rx_waker(None) };
            // SAFETY: the caller does not use it again, and nor do we.
            unsafe { Shared::leave(shared, End::Sender) };
            // Foreign code, and so it comes last: it may panic, or run the receiver.
            if let Some(waker) = waker {
                waker.wake();
            }
            Ok(())
        }
        ToComplete::Closed => {
            // SAFETY: the caller does not use it again, and nor do we after this.
            let _leaving = unsafe { Leaving::new(shared, End::Sender) };
            // SAFETY: COMPLETE is clear and stays so, as CLOSED is set: the cell is still ours (The
            // Value Changes Hands).
            unsafe { channel.value.take_back() }
        }
    }
}
// ANCHOR_END: complete

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("state", &self.shared().state)
            .finish()
    }
}
