//! A channel of many senders and one receiver.
//!
//! Tasks that share a value need a lock. Tasks that hand values on need a queue, and a receiver that
//! sleeps at its end. This queue comes in two kinds, which differ in one thing. A sender of a
//! [bounded](channel) channel waits while there is no room; an [unbounded](unbounded_channel) one
//! takes any number of values, and grows.
//!
//! ```text
//!     Sender ──> room ──> claim a slot ──> write ──> publish ─ ─ wake ─ ─┐
//!                 ^  one permit                                          v
//!                 └──────────────────────────────────────── pop <── Receiver
//! ```
//!
//! The senders never wait for one another, nor for the receiver: the queue has no lock. A sender that
//! needs room waits in the list of a [`Semaphore`](locks::Semaphore), first come, first served.
//!
//! In reading order: `block` is where a value is handed over; `queue` is the blocks, as the senders
//! see them, and `head` as the receiver does; `room` is the limit; `chan` is what all share, and how
//! a sender sends; `rx` is how the receiver receives; [`Sender`], [`UnboundedSender`], [`Permit`],
//! [`PollSender`] and the others are the names that users know them by.
//!
//! # What it costs
//!
//! Atomic read-modify-writes per value, when the receiver does not sleep; the right column is tokio
//! 1.54.1, counted in its source:
//!
//! | | here | tokio |
//! | --- | ---: | ---: |
//! | send, unbounded | 2 | 5 |
//! | receive, unbounded | 0 | 1 |
//! | send, bounded, with room | 3 | 5 |
//! | receive, bounded, no sender waits | 1 | 3 |
//!
//! # How a channel ends
//!
//! - **The last sender goes.** What is in the channel is received, and then `recv` returns `None`.
//! - **The receiver calls [`close`](Receiver::close).** No sender can begin to send. What is in the
//!   channel is received, and so is what the holders of a [`Permit`] send; `recv` returns `None` when
//!   all of them are done.
//! - **The receiver goes.** As above, but what is in the channel is dropped, and what is being sent
//!   comes back to its sender.
//!
//! In tokio: `sync/mpsc/`.

// ANCHOR: guided-chan
mod block;
mod head;
mod queue;
// ANCHOR_END: guided-chan

mod room;

mod chan;
// ANCHOR: guided-chan-receiver
mod rx;
// ANCHOR_END: guided-chan-receiver

pub mod error;

mod receiver;
mod sender;

mod permit;
mod reserve;

mod unbounded;
mod weak;

mod poll_sender;
mod stream;

// ANCHOR: guided-chan-steps
#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps;
// ANCHOR_END: guided-chan-steps

pub use permit::{OwnedPermit, Permit, PermitIterator};
pub use poll_sender::{PollSendError, PollSender};
pub use receiver::Receiver;
pub use sender::{Sender, channel};
pub use unbounded::{UnboundedReceiver, UnboundedSender, unbounded_channel};
pub use weak::{WeakSender, WeakUnboundedSender};
