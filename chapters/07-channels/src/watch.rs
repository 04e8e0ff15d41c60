//! A value that many look at, and that changes.
//!
//! A watching task wants the latest value and no other: for example a configuration, a position, or
//! whether it is time to stop. So there is no queue. There is one value, behind a lock, with a *version*: each
//! send overwrites the value and counts the version up. A receiver remembers the version that it
//! has seen last, and waits for any other:
//!
//! ```text
//!     sender           value "b"  version 7 ──────── state: [ version | closed ]
//!                                                      │
//!     receiver A       has seen 7: waits              │   compares without a lock
//!     receiver B       has seen 4: changed at once ───┘   (it missed 5 and 6, and never sees them)
//! ```
//!
//! Under the lock runs only the foreign code that must: the closures of `send_modify` and
//! `send_if_modified`, which change the value where it is, that of `wait_for`, which looks at it,
//! and whatever a caller does while it keeps a [`Ref`].
//!
//! # Left out
//!
//! tokio spreads waiting receivers over eight lists, so that many receivers on many threads do not
//! meet at one lock. In tokio: `sync/watch.rs`.

// ANCHOR: ex-7-5-watch
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need.

use std::fmt;
use std::ops::Deref;

use model::loom::sync::{Arc, RwLock, RwLockReadGuard};

use error::{RecvError, SendError};

/// Changes the value.
///
/// # Examples
///
/// ```
/// use channels::watch;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = watch::channel("off");
///     tx.send("starting").unwrap();
///     tx.send("on").unwrap();
///     rx.changed().await.unwrap();
///     assert_eq!(*rx.borrow_and_update(), "on", "the latest, and no other");
/// });
/// ```
pub struct Sender<T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    value: Arc<RwLock<T>>,
}

/// Sees the latest value, and waits for the next.
///
/// # Examples
///
/// ```
/// use channels::watch;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = watch::channel(0);
///     assert!(!rx.has_changed().unwrap(), "the first value counts as seen");
///     for percent in [25, 50, 100] {
///         tx.send(percent).unwrap();
///     }
///     let done = rx.wait_for(|percent| *percent == 100).await.unwrap();
///     assert_eq!(*done, 100);
/// });
/// ```
pub struct Receiver<T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    value: Arc<RwLock<T>>,
}

/// The value, borrowed. As long as it is kept no sender can send, and a send blocks its thread:
/// keep it for a moment, and never across an `await`.
///
/// A caller that keeps one and borrows again may block for ever, if a send came in between.
///
/// # Examples
///
/// ```
/// use channels::watch;
///
/// let (tx, mut rx) = watch::channel(vec![1, 2]);
/// tx.send_modify(|list| list.push(3));
/// {
///     // It is a look at the value where it is. Nothing is cloned.
///     let list = rx.borrow_and_update();
///     assert!(list.has_changed());
///     assert_eq!(*list, [1, 2, 3]);
/// } // Until here no sender can change the value.
/// assert!(!rx.borrow().has_changed());
/// ```
pub struct Ref<'a, T> {
    // Yours to replace, as are all private fields and whatever else is not public.
    value: RwLockReadGuard<'a, T>,
}

/// A channel that holds `init`, which the receiver has seen already.
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    todo!("7.5 watch")
}

impl<T> Sender<T> {
    /// A channel without a receiver; see [`subscribe`](Sender::subscribe).
    pub fn new(init: T) -> Sender<T> {
        todo!("7.5 watch")
    }

    /// Replaces the value and wakes the receivers that wait for it.
    ///
    /// If there is no receiver nothing is replaced, and `value` comes back. That there was one
    /// does not mean that it will look.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        todo!("7.5 watch")
    }

    /// Changes the value where it is, and wakes the receivers that wait, even if there is no
    /// receiver.
    ///
    /// `modify` runs under the lock: while it does, no receiver can look. It must not use the channel.
    ///
    /// # Panics
    ///
    /// If `modify` does. Then no receiver is woken and the version stays, but what it has changed until
    /// then is changed.
    pub fn send_modify<F: FnOnce(&mut T)>(&self, modify: F) {
        todo!("7.5 watch")
    }

    /// As [`send_modify`](Sender::send_modify), but `modify` says whether it has changed anything.
    /// If not, the version stays and no receiver is woken. Returns what `modify` said.
    ///
    /// # Panics
    ///
    /// If `modify` does, as with [`send_modify`](Sender::send_modify).
    pub fn send_if_modified<F: FnOnce(&mut T) -> bool>(&self, modify: F) -> bool {
        todo!("7.5 watch")
    }

    /// Replaces the value, even if there is no receiver, and returns the one before.
    pub fn send_replace(&self, mut value: T) -> T {
        todo!("7.5 watch")
    }

    /// The value as it is now.
    pub fn borrow(&self) -> Ref<'_, T> {
        todo!("7.5 watch")
    }

    /// Whether there is no receiver.
    pub fn is_closed(&self) -> bool {
        todo!("7.5 watch")
    }

    /// Waits until there is no receiver. There may be a new one by the time this returns.
    ///
    /// A task that finds none spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: nothing is lost.
    #[harness::leaf("watch::Sender::closed")]
    pub async fn closed(&self) {
        todo!("7.5 watch")
    }

    /// A new receiver, which has seen the value as it is now.
    pub fn subscribe(&self) -> Receiver<T> {
        todo!("7.5 watch")
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        todo!("7.5 watch")
    }

    /// How many senders there are.
    pub fn sender_count(&self) -> usize {
        todo!("7.5 watch")
    }

    /// Whether both send to the same receivers.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        todo!("7.5 watch")
    }
}

