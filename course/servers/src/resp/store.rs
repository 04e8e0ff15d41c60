//! Keys, values, and when they expire.
//!
//! The store has no clock. It is told what time it is, and answers as if all that has expired by then were gone. What
//! nobody asks for is removed by [`sweep`](Store::sweep), which a task calls when the next key expires.

use std::collections::{BTreeSet, HashMap, VecDeque};

use bytes::Bytes;
use reveille::time::Instant;

/// The store.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use bytes::Bytes;
/// use reveille::time::Instant;
/// use servers::resp::store::{Store, Value};
///
/// let now = Instant::now();
/// let mut store = Store::new(1 << 20);
/// let key = Bytes::from_static(b"key");
/// store.set(key.clone(), Value::Text(Bytes::from_static(b"value"))).unwrap();
/// store.expire(&key, Some(now + Duration::from_secs(1)));
/// assert!(store.get(&key, now).is_some());
/// assert!(store.get(&key, now + Duration::from_secs(1)).is_none());
/// ```
#[derive(Debug)]
pub struct Store {
    entries: HashMap<Bytes, Entry>,
    /// The keys that expire, the next one first.
    expiring: BTreeSet<(Instant, Bytes)>,
    /// About what all entries take, in bytes.
    used: usize,
    used_max: usize,
}

#[derive(Debug)]
struct Entry {
    value: Value,
    expires: Option<Instant>,
}

/// What a key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Bytes.
    Text(Bytes),
    /// Bytes, several times.
    List(VecDeque<Bytes>),
}

/// There is no room for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What an entry takes beside its bytes, in a map and in a set; about.
const OVERHEAD: usize = 128;

/// What an element of a list takes beside its bytes.
const ELEMENT: usize = 48;

/// How many keys are removed by one call of [`Store::sweep`].
const SWEEP: usize = 256;

impl Store {
    /// An empty one, whose values take no more than about so many bytes together.
    pub fn new(used_max: usize) -> Store {
        Store {
            entries: HashMap::new(),
            expiring: BTreeSet::new(),
            used: 0,
            used_max,
        }
    }

    /// How many keys there are; some of them may have expired.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// About what all values take, in bytes.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The most that [`used`](Store::used) may be.
    pub fn used_max(&self) -> usize {
        self.used_max
    }

