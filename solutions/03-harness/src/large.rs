//! Large futures and large outputs, in a box of their own.
//!
//! A value that is passed on is moved, and an optimizer removes most of these moves. A debug build
//! keeps them: then each frame between `spawn` and the task's cell has a copy of the future on its
//! stack. With 512 KiB to a copy, four frames fill the stack of a thread. So a future that is large
//! goes into a box first, and only the pointer is moved on. The same holds for an output, between
//! the `poll` that returns it and the `JoinHandle` that is awaited.
//!
//! ```text
//!     small    spawn ── F ──> bind ── F ──> cell: F, then T ──── T ──> JoinHandle
//!     large    spawn ─ Box ─> bind ─ Box ─> cell: Box, then Box<T> ─ Box ─> JoinHandle
//! ```
//!
//! In tokio: `BOX_FUTURE_THRESHOLD` in `runtime/mod.rs`, for futures alone.

use std::mem;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

/// What is larger than this, in bytes, is boxed. A debug build moves a value about ten times on its
/// way, and so it boxes earlier.
const BYTES_MAX: usize = if cfg!(debug_assertions) {
    2 * 1024
} else {
    16 * 1024
};

/// Whether a `T` is too large to be moved from frame to frame. A function that spawns asks this of
/// the future that it is given, and puts a large one into a box before it passes it on.
#[inline]
pub const fn is_large<T>() -> bool {
    BYTES_MAX < size_of::<T>()
}

/// A future whose output is large, and goes into a box before it is returned.
pub(crate) struct LargeOutput<F> {
    future: Pin<Box<F>>,
}

impl<F: Future> LargeOutput<F> {
    pub(crate) fn new(future: F) -> LargeOutput<F> {
        LargeOutput {
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for LargeOutput<F> {
    type Output = Box<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Box<F::Output>> {
        into_box(self.future.as_mut().poll(cx))
    }
}

/// Moves an output from the stack to the heap, by one copy. `Box::new` makes two more on its way in a
/// debug build, which are as large.
fn into_box<T>(polled: Poll<T>) -> Poll<Box<T>> {
    let Poll::Ready(output) = &polled else {
        return Poll::Pending;
    };
    let mut place = Box::new_uninit();
    // SAFETY: both are as large as a `T`, and the new one is nothing but ours.
    unsafe { ptr::copy_nonoverlapping(output, place.as_mut_ptr(), 1) };
    // It was moved, so it is not dropped here.
    mem::forget(polled);
    // SAFETY: it was filled, by the copy.
    Poll::Ready(unsafe { place.assume_init() })
}
