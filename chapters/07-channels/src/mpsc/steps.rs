//! The steps of a send and of a receive, one at a time: for tests, which then decide what happens
//! between two of them.

use std::fmt;
use std::task::Waker;

use super::chan::Tx;
use super::queue::Claim;
use super::room::Unbounded;
use super::rx::Next;
use super::unbounded::{UnboundedReceiver, UnboundedSender};

/// A slot that is claimed, and not filled yet.
#[must_use = "the receiver waits for each slot that is claimed"]
pub struct Claimed<T> {
    tx: Tx<T, Unbounded>,
    claim: Claim,
}

/// The first step of a send: `None` if the channel is closed.
pub fn claim<T>(sender: &UnboundedSender<T>) -> Option<Claimed<T>> {
    let tx = sender.tx.clone();
    let claim = tx.chan.queue.claim()?;
    Some(Claimed { tx, claim })
}

impl<T> Claimed<T> {
    /// The second step: puts the value in its place. It comes back if no receiver will take it.
    pub fn fill(self, value: T) -> Result<(), T> {
        self.tx.chan.fill(self.claim, value)
    }
}

impl<T> fmt::Debug for Claimed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claimed").finish_non_exhaustive()
    }
}

/// The next value, if it has been published.
pub fn take<T>(receiver: &mut UnboundedReceiver<T>) -> Option<T> {
    match receiver.rx.next() {
        Next::Value(value) => Some(value),
        Next::Nothing | Next::End => None,
    }
}

/// What a receiver does before it sleeps: leaves its waker, and says that it waits for the next value.
pub fn announce<T>(receiver: &mut UnboundedReceiver<T>, waker: &Waker) {
    receiver.rx.chan.receiver.register(waker);
    receiver.rx.announce();
}