    /// The value of a key.
    pub fn get(&mut self, key: &[u8], now: Instant) -> Option<&Value> {
        self.forget_if_expired(key, now);
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Sets the value of a key. When it expires stays as it was.
    ///
    /// # Errors
    ///
    /// If there is no room. Then nothing has changed.
    pub fn set(&mut self, key: Bytes, value: Value) -> Result<(), Full> {
        let new = OVERHEAD + key.len() + value.size();
        let old = self.entries.get(&key).map_or(0, |entry| entry.size(&key));
        self.make_room(old, new)?;
        match self.entries.get_mut(&key) {
            Some(entry) => entry.value = value,
            None => {
                let entry = Entry {
                    value,
                    expires: None,
                };
                self.entries.insert(key, entry);
            }
        }
        Ok(())
    }

    /// The list of a key. If there is none, and `push` has something, the list is made. Pushes one after the other, at
    /// the front or at the back, and returns the list's length; or `None` if the key stands for something else.
    ///
    /// # Errors
    ///
    /// If there is no room. Then nothing has changed.
    pub fn push(
        &mut self,
        key: &[u8],
        push: &[&[u8]],
        end: End,
        now: Instant,
    ) -> Result<Option<usize>, Full> {
        self.forget_if_expired(key, now);
        if let Some(Entry {
            value: Value::Text(_),
            ..
        }) = self.entries.get(key)
        {
            return Ok(None);
        }
        let mut new: usize = push.iter().map(|item| ELEMENT + item.len()).sum();
        if !self.entries.contains_key(key) {
            new += OVERHEAD + key.len();
        }
        self.make_room(0, new)?;
        let key = Bytes::copy_from_slice(key);
        let entry = self.entries.entry(key).or_insert_with(|| Entry {
            value: Value::List(VecDeque::new()),
            expires: None,
        });
        let Value::List(list) = &mut entry.value else {
            unreachable!("what is no list has been returned above");
        };
        for item in push {
            let item = Bytes::copy_from_slice(item);
            match end {
                End::Front => list.push_front(item),
                End::Back => list.push_back(item),
            }
        }
        Ok(Some(list.len()))
    }

    /// Takes an item off the end of a list. A list without items is no key. The outer `None` says that the key stands for
    /// something else.
    pub fn pop(&mut self, key: &[u8], end: End, now: Instant) -> Option<Option<Bytes>> {
        self.forget_if_expired(key, now);
        let Some(entry) = self.entries.get_mut(key) else {
            return Some(None);
        };
        let Value::List(list) = &mut entry.value else {
            return None;
        };
        let item = match end {
            End::Front => list.pop_front(),
            End::Back => list.pop_back(),
        };
        let is_empty = list.is_empty();
        self.used -= item.as_ref().map_or(0, |item| ELEMENT + item.len());
        if is_empty {
            self.remove(key);
        }
        Some(item)
    }

    /// Removes a key, and returns whether it was there.
    pub fn delete(&mut self, key: &[u8], now: Instant) -> bool {
        self.forget_if_expired(key, now);
        self.remove(key)
    }

    /// Removes all.
    pub fn clear(&mut self) {
        *self = Store::new(self.used_max);
    }

    /// When a key expires. The outer `None` says that there is no such key.
    pub fn expires(&mut self, key: &[u8], now: Instant) -> Option<Option<Instant>> {
        self.forget_if_expired(key, now);
        self.entries.get(key).map(|entry| entry.expires)
    }

    /// Sets when a key expires, or that it does not. Returns whether it is now the next one.
    pub fn expire(&mut self, key: &Bytes, at: Option<Instant>) -> bool {
        let Some(entry) = self.entries.get_mut(key) else {
            return false;
        };
        if let Some(old) = std::mem::replace(&mut entry.expires, at) {
            self.expiring.remove(&(old, key.clone()));
        }
        let Some(at) = at else {
            return false;
        };
        self.expiring.insert((at, key.clone()));
        self.next() == Some(at)
    }

    /// When the next key expires.
    pub fn next(&self) -> Option<Instant> {
        self.expiring.first().map(|(at, _)| *at)
    }

    /// Removes keys that have expired, but no more than a few hundred: others wait for the store. Returns when it should
    /// be called again.
    pub fn sweep(&mut self, now: Instant) -> Option<Instant> {
        for _ in 0..SWEEP {
            match self.expiring.first() {
                Some((at, key)) if *at <= now => {
                    let key = key.clone();
                    self.remove(&key);
                }
                _ => break,
            }
        }
        self.next()
    }

    fn make_room(&mut self, old: usize, new: usize) -> Result<(), Full> {
        let used = self.used - old + new;
        // What makes it smaller is taken, also if it is too large.
        if self.used_max < used && old < new {
            return Err(Full);
        }
        self.used = used;
        Ok(())
    }

    fn forget_if_expired(&mut self, key: &[u8], now: Instant) {
        let is_expired = |entry: &Entry| entry.expires.is_some_and(|at| at <= now);
        if self.entries.get(key).is_some_and(is_expired) {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: &[u8]) -> bool {
        let Some((key, entry)) = self.entries.remove_entry(key) else {
            return false;
        };
        self.used -= entry.size(&key);
        if let Some(at) = entry.expires {
            self.expiring.remove(&(at, key));
        }
        true
    }
}

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Where `LPUSH` pushes.
    Front,
    /// Where `RPUSH` pushes.
    Back,
}

impl Entry {
    fn size(&self, key: &[u8]) -> usize {
        OVERHEAD + key.len() + self.value.size()
    }
}

impl Value {
    fn size(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::List(list) => list.iter().map(|item| ELEMENT + item.len()).sum(),
        }
    }
}
