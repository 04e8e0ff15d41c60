//! How many values a channel has room for: all that differs between a bounded channel and an
//! unbounded one.
//!
//! The queue itself has no limit. A bounded channel has a semaphore beside it, with one permit for
//! each value that it has room for: a sender takes a permit before it sends, and the receiver gives
//! it back when it has taken the value. So a sender that needs room waits in the semaphore's list,
//! first come, first served.
//!
//! # Invariants
//!
//! - **A Permit For Each Value**: each value in a bounded channel has a permit of its semaphore, and so
//!   has each sender that may still send without waiting. So when all permits are back, and no more
//!   are given out, nothing is in the channel, and nothing will be.
//!
//! In tokio: `sync/mpsc/chan.rs`, `trait Semaphore`.

use locks::semaphore::Semaphore;

/// The limit of a channel.
pub(super) trait Room {
    /// Whether senders that have room already may send after the receiver has closed the channel. If
    /// no sender can have any, closing is the end at once.
    const IS_RESERVED: bool;

    /// The receiver has taken `n` values.
    fn free(&self, n: usize);

    /// Ends the giving out of room, and wakes the senders that wait for it.
    fn close(&self);

    /// Whether [`close`](Room::close) has had its effect.
    fn is_closed(&self) -> bool;

    /// No room is given out any more, and no sender has any.
    fn is_over(&self) -> bool;
}

/// Room for some values.
pub(super) struct Bounded {
    pub(super) semaphore: Semaphore,
    /// How many permits the semaphore was made with.
    pub(super) max: usize,
}

/// Room for any number of values.
pub(super) struct Unbounded;

impl Room for Bounded {
    const IS_RESERVED: bool = true;

    #[inline]
    fn free(&self, n: usize) {
        self.semaphore.add_permits(n);
    }

    fn close(&self) {
        self.semaphore.close();
    }

    fn is_closed(&self) -> bool {
        self.semaphore.is_closed()
    }

    /// See A Permit For Each Value.
    fn is_over(&self) -> bool {
        self.semaphore.is_closed() && self.semaphore.available_permits() == self.max
    }
}

/// A sender needs nothing, so there is nothing to count; the queue itself is closed.
impl Room for Unbounded {
    const IS_RESERVED: bool = false;

    #[inline]
    fn free(&self, _: usize) {}

    fn close(&self) {}

    fn is_closed(&self) -> bool {
        false
    }

    fn is_over(&self) -> bool {
        false
    }
}
