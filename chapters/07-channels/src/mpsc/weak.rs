//! Senders that do not keep a channel open.
//!
//! A task that receives, and sends to itself at times, must not have a sender: the channel would never
//! end. It has a weak one, which becomes a sender for as long as another one is there.
//!
//! In tokio: `sync/mpsc/bounded.rs`, `unbounded.rs`.

use std::fmt;

use super::chan::WeakTx;
use super::room::{Bounded, Unbounded};
use super::sender::Sender;
use super::unbounded::UnboundedSender;

/// A [`Sender`] that does not keep the channel open. Made by [`Sender::downgrade`].
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// timer_future::block_on(async {
///     let (tx, mut rx) = mpsc::channel(1);
///     // A cache keeps this, and does not keep the channel open with it.
///     let weak = tx.downgrade();
///     weak.upgrade().expect("there is a sender").send("cached").await.unwrap();
///     assert_eq!(rx.recv().await, Some("cached"));
///     drop(tx);
///     assert!(weak.upgrade().is_none());
///     assert_eq!(rx.recv().await, None);
/// });
/// ```
pub struct WeakSender<T> {
    pub(super) tx: WeakTx<T, Bounded>,
}

/// An [`UnboundedSender`] that does not keep the channel open. Made by
/// [`UnboundedSender::downgrade`].
///
/// # Examples
///
/// ```
/// use channels::mpsc;
///
/// let (tx, mut rx) = mpsc::unbounded_channel();
/// let weak = tx.downgrade();
/// weak.upgrade().expect("there is a sender").send("hello").unwrap();
/// drop(tx);
/// assert!(weak.upgrade().is_none());
/// // What was sent is still there.
/// assert_eq!(rx.try_recv(), Ok("hello"));
/// ```
pub struct WeakUnboundedSender<T> {
    pub(super) tx: WeakTx<T, Unbounded>,
}

impl<T> WeakSender<T> {
    /// A sender, if there is still one.
    pub fn upgrade(&self) -> Option<Sender<T>> {
        Some(Sender {
            tx: self.tx.upgrade()?,
        })
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

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> WeakSender<T> {
        WeakSender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for WeakSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakSender").finish_non_exhaustive()
    }
}

impl<T> WeakUnboundedSender<T> {
    /// A sender, if there is still one.
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        Some(UnboundedSender {
            tx: self.tx.upgrade()?,
        })
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

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender {
            tx: self.tx.clone(),
        }
    }
}

impl<T> fmt::Debug for WeakUnboundedSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakUnboundedSender")
            .finish_non_exhaustive()
    }
}
