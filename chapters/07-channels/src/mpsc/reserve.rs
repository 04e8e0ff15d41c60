//! Waiting for room.
//!
//! Room that was asked for and is not used has to go back. Then the next sender that waits has to be
//! told, which is the semaphore's business. And the receiver has to be told, if it has closed the
//! channel and waits for the senders that still have room. That is ours, and easily forgotten: room
//! comes back not only from a dropped permit, but also from a wait that fails or is cancelled half way.
//!
//! In tokio: `Sender::reserve_inner` in `sync/mpsc/bounded.rs`.

use std::mem;
use std::panic::resume_unwind;

use harness::coop;
use harness::isolate::isolate;

use super::chan::Chan;
use super::error::{SendError, TrySendError};
use super::room::{Bounded, Room};
use locks::semaphore::TryAcquireError;

/// While it lives, a sender waits for room. Its drop is the end of a wait that came to nothing.
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
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(())) => Err(SendError(())),
            Err(TrySendError::Full(())) if self.room.max < n => Err(SendError(())),
            Err(TrySendError::Full(())) => self.wait_for_room(n).await,
        }
    }

    /// Waits for room for `n` values, where there is too little now.
    ///
    /// A receiver that has closed the channel waits until no sender has room. A wait that comes to
    /// nothing may give some back, and then the receiver is told.
    async fn wait_for_room(&self, n: usize) -> Result<(), SendError<()>> {
        // ANCHOR: ex-7-4-wait-for-room
        // The caller has room for `n` values; or it has none, because the channel is closed or the
        // future was dropped, and a receiver that waits for the end learns of that once the permits
        // are back.
        todo!("7.4 wait-for-room")
        // ANCHOR_END: ex-7-4-wait-for-room
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
        // Both call wakers. The receiver is told, even if a sender's waker panics.
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

/// The receiver is told, if it waits for just this.
impl<T> Drop for Unserved<'_, T> {
    fn drop(&mut self) {
        self.chan.wake_if_over();
    }
}