impl<T> Receiver<T> {
    /// The value as it is now. It does not count as seen.
    pub fn borrow(&self) -> Ref<'_, T> {
        todo!("7.5 watch")
    }

    /// The value as it is now, which is seen thereby.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        todo!("7.5 watch")
    }

    /// Whether there is a value that was not seen yet. An error if all senders are gone, even if
    /// there is one.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        todo!("7.5 watch")
    }

    /// Whether all senders are gone.
    pub fn is_closed(&self) -> bool {
        todo!("7.5 watch")
    }

    /// Says that the value was not seen, whatever it is.
    pub fn mark_changed(&mut self) {
        todo!("7.5 watch")
    }

    /// Says that the value was seen, whatever it is.
    pub fn mark_unchanged(&mut self) {
        todo!("7.5 watch")
    }

    /// Waits for a value that was not seen yet, which is seen thereby. If there is one, returns at
    /// once, even if all senders are gone; without one that is an error.
    ///
    /// A task that receives spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// # Cancellation
    ///
    /// Safe: a value counts as seen only if this returns.
    #[harness::leaf("watch::Receiver::changed")]
    pub async fn changed(&mut self) -> Result<(), RecvError> {
        todo!("7.5 watch")
    }

    /// Waits for a value that `is_it` is true of, and borrows it. The value as it is now is looked
    /// at first, even if it was seen. What was looked at is seen.
    ///
    /// An error if all senders are gone and the last value was not it.
    ///
    /// A task that receives spends one of its budget: see [`harness::coop::cooperative`].
    ///
    /// `is_it` runs under the lock: while it does, no sender can send. It must not use the channel.
    ///
    /// # Cancellation
    ///
    /// Safe: no value is passed over. What `is_it` was false of counts as seen.
    ///
    /// # Panics
    ///
    /// If `is_it` does. The channel is as usable as before.
    #[harness::leaf("watch::Receiver::wait_for")]
    pub async fn wait_for(
        &mut self,
        mut is_it: impl FnMut(&T) -> bool,
    ) -> Result<Ref<'_, T>, RecvError> {
        todo!("7.5 watch")
    }

    /// Whether both are receivers of the same senders.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        todo!("7.5 watch")
    }
}

impl<T> Ref<'_, T> {
    /// Whether the value had not been seen by the receiver that it was borrowed from. False if it
    /// was borrowed from a sender.
    pub fn has_changed(&self) -> bool {
        todo!("7.5 watch")
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        todo!("7.5 watch")
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        todo!("7.5 watch")
    }
}

impl<T> Clone for Receiver<T> {
    /// The clone has seen what this one has.
    fn clone(&self) -> Receiver<T> {
        todo!("7.5 watch")
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Sender<T> {
        todo!("7.5 watch")
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.5 watch")
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.5 watch")
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("7.5 watch")
    }
}

/// What can go wrong.
pub mod error {
    use std::error::Error;
    use std::fmt;

    /// There is no receiver. The value comes back.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::watch::{self, error::SendError};
    ///
    /// let (tx, rx) = watch::channel("off");
    /// drop(rx);
    /// let SendError(value) = tx.send("on").unwrap_err();
    /// assert_eq!(value, "on", "the value comes back");
    /// ```
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct SendError<T>(pub T);

    /// All senders are gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use channels::watch;
    ///
    /// timer_future::block_on(async {
    ///     let (tx, mut rx) = watch::channel("starting");
    ///     tx.send("on").unwrap();
    ///     drop(tx);
    ///     // The last value is still seen. After it there will be none.
    ///     assert!(rx.changed().await.is_ok());
    ///     assert_eq!(rx.changed().await.unwrap_err().to_string(), "channel closed");
    /// });
    /// ```
    #[derive(Clone, Debug)]
    pub struct RecvError(pub(super) ());

    impl<T> fmt::Debug for SendError<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("SendError").finish_non_exhaustive()
        }
    }

    impl<T> fmt::Display for SendError<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("channel closed")
        }
    }

    impl fmt::Display for RecvError {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("channel closed")
        }
    }

    impl<T> Error for SendError<T> {}
    impl Error for RecvError {}
}
// ANCHOR_END: ex-7-5-watch
