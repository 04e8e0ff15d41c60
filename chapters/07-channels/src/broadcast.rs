//! A queue that each receiver reads to the end, at its own pace.
//!
//! Every message goes to every receiver that is there when it is sent. A queue for each receiver would
//! hold it as often as there are receivers. So there is one queue for all, and each receiver is no
//! more than a position in it. A slow receiver must not keep the others waiting, nor fill the memory.
//! So the queue is a ring. A message stays until the ring comes round, and a receiver that is overtaken
//! is told how much it has missed.
//!
//! ```text
//!     capacity 4                     oldest                  tail, the next to be sent
//!     position                    5    6    7    8    9    10
//!     place                            2    3    0    1
//!     not received by                  2    2    3    3
//!                                      ^         ^
//!     receivers   A: 5, lags by one    B: 6      C: 8
//! ```
//!
//! Each place counts the receivers that have not received its message yet. The receiver that takes the
//! count to zero takes the message away, so that it does not stay in memory until it is overwritten.
//!
//! A message must not be cloned under a lock, nor overwritten while it is being cloned. Our answer
//! keeps it in a place of its own making, `slot`, which is given; an `Arc` in a `Mutex` does, too.
//!
//! In tokio: `sync/broadcast.rs`, with a lock for each slot, and clones under it. So one receiver at a
//! time clones a message there, and `Send` is enough for it. A clone that uses the channel never
//! returns there.

mod slot;

// ANCHOR: ex-7-6-broadcast
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. `slot.rs` is given: a place for a message, which is read without a lock. You need not
// use it.

use std::fmt;

use model::loom::sync::{Arc, Mutex};

use error::{RecvError, SendError, TryRecvError};

/// Sends messages to all receivers there are.
///
/// To go to another thread it needs messages that are `Send` and `Sync`: several receivers clone the
/// same message at the same time. A message that is not `Sync`, a `Cell` for example, can be sent in
/// a `Mutex`. (In tokio one receiver at a time clones a message, and it need not be `Sync`.)
///
/// # Examples
///
/// ```
/// use channels::broadcast;
///
/// timer_future::block_on(async {
///     let (tx, mut one) = broadcast::channel(8);
///     let mut other = tx.subscribe();
///     tx.send("news").unwrap();
///     assert_eq!(one.recv().await, Ok("news"));
///     assert_eq!(other.recv().await, Ok("news"));
/// });
/// ```
pub struct Sender<T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    messages: Arc<Mutex<Vec<std::sync::Arc<T>>>>,
}

/// A sender that does not keep the channel open. Does not send: see [`WeakSender::upgrade`].
///
/// # Examples
///
/// ```
/// use channels::broadcast;
///
/// let (tx, mut rx) = broadcast::channel(4);
/// let weak = tx.downgrade();
/// weak.upgrade().expect("there is a sender").send("hello").unwrap();
/// drop(tx);
/// assert!(weak.upgrade().is_none(), "it does not keep the channel open");
/// assert_eq!(rx.try_recv(), Ok("hello"));
/// assert!(rx.is_closed());
/// ```
pub struct WeakSender<T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    messages: Arc<Mutex<Vec<std::sync::Arc<T>>>>,
}

/// Receives each message that is sent while it exists.
///
/// As for the [`Sender`], messages must be `Send` and `Sync` for it to go to another thread.
///
/// # Examples
///
/// ```
/// use channels::broadcast::{self, error::RecvError};
///
/// timer_future::block_on(async {
///     let (tx, mut slow) = broadcast::channel(2);
///     for price in [10, 11, 12, 13] {
///         tx.send(price).unwrap();
///     }
///     // There is room for two. A receiver that is slow is told what it has missed.
///     assert_eq!(slow.recv().await, Err(RecvError::Lagged(2)));
///     assert_eq!(slow.recv().await, Ok(12));
///     assert_eq!(slow.recv().await, Ok(13));
/// });
/// ```
pub struct Receiver<T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    messages: Arc<Mutex<Vec<std::sync::Arc<T>>>>,
}

/// A channel that keeps the latest messages: `capacity` of them, or more, as the number is rounded
/// up to a power of two.
///
/// # Panics
///
/// If `capacity` is zero ("broadcast channel capacity cannot be zero"), or more than half of the
/// numbers there are ("broadcast channel capacity exceeded `usize::MAX / 2`").
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    todo!("7.6 broadcast")
}

impl<T> Sender<T> {
    /// A channel without a receiver; see [`channel`] and [`subscribe`](Sender::subscribe).
    ///
    /// # Panics
    ///
    /// If `capacity` is zero, or more than `usize::MAX / 2`.
    #[track_caller]
    pub fn new(capacity: usize) -> Sender<T> {
        todo!("7.6 broadcast")
    }

    /// Sends a message, and returns how many receivers there are to see it. They need not all see it.
    /// Never waits: the oldest message is overwritten if the ring is full.
    ///
    /// If there is no receiver the message comes back. There may be one later.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        todo!("7.6 broadcast")
    }

    /// A new receiver, of all that is sent from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        todo!("7.6 broadcast")
    }

    /// A sender that does not keep the channel open.
    #[must_use = "this does not drop the sender that it is called on"]
    pub fn downgrade(&self) -> WeakSender<T> {
        todo!("7.6 broadcast")
    }

    /// How many messages there are that some receiver has not seen.
    pub fn len(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// Whether all receivers have seen all messages.
    pub fn is_empty(&self) -> bool {
        todo!("7.6 broadcast")
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// Whether both send to the same receivers.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        todo!("7.6 broadcast")
    }

    /// Waits until there is no receiver. There may be a new one by the time this returns.
    ///
    /// A task that finds none spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: nothing is lost.
    #[harness::leaf("broadcast::Sender::closed")]
    pub async fn closed(&self) {
        todo!("7.6 broadcast")
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        todo!("7.6 broadcast")
    }
}

