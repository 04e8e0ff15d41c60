// One lock around a queue.
//
// The senders and the receiver meet under it. No waker is called there, and no value is dropped.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::sync::PoisonError;
use std::task::{Context, Poll, ready};

use atomic_waker::AtomicWaker;
use harness::coop;
use harness::isolate::{discard, isolate};
use locks::notify::Notify;
use model::loom::sync::{Arc, Mutex, MutexGuard};

use super::error::TryRecvError;
use super::room::Room;

/// What the ends share.
pub(super) struct Chan<T, R> {
    /// How many values there may be.
    pub(super) room: R,
    /// The task that waits for the next one.
    pub(super) receiver: AtomicWaker,
    /// The tasks that wait for the receiver to close the channel.
    on_close: Notify,
    values: Mutex<Values<T>>,
}

struct Values<T> {
    queue: VecDeque<T>,
    senders: usize,
    weak_senders: usize,
    /// No value can be sent any more.
    has_ended: bool,
}

/// A sender's end.
pub(super) struct Tx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
}

/// A sender that may have to find out that there are no more senders.
pub(super) struct WeakTx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
}

/// The receiver's end.
pub(super) struct Rx<T, R: Room> {
    pub(super) chan: Arc<Chan<T, R>>,
    /// The room of the next value is free already: the waker of the sender that got it has panicked.
    has_freed: bool,
    has_closed: bool,
}

/// What the receiver finds.
enum Next<T> {
    Value(T),
    /// Nothing is there, and nothing will be.
    End,
    /// Nothing is there yet.
    Nothing,
}

/// An empty channel.
pub(super) fn channel<T, R: Room>(room: R) -> (Tx<T, R>, Rx<T, R>) {
    let chan = Arc::new(Chan {
        room,
        receiver: AtomicWaker::new(),
        on_close: Notify::new(),
        values: Mutex::new(Values {
            queue: VecDeque::new(),
            senders: 1,
            weak_senders: 0,
            has_ended: false,
        }),
    });
    let tx = Tx {
        chan: Arc::clone(&chan),
    };
    let rx = Rx {
        chan,
        has_freed: false,
        has_closed: false,
    };
    (tx, rx)
}

impl<T, R> Chan<T, R> {
    fn lock(&self) -> MutexGuard<'_, Values<T>> {
        // Nothing panics under the lock.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, R: Room> Chan<T, R> {
    /// Puts a value into the queue. The caller has room for it. The value comes back if it will never be
    /// taken.
    pub(super) fn send(&self, value: T) -> Result<(), T> {
        let mut values = self.lock();
        if values.has_ended {
            return Err(value);
        }
        values.queue.push_back(value);
        drop(values);
        self.receiver.wake();
        Ok(())
    }

    /// Gives out no room any more, and tells the senders that wait.
    fn refuse(&self) {
        // Both call wakers.
        let told = isolate(|| self.room.close());
        self.on_close.notify_waiters();
        if let Err(payload) = told {
            resume_unwind(payload);
        }
    }

    /// Waits until the receiver has closed the channel. A task that finds it closed spends one of its
    /// budget.
    pub(super) async fn closed(&self) {
        coop::cooperative(async {
            let closed = self.on_close.notified();
            if !self.is_closed() {
                closed.await;
            }
        })
        .await;
    }

    /// Whether the receiver has closed the channel, or no sender is left.
    pub(super) fn is_closed(&self) -> bool {
        self.room.is_closed() || self.lock().has_ended
    }

    /// How many senders there are.
    pub(super) fn strong_count(&self) -> usize {
        self.lock().senders
    }

    /// How many weak senders there are.
    pub(super) fn weak_count(&self) -> usize {
        self.lock().weak_senders
    }
}

impl<T, R: Room> Tx<T, R> {
    pub(super) fn same_channel(&self, other: &Tx<T, R>) -> bool {
        Arc::ptr_eq(&self.chan, &other.chan)
    }

    pub(super) fn downgrade(&self) -> WeakTx<T, R> {
        WeakTx::new(&self.chan)
    }
}

impl<T, R: Room> Clone for Tx<T, R> {
    fn clone(&self) -> Tx<T, R> {
        self.chan.lock().senders += 1;
        Tx {
            chan: Arc::clone(&self.chan),
        }
    }
}

impl<T, R: Room> Drop for Tx<T, R> {
    fn drop(&mut self) {
        let mut values = self.chan.lock();
        values.senders -= 1;
        if values.senders != 0 {
            return;
        }
        values.has_ended = true;
        drop(values);
        self.chan.receiver.wake();
    }
}

