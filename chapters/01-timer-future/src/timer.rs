//! A future that becomes ready when time has passed.
//!
//! A future does nothing by itself: it runs only while it is polled. So something else has to
//! watch the clock. Here that is a thread per timer. It sleeps, notes that the time is over, and
//! wakes the task that polled the future last.
//!
//! ```text
//!   AsyncTimerFuture ──Arc──▶ Mutex<SharedState> ◀──Weak── the timer thread
//!     poll:                     completed: bool              sleep(duration)
//!       completed? Ready        waker: Option<Waker>         completed = true
//!       else keep the waker                                  take the waker, unlock, wake
//! ```
//!
//! # Invariants
//!
//! - **Latest Waker**: while the future is pending, `waker` is the waker of its latest poll. The
//!   future may have moved to another task since the poll before.
//! - **Completed Before Wake**: the waker is woken after `completed` was set, so the poll that
//!   follows the wake finds the timer ready.
//! - **No Foreign Code Under Lock**: calling a waker runs code that we have not written. A waker is
//!   cloned, woken and dropped only while the state is not locked.
//!
//! # Left out
//!
//! A thread costs memory, and time to start. When a timer is dropped early nothing stops its
//! thread, which sleeps on. A timer cannot be moved to another deadline. The chapters on the
//! reactor and on the timer wheel put all timers on one thread and do away with all three.
//!
//! In tokio: `time/sleep.rs`, `runtime/time/entry.rs`.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use model::loom::sync::Mutex;
use model::loom::thread;

/// Becomes ready once its duration has passed. The time runs from the moment it is created, and
/// not from its first poll.
///
/// Polled again after it was ready, it is ready again.
///
/// # Cancellation
///
/// Dropping the timer gives back the waker it held, so no task is woken for it. Its thread sleeps to
/// the end of the duration and then finds nothing to do.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use timer_future::{AsyncTimerFuture, block_on};
///
/// let begun = Instant::now();
/// block_on(AsyncTimerFuture::new(Duration::from_millis(5)));
/// assert!(Duration::from_millis(5) <= begun.elapsed());
/// ```
#[derive(Debug)]
pub struct AsyncTimerFuture {
    shared: Arc<Mutex<SharedState>>,
}

/// What the future and its timer thread share.
#[derive(Debug)]
struct SharedState {
    /// Whether the time is over. Set by the timer thread, or from the beginning if there is no
    /// time to wait for and thus no thread; read by `poll`.
    completed: bool,

    /// The task to wake when the time is over. Written by `poll`; taken by the timer thread.
    waker: Option<Waker>,
}

impl AsyncTimerFuture {
    /// A timer that sleeps on a thread of its own.
    ///
    /// # Panics
    ///
    /// If the operating system cannot start another thread, as [`thread::spawn`] does. Use
    /// [`with_sleep`](Self::with_sleep) to be told instead.
    pub fn new(duration: Duration) -> Self {
        Self::with_sleep(duration, thread::sleep).expect("failed to start the timer's thread")
    }

    /// A timer whose thread calls `sleep(duration)` to wait. With [`thread::sleep`] that is
    /// [`new`](Self::new) with an error in place of its panic. A test passes a function that waits
    /// for a clock moved by hand.
    ///
    /// A timer of no duration is ready from the beginning and starts no thread.
    ///
    /// # Errors
    ///
    /// If the operating system cannot start another thread.
    pub fn with_sleep(
        duration: Duration,
        sleep: impl FnOnce(Duration) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Mutex::new(SharedState {
            completed: duration.is_zero(),
            waker: None,
        }));

        if !duration.is_zero() {
            // The thread must not keep alive what only the future needs. Once the future is
            // dropped, its waker has to go at once, not when the sleep ends: a waker keeps a
            // whole task alive.
            let state = Arc::downgrade(&shared);
            thread::Builder::new()
                .name("timer".to_owned())
                .spawn(move || {
                    sleep(duration);
                    fire(&state);
                })?;
        }

        Ok(Self { shared })
    }
}

impl Future for AsyncTimerFuture {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // ANCHOR: ex-1-1-timer-poll
        // Return Ready if the time is over; otherwise keep the waker of this poll, in place of any
        // older one, and return Pending.
        todo!("1.1 timer-poll")
        // ANCHOR_END: ex-1-1-timer-poll
    }
}

/// What the timer's thread does when the time is over.
fn fire(shared: &Weak<Mutex<SharedState>>) {
    // ANCHOR: ex-1-2-timer-fire
    // Unless the future is gone, set completed, take the waker, unlock the state, and only then
    // wake.
    todo!("1.2 timer-fire")
    // ANCHOR_END: ex-1-2-timer-fire
}
