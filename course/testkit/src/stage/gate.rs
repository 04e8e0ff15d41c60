//! A future that is ready when the test says so.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::observe::poll;
use crate::observe::tracked;
use crate::watch::run;
use crate::words::count;
use crate::words::lock::Lock;
use crate::words::task::{Kind, Task};

/// A future, and the gate that it waits at: it returns `Ready(value)` once the test has called
/// [`Gate::open`].
///
/// It does all that the poll contract asks: keeps the waker of its latest poll only, and wakes,
/// clones and drops wakers with no lock held.
pub fn gate<T>(name: &str) -> (Gate<T>, GateFuture<T>) {
    let task = Task::new(name, Kind::Leaf);
    run::register(&task);
    let shared = Arc::new(Shared {
        task,
        inner: Lock::new(Inner {
            state: State::Closed,
            waker: None,
        }),
    });
    (
        Gate {
            shared: Arc::clone(&shared),
        },
        GateFuture { shared },
    )
}

/// Opens a gate, from any thread. Clones open the same one.
pub struct Gate<T> {
    shared: Arc<Shared<T>>,
}

/// The future that [`gate`] returns. It waits for its [`Gate`] to be opened.
#[must_use = "a future does nothing unless it is polled"]
pub struct GateFuture<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    task: Arc<Task>,
    inner: Lock<Inner<T>>,
}

struct Inner<T> {
    state: State<T>,
    waker: Option<Waker>,
}

enum State<T> {
    Closed,
    Open(T),
    Passed,
}

impl<T> Gate<T> {
    /// Lets the future through with `value`, and wakes the task that polled it last.
    ///
    /// # Panics
    ///
    /// If the gate is open already.
    pub fn open(&self, value: T) {
        let mut inner = self.shared.inner.lock();
        let was_closed = matches!(inner.state, State::Closed);
        if was_closed {
            inner.state = State::Open(value);
        }
        let waker = inner.waker.take();
        drop(inner);
        assert!(
            was_closed,
            "the gate {} is open already",
            self.shared.task.name
        );

        count::made_progress();
        if let Some(waker) = waker {
            self.shared.task.woken(true);
            waker.wake();
        }
    }

    /// Whether the future was polled.
    pub fn is_polled(&self) -> bool {
        self.polls() > 0
    }

    /// How often the future was polled.
    pub fn polls(&self) -> usize {
        self.shared.task.polls.get()
    }

    /// Whether the future was dropped.
    pub fn is_dropped(&self) -> bool {
        self.shared.task.drops.get() > 0
    }

    /// Whether the future keeps a waker.
    pub fn keeps_waker(&self) -> bool {
        self.shared.inner.lock().waker.is_some()
    }
}

impl<T> Clone for Gate<T> {
    fn clone(&self) -> Gate<T> {
        Gate {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> Future for GateFuture<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        poll::observed(&self.shared.task, || self.shared.poll(cx.waker()))
    }
}

impl<T> Shared<T> {
    fn poll(&self, waker: &Waker) -> Poll<T> {
        if let Some(value) = self.pass() {
            return Poll::Ready(value);
        }
        // Taken out, because comparing, cloning and dropping wakers may run any code. Meanwhile
        // the gate may be opened: then nobody is woken, and we see it below.
        let kept = self.inner.lock().waker.take();
        let kept = match kept {
            Some(kept) if kept.will_wake(waker) => kept,
            other => {
                drop(other);
                waker.clone()
            }
        };
        self.task.keeps(tracked::task_of(&kept));
        let mut inner = self.inner.lock();
        if matches!(inner.state, State::Closed) {
            inner.waker = Some(kept);
            return Poll::Pending;
        }
        drop(inner);
        drop(kept);
        self.pass().map_or(Poll::Pending, Poll::Ready)
    }

    /// Takes the value of an open gate.
    fn pass(&self) -> Option<T> {
        let mut inner = self.inner.lock();
        match std::mem::replace(&mut inner.state, State::Passed) {
            State::Open(value) => Some(value),
            other => {
                inner.state = other;
                None
            }
        }
    }
}

impl<T> Drop for GateFuture<T> {
    fn drop(&mut self) {
        self.shared.task.set_dropped();
        let waker = self.shared.inner.lock().waker.take();
        drop(waker);
    }
}

impl<T> fmt::Debug for Gate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("name", &self.shared.task.name)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for GateFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateFuture")
            .field("name", &self.shared.task.name)
            .finish_non_exhaustive()
    }
}
