//! A channel for one value, from one task to another.
//!
//! A task that has started something wants its result. Chapter 3 has a place for that in every
//! task, but not everything that has a result is a task. For example, a task that answers one request
//! answers others as well. So the two get a channel that is used once: [`Sender::send`] puts the
//! value there and does not wait, and the [`Receiver`] is a future.
//!
//! Both ends share one allocation: a word, a cell for the value, and the wakers.
//!
//! ```text
//!     Sender ──> ┌ state ──── COMPLETE, CLOSED, which end is gone
//!                │ value      the sender's until COMPLETE, then the receiver's
//!                │ rx_waker   the receiver's while RX_WAKER is clear; then COMPLETE hands it over
//!   Receiver ──> └ tx_waker   an `AtomicWaker`: for `closed()`, which few wait for
//! ```
//!
//! The path of a value must be fast. So the receiver's waker has a bit in the same word that says
//! whether there is a value, and one step tells the sender whether to wake. The waker of a sender
//! that waits for the other end to go away need not be so fast, and is an
//! [`AtomicWaker`](crate::AtomicWaker).
//!
//! # Invariants
//!
//! - **The Value Changes Hands**: the cell belongs to the sender until COMPLETE is set, and to the
//!   receiver from then on. COMPLETE is never set after CLOSED: a value is received, or `send`
//!   returns it.
//! - **The Waker Changes Hands**: `rx_waker` belongs to the receiver while RX_WAKER is clear, and
//!   when CLOSED was set before COMPLETE. If RX_WAKER and COMPLETE are set, it belongs to the
//!   sender.
//! - **The Last One Frees**: an end that has set its GONE touches nothing any more. The end that goes
//!   second, and finds the GONE of the other, frees.
//! - **Closed Or Complete**: the receiver is not gone before one of the two is set.
//!
//! # In numbers
//!
//! Read-modify-writes of the word, and those of a reference count, for one round:
//!
//! | operation | here | tokio |
//! | --- | ---: | ---: |
//! | send, before the receiver is polled | 1 | 2 |
//! | poll the receiver before there is a value | 1 | 1 |
//! | send then, and wake | 2 | 2 |
//! | poll the receiver then, and free the channel | 0 | 2 |
//!
//! In tokio: `sync/oneshot.rs`.

pub mod error;

mod receiver;
mod sender;
mod shared;

#[doc(hidden)]
pub mod state;

use shared::Shared;

pub use receiver::Receiver;
pub use sender::Sender;

/// Makes a channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Shared::allocate();
    (Sender::new(shared), Receiver::new(shared))
}
