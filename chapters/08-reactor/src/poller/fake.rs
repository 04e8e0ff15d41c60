//! An event queue without an operating system: events are put in by hand.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use locks::list::relock;
use model::loom::sync::{Condvar, Mutex, MutexGuard};

use crate::{Interest, Ready};

/// A thing that can be watched: a [`FakeSource`].
pub trait Source {
    /// The source behind it.
    fn fake(&mut self) -> &mut FakeSource;
}

/// A source whose events are made by a test.
#[derive(Debug, Default)]
pub struct FakeSource {
    watched: Option<(Arc<Queue>, usize)>,
    is_refused: bool,
}

/// A source's way into the queue.
#[derive(Clone, Debug)]
pub struct FakeEvents {
    queue: Arc<Queue>,
    token: usize,
}

/// What any thread may ask of the queue.
#[derive(Debug)]
pub(crate) struct Poller {
    queue: Arc<Queue>,
}

/// What the holder of the turn may: to wait.
#[derive(Debug)]
pub(crate) struct Selector {
    queue: Arc<Queue>,
    in_hand: Vec<(usize, Ready)>,
}

#[derive(Debug)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<(usize, Ready)>,
    watched: Vec<usize>,
    is_woken: bool,
}

impl FakeSource {
    /// A source that can be watched.
    pub fn new() -> FakeSource {
        FakeSource::default()
    }

    /// A source that the system refuses to watch.
    pub fn refused() -> FakeSource {
        FakeSource {
            watched: None,
            is_refused: true,
        }
    }

    /// The way to make events of it.
    pub fn events(&self) -> FakeEvents {
        let (queue, token) = self.watched.clone().expect("it is watched");
        FakeEvents { queue, token }
    }
}

impl FakeEvents {
    /// Makes an event, if the source is still watched.
    pub fn push(&self, ready: Ready) {
        let mut state = self.queue.lock();
        if state.watched.contains(&self.token) {
            state.events.push_back((self.token, ready));
        }
        drop(state);
        self.queue.changed.notify_one();
    }
}

impl Source for FakeSource {
    fn fake(&mut self) -> &mut FakeSource {
        self
    }
}

impl Poller {
    pub(crate) fn new() -> io::Result<(Poller, Selector)> {
        let queue = Arc::new(Queue {
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
        });
        let poller = Poller {
            queue: Arc::clone(&queue),
        };
        let in_hand = Vec::new();
        Ok((poller, Selector { queue, in_hand }))
    }

    pub(crate) fn register<S: Source + ?Sized>(
        &self,
        source: &mut S,
        token: usize,
        _interest: Interest,
    ) -> io::Result<()> {
        let source = source.fake();
        if source.is_refused {
            return Err(io::Error::from(io::ErrorKind::PermissionDenied));
        }
        self.queue.lock().watched.push(token);
        source.watched = Some((Arc::clone(&self.queue), token));
        Ok(())
    }

    /// From here on the queue has no event of the source, as with a real one; those in hand stay.
    pub(crate) fn deregister<S: Source + ?Sized>(&self, source: &mut S) -> io::Result<()> {
        let (_, token) = source.fake().watched.take().expect("it is watched");
        let mut state = self.queue.lock();
        state.watched.retain(|other| *other != token);
        state.events.retain(|(other, _)| *other != token);
        Ok(())
    }

    pub(crate) fn wake(&self) {
        self.queue.lock().is_woken = true;
        self.queue.changed.notify_one();
    }
}

impl Selector {
    pub(crate) fn wait(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        let mut state = self.queue.lock();
        while timeout.is_none() && state.events.is_empty() && !state.is_woken {
            state = match self.queue.changed.wait(state) {
                Ok(state) => state,
                Err(poisoned) => poisoned.into_inner(),
            };
        }
        state.is_woken = false;
        self.in_hand = state.events.drain(..).collect();
        Ok(())
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = (usize, Ready)> {
        self.in_hand.iter().copied()
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }
}
