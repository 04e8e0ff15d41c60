// A flag and a place for a waker, which are not looked at in one step.
//
// A poll leaves its waker, and looks at the flag after that. The timer's thread sets the flag, and takes the waker
// after that. Whichever comes first, one of the two sees what the other did.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Arc, Mutex};
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
#[derive(Debug)]
pub struct AsyncTimerFuture {
    shared: Arc<Shared>,
}

/// What the future and its timer thread share, for as long as either of them is there.
#[derive(Debug)]
struct Shared {
    /// Set by the timer thread, before it takes the waker.
    is_over: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Shared {
    fn is_over(&self) -> bool {
        // ORDERING: Acquire, with the Release in `fire`: what the thread did before is seen.
        self.is_over.load(Acquire)
    }

    /// Puts `waker` in the place of the one before, which is the caller's then: to wake or to drop, with no lock
    /// held.
    fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        let place = self.waker.lock();
        // No code panics under this lock.
        let mut place = place.unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, waker)
    }

    fn fire(&self) {
        // ORDERING: Release, with the Acquire in `is_over`. A poll whose waker comes too late for the next line
        // locks after us, and sees this as well.
        self.is_over.store(true, Release);
        let waker = self.replace(None);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
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
        let shared = Arc::new(Shared {
            is_over: AtomicBool::new(duration.is_zero()),
            waker: Mutex::new(None),
        });
        if !duration.is_zero() {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name("timer".to_owned())
                .spawn(move || {
                    sleep(duration);
                    shared.fire();
                })?;
        }
        Ok(Self { shared })
    }
}

impl Future for AsyncTimerFuture {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.shared.is_over() {
            return Poll::Ready(());
        }
        // Cloned before the lock, and what it replaces is dropped after it: both are foreign code.
        let replaced = self.shared.replace(Some(cx.waker().clone()));
        drop(replaced);
        // The thread may have come for the waker before it was there.
        if self.shared.is_over() {
            drop(self.shared.replace(None));
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

/// The thread sleeps on, and keeps what is shared. The waker goes now: it may keep a whole task alive.
impl Drop for AsyncTimerFuture {
    fn drop(&mut self) {
        drop(self.shared.replace(None));
    }
}
