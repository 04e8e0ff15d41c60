//! Both ends of an unbounded channel.
//!
//! Its senders never wait, so it grows when they are faster than the receiver, for as long as there is
//! memory. It is for those who know that they will not be.
//!
//! In tokio: `sync/mpsc/unbounded.rs`.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use atomic_waker::blocking::block_on;

use super::chan::{self, Rx, Tx};
use super::error::{SendError, TryRecvError};
use super::room::Unbounded;
use super::weak::WeakUnboundedSender;

/// Sends into an unbounded channel. Clones send into the same one.
///
/// Made by [`unbounded_channel`]. It is also a [`Sink`](futures::Sink).
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::unbounded_channel();
///     tx.send(1).unwrap();
///     tx.clone().send(2).unwrap();
///     assert_eq!(rx.recv().await, Some(1));
///     assert_eq!(rx.recv().await, Some(2));
/// });
/// ```
pub struct UnboundedSender<T> {
    pub(super) tx: Tx<T, Unbounded>,
}

/// Receives from an unbounded channel.
///
/// Made by [`unbounded_channel`]. It is also a [`Stream`](futures::Stream).
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::unbounded_channel();
///     for line in ["one", "two", "three"] {
///         tx.send(line).unwrap();
///     }
///     // Many values at once, so that what follows is done for a batch.
///     let mut batch = Vec::new();
///     assert_eq!(rx.recv_many(&mut batch, 2).await, 2);
///     assert_eq!(batch, ["one", "two"]);
///     assert_eq!(rx.len(), 1);
/// });
/// ```
pub struct UnboundedReceiver<T> {
    pub(super) rx: Rx<T, Unbounded>,
}

/// A channel with room for any number of values.
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::unbounded_channel();
///     for n in 0..100 {
///         tx.send(n).unwrap();
///     }
///     drop(tx);
///     let mut all = Vec::new();
///     while let Some(n) = rx.recv().await {
///         all.push(n);
///     }
///     assert!(all.into_iter().eq(0..100));
/// });
/// ```
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (tx, rx) = chan::channel(Unbounded);
    (UnboundedSender { tx }, UnboundedReceiver { rx })
}

impl<T> UnboundedSender<T> {
    /// Sends a value. It never waits.
    ///
    /// # Errors
    ///
    /// With the value, if the receiver has closed the channel or is gone.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.tx.chan.send(message).map_err(SendError)
    }

    /// Waits until the receiver has closed the channel or is gone.
    ///
    /// A task that finds it closed spends one of its budget: see [`harness::coop`].
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    #[harness::leaf("mpsc::UnboundedSender::closed", &*self.tx.chan)]
    pub async fn closed(&self) {
        self.tx.chan.closed().await;
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        self.tx.chan.is_closed()
    }

    /// Whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// A sender that does not keep the channel open.
    #[must_use = "a weak sender is made, and this sender stays"]
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender {
            tx: self.tx.downgrade(),
        }
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        self.tx.chan.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.chan.weak_count()
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> UnboundedSender<T> {
        UnboundedSender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for UnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedSender")
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

impl<T> UnboundedReceiver<T> {
    /// The next value; waits for it. `None` when there will be none: no sender is left, or the channel was
    /// [closed](UnboundedReceiver::close), and all values have been received.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: a value leaves the channel when it is returned.
    #[harness::leaf("mpsc::UnboundedReceiver::recv", &*self.rx.chan)]
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.rx.poll_next(cx)).await
    }

    /// Moves up to `limit` values into `buffer`; waits until there is one. Returns how many those are: 0
    /// when there will be none, or if `limit` is 0.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: values leave the channel when it returns.
    #[harness::leaf("mpsc::UnboundedReceiver::recv_many", &*self.rx.chan)]
    pub async fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        poll_fn(|cx| self.rx.poll_recv_many(cx, buffer, limit)).await
    }

    /// The next value, if it was sent already.
    ///
    /// If another thread is in the middle of sending, this waits for those few steps.
    ///
    /// # Errors
    ///
    /// If there is none at the moment, or if there will be none.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.rx.try_recv()
    }

    /// As [`recv`](UnboundedReceiver::recv), for a thread that runs no tasks: the thread waits.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks: they would wait as well, and the senders may be among them. We can
    /// tell only of our own runtimes.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        block_on(self.recv())
    }

    /// As [`recv_many`](UnboundedReceiver::recv_many), for a thread that runs no tasks: the thread
    /// waits.
    ///
    /// # Panics
    ///
    /// As for [`blocking_recv`](UnboundedReceiver::blocking_recv).
    #[track_caller]
    pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        block_on(self.recv_many(buffer, limit))
    }

    /// Refuses what is sent from now on. What is in the channel can be received.
    pub fn close(&mut self) {
        self.rx.close();
    }

    /// Whether the channel was closed, or no sender is left. There may be values in it.
    pub fn is_closed(&self) -> bool {
        self.rx.chan.is_closed()
    }

    /// Whether no value is in the channel.
    pub fn is_empty(&self) -> bool {
        self.rx.is_empty()
    }

    /// How many values are in the channel.
    pub fn len(&self) -> usize {
        self.rx.len()
    }

    /// [`recv`](UnboundedReceiver::recv), for futures that are written by hand.
    #[harness::leaf("mpsc::UnboundedReceiver::poll_recv", &*self.rx.chan)]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.rx.poll_next(cx)
    }

    /// [`recv_many`](UnboundedReceiver::recv_many), for futures that are written by hand.
    #[harness::leaf("mpsc::UnboundedReceiver::poll_recv_many", &*self.rx.chan)]
    pub fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        self.rx.poll_recv_many(cx, buffer, limit)
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        self.rx.chan.strong_count()
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        self.rx.chan.weak_count()
    }
}

impl<T> fmt::Debug for UnboundedReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnboundedReceiver")
            .field("len", &self.len())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}