impl<T, R: Room> WeakTx<T, R> {
    fn new(chan: &Arc<Chan<T, R>>) -> WeakTx<T, R> {
        chan.lock().weak_senders += 1;
        WeakTx {
            chan: Arc::clone(chan),
        }
    }

    /// One sender more, if there is one.
    pub(super) fn upgrade(&self) -> Option<Tx<T, R>> {
        let mut values = self.chan.lock();
        if values.senders == 0 {
            return None;
        }
        values.senders += 1;
        drop(values);
        Some(Tx {
            chan: Arc::clone(&self.chan),
        })
    }
}

impl<T, R: Room> Clone for WeakTx<T, R> {
    fn clone(&self) -> WeakTx<T, R> {
        WeakTx::new(&self.chan)
    }
}

impl<T, R: Room> Drop for WeakTx<T, R> {
    fn drop(&mut self) {
        self.chan.lock().weak_senders -= 1;
    }
}

impl<T, R: Room> Rx<T, R> {
    /// Takes the next value, or says that there is none.
    fn next(&mut self) -> Next<T> {
        let values = self.chan.lock();
        let (is_empty, has_ended) = (values.queue.is_empty(), values.has_ended);
        drop(values);
        if is_empty {
            return match has_ended || self.chan.room.is_over() {
                true => Next::End,
                false => Next::Nothing,
            };
        }
        // The waker of a sender may panic here, and the value has to be there for the next call.
        if !self.has_freed {
            self.has_freed = true;
            self.chan.room.free(1);
        }
        self.has_freed = false;
        match self.pop() {
            Some(value) => Next::Value(value),
            None => unreachable!("only the receiver takes values"),
        }
    }

    fn pop(&mut self) -> Option<T> {
        self.chan.lock().queue.pop_front()
    }

    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut has_registered = false;
        loop {
            match self.next() {
                Next::Value(value) => return Poll::Ready(Some(value)),
                Next::End => return Poll::Ready(None),
                Next::Nothing if has_registered => return Poll::Pending,
                Next::Nothing => {}
            }
            // What comes before this wakes no task, so there is one more look after it.
            self.chan.receiver.register(cx.waker());
            has_registered = true;
        }
    }

    /// The next value, paid for out of the task's budget; `None` once there will be none.
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
            let Some(value) = self.pop() else { break };
            buffer.push(value);
            more += 1;
        }
        if 0 < more {
            self.chan.room.free(more);
        }
        Poll::Ready(1 + more)
    }

    /// The next value, if there is one.
    pub(super) fn try_recv(&mut self) -> Result<T, TryRecvError> {
        match self.next() {
            Next::Value(value) => Ok(value),
            Next::End => Err(TryRecvError::Disconnected),
            Next::Nothing => Err(TryRecvError::Empty),
        }
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.chan.lock().queue.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what is sent from now on, but not from a sender that has room already.
    pub(super) fn close(&mut self) {
        if std::mem::replace(&mut self.has_closed, true) {
            return;
        }
        if !R::IS_RESERVED {
            self.chan.lock().has_ended = true;
        }
        self.chan.refuse();
    }
}

/// What is in the channel is dropped now, not when the last sender goes.
impl<T, R: Room> Drop for Rx<T, R> {
    fn drop(&mut self) {
        self.chan.lock().has_ended = true;
        let drain = Drain { rx: self };
        if let Some(waker) = drain.rx.chan.receiver.take_waker() {
            discard(waker);
        }
        // Wakers and values may panic. The guard drops the values that are left.
        drain.rx.chan.refuse();
    }
}

struct Drain<'a, T, R: Room> {
    rx: &'a mut Rx<T, R>,
}

impl<T, R: Room> Drop for Drain<'_, T, R> {
    fn drop(&mut self) {
        // Of several panics, the first goes on.
        let mut first = None;
        while let Some(value) = self.rx.pop() {
            let has_freed = std::mem::take(&mut self.rx.has_freed);
            let chan = &self.rx.chan;
            let dropped = isolate(|| {
                if !has_freed {
                    chan.room.free(1);
                }
            });
            for result in [dropped, isolate(|| drop(value))] {
                match result {
                    Err(payload) if first.is_none() => first = Some(payload),
                    Err(payload) => discard(payload),
                    Ok(()) => {}
                }
            }
        }
        match first {
            Some(payload) if !std::thread::panicking() => resume_unwind(payload),
            Some(payload) => discard(payload),
            None => {}
        }
    }
}
