//! The senders of a bounded channel.
//!
//! In tokio: `sync/mpsc/bounded.rs`.

use std::fmt;
use std::time::Duration;

use atomic_waker::blocking::block_on;

use super::chan::{self, Tx};
use super::error::{SendError, SendTimeoutError, TrySendError};
use super::permit::{OwnedPermit, Permit, PermitIterator};
use super::receiver::Receiver;
use super::room::Bounded;
use super::weak::WeakSender;
use crate::within::within;
use locks::semaphore::Semaphore;

/// Sends into a bounded channel. Clones send into the same one.
///
/// Made by [`channel`].
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(1);
///     tx.send("first").await.unwrap();
///     assert!(tx.try_send("second").is_err(), "there is room for one");
///     assert_eq!(rx.recv().await, Some("first"));
///     drop(tx);
///     assert_eq!(rx.recv().await, None);
/// });
/// ```
pub struct Sender<T> {
    pub(super) tx: Tx<T, Bounded>,
}

/// A channel with room for `buffer` values.
///
/// # Panics
///
/// If `buffer` is zero, or more than [`Semaphore::MAX_PERMITS`].
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(2);
///     tx.send("one").await.unwrap();
///     tx.send("two").await.unwrap();
///     assert!(tx.try_send("three").is_err());
///     drop(tx);
///     assert_eq!(rx.recv().await, Some("one"));
///     assert_eq!(rx.recv().await, Some("two"));
///     assert_eq!(rx.recv().await, None);
/// });
/// ```
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    assert!(buffer > 0, "mpsc bounded channel requires buffer > 0");
    let (tx, rx) = chan::channel(Bounded {
        semaphore: Semaphore::new(buffer),
        max: buffer,
    });
    (Sender { tx }, Receiver { rx })
}

impl<T> Sender<T> {
    /// Sends a value, and waits until there is room for it. The sender that has waited longest is next.
    ///
    /// # Errors
    ///
    /// With the value, if the receiver has closed the channel or is gone. That it was sent does not say
    /// that it will be received.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses the value, and the place in the line. To keep the value, wait
    /// with [`reserve`](Sender::reserve) and send with the permit.
    #[harness::leaf("mpsc::Sender::send", &*self.tx.chan)]
    pub async fn send(&self, value: T) -> Result<(), SendError<T>> {
        let chan = &*self.tx.chan;
        match chan.reserve(1).await {
            Ok(()) => chan.send_reserved(value).map_err(SendError),
            Err(_) => Err(SendError(value)),
        }
    }

