//! The end that waits for the value.

use std::fmt;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker, ready};

use harness::coop;
use harness::isolate::discard;

use super::error::{RecvError, TryRecvError};
use super::shared::{Leaving, Shared};
use super::state::{End, Snapshot};
use crate::blocking;

/// Receives one value: await it.
///
/// # Cancellation
///
/// `(&mut receiver).await` can be given up at any time, and awaited again. A receiver that is
/// dropped with a value in it drops the value.
///
/// # Examples
///
/// ```
/// use atomic_waker::oneshot;
/// use current_thread::{Runtime, spawn};
///
/// let answer = Runtime::new().block_on(async {
///     let (tx, rx) = oneshot::channel();
///     spawn(async move { tx.send(6 * 7) });
///     rx.await
/// });
/// assert_eq!(answer, Ok(42));
/// ```
pub struct Receiver<T> {
    /// `None` when it has returned what there was.
    shared: Option<NonNull<Shared<T>>>,
}

// SAFETY: a receiver that goes to another thread takes the value there: so `T` must be `Send`.
unsafe impl<T: Send> Send for Receiver<T> {}

// SAFETY: a `&Receiver` can look whether there is a value, and does not touch the value itself.
// (The bound is tokio's.)
unsafe impl<T: Send> Sync for Receiver<T> {}

impl<T> Unpin for Receiver<T> {}

impl<T> Receiver<T> {
    pub(super) fn new(shared: NonNull<Shared<T>>) -> Receiver<T> {
        Receiver {
            shared: Some(shared),
        }
    }

    // ANCHOR: close
    /// From now on nothing can be sent. A sender that waits for [`closed`](super::Sender::closed) is
    /// woken.
    ///
    /// A value that has been sent already is still there: take it with
    /// [`try_recv`](Receiver::try_recv), or await it.
    pub fn close(&mut self) {
        let Some(shared) = self.shared() else {
            return;
        };
        let wakers = close(shared);
        wakers.call();
    }
    // ANCHOR_END: close

    /// Whether it has returned the value, or has said that there will be none. Then it must not be
    /// polled again.
    pub fn is_terminated(&self) -> bool {
        self.shared.is_none()
    }

    /// Whether there is no value in it: not yet, not any more, or never. An empty receiver may be
    /// terminated.
    pub fn is_empty(&self) -> bool {
        let Some(shared) = self.shared() else {
            return true;
        };
        if !shared.state.load().is_complete() {
            return true;
        }
        // SAFETY: COMPLETE is set, and we are the receiver (The Value Changes Hands).
        !unsafe { shared.value.is_full() }
    }

    /// Returns the value, if it is there already. The call leaves no waker for a value that comes later.
    ///
    /// # Errors
    ///
    /// If there is none yet; and if there will be none.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let Some(shared) = self.shared() else {
            return Err(TryRecvError::Closed);
        };
        let state = shared.state.load();
        if !state.is_over() {
            return Err(TryRecvError::Empty);
        }
        self.end(state, TryRecvError::Closed)
    }

    /// Puts the thread to sleep until there is a value, or there will be none. It is for threads that
    /// run no tasks.
    ///
    /// # Errors
    ///
    /// As for a receiver that is awaited.
    ///
    /// # Panics
    ///
    /// On a thread that is in a `block_on`: the tasks it runs would wait with it, perhaps the task
    /// that sends.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        blocking::block_on(self)
    }

    // ANCHOR: end
    /// Takes what there is, or says `none`, and goes. `state` says that there is nothing to wait for.
    #[inline]
    fn end<E>(&mut self, state: Snapshot, none: E) -> Result<T, E> {
        let shared = self.shared.take().expect("it has not been returned yet");
        // SAFETY: we are not gone, so it has not been freed (The Last One Frees).
        let channel = unsafe { shared.as_ref() };
        // We go when the value is out. So it goes to our caller at once, and not by way of this
        // frame, which may be too small for it.
        //
        // SAFETY: `self.shared` is empty now.
        let _leaving = unsafe { Leaving::new(shared, End::Receiver) };
        match state.is_complete() {
            // SAFETY: COMPLETE is set, and we are the receiver (The Value Changes Hands).
            true => unsafe { channel.value.take_or(none) },
            false => Err(none),
        }
    }
    // ANCHOR_END: end

    fn shared(&self) -> Option<&Shared<T>> {
        // SAFETY: we are not gone, so it has not been freed (The Last One Frees).
        self.shared.map(|shared| unsafe { shared.as_ref() })
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    /// # Panics
    ///
    /// If the receiver is terminated.
    #[inline]
    #[harness::leaf("oneshot::Receiver")]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let shared = self.shared().expect("called after complete");
        let proceed = ready!(coop::poll_proceed(cx));
        let mut state = shared.state.load();
        if !state.is_over() {
            state = leave_waker(shared, state, cx.waker());
        }
        if !state.is_over() {
            return Poll::Pending;
        }
        proceed.made_progress();
        Poll::Ready(self.end(state, RecvError(())))
    }
}

