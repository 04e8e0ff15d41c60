//! The receiver of a bounded channel.
//!
//! In tokio: `sync/mpsc/bounded.rs`.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use atomic_waker::blocking::block_on;

use super::chan::Rx;
use super::error::TryRecvError;
use super::room::Bounded;

/// Receives from a bounded channel.
///
/// Made by [`channel`](super::channel). It is also a [`Stream`](futures::Stream).
///
/// # Examples
///
/// ```
/// use channels::mpsc;
/// use timer_future::{block_on, join};
///
/// let (tx, mut rx) = mpsc::channel(2);
/// let (_, received) = block_on(join(
///     async move {
///         for job in 1..=5 {
///             tx.send(job).await.unwrap(); // waits while two are queued
///         }
///     }, // The sender is dropped, and the loop below ends.
///     async move {
///         let mut received = Vec::new();
///         while let Some(job) = rx.recv().await {
///             received.push(job);
///         }
///         received
///     },
/// ));
/// assert_eq!(received, [1, 2, 3, 4, 5]);
/// ```
pub struct Receiver<T> {
    pub(super) rx: Rx<T, Bounded>,
}

impl<T> Receiver<T> {
    /// The next value; waits for it. `None` when there will be none: no sender is left, or the channel was
    /// [closed](Receiver::close) and no permit is out; and all values have been received.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: a value leaves the channel when it is returned.
    ///
    /// # Panics
    ///
    /// If a waker panics, of a sender that gets the room. The value is still there then, for
    /// the next call.
    #[harness::leaf("mpsc::Receiver::recv", &*self.rx.chan)]
    pub async fn recv(&mut self) -> Option<T> {
        poll_fn(|cx| self.rx.poll_next(cx)).await
    }

    /// Moves up to `limit` values into `buffer`; waits until there is one. Returns how many those are: 0
    /// when there will be none, or if `limit` is 0.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: values leave the channel when it returns.
    #[harness::leaf("mpsc::Receiver::recv_many", &*self.rx.chan)]
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

    /// As [`recv`](Receiver::recv), for a thread that runs no tasks: the thread waits.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks: they would wait as well, and the senders may be among them. We can
    /// tell only of our own runtimes.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Option<T> {
        block_on(self.recv())
    }

    /// As [`recv_many`](Receiver::recv_many), for a thread that runs no tasks: the thread waits.
    ///
    /// # Panics
    ///
    /// As for [`blocking_recv`](Receiver::blocking_recv).
    #[track_caller]
    pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
        block_on(self.recv_many(buffer, limit))
    }

    /// Ends the reserving of room. What is in the channel can be received, and so can what is sent
    /// with the permits that are out.
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

    /// How many values there is room for at the moment. What is reserved is not free.
    pub fn capacity(&self) -> usize {
        self.rx.chan.room.semaphore.available_permits()
    }

    /// How many values there is room for in an empty channel.
    pub fn max_capacity(&self) -> usize {
        self.rx.chan.room.max
    }

    /// [`recv`](Receiver::recv), for futures that are written by hand.
    #[harness::leaf("mpsc::Receiver::poll_recv", &*self.rx.chan)]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        self.rx.poll_next(cx)
    }

    /// [`recv_many`](Receiver::recv_many), for futures that are written by hand.
    #[harness::leaf("mpsc::Receiver::poll_recv_many", &*self.rx.chan)]
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

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("len", &self.len())
            .field("max_capacity", &self.max_capacity())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}
