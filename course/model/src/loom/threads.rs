//! Threads.

use std::fmt;
use std::io;
use std::panic::Location;
use std::time::Duration;

pub use ::loom::thread::{ThreadId, panicking};

use crate::record;
use crate::run::{Attempt, Object, What};

/// See `loom::thread::JoinHandle`.
pub struct JoinHandle<T> {
    handle: ::loom::thread::JoinHandle<T>,
    thread: Thread,
}

/// See `loom::thread::Thread`.
#[derive(Clone, Debug)]
pub struct Thread {
    thread: ::loom::thread::Thread,
    lane: Option<u8>,
}

/// See `std::thread::Builder`.
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A thread without a name.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Gives the thread a name, which its lane in the picture has, too.
    #[must_use]
    pub fn name(mut self, name: String) -> Builder {
        self.name = Some(name);
        self
    }

    /// See [`spawn`].
    ///
    /// # Errors
    ///
    /// Never: there is always room for one more thread of a model, up to loom's limit, and beyond
    /// that loom panics.
    #[track_caller]
    pub fn spawn<T: 'static>(self, f: impl FnOnce() -> T + 'static) -> io::Result<JoinHandle<T>> {
        Ok(spawn_named(self.name, f))
    }
}

/// See `loom::thread::spawn`.
#[track_caller]
pub fn spawn<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    spawn_named(None, f)
}

#[track_caller]
fn spawn_named<T: 'static>(name: Option<String>, f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    let lane = record::is_on().then(record::new_lane);
    if let Some(lane) = lane {
        record::step(
            What::Spawns { lane },
            Object::NONE,
            Some(Location::caller()),
        );
    }
    let handle = ::loom::thread::spawn(move || {
        if let Some(lane) = lane {
            record::set_lane(lane);
        }
        if let Some(name) = name {
            record::name_lane(&name);
        }
        let value = f();
        record::ends();
        value
    });
    let thread = handle.thread().clone();
    JoinHandle {
        handle,
        thread: Thread { thread, lane },
    }
}

/// See `loom::thread::current`.
pub fn current() -> Thread {
    Thread {
        thread: ::loom::thread::current(),
        lane: record::this_lane(),
    }
}

/// See `loom::thread::park`.
#[track_caller]
pub fn park() {
    let telling = record::attempt(Attempt::Park, Object::NONE, Some(Location::caller()));
    telling.step(What::ParkBegins);
    ::loom::thread::park();
    telling.done(What::ParkEnds);
}

/// Lets the other threads run: no time passes in a model.
#[track_caller]
pub fn sleep(_time: Duration) {
    yield_now();
}

/// See `loom::thread::yield_now`.
#[track_caller]
pub fn yield_now() {
    record::step(What::Yields, Object::NONE, Some(Location::caller()));
    ::loom::thread::yield_now();
}

impl<T> JoinHandle<T> {
    /// Waits for the thread's end.
    ///
    /// # Errors
    ///
    /// Never: under loom, a panic in a thread ends the model.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let Some(lane) = self.thread.lane else {
            return self.handle.join();
        };
        let place = Some(Location::caller());
        let telling = record::attempt(Attempt::Join(lane), Object::NONE, place);
        let result = self.handle.join();
        telling.done(What::Joined { lane });
        result
    }

    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

impl Thread {
    /// See `loom::thread::Thread::id`.
    pub fn id(&self) -> ThreadId {
        self.thread.id()
    }

    /// See `loom::thread::Thread::name`.
    pub fn name(&self) -> Option<&str> {
        self.thread.name()
    }

    /// Ends the thread's park, or its next one.
    #[track_caller]
    pub fn unpark(&self) {
        if let Some(lane) = self.lane {
            record::step(
                What::Unparks { lane },
                Object::NONE,
                Some(Location::caller()),
            );
        }
        self.thread.unpark();
    }

    pub(crate) fn unpark_unrecorded(&self) {
        self.thread.unpark();
    }

    pub(crate) fn lane(&self) -> Option<u8> {
        self.lane
    }
}