    /// Sends a value if there is room for it now.
    ///
    /// # Errors
    ///
    /// With the value, if there is no room, or if the receiver has closed the channel or is gone.
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let chan = &*self.tx.chan;
        match chan.try_reserve(1) {
            Ok(()) => chan.send_reserved(message).map_err(TrySendError::Closed),
            Err(TrySendError::Full(())) => Err(TrySendError::Full(message)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(message)),
        }
    }

    /// As [`send`](Sender::send), but waits for no longer than `timeout`. The time counts from when it begins to
    /// wait.
    ///
    /// # Errors
    ///
    /// With the value, if the time is over and there is no room, or if the receiver has closed the channel or is
    /// gone.
    ///
    /// # Panics
    ///
    /// If it has to wait, and the runtime has no timers.
    ///
    /// # Cancellation
    ///
    /// As for [`send`](Sender::send).
    #[harness::leaf("mpsc::Sender::send_timeout", &*self.tx.chan)]
    pub async fn send_timeout(
        &self,
        value: T,
        timeout: Duration,
    ) -> Result<(), SendTimeoutError<T>> {
        let chan = &*self.tx.chan;
        match within(timeout, chan.reserve(1)).await {
            Some(Ok(())) => chan.send_reserved(value).map_err(SendTimeoutError::Closed),
            Some(Err(_)) => Err(SendTimeoutError::Closed(value)),
            None => Err(SendTimeoutError::Timeout(value)),
        }
    }

    /// As [`send`](Sender::send), for a thread that runs no tasks: the thread waits.
    ///
    /// # Errors
    ///
    /// As for [`send`](Sender::send).
    ///
    /// # Panics
    ///
    /// If this thread runs tasks: they would wait as well, and the receiver may be among them. We can
    /// tell only of our own runtimes.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        block_on(self.send(value))
    }

    /// Waits until the receiver has closed the channel or is gone.
    ///
    /// A task that finds it closed spends one of its budget: see [`harness::coop`].
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    #[harness::leaf("mpsc::Sender::closed", &*self.tx.chan)]
    pub async fn closed(&self) {
        self.tx.chan.closed().await;
    }

    /// Whether the receiver has closed the channel or is gone.
    pub fn is_closed(&self) -> bool {
        self.tx.chan.is_closed()
    }

    /// Waits until there is room for a value, and keeps it free for the caller.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or is gone.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses the place in the line, and nothing else.
    #[harness::leaf("mpsc::Sender::reserve", &*self.tx.chan)]
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        self.tx.chan.reserve(1).await?;
        Ok(Permit::new(&self.tx.chan))
    }

    /// Waits until there is room for `n` values at once, and keeps it free for the caller.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or is gone, or if there will never be so much room.
    ///
    /// # Cancellation
    ///
    /// As for [`reserve`](Sender::reserve): what it has of the room goes to the next.
    #[harness::leaf("mpsc::Sender::reserve_many", &*self.tx.chan)]
    pub async fn reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, SendError<()>> {
        self.tx.chan.reserve(n).await?;
        Ok(PermitIterator::new(&self.tx.chan, n))
    }

    /// As [`reserve`](Sender::reserve), with a permit that has the sender in it.
    ///
    /// # Errors
    ///
    /// As for [`reserve`](Sender::reserve). The sender is dropped then.
    ///
    /// # Cancellation
    ///
    /// As for [`reserve`](Sender::reserve), and the sender is dropped.
    #[harness::leaf("mpsc::Sender::reserve_owned", &*self.tx.chan)]
    pub async fn reserve_owned(self) -> Result<OwnedPermit<T>, SendError<()>> {
        self.tx.chan.reserve(1).await?;
        Ok(OwnedPermit::new(self.tx))
    }

    /// Keeps room for a value free for the caller, if there is some now.
    ///
    /// # Errors
    ///
    /// If there is no room, or if the receiver has closed the channel or is gone.
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.tx.chan.try_reserve(1)?;
        Ok(Permit::new(&self.tx.chan))
    }

    /// Keeps room for `n` values free for the caller, if there is so much now.
    ///
    /// # Errors
    ///
    /// If there is too little room, or if the receiver has closed the channel or is gone.
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        self.tx.chan.try_reserve(n)?;
        Ok(PermitIterator::new(&self.tx.chan, n))
    }

    /// As [`try_reserve`](Sender::try_reserve), with a permit that has the sender in it.
    ///
    /// # Errors
    ///
    /// With the sender, if there is no room, or if the receiver has closed the channel or is gone.
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        match self.tx.chan.try_reserve(1) {
            Ok(()) => Ok(OwnedPermit::new(self.tx)),
            Err(TrySendError::Full(())) => Err(TrySendError::Full(self)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(self)),
        }
    }

    /// Whether both send into the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx.same_channel(&other.tx)
    }

    /// How many values there is room for at the moment. What is reserved is not free.
    pub fn capacity(&self) -> usize {
        self.tx.chan.room.semaphore.available_permits()
    }

    /// How many values there is room for in an empty channel.
    pub fn max_capacity(&self) -> usize {
        self.tx.chan.room.max
    }

    /// A sender that does not keep the channel open.
    #[must_use = "a weak sender is made, and this sender stays"]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender {
            tx: self.tx.downgrade(),
        }
    }

    /// How many senders there are; a permit that owns its sender counts.
    pub fn strong_count(&self) -> usize {
        self.tx.chan.strong_count()
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        self.tx.chan.weak_count()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        Sender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("capacity", &self.capacity())
            .field("max_capacity", &self.max_capacity())
            .field("is_closed", &self.is_closed())
            .finish()
    }
}
