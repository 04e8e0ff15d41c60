//! What the compiler makes of an `async fn`, written by hand.
//!
//! [`read_message`] is the specification: an ordinary `async fn` with two awaits. [`ReadMessage`]
//! is the same function as an enum, with one variant for each place where it can stand between
//! two polls:
//!
//! ```text
//!   Unresumed ──▶ AwaitingHeader ──▶ AwaitingBody ──▶ Returned
//!                      │  ▲               │  ▲            └── polled: "resumed after completion"
//!                      └──┘ Pending       └──┘ Pending
//!                      │                  │
//!                      └─── a panic ──────┴──▶ Poisoned
//!                                                 └── polled: "resumed after panicking"
//! ```
//!
//! A variant holds what the rest of the function still needs, and no more. What came before is
//! dropped on the way.
//!
//! # Invariants
//!
//! - **As Far As It Can**: a poll runs on until an await is pending or the function returns. Only an
//!   await that is pending keeps the waker, so a poll that stopped anywhere else would never be woken.
//! - **Poisoned While Running**: while the function's own code runs, the state is `Poisoned`, and
//!   after a panic it stays so.
//!
//! # Left out
//!
//! The compiler runs the child futures where they lie, inside the state machine, and a future may
//! hold references into itself; that is what `Pin` is for. To do the same by hand takes `unsafe`.
//! This machine moves its children out and back, which safe code may do only if they are `Unpin`.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Waits for the header, which is the length of the body; opens the body and waits for its text.
///
/// # Panics
///
/// If it is polled after it was ready, or after it panicked.
///
/// # Cancellation
///
/// Dropping the future drops what it was waiting for. What the header said is then forgotten.
pub async fn read_message<H, B>(header: H, open_body: impl FnOnce(usize) -> B) -> String
where
    H: Future<Output = usize>,
    B: Future<Output = String>,
{
    let length = header.await;
    let text = open_body(length).await;
    format!("{length} bytes: {text}")
}

/// The state machine of [`read_message`].
///
/// # Panics
///
/// If it is polled after it was ready, or after it panicked.
///
/// # Cancellation
///
/// As for [`read_message`]: the variant it stands in is dropped, with all that is in it.
///
/// # Examples
///
/// ```
/// use std::future::ready;
///
/// use timer_future::{ReadMessage, block_on, read_message};
///
/// // Both read a message of two parts: the header says how long the body is.
/// let header = || ready(5);
/// let body = |length: usize| ready("hello, world"[..length].to_owned());
/// let by_hand = block_on(ReadMessage::new(header(), body));
/// let by_the_compiler = block_on(read_message(header(), body));
/// assert_eq!(by_hand, "5 bytes: hello");
/// assert_eq!(by_hand, by_the_compiler);
/// ```
#[derive(Debug)]
pub enum ReadMessage<H, B, F> {
    /// Not polled yet. Holds the function's arguments.
    Unresumed {
        /// The first argument.
        header: H,
        /// The second argument.
        open_body: F,
    },

    /// Suspended at the first await.
    AwaitingHeader {
        /// What the await polls.
        header: H,
        /// Still needed after the await.
        open_body: F,
    },

    /// Suspended at the second await. The header and `open_body` are gone.
    AwaitingBody {
        /// Still needed after the await.
        length: usize,
        /// What the await polls.
        body: B,
    },

    /// The function has returned, and its output was handed over.
    Returned,

    /// The function's own code is running, or has panicked.
    Poisoned,
}

// Nothing of ours is ever pinned in place: a child is pinned for as long as we poll it, and moved
// again after that, which is why the children have to be `Unpin`. `open_body` is never polled.
impl<H: Unpin, B: Unpin, F> Unpin for ReadMessage<H, B, F> {}

impl<H, B, F> ReadMessage<H, B, F> {
    /// What calling an `async fn` does: it stores the arguments and runs nothing.
    pub fn new(header: H, open_body: F) -> Self {
        Self::Unresumed { header, open_body }
    }
}

impl<H, B, F> Future for ReadMessage<H, B, F>
where
    H: Future<Output = usize> + Unpin,
    B: Future<Output = String> + Unpin,
    F: FnOnce(usize) -> B,
{
    type Output = String;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<String> {
        // ANCHOR: ex-1-5-state-machine
        // Run the function on from where it stands until an await is pending or it returns, and
        // leave behind the state that the next poll has to find.
        todo!("1.5 state-machine")
        // ANCHOR_END: ex-1-5-state-machine
    }
}
