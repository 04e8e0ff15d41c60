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
use std::fmt;
use std::mem;
use std::ops::Deref;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use harness::coop::cooperative;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use locks::Notify;

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
    shared: Arc<Shared<T>>,
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
    shared: Arc<Shared<T>>,
    /// What it has seen last.
    seen: Version,
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
    value: RwLockReadGuard<'a, T>,
    has_changed: bool,
}

/// What both ends have.
///
/// # Invariants
///
/// - **Version Under Lock**: the holder of the value's lock for writing counts the version up,
///   after the value was changed. A holder of the lock for reading has a value and its version.
/// - **State, Then Wake**: waiting receivers are woken after the state was changed; and they look at
///   the state after they have claimed to be woken.
/// - **Values Outside**: a value that was replaced is dropped after the lock is released.
struct Shared<T> {
    value: RwLock<T>,
    /// The version, and whether all senders are gone. The version is written under the lock of
    /// `value`, the bit by the last sender. Read by receivers without a lock.
    state: AtomicUsize,
    senders: AtomicUsize,
    receivers: AtomicUsize,
    /// Woken when the state has changed.
    changed: Notify,
    /// Woken when there are no receivers left.
    deserted: Notify,
}

/// Counts changes. The lowest bit is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version(usize);

/// What the state was at one moment.
#[derive(Clone, Copy)]
struct Snapshot(usize);

/// In the state: all senders are gone.
const CLOSED: usize = 1;
/// In the state: one change.
const STEP: usize = 2;

/// A channel that holds `init`, which the receiver has seen already.
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(init);
    let receiver = sender.subscribe();
    (sender, receiver)
}

impl<T> Sender<T> {
    /// A channel without a receiver; see [`subscribe`](Sender::subscribe).
    pub fn new(init: T) -> Sender<T> {
        Sender {
            shared: Arc::new(Shared {
                value: RwLock::new(init),
                state: AtomicUsize::new(0),
                senders: AtomicUsize::new(1),
                receivers: AtomicUsize::new(0),
                changed: Notify::new(),
                deserted: Notify::new(),
            }),
        }
    }

