//! Who listens to which channel.
//!
//! Each subscriber has a queue of its own, with room for [`QUEUE`] messages. A publisher does not wait: a subscriber whose
//! queue is full is thrown out, since it would hold up everybody, or all memory. Its queue then ends, which its session
//! sees.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use bytes::Bytes;
use reveille::sync::mpsc;

/// How many messages wait for one subscriber.
pub const QUEUE: usize = 1024;

/// The channels.
///
/// # Examples
///
/// ```
/// use servers::resp::hub::Hub;
///
/// let hub = Hub::default();
/// let (id, mut messages) = hub.join();
/// assert_eq!(hub.subscribe(id, b"news"), Some(1));
/// assert_eq!(hub.publish(b"news", b"hello"), 1);
/// assert!(messages.try_recv().unwrap().ends_with(b"hello\r\n"));
/// hub.leave(id);
/// assert_eq!(hub.publish(b"news", b"hello"), 0);
/// ```
#[derive(Debug, Default)]
pub struct Hub(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    channels: HashMap<Bytes, HashSet<u64>>,
    listeners: HashMap<u64, Listener>,
}

#[derive(Debug)]
struct Listener {
    queue: mpsc::Sender<Bytes>,
    channels: HashSet<Bytes>,
}

impl Hub {
    /// A new subscriber, of nothing yet. Messages come as they are to be sent.
    pub fn join(&self) -> (u64, mpsc::Receiver<Bytes>) {
        let (queue, messages) = mpsc::channel(QUEUE);
        let mut inner = self.0.lock().unwrap();
        inner.next += 1;
        let id = inner.next;
        let listener = Listener {
            queue,
            channels: HashSet::new(),
        };
        inner.listeners.insert(id, listener);
        (id, messages)
    }

    /// The subscriber is gone.
    pub fn leave(&self, id: u64) {
        self.0.lock().unwrap().remove(id);
    }

    /// Listens to a channel, and returns to how many it listens now; `None` if it has been thrown out.
    pub fn subscribe(&self, id: u64, channel: &[u8]) -> Option<usize> {
        let mut inner = self.0.lock().unwrap();
        let channel = Bytes::copy_from_slice(channel);
        let listener = inner.listeners.get_mut(&id)?;
        listener.channels.insert(channel.clone());
        let count = listener.channels.len();
        inner.channels.entry(channel).or_default().insert(id);
        Some(count)
    }

    /// Listens to a channel no more, and returns to how many it listens still; `None` if it has been thrown out.
    pub fn unsubscribe(&self, id: u64, channel: &[u8]) -> Option<usize> {
        let mut inner = self.0.lock().unwrap();
        let listener = inner.listeners.get_mut(&id)?;
        listener.channels.remove(channel);
        let count = listener.channels.len();
        inner.drop_from(channel, id);
        Some(count)
    }

    /// The channels that it listens to.
    pub fn channels(&self, id: u64) -> Vec<Bytes> {
        let inner = self.0.lock().unwrap();
        let listener = inner.listeners.get(&id);
        listener.map_or(Vec::new(), |listener| {
            listener.channels.iter().cloned().collect()
        })
    }

    /// Hands a message to all that listen, and returns how many those are.
    pub fn publish(&self, channel: &[u8], message: &[u8]) -> usize {
        let mut inner = self.0.lock().unwrap();
        let Some(ids) = inner.channels.get(channel) else {
            return 0;
        };
        let mut push = Vec::with_capacity(64 + channel.len() + message.len());
        super::reply::array(&mut push, 3);
        for part in [b"message", channel, message] {
            super::reply::bulk(&mut push, part);
        }
        let push = Bytes::from(push);
        let mut reached = 0;
        let mut too_slow = Vec::new();
        for id in ids {
            match inner.listeners[id].queue.try_send(push.clone()) {
                Ok(()) => reached += 1,
                Err(_) => too_slow.push(*id),
            }
        }
        for id in too_slow {
            inner.remove(id);
        }
        reached
    }
}

impl Inner {
    fn remove(&mut self, id: u64) {
        let Some(listener) = self.listeners.remove(&id) else {
            return;
        };
        for channel in listener.channels {
            self.drop_from(&channel, id);
        }
    }

    fn drop_from(&mut self, channel: &[u8], id: u64) {
        let Some(ids) = self.channels.get_mut(channel) else {
            return;
        };
        ids.remove(&id);
        if ids.is_empty() {
            self.channels.remove(channel);
        }
    }
}
