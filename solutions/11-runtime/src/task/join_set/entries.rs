//! The tasks of a set: each in a place of its own, with a waker that names the place.
//!
//! A place is used again when its task has been joined. A waker of the old task may still be woken then, and
//! lists the new one: that one is polled once too often, which no one notices.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use harness::coop::{poll_proceed, unconstrained};
use harness::{Id, JoinError, JoinHandle};

use crate::ready::{KeyWaker, ReadyList};

/// Handles, to be polled when they are woken.
pub(super) struct Entries<T> {
    places: Vec<Option<Entry<T>>>,
    /// The places without a task.
    free: Vec<usize>,
    list: Arc<ReadyList>,
}

struct Entry<T> {
    join: JoinHandle<T>,
    key: Arc<KeyWaker>,
}

/// How a task has ended.
pub(super) struct Ended<T> {
    pub(super) id: Id,
    pub(super) result: Result<T, JoinError>,
}

impl<T> Entries<T> {
    pub(super) fn new() -> Entries<T> {
        Entries {
            places: Vec::new(),
            free: Vec::new(),
            list: ReadyList::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    pub(super) fn insert(&mut self, join: JoinHandle<T>) {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        self.places[place] = Some(Entry {
            join,
            key: self.list.waker(place),
        });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &JoinHandle<T>> {
        self.places.iter().flatten().map(|entry| &entry.join)
    }

    /// Lets go of all tasks.
    pub(super) fn clear(&mut self) {
        self.free.clear();
        self.places.clear();
    }

    /// The next task that has ended. Spends the budget, as each handle does.
    pub(super) fn poll_ended(&mut self, cx: &mut Context<'_>) -> Poll<Ended<T>> {
        loop {
            let proceed = ready!(poll_proceed(cx));
            let place = ready!(self.list.poll_pop(cx));
            if let Some(ended) = self.poll_place(place) {
                proceed.made_progress();
                return Poll::Ready(ended);
            }
        }
    }

    /// The next task that has ended, if there is one.
    pub(super) fn try_ended(&mut self) -> Option<Ended<T>> {
        loop {
            let place = self.list.pop()?;
            if let Some(ended) = self.poll_place(place) {
                return Some(ended);
            }
        }
    }

    /// Polls the task in this place, if there is one, and takes it out if it has ended.
    fn poll_place(&mut self, place: usize) -> Option<Ended<T>> {
        let entry = self.places.get_mut(place)?.as_mut()?;
        entry.key.unlist();
        let waker = Waker::from(Arc::clone(&entry.key));
        // The budget is that of the one who waits for the set, and was asked there.
        let mut join = unconstrained(&mut entry.join);
        let polled = Pin::new(&mut join).poll(&mut Context::from_waker(&waker));
        let Poll::Ready(result) = polled else {
            return None;
        };
        let id = entry.join.id();
        self.places[place] = None;
        self.free.push(place);
        Some(Ended { id, result })
    }
}

impl<T> fmt::Debug for Entries<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
