//! Waiting for room.
//!
//! Room that was asked for and is not used has to go back, and somebody has to be told: the next sender
//! that waits, which is the semaphore's business; and the receiver, if it has closed the channel and
//! waits for those who still have room. That is ours. It is easily forgotten, since it is not only a
//! permit that is dropped: also a wait that is cancelled, or fails, when it had got a part already.
//!
//! In tokio: `Sender::reserve_inner` in `sync/mpsc/bounded.rs`.

use std::mem;
use std::panic::resume_unwind;

use harness::coop;
use harness::isolate::isolate;

use super::chan::Chan;
use super::error::{SendError, TrySendError};
use super::room::{Bounded, Room};
use crate::semaphore::TryAcquireError;

/// While it lives, somebody waits for room. Its drop is the end of a wait that came to nothing.
struct Unserved<'a, T> {
    chan: &'a Chan<T, Bounded>,
}

impl<T> Chan<T, Bounded> {
    /// Takes room for `n` values, if there is so much.
    #[inline]
    pub(super) fn try_reserve(&self, n: usize) -> Result<(), TrySendError<()>> {
        if self.room.max < n {
            return Err(TrySendError::Full(()));
        }
        self.room
            .semaphore
            .try_take(n)
            .map_err(|error| match error {
                TryAcquireError::Closed => TrySendError::Closed(()),
                TryAcquireError::NoPermits => TrySendError::Full(()),
            })
    }

    /// Waits for room for `n` values. More than there can be is refused.
    pub(super) async fn reserve(&self, n: usize) -> Result<(), SendError<()>> {
        let mut tried = Err(TrySendError::Full(()));
        coop::try_spending(|| {
            tried = self.try_reserve(n);
            tried.is_ok()
        });
        match tried {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(())) => return Err(SendError(())),
            Err(TrySendError::Full(())) if self.room.max < n => return Err(SendError(())),
            Err(TrySendError::Full(())) => {}
        }
        // Whether the wait fails or is cancelled: the permits go back first, and then this is dropped.
        let unserved = Unserved { chan: self };
        match self.room.semaphore.take(n).await {
            Ok(()) => {
                mem::forget(unserved);
                Ok(())
            }
            Err(_) => Err(SendError(())),
        }
    }

    /// Sends a value that there is room for. If it comes back, so does the room.
    #[inline]
    pub(super) fn send_reserved(&self, value: T) -> Result<(), T> {
        let sent = self.send(value);
        if sent.is_err() {
            self.room.free(1);
        }
        sent
    }

    /// Room for `n` values that will not be sent.
    pub(super) fn give_back(&self, n: usize) {
        if n == 0 {
            return;
        }
        // Both call wakers. The receiver is told, though one who waits for room panics.
        let freed = isolate(|| self.room.free(n));
        self.wake_if_over();
        if let Err(payload) = freed {
            resume_unwind(payload);
        }
    }

    /// Wakes a receiver that has closed the channel, and waited for what we have just given back.
    pub(super) fn wake_if_over(&self) {
        if self.room.is_over() {
            self.receiver.wake();
        }
    }
}

impl<T> Drop for Unserved<'_, T> {
    fn drop(&mut self) {
        self.chan.wake_if_over();
    }
}
