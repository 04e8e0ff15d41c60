//! Room in a bounded channel that is kept free for one sender.
//!
//! Waiting for room and sending are two things. `send` does both, and if it is dropped while it waits,
//! the value is gone. A sender that must not lose it waits for a permit, and makes the value only then;
//! with a permit, sending never waits and never fails.
//!
//! In tokio: `sync/mpsc/bounded.rs`.

use std::fmt;
use std::iter::FusedIterator;
use std::mem;

use super::chan::{Chan, Tx};
use super::room::Bounded;
use super::sender::Sender;

/// Room for one value. Dropping it gives the room back.
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(1);
///     // First the room, then the work: nothing is made that cannot be sent.
///     let permit = tx.reserve().await.unwrap();
///     assert!(tx.try_send("pushes in").is_err());
///     permit.send("the result");
///     assert_eq!(rx.recv().await, Some("the result"));
///     // A permit that is dropped gives its room back.
///     drop(tx.reserve().await.unwrap());
///     assert_eq!(tx.capacity(), 1);
/// });
/// ```
#[must_use]
pub struct Permit<'a, T> {
    chan: &'a Chan<T, Bounded>,
}

/// Room for some values: an iterator of [`Permit`]s. Dropping it gives back what it still has.
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(4);
///     // The three parts of a message, and no other value in between.
///     let permits = tx.reserve_many(3).await.unwrap();
///     assert_eq!(permits.len(), 3);
///     for (permit, part) in permits.zip(["head", "body", "tail"]) {
///         permit.send(part);
///     }
///     assert_eq!(rx.recv().await, Some("head"));
///     assert_eq!(rx.len(), 2);
/// });
/// ```
#[must_use]
pub struct PermitIterator<'a, T> {
    chan: &'a Chan<T, Bounded>,
    n: usize,
}

/// Room for one value, and the sender that it was reserved with.
///
/// # Examples
///
/// ```
/// use std::thread;
///
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(1);
///     let permit = tx.reserve_owned().await.unwrap();
///     // It borrows nothing: another thread sends, and has the sender back.
///     let tx = thread::spawn(move || permit.send("from there")).join().unwrap();
///     assert_eq!(rx.recv().await, Some("from there"));
///     assert_eq!(tx.capacity(), 1);
/// });
/// ```
#[must_use]
pub struct OwnedPermit<T> {
    /// Taken when the permit is used.
    tx: Option<Tx<T, Bounded>>,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(chan: &'a Chan<T, Bounded>) -> Permit<'a, T> {
        Permit { chan }
    }

    /// Sends a value. If the receiver has closed the channel meanwhile, it still receives it; if the
    /// receiver is gone, the value is dropped.
    pub fn send(self, value: T) {
        let chan = self.chan;
        // The room goes with the value.
        mem::forget(self);
        drop(chan.send_reserved(value));
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.chan.give_back(1);
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(chan: &'a Chan<T, Bounded>, n: usize) -> PermitIterator<'a, T> {
        PermitIterator { chan, n }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.n = self.n.checked_sub(1)?;
        Some(Permit::new(self.chan))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.n, Some(self.n))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}

impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> Drop for PermitIterator<'_, T> {
    fn drop(&mut self) {
        self.chan.give_back(self.n);
    }
}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator")
            .field("capacity", &self.n)
            .finish_non_exhaustive()
    }
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(tx: Tx<T, Bounded>) -> OwnedPermit<T> {
        OwnedPermit { tx: Some(tx) }
    }

    /// Sends a value, as [`Permit::send`] does, and returns the sender.
    pub fn send(mut self, value: T) -> Sender<T> {
        let tx = self.take();
        drop(tx.chan.send_reserved(value));
        Sender { tx }
    }

    /// Gives the room back, and returns the sender.
    pub fn release(mut self) -> Sender<T> {
        let tx = self.take();
        tx.chan.give_back(1);
        Sender { tx }
    }

    /// Whether both are for the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        self.tx().same_channel(other.tx())
    }

    /// Whether it is for the channel that `sender` sends into.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.tx().same_channel(&sender.tx)
    }

    fn tx(&self) -> &Tx<T, Bounded> {
        self.tx.as_ref().expect("it is taken when the permit goes")
    }

    fn take(&mut self) -> Tx<T, Bounded> {
        self.tx.take().expect("it is taken when the permit goes")
    }
}

impl<T> Drop for OwnedPermit<T> {
    fn drop(&mut self) {
        // The room first: the sender may be the last one.
        if let Some(tx) = self.tx.take() {
            tx.chan.give_back(1);
        }
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit").finish_non_exhaustive()
    }
}
