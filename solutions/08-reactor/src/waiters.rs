//! The tasks that wait for one source.
//!
//! Any number of tasks may. A task that waits through a future is in one of three lists, by what it
//! waits for: something to read, room to write, or either. A task that waits through a `poll_`
//! function has no future to be listed with, so there is one place for the waker of the latest
//! reader, and one for the latest writer.
//!
//! An event calls a list: all that are in it at that moment leave it, in batches, as chapter 6's
//! broadcasts do. A task that comes while a batch is woken is not meant by the call, so that the
//! call comes to an end though each task may come back at once.
//!
//! In tokio: `Waiters` in `runtime/io/scheduled_io.rs`.

use std::task::Waker;

use locks::list::{Batch, WaitList, Waiter};

use crate::direction::Direction;
use crate::{Interest, Ready};

/// All that wait for a source. It lives inside of a lock.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    /// The latest waker of `poll_read_ready`, and of `poll_write_ready`.
    latest: [Option<Waker>; 2],
    queues: [Queue; 3],
}

/// The list that a task is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// It waits for something to read.
    Reader,
    /// It waits for room to write.
    Writer,
    /// It waits for both.
    Either,
}

/// Where a task is listed; it is needed to leave the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    class: Class,
    /// How often the list had been called when the task came.
    calls: u64,
}

/// The tasks of one class, in the order in which they came.
#[derive(Debug, Default)]
struct Queue {
    waiting: WaitList,
    /// They were called, and are about to be handed it.
    leaving: WaitList,
    /// How often the list was called.
    calls: u64,
}

/// What a waiter's state is: nothing was handed to it,
pub(crate) const NOTHING: usize = 0;
/// or an event came for it.
pub(crate) const CALLED: usize = 1;

impl Class {
    pub(crate) fn of(interest: Interest) -> Class {
        let is_reader = interest.is_readable() || interest.is_priority();
        match (is_reader, interest.is_writable()) {
            (true, true) => Class::Either,
            (_, true) => Class::Writer,
            // An error is reported to both directions.
            (_, false) => Class::Reader,
        }
    }

    fn mask(self) -> Ready {
        match self {
            Class::Reader => Ready::READ,
            Class::Writer => Ready::WRITE,
            Class::Either => Ready::ALL,
        }
    }
}

impl Waiters {
    /// Puts a waiter into its list.
    ///
    /// # Safety
    ///
    /// The waiter is in no list, and stays where it is until it is out of this one again.
    pub(crate) unsafe fn push(&mut self, waiter: &Waiter, class: Class, waker: Waker) -> Place {
        let queue = self.queue(class);
        // SAFETY: as our caller promises; `&mut self` is the lock.
        unsafe { queue.waiting.push(waiter, Some(waker)) };
        Place {
            class,
            calls: queue.calls,
        }
    }

    /// Takes a waiter out that has not been called. Its waker must be dropped after the lock is
    /// released.
    ///
    /// # Safety
    ///
    /// The waiter is alive, `place` is where it was put, and it was not called.
    #[must_use = "drop it after the lock is released"]
    pub(crate) unsafe fn remove(&mut self, waiter: &Waiter, place: Place) -> Option<Waker> {
        let queue = self.queue(place.class);
        let list = if queue.calls == place.calls {
            &mut queue.waiting
        } else {
            &mut queue.leaving
        };
        // SAFETY: since it came, the waiter was either not called and is among those that wait, or it
        // was called and not handed anything, and is among those that leave.
        unsafe { list.remove(waiter) }
    }

    /// Leaves `waker` as that of the latest task. The one before must be dropped after the lock is
    /// released.
    #[must_use = "drop it after the lock is released"]
    pub(crate) fn replace_latest(
        &mut self,
        direction: Direction,
        waker: Option<Waker>,
    ) -> Option<Waker> {
        std::mem::replace(&mut self.latest[direction as usize], waker)
    }

    /// Begins a call of all that wait for one of the facts in `ready`. Returns the latest tasks'
    /// wakers; the others are for [`take_called`](Waiters::take_called).
    #[must_use = "wake them after the lock is released"]
    pub(crate) fn call(&mut self, ready: Ready) -> [Option<Waker>; 2] {
        for class in [Class::Reader, Class::Writer, Class::Either] {
            if ready.intersects(class.mask()) {
                self.queue(class).call();
            }
        }
        [Direction::Read, Direction::Write].map(|direction| {
            let latest = &mut self.latest[direction as usize];
            latest.take_if(|_| ready.intersects(direction.mask()))
        })
    }

    /// Moves wakers of those that were called to `batch`. Returns whether that is all of them.
    pub(crate) fn take_called(&mut self, batch: &mut Batch) -> bool {
        for queue in &mut self.queues {
            while !queue.leaving.is_empty() {
                if !batch.can_push() {
                    return false;
                }
                batch.push(queue.leaving.hand_to_first(CALLED).flatten());
            }
        }
        true
    }

    fn queue(&mut self, class: Class) -> &mut Queue {
        &mut self.queues[class as usize]
    }
}

impl Queue {
    fn call(&mut self) {
        if !self.waiting.is_empty() {
            self.calls += 1;
            self.leaving.append(&mut self.waiting);
        }
    }
}
