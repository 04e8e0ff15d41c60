// The whole channel under one lock.
//
// Both ends share a record. It is changed under the lock alone, and no foreign code runs there: a waker
// is cloned before, and woken or dropped after.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker, ready};

use harness::coop;
use harness::isolate::discard;
use model::loom::sync::{Arc, Mutex, MutexGuard};

use crate::blocking;
use error::{RecvError, TryRecvError};

pub mod error;

/// What both ends know.
struct Channel<T> {
    phase: Phase,
    /// Full from the send to the end of the receiver.
    value: Option<T>,
    rx_waker: Option<Waker>,
    tx_waker: Option<Waker>,
}

/// Who has ended the channel, if either has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// The sender: it has sent, or was dropped.
    Complete,
    /// The receiver: it was closed, or dropped.
    Closed,
}

type Shared<T> = Arc<Mutex<Channel<T>>>;

fn lock<T>(shared: &Shared<T>) -> MutexGuard<'_, Channel<T>> {
    // Nothing panics under the lock.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Mutex::new(Channel {
        phase: Phase::Open,
        value: None,
        rx_waker: None,
        tx_waker: None,
    }));
    let sender = Sender {
        shared: Some(Arc::clone(&shared)),
    };
    let receiver = Receiver {
        shared: Some(shared),
    };
    (sender, receiver)
}

/// Sends one value. If it is dropped instead, the receiver gets an error.
pub struct Sender<T> {
    /// `None` when it has sent.
    shared: Option<Shared<T>>,
}

/// Receives one value: await it.
pub struct Receiver<T> {
    /// `None` when it has returned what there was.
    shared: Option<Shared<T>>,
}

impl<T> Unpin for Receiver<T> {}

impl<T> Sender<T> {
    /// Sends `value`, without waiting. The task that awaits the receiver is woken.
    ///
    /// # Errors
    ///
    /// If the receiver was closed or dropped: with the value.
    pub fn send(mut self, value: T) -> Result<(), T> {
        match self.complete(Some(value)) {
            None => Ok(()),
            Some(value) => Err(value),
        }
    }

    /// Waits until the receiver is closed or dropped.
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.poll_closed(cx)).await;
    }

    /// Whether the receiver was closed or dropped.
    pub fn is_closed(&self) -> bool {
        lock(self.shared()).phase == Phase::Closed
    }

    /// Whether the receiver was closed or dropped; if not, the task of `cx` is woken when it is. A task
    /// that finds it closed spends one of its budget.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        coop::poll_spending(cx, |cx| self.poll_refused(cx))
    }

    fn poll_refused(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_closed() {
            return Poll::Ready(());
        }
        let mut waker = Some(cx.waker().clone());
        let mut channel = lock(self.shared());
        let polled = match channel.phase {
            Phase::Closed => Poll::Ready(()),
            _ => {
                std::mem::swap(&mut channel.tx_waker, &mut waker);
                Poll::Pending
            }
        };
        drop(channel);
        discard(waker);
        // Foreign code has run since.
        match self.is_closed() {
            true => Poll::Ready(()),
            false => polled,
        }
    }

    fn shared(&self) -> &Shared<T> {
        self.shared.as_ref().expect("only a send takes it")
    }

    /// Ends the channel, unless the receiver has. Then the value comes back.
    fn complete(&mut self, value: Option<T>) -> Option<T> {
        let shared = self.shared.take()?;
        let mut channel = lock(&shared);
        let own = channel.tx_waker.take();
        let (returned, receiver) = match channel.phase {
            Phase::Closed => (value, None),
            _ => {
                channel.phase = Phase::Complete;
                channel.value = value;
                (None, channel.rx_waker.take())
            }
        };
        drop(channel);
        // The channel may be freed by that.
        drop(shared);
        discard(own);
        if let Some(waker) = receiver {
            waker.wake();
        }
        returned
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.complete(None);
    }
}

impl<T> Receiver<T> {
    /// From now on nothing can be sent, and the task that waits for `closed` is woken. A value that has
    /// been sent already is still there.
    pub fn close(&mut self) {
        if let Some(shared) = &self.shared {
            let (own, sender) = close(&mut lock(shared));
            discard(own);
            if let Some(waker) = sender {
                waker.wake();
            }
        }
    }

    /// Whether it has returned the value, or that there will be none. It must not be polled again
    /// then.
    pub fn is_terminated(&self) -> bool {
        self.shared.is_none()
    }

    /// Whether there is no value in it.
    pub fn is_empty(&self) -> bool {
        let shared = self.shared.as_ref();
        shared.is_none_or(|shared| lock(shared).value.is_none())
    }

    /// Returns the value, if it is there already.
    ///
    /// # Errors
    ///
    /// If there is none yet; and if there will be none.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        if self.shared.is_none() {
            return Err(TryRecvError::Closed);
        }
        match self.take() {
            Some(value) => value.ok_or(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }

    /// Puts the thread to sleep until there is a value, or there will be none.
    ///
    /// # Errors
    ///
    /// As for a receiver that is awaited.
    ///
    /// # Panics
    ///
    /// On a thread that is in a `block_on`.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
        blocking::block_on(self)
    }

    /// What there is, if the channel has ended; then the receiver has, too.
    fn take(&mut self) -> Option<Option<T>> {
        let shared = self.shared.as_ref()?;
        let mut channel = lock(shared);
        if channel.phase == Phase::Open {
            return None;
        }
        let value = channel.value.take();
        drop(channel);
        self.shared = None;
        Some(value)
    }

    /// Leaves the waker with the channel, unless the channel has ended meanwhile.
    fn leave(&self, waker: &Waker) {
        let Some(shared) = &self.shared else {
            return;
        };
        let is_kept = |kept: &Waker| kept.will_wake(waker);
        if lock(shared).rx_waker.as_ref().is_some_and(is_kept) {
            return;
        }
        let mut waker = Some(waker.clone());
        let mut channel = lock(shared);
        if channel.phase == Phase::Open {
            std::mem::swap(&mut channel.rx_waker, &mut waker);
        }
        drop(channel);
        discard(waker);
    }
}

/// Closes the channel, unless it has ended. Returns the wakers of both ends, which are not needed there
/// any more.
fn close<T>(channel: &mut Channel<T>) -> (Option<Waker>, Option<Waker>) {
    if channel.phase != Phase::Open {
        return (None, None);
    }
    channel.phase = Phase::Closed;
    (channel.rx_waker.take(), channel.tx_waker.take())
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(self.shared.is_some(), "called after complete");
        let proceed = ready!(coop::poll_proceed(cx));
        let mut taken = self.take();
        if taken.is_none() {
            self.leave(cx.waker());
            // A value may have come before the waker was there.
            taken = self.take();
        }
        let Some(value) = taken else {
            return Poll::Pending;
        };
        proceed.made_progress();
        Poll::Ready(value.ok_or(RecvError(())))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let Some(shared) = self.shared.take() else {
            return;
        };
        let mut channel = lock(&shared);
        let (own, sender) = close(&mut channel);
        let _value = channel.value.take();
        drop(channel);
        drop(shared);
        // What is left is foreign code. The value is dropped also if a waker panics.
        discard(own);
        if let Some(waker) = sender {
            waker.wake();
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").finish_non_exhaustive()
    }
}