// ANCHOR: leave-waker
/// Leaves `waker` with the channel. The caller is the receiver, and `state` has said that there was
/// something to wait for. Returns what the word says in the end: there may be a value by then.
fn leave_waker<T>(shared: &Shared<T>, state: Snapshot, waker: &Waker) -> Snapshot {
    // ANCHOR: ex-5-7-leave-waker
    if state.is_rx_waker_set() {
        let state = shared.state.unset_rx_waker();
        if state.is_complete() {
            // The sender has come for the waker, and calls it.
            return state;
        }
    }
    // SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
    if !unsafe { shared.rx_waker_will_wake(waker) } {
        // Foreign code: before and after the exchange. If the clone panics, the stale waker is
        // still in the cell, and only we will look there.
        let waker = waker.clone();
        // SAFETY: as above.
        discard(unsafe { shared.replace_rx_waker(Some(waker)) });
    }
    // A value that came meanwhile did not wake us, but this says that it came.
    shared.state.set_rx_waker()
    // ANCHOR_END: ex-5-7-leave-waker
}
// ANCHOR_END: leave-waker

// ANCHOR: close-channel
/// The wakers that a close has taken. To be called when there is nothing else left to do.
#[derive(Default)]
#[must_use = "a waker that is taken and not woken is a wake that is lost"]
struct Wakers {
    /// The receiver's own. It will not be woken any more.
    receiver: Option<Waker>,
    /// The waker of a sender that waits for `closed`.
    sender: Option<Waker>,
}

/// Closes the channel, and runs no foreign code. The caller is the receiver.
fn close<T>(shared: &Shared<T>) -> Wakers {
    if shared.state.close().is_over() {
        return Wakers::default();
    }
    Wakers {
        // SAFETY: CLOSED was set first, so COMPLETE never will be, and the cell is ours (The Waker
        // Changes Hands).
        receiver: unsafe { shared.replace_rx_waker(None) },
        sender: shared.tx_waker.take_waker(),
    }
}

impl Wakers {
    fn call(self) {
        discard(self.receiver);
        if let Some(waker) = self.sender {
            waker.wake();
        }
    }
}
// ANCHOR_END: close-channel

// ANCHOR: drop
impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let Some(shared) = self.shared() else {
            return;
        };
        let mut state = shared.state.load();
        let mut wakers = Wakers::default();
        if !state.is_over() {
            wakers = close(shared);
            // A channel that is closed is not completed any more: it stays as it is now.
            state = shared.state.load();
        }
        // What is left is foreign code, and so it comes last. The value is dropped even if a waker
        // panics.
        let _value = self.end(state, ());
        wakers.call();
    }
}
// ANCHOR_END: drop

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("state", &self.shared().map(|shared| &shared.state))
            .finish()
    }
}
