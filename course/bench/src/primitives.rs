//! Locks, channels and the like, behind a trait each.
//!
//! As with the runtimes, everything is static. Whoever has a thing implements its trait in its own
//! most direct words; who has no such thing does not race.

mod futures;
mod ours;
mod smol;
mod tokio;

use std::ops::DerefMut;

pub use futures::Futures;
pub use ours::Ours;
pub use smol::Smol;
pub use tokio::Tokio;

/// What all messages are.
pub type Message = usize;

/// Whose primitives these are.
pub trait Library: 'static {
    const NAME: &'static str;
}

/// A channel for one message.
pub trait Oneshot: Library {
    type Sender: Send + 'static;
    type Receiver: Send + 'static;

    fn channel() -> (Self::Sender, Self::Receiver);
    fn send(sender: Self::Sender, message: Message);
    fn recv(receiver: Self::Receiver) -> impl Future<Output = Message> + Send;
}

/// A channel with room for so many messages, and many senders.
pub trait Bounded: Library {
    type Sender: Clone + Send + 'static;
    type Receiver: Send + 'static;

    /// `capacity` is what fits in with `senders` senders, if nobody receives.
    fn channel(capacity: usize, senders: usize) -> (Self::Sender, Self::Receiver);
    fn send(sender: &mut Self::Sender, message: Message) -> impl Future<Output = ()> + Send;
    /// `None` when all senders are gone.
    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send;
}

/// The same, with room for any number.
pub trait Unbounded: Library {
    type Sender: Clone + Send + 'static;
    type Receiver: Send + 'static;

    fn channel() -> (Self::Sender, Self::Receiver);
    fn send(sender: &Self::Sender, message: Message);
    /// `None` when all senders are gone.
    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send;
}

/// A lock that may be held while its task waits.
pub trait Lock: Library {
    type Mutex: Send + Sync + 'static;

    fn new() -> Self::Mutex;
    fn lock(mutex: &Self::Mutex) -> impl Future<Output: DerefMut<Target = usize> + Send> + Send;
}

/// A number of permits.
pub trait Permits: Library {
    type Semaphore: Send + Sync + 'static;
    type Permit<'a>: Send;

    fn new(permits: usize) -> Self::Semaphore;
    fn acquire(semaphore: &Self::Semaphore) -> impl Future<Output = Self::Permit<'_>> + Send;
}

/// Wakes a task that waits, and says nothing else to it.
pub trait Notices: Library {
    type Notify: Send + Sync + 'static;

    fn new() -> Self::Notify;
    fn notify_one(notify: &Self::Notify);
    /// A notification counts from this call on, and not only from the first poll.
    fn notified(notify: &Self::Notify) -> impl Future<Output = ()> + Send;
}

/// A channel in which each receiver gets every message.
pub trait Broadcast: Library {
    type Sender: Send + 'static;
    type Receiver: Send + 'static;

    fn channel(capacity: usize, receivers: usize) -> (Self::Sender, Vec<Self::Receiver>);
    /// There is room.
    fn send(sender: &Self::Sender, message: Message) -> impl Future<Output = ()> + Send;
    /// `None` when the sender is gone.
    fn recv(receiver: &mut Self::Receiver) -> impl Future<Output = Option<Message>> + Send;
}