impl<T> WeakSender<T> {
    /// A sender, if there is one still.
    #[must_use = "the sender is dropped at once"]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        todo!("7.6 broadcast")
    }

    /// How many senders there are.
    pub fn strong_count(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// How many weak senders there are.
    pub fn weak_count(&self) -> usize {
        todo!("7.6 broadcast")
    }
}

impl<T> Receiver<T> {
    /// How many messages were sent that this one has not received, those it has missed included.
    /// If that is more than the capacity, rounded up, the next receive says how many it has missed.
    pub fn len(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// Whether it has received all messages.
    pub fn is_empty(&self) -> bool {
        todo!("7.6 broadcast")
    }

    /// Whether both receive from the same senders.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        todo!("7.6 broadcast")
    }

    /// How many senders there are.
    pub fn sender_strong_count(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// How many weak senders there are.
    pub fn sender_weak_count(&self) -> usize {
        todo!("7.6 broadcast")
    }

    /// Whether all senders are gone. There may be messages left.
    pub fn is_closed(&self) -> bool {
        todo!("7.6 broadcast")
    }
}

impl<T: Clone> Receiver<T> {
    /// A new receiver, of all that is sent from now on: it sees nothing that this one has before
    /// it.
    pub fn resubscribe(&self) -> Receiver<T> {
        todo!("7.6 broadcast")
    }

    /// Waits for the next message.
    ///
    /// [`RecvError::Lagged`] says how many messages were overwritten before this one received
    /// them; the next receive then returns the oldest that is left. [`RecvError::Closed`]: all
    /// senders are gone, and all messages received.
    ///
    /// A task that receives spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: a message counts as received only if this returns it.
    ///
    /// # Panics
    ///
    /// If the clone of the message does. It is received, then.
    #[harness::leaf("broadcast::Receiver::recv")]
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        todo!("7.6 broadcast")
    }

    /// The next message, if it is there.
    ///
    /// # Panics
    ///
    /// If the clone of the message does. It is received, then.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        todo!("7.6 broadcast")
    }

    /// Waits for the next message, and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks, or if the clone of the message panics.
    #[track_caller]
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        todo!("7.6 broadcast")
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        todo!("7.6 broadcast")
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        todo!("7.6 broadcast")
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.6 broadcast")
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.6 broadcast")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.6 broadcast")
    }
}

/// What can go wrong.
pub mod error {
    use std::error::Error;
    use std::fmt;

    /// There is no receiver. The message comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::SendError};
    ///
    /// let (tx, rx) = broadcast::channel(4);
    /// drop(rx);
    /// let SendError(message) = tx.send("is anyone there?").unwrap_err();
    /// assert_eq!(message, "is anyone there?");
    /// ```
    #[derive(Debug)]
    pub struct SendError<T>(pub T);

    /// Why [`recv`](super::Receiver::recv) returned no message.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::RecvError};
    ///
    /// timer_future::block_on(async {
    ///     let (tx, mut rx) = broadcast::channel(1);
    ///     tx.send("one").unwrap();
    ///     tx.send("two").unwrap();
    ///     drop(tx);
    ///     assert_eq!(rx.recv().await, Err(RecvError::Lagged(1)), "one was overwritten");
    ///     assert_eq!(rx.recv().await, Ok("two"));
    ///     assert_eq!(rx.recv().await, Err(RecvError::Closed));
    /// });
    /// ```
    #[derive(Debug, PartialEq, Eq, Clone)]
    pub enum RecvError {
        /// All senders are gone, and all messages received.
        Closed,
        /// So many messages were overwritten before they were received.
        Lagged(u64),
    }

    /// Why [`try_recv`](super::Receiver::try_recv) returned no message.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::broadcast::{self, error::TryRecvError};
    ///
    /// let (tx, mut rx) = broadcast::channel::<u32>(4);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "not yet");
    /// drop(tx);
    /// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "never");
    /// ```
    #[derive(Debug, PartialEq, Eq, Clone)]
    pub enum TryRecvError {
        /// All messages are received. There may be more.
        Empty,
        /// All senders are gone, and all messages received.
        Closed,
        /// So many messages were overwritten before they were received.
        Lagged(u64),
    }

    impl<T> fmt::Display for SendError<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("channel closed")
        }
    }

    impl fmt::Display for RecvError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                RecvError::Closed => f.write_str("channel closed"),
                RecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
            }
        }
    }

    impl fmt::Display for TryRecvError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match self {
                TryRecvError::Empty => f.write_str("channel empty"),
                TryRecvError::Closed => f.write_str("channel closed"),
                TryRecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
            }
        }
    }

    impl<T: fmt::Debug> Error for SendError<T> {}
    impl Error for RecvError {}
    impl Error for TryRecvError {}
}
// ANCHOR_END: ex-7-6-broadcast
