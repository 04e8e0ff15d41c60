//! Futures that are dropped when they are ready, and otherwise not at all.
//!
//! To drop one that waits is an exercise of its own, and a test that fails must not end in it.

use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::Poll;

use testkit::TestWaker;

pub struct Kept<F: Future> {
    future: ManuallyDrop<Pin<Box<F>>>,
    is_ready: bool,
}

impl<F: Future> Kept<F> {
    pub fn new(future: F) -> Kept<F> {
        Kept {
            future: ManuallyDrop::new(Box::pin(future)),
            is_ready: false,
        }
    }

    pub fn poll(&mut self, waker: &TestWaker) -> Poll<F::Output> {
        let poll = waker.poll(self.future.as_mut());
        self.is_ready = poll.is_ready();
        poll
    }

    /// For those that are not only polled.
    #[allow(dead_code, reason = "not every test has such futures")]
    pub fn as_mut(&mut self) -> Pin<&mut F> {
        self.future.as_mut()
    }
}

impl<F: Future> Drop for Kept<F> {
    fn drop(&mut self) {
        if self.is_ready {
            // SAFETY: it is dropped once, and not used any more.
            unsafe { ManuallyDrop::drop(&mut self.future) };
        }
    }
}
