//! As much of `crossbeam-channel` as the run queue uses, in a form that `loom` can see into.
//!
//! A lock and a condition variable: slow, and easily seen to be right. A model is about our code,
//! not about the channel's.

use std::collections::VecDeque;

use model::loom::sync::{Arc, Condvar, Mutex};

/// A channel without a bound.
pub(super) fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        state: Mutex::new(State {
            queue: VecDeque::new(),
            has_sender: true,
            has_receiver: true,
        }),
        not_empty: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

/// The sending end; the run queue needs only one.
#[derive(Debug)]
pub(super) struct Sender<T>(Arc<Channel<T>>);

/// The receiving end.
#[derive(Debug)]
pub(super) struct Receiver<T>(Arc<Channel<T>>);

#[derive(Debug)]
struct Channel<T> {
    state: Mutex<State<T>>,
    /// Signalled when something was queued, and when the sender is gone.
    not_empty: Condvar,
}

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    has_sender: bool,
    has_receiver: bool,
}

impl<T> Sender<T> {
    /// Queues `message`, or gives it back if the receiver is gone.
    ///
    /// # Panics
    ///
    /// If another thread drops this very sender in the meantime: then the caller had no handle of
    /// its own to keep it.
    pub(super) fn send(&self, message: T) -> Result<(), T> {
        // `self` may be gone once the message can be received, so that we could not tell.
        let channel = Arc::clone(&self.0);
        let mut state = channel.state.lock().unwrap();
        if !state.has_receiver {
            return Err(message);
        }
        state.queue.push_back(message);
        drop(state);
        // As with crossbeam's: from here on the message can be received, and `send` is not done.
        channel.not_empty.notify_one();
        let is_alive = channel.state.lock().unwrap().has_sender;
        assert!(is_alive, "the queue was used after it had been freed");
        Ok(())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().has_sender = false;
        self.0.not_empty.notify_one();
    }
}

/// Nothing is queued, and no sender is left.
#[derive(Debug)]
pub(super) struct Disconnected;

impl<T> Receiver<T> {
    /// Waits for a message.
    pub(super) fn recv(&self) -> Result<T, Disconnected> {
        let mut state = self.0.state.lock().unwrap();
        loop {
            if let Some(message) = state.queue.pop_front() {
                return Ok(message);
            }
            if !state.has_sender {
                return Err(Disconnected);
            }
            state = self.0.not_empty.wait(state).unwrap();
        }
    }

    /// A message, if there is one.
    pub(super) fn try_recv(&self) -> Result<T, Disconnected> {
        let mut state = self.0.state.lock().unwrap();
        state.queue.pop_front().ok_or(Disconnected)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock().unwrap();
        state.has_receiver = false;
        // As crossbeam does: messages that will not be received are dropped now, outside the lock.
        let discarded = std::mem::take(&mut state.queue);
        drop(state);
        drop(discarded);
    }
}