    /// Replaces the value and wakes the receivers that wait for it.
    ///
    /// If there is no receiver nothing is replaced, and `value` comes back. That there was one
    /// does not mean that it will look.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if self.is_closed() {
            return Err(SendError(value));
        }
        drop(self.send_replace(value));
        Ok(())
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
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// As [`send_modify`](Sender::send_modify), but `modify` says whether it has changed anything.
    /// If not, the version stays and no receiver is woken. Returns what `modify` said.
    ///
    /// # Panics
    ///
    /// If `modify` does, as with [`send_modify`](Sender::send_modify).
    pub fn send_if_modified<F: FnOnce(&mut T) -> bool>(&self, modify: F) -> bool {
        let mut value = self.shared.write();
        if !modify(&mut value) {
            return false;
        }
        // ORDERING: Release, with the Acquire in `snapshot`. We have the lock (Version Under Lock).
        self.shared.state.fetch_add(STEP, Release);
        drop(value);
        self.shared.changed.notify_waiters();
        true
    }

    /// Replaces the value, even if there is no receiver, and returns the one before.
    pub fn send_replace(&self, mut value: T) -> T {
        self.send_modify(|current| mem::swap(current, &mut value));
        value
    }

    /// The value as it is now.
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref {
            value: self.shared.read(),
            has_changed: false,
        }
    }

    /// Whether there is no receiver.
    pub fn is_closed(&self) -> bool {
        self.receiver_count() == 0
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
        cooperative(async {
            loop {
                let deserted = self.shared.deserted.notified();
                if self.is_closed() {
                    return;
                }
                deserted.await;
            }
        })
        .await;
    }

    /// A new receiver, which has seen the value as it is now.
    pub fn subscribe(&self) -> Receiver<T> {
        let seen = self.shared.snapshot().version();
        Receiver::new(self.shared.clone(), seen)
    }

    /// How many receivers there are.
    pub fn receiver_count(&self) -> usize {
        // ORDERING: Acquire, with the AcqRel of a receiver's drop: what the receiver did is done.
        self.shared.receivers.load(Acquire)
    }

    /// How many senders there are.
    pub fn sender_count(&self) -> usize {
        // ORDERING: Relaxed; a number to look at.
        self.shared.senders.load(Relaxed)
    }

    /// Whether both send to the same receivers.
    pub fn same_channel(&self, other: &Sender<T>) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Receiver<T> {
    fn new(shared: Arc<Shared<T>>, seen: Version) -> Receiver<T> {
        // ORDERING: Relaxed; the caller that makes a receiver has a sender or a receiver.
        shared.receivers.fetch_add(1, Relaxed);
        Receiver { shared, seen }
    }

    /// The value as it is now. It does not count as seen.
    pub fn borrow(&self) -> Ref<'_, T> {
        let value = self.shared.read();
        let has_changed = self.shared.snapshot().version() != self.seen;
        Ref { value, has_changed }
    }

    /// The value as it is now, which is seen thereby.
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        let value = self.shared.read();
        // Under the lock, so that it is the version of this value (Version Under Lock).
        let version = self.shared.snapshot().version();
        let has_changed = mem::replace(&mut self.seen, version) != version;
        Ref { value, has_changed }
    }

    /// Whether there is a value that was not seen yet. An error if all senders are gone, even if
    /// there is one.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        let snapshot = self.shared.snapshot();
        if snapshot.is_closed() {
            return Err(RecvError(()));
        }
        Ok(snapshot.version() != self.seen)
    }

    /// Whether all senders are gone.
    pub fn is_closed(&self) -> bool {
        self.shared.snapshot().is_closed()
    }

    /// Says that the value was not seen, whatever it is.
    pub fn mark_changed(&mut self) {
        self.seen = Version(self.seen.0.wrapping_sub(STEP));
    }

    /// Says that the value was seen, whatever it is.
    pub fn mark_unchanged(&mut self) {
        self.seen = self.shared.snapshot().version();
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
        cooperative(self.shared.changed(&mut self.seen)).await
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
        let Receiver { shared, seen } = self;
        let mut last = Ok(());
        cooperative(async {
            loop {
                {
                    let value = shared.read();
                    let version = shared.snapshot().version();
                    let has_changed = mem::replace(seen, version) != version;
                    // After the last sender has gone there is one more look, at its last value.
                    if (last.is_ok() || has_changed) && is_it(&value) {
                        return Ok(Ref { value, has_changed });
                    }
                }
                last?;
                last = shared.changed(seen).await;
            }
        })
        .await
    }

    /// Whether both are receivers of the same senders.
    pub fn same_channel(&self, other: &Receiver<T>) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl<T> Ref<'_, T> {
    /// Whether the value had not been seen by the receiver that it was borrowed from. False if it
    /// was borrowed from a sender.
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Shared<T> {
    /// A closure of the caller's may panic under this lock. The value is then what it has made of it,
    /// and the lock as good as ever.
    fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the version is another than `seen`, which it then is not.
    async fn changed(&self, seen: &mut Version) -> Result<(), RecvError> {
        loop {
            // First the claim to be woken, then the look (State, Then Wake).
            let changed = self.changed.notified();
            let snapshot = self.snapshot();
            if snapshot.version() != *seen {
                *seen = snapshot.version();
                return Ok(());
            }
            if snapshot.is_closed() {
                return Err(RecvError(()));
            }
            changed.await;
        }
    }

    fn snapshot(&self) -> Snapshot {
        // ORDERING: Acquire, with the Release of a send and of the last sender's drop.
        Snapshot(self.state.load(Acquire))
    }
}

impl Snapshot {
    fn version(self) -> Version {
        Version(self.0 & !CLOSED)
    }

    fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        // ORDERING: Relaxed; we have a sender, so the count is not zero.
        self.shared.senders.fetch_add(1, Relaxed);
        Sender {
            shared: self.shared.clone(),
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        // ORDERING: AcqRel, so that what all senders have sent comes before the end.
        if self.shared.senders.fetch_sub(1, AcqRel) == 1 {
            // ORDERING: Release, with the Acquire in `snapshot`.
            self.shared.state.fetch_or(CLOSED, Release);
            self.shared.changed.notify_waiters();
        }
    }
}

impl<T> Clone for Receiver<T> {
    /// The clone has seen what this one has.
    fn clone(&self) -> Receiver<T> {
        Receiver::new(self.shared.clone(), self.seen)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        // ORDERING: AcqRel, with the Acquire in `receiver_count`.
        if self.shared.receivers.fetch_sub(1, AcqRel) == 1 {
            self.shared.deserted.notify_waiters();
        }
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Sender<T> {
        Sender::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let snapshot = self.shared.snapshot();
        f.debug_struct("Sender")
            .field("value", &*self.borrow())
            .field("version", &snapshot.version())
            .field("receivers", &self.receiver_count())
            .finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("value", &*self.borrow())
            .field("seen", &self.seen)
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for Ref<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ref")
            .field("value", &**self)
            .field("has_changed", &self.has_changed)
            .finish()
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
