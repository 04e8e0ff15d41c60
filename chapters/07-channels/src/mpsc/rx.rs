//! The receiver's end of a channel.
//!
//! It has the head of the queue, and so it is not shared: all it does takes `&mut`. It sleeps on
//! chapter 5's `AtomicWaker`, and announces in the slot of the next value that it does, so that only
//! the sender of that value wakes it.
//!
//! In tokio: `sync/mpsc/chan.rs`, `Rx`.

use std::task::{Context, Poll, ready};

use atomic_waker::blocking::wait;
use harness::coop;
use harness::isolate::discard;

use model::loom::sync::Arc;

use super::chan::Chan;
use super::error::TryRecvError;
use super::head::Head;
use super::room::Room;

/// The receiver's end.
pub(super) struct Rx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
    head: Head<T>,
    /// The room of the next value is free already. It is there, and it was not taken: the waker of the
    /// sender that got its room has panicked.
    has_freed: bool,
    /// We have closed the channel.
    has_closed: bool,
}

/// What the receiver finds.
pub(super) enum Next<T> {
    /// The next value. Its room is free again.
    Value(T),
    /// Nothing is there, and nothing will be.
    End,
    /// Nothing is there yet.
    Nothing,
}

impl<T, R: Room> Rx<T, R> {
    pub(super) fn new(chan: Arc<Chan<T, R>>, head: Head<T>) -> Rx<T, R> {
        Rx {
            chan,
            head,
            has_freed: false,
            has_closed: false,
        }
    }

    /// Takes the next value, or says that there is none.
    ///
    /// # Panics
    ///
    /// If the waker of a sender does, when the sender gets the value's room. The value stays for the next
    /// call.
    #[inline]
    pub(super) fn next(&mut self) -> Next<T> {
        if self.head.is_ready() {
            // The waker first, and then the value: what was taken out is lost if the waker panics.
            if !self.has_freed {
                self.has_freed = true;
                self.chan.room.free(1);
            }
            self.has_freed = false;
            // SAFETY: the value is ready, and stays so until it is taken.
            return Next::Value(unsafe { self.head.take(&self.chan.queue) });
        }
        if self.is_over() {
            Next::End
        } else {
            Next::Nothing
        }
    }

    /// Says, in the slot of the next value, that we wait for it: the sender that publishes it wakes us.
    pub(super) fn announce(&mut self) {
        self.head.announce(&self.chan.queue);
    }

    /// The next value; `None` once there will be none. Otherwise leaves the waker of `cx`.
    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        // ANCHOR: ex-7-2-poll-recv
        // The answer is the next value, or that there will be none; when it is Pending, the task is
        // woken by whatever comes next, also if that came in the middle of this call.
        todo!("7.2 poll-recv")
        // ANCHOR_END: ex-7-2-poll-recv
    }

    /// As [`poll_recv`](Rx::poll_recv), for a task: what is received is paid for out of its budget.
    #[inline]
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        coop::poll_spending(cx, |cx| self.poll_recv(cx))
    }

    /// Moves up to `limit` values into `buffer`, and returns how many; 0 is the end, unless `limit` is.
    pub(super) fn poll_recv_many(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut Vec<T>,
        limit: usize,
    ) -> Poll<usize> {
        if limit == 0 {
            return Poll::Ready(0);
        }
        let Some(first) = ready!(self.poll_next(cx)) else {
            return Poll::Ready(0);
        };
        buffer.push(first);
        let mut more = 0;
        while more < limit - 1 {
            let Some(value) = self.head.pop(&self.chan.queue) else {
                break;
            };
            buffer.push(value);
            more += 1;
        }
        if 0 < more {
            self.chan.room.free(more);
        }
        Poll::Ready(1 + more)
    }

    /// The next value, if there is one, even if a sender is in the middle of sending.
    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.next() {
            Next::Value(value) => return Ok(value),
            Next::End => return Err(TryRecvError::Disconnected),
            Next::Nothing if self.is_empty() => return Err(TryRecvError::Empty),
            Next::Nothing => {}
        }
        // Something is on its way: claimed, and not published yet, on another thread. What was sent
        // after it may be there for long, so it would be wrong to say that there is nothing. The
        // sender has a few steps to go, for which we wait.
        //
        // Our waker takes the place of the one that the last poll has left. That one is woken, as
        // there is now something to be received.
        self.chan.receiver.wake();
        wait(|cx| self.poll_recv(cx)).ok_or(TryRecvError::Disconnected)
    }

    /// How many values there are, those included that are being sent.
    pub(super) fn len(&self) -> usize {
        self.head.len(&self.chan.queue)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what is sent from now on, but not from a sender that has room already. The senders that
    /// wait, for room or for this close, are told once.
    ///
    /// # Panics
    ///
    /// If one of their wakers does: when all have been woken.
    pub(super) fn close(&mut self) {
        // ANCHOR: ex-7-3-close
        // After the first close no new value is sent, those who have room may still use it, and all
        // who wait for room or for the close are told; a second close does nothing.
        todo!("7.3 close")
        // ANCHOR_END: ex-7-3-close
    }

    fn is_over(&self) -> bool {
        self.head.is_at_end(&self.chan.queue) || self.chan.room.is_over()
    }
}

/// No values will be taken any more. What is in the channel is dropped now, not when the last
/// sender goes, and what is about to be published stays with its sender.
impl<T, R: Room> Drop for Rx<T, R> {
    fn drop(&mut self) {
        let mut drain = Drain { rx: self };
        drain.rx.head.close(&drain.rx.chan.queue);
        // There will be no more polls, so no task is to be woken. What the waker keeps alive goes now.
        if let Some(waker) = drain.rx.chan.receiver.take_waker() {
            discard(waker);
        }
        // Wakers and values may panic. The values that are left are dropped all the same.
        drain.rx.chan.refuse();
        drain.drop_all();
    }
}

struct Drain<'a, T, R: Room> {
    rx: &'a mut Rx<T, R>,
}

impl<T, R: Room> Drain<'_, T, R> {
    fn drop_all(&mut self) {
        let Rx {
            chan,
            head,
            has_freed,
            ..
        } = &mut *self.rx;
        while let Some(value) = head.take_or_abandon(&chan.queue) {
            if !std::mem::take(has_freed) {
                chan.room.free(1);
            }
            drop(value);
        }
    }
}

/// If the drop of one value panics, the others are dropped all the same.
impl<T, R: Room> Drop for Drain<'_, T, R> {
    fn drop(&mut self) {
        self.drop_all();
    }
}
