//! A waker that unparks a thread.
//!
//! A thread that waits for a future parks, and the waker unparks it. The standard library gives
//! every thread one *token* for that: [`unpark`](Thread::unpark) stores the token, and
//! [`park`](std::thread::park) sleeps until there is a token and takes it. An unpark that comes
//! before the park is therefore not lost. But the token belongs to the thread, not to us:
//!
//! - *other* code may unpark the thread, and then `park` returns although our waker was not called;
//! - *other* code may park on this thread, for example a channel or a nested `block_on` inside our
//!   own poll, and take the token that was meant for us.
//!
//! Hence the flag beside the token. The flag is the wake; the token only makes the thread look at the
//! flag.
//!
//! # Invariants
//!
//! - **Flag Before Token**: `wake` sets the flag, then unparks. A thread that finds the flag unset
//!   will find the token when it parks.
//! - **One Wake, One Look**: the waiting thread sets the flag back to false as it reads it, so that
//!   each wake is answered once.
//!
//! In tokio: `runtime/park.rs`.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::Wake;

use model::loom::sync::atomic::AtomicBool;
use model::loom::thread::{self, Thread};

/// Wakes the thread that created it.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::task::Waker;
/// use std::thread;
///
/// use timer_future::ThreadWaker;
///
/// let thread_waker = Arc::new(ThreadWaker::for_current_thread());
/// let waker = Waker::from(Arc::clone(&thread_waker));
/// let other = thread::spawn(move || waker.wake());
/// // A park may also end without a wake. The flag tells.
/// while !thread_waker.take_wake() {
///     thread::park();
/// }
/// other.join().unwrap();
/// assert!(!thread_waker.take_wake(), "each wake is answered once");
/// ```
#[derive(Debug)]
pub struct ThreadWaker {
    /// The thread to unpark. Never changes.
    thread: Thread,

    /// Whether `wake` was called since the thread last looked. Set by any thread; taken by the thread
    /// that waits.
    woken: AtomicBool,
}

impl ThreadWaker {
    /// A waker for the thread that calls this.
    pub fn for_current_thread() -> Self {
        Self {
            thread: thread::current(),
            woken: AtomicBool::new(false),
        }
    }

    /// Whether there was a wake since the last call.
    #[must_use = "this takes the wake away"]
    pub fn take_wake(&self) -> bool {
        // ORDERING: Acquire, with the Release in `wake_by_ref`: what the waker's caller did before
        // the wake is seen by the poll that follows it.
        self.woken.swap(false, Acquire)
    }
}

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ANCHOR: ex-1-3-thread-waker
        // Set the flag, then unpark the thread that waits.
        todo!("1.3 thread-waker")
        // ANCHOR_END: ex-1-3-thread-waker
    }
}
