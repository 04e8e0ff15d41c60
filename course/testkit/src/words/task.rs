//! What the kit knows of one future or waker under observation.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::thread::{self, ThreadId};

use crate::words::count::{self, Count};
use crate::words::held::Held;
use crate::words::lock::Lock;
use crate::words::own::uncounted;

/// A future that counts, a leaf future, or a waker that counts: whatever can be named when a test
/// hangs. Shared by the thing itself, the handle the test reads, and its wakers.
#[derive(Debug, Default)]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// A [`State`].
    state: AtomicU8,

    pub(crate) polls: Count,
    pub(crate) drops: Count,
    /// Calls of each function of the task's wakers.
    pub(crate) wakes_by_val: Count,
    pub(crate) wakes_by_ref: Count,
    pub(crate) clones: Count,
    pub(crate) waker_drops: Count,
    /// Wakes by the polling thread during the poll ("poll me again, at once"), in the polls that
    /// `idle_polls` counts.
    pub(crate) wakes_of_itself: Count,

    /// When the latest poll began, when the latest poll's waker was woken last, and when a waker
    /// of an earlier poll was, in [`count::tick`]s; 0 for never.
    pub(crate) polled_at: AtomicU64,
    pub(crate) woken_at: AtomicU64,
    pub(crate) stale_woken_at: AtomicU64,

    /// Where the future lies that was polled last: by this two wakers know that they polled the
    /// same future. Kept by [`crate::TestWaker`] only.
    pub(crate) future_address: AtomicU64,

    /// The polls in a row without progress, and the progress before the first of them.
    idle_polls: Count,
    progress_seen: AtomicU64,

    /// Who polls it right now.
    polling: Lock<Option<ThreadId>>,
    dropped_on: Lock<Option<ThreadId>>,
    /// Set when a test has failed and left the threads behind that may still poll this.
    abandoned: AtomicBool,
    /// Stays when the future is dropped.
    was_ready: AtomicBool,
    /// The task whose waker it keeps, if the kit made that waker. Kept by leaf futures only.
    keeps: Lock<Option<Weak<Task>>>,
    /// Whether it keeps a waker, whoever made it. Kept by leaf futures only.
    keeps_any: AtomicBool,
    /// Its wakers in foreign hands, those of the latest poll last.
    wakers: Lock<Vec<Weak<Held>>>,
}

/// What is observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A future of the test's, wrapped by [`crate::probe()`].
    #[default]
    Probe,
    /// A future of the kit's.
    Leaf,
    /// A waker of the kit's, and what was polled with it.
    Waker,
    /// A value whose drops are counted.
    Token,
}

/// Where a future is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    New,
    Polling,
    Pending,
    Ready,
    Panicked,
    Dropped,
}

/// Polls in a row, without anything having happened in between, that make a busy loop. Far more
/// than any executor polls spuriously, and reached within milliseconds.
pub(crate) const BUSY_POLLS: usize = if cfg!(miri) { 300 } else { 10_000 };

// ORDERING: every atomic of a task is Relaxed. They are read for a diagnosis, long after, and like
// the counts they must not order what the code under test forgot to order. Most are written by the
// thread that polls, which has the future to itself.
impl Task {
    pub(crate) fn new(name: &str, kind: Kind) -> Arc<Task> {
        uncounted(|| {
            Arc::new(Task {
                name: name.to_owned(),
                kind,
                ..Task::default()
            })
        })
    }

    pub(crate) fn state(&self) -> State {
        match self.state.load(Relaxed) {
            0 => State::New,
            1 => State::Polling,
            2 => State::Pending,
            3 => State::Ready,
            4 => State::Panicked,
            _ => State::Dropped,
        }
    }

    pub(crate) fn set_state(&self, state: State) {
        self.state.store(state as u8, Relaxed);
    }

    /// Notes the start of a poll. Returns the number of polls in a row, this one included, before
    /// which nothing had happened.
    pub(crate) fn begin_poll(&self) -> usize {
        self.polls.add();
        self.set_state(State::Polling);
        *self.polling.lock() = Some(thread::current().id());
        self.polled_at.store(count::tick(), Relaxed);

        let progress = count::progress();
        if self.progress_seen.swap(progress, Relaxed) == progress {
            self.idle_polls.add()
        } else {
            self.idle_polls.set(1);
            self.wakes_of_itself.set(0);
            1
        }
    }

    /// Notes the end of a poll, and whether it was the last one.
    pub(crate) fn end_poll(&self, state: State) {
        *self.polling.lock() = None;
        self.set_state(state);
        if state == State::Ready {
            self.was_ready.store(true, Relaxed);
            count::made_progress();
        }
    }

    /// Notes a wake by the waker of the latest poll or of an earlier one.
    pub(crate) fn woken(&self, of_latest_poll: bool) {
        let at = if of_latest_poll {
            &self.woken_at
        } else {
            &self.stale_woken_at
        };
        at.store(count::tick(), Relaxed);
        if *self.polling.lock() == Some(thread::current().id()) {
            self.wakes_of_itself.add();
        } else {
            count::made_progress();
        }
    }

    pub(crate) fn wakes(&self) -> usize {
        self.wakes_by_val.get() + self.wakes_by_ref.get()
    }

    pub(crate) fn idle_polls(&self) -> usize {
        self.idle_polls.get()
    }

    pub(crate) fn at(&self, which: &AtomicU64) -> u64 {
        which.load(Relaxed)
    }

    /// Woken, by the waker it should be woken by, since its latest poll began.
    pub(crate) fn is_woken(&self) -> bool {
        self.at(&self.woken_at) > self.at(&self.polled_at)
    }

    /// Woken since its latest poll began, but by an earlier poll's waker.
    pub(crate) fn is_woken_stale(&self) -> bool {
        self.at(&self.stale_woken_at) > self.at(&self.polled_at)
    }

    pub(crate) fn set_dropped(&self) -> usize {
        *self.dropped_on.lock() = Some(thread::current().id());
        self.drops.add()
    }

    pub(crate) fn dropped_on(&self) -> Option<ThreadId> {
        *self.dropped_on.lock()
    }

    pub(crate) fn was_ready(&self) -> bool {
        self.was_ready.load(Relaxed)
    }

    /// Notes that it keeps a waker, and whose.
    pub(crate) fn keeps(&self, task: Option<Arc<Task>>) {
        self.keeps_any.store(true, Relaxed);
        *self.keeps.lock() = task.as_ref().map(Arc::downgrade);
    }

    /// Whose waker it keeps, as far as the kit knows.
    pub(crate) fn kept(&self) -> Option<Arc<Task>> {
        self.keeps.lock().as_ref()?.upgrade()
    }

    pub(crate) fn keeps_any(&self) -> bool {
        self.keeps_any.load(Relaxed)
    }

    pub(crate) fn abandon(&self) {
        self.abandoned.store(true, Relaxed);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.abandoned.load(Relaxed)
    }

    /// Notes the wakers of a new poll, of which there are none yet.
    pub(crate) fn add_wakers(&self, new: &Arc<Held>) {
        let mut wakers = self.wakers.lock();
        wakers.retain(|held| held.upgrade().is_some_and(|held| held.get() > 0));
        uncounted(|| wakers.push(Arc::downgrade(new)));
    }

    /// Wakers alive: those of the latest poll, and those of earlier ones.
    pub(crate) fn held(&self) -> (usize, usize) {
        let wakers: Vec<_> = self
            .wakers
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        match wakers.split_last() {
            Some((latest, earlier)) => (latest.get(), earlier.iter().map(|held| held.get()).sum()),
            None => (0, 0),
        }
    }

    /// Whether these wakers are those of the latest poll.
    pub(crate) fn is_latest(&self, held: &Arc<Held>) -> bool {
        let latest = self.wakers.lock().last().cloned();
        latest.is_some_and(|latest| std::ptr::eq(latest.as_ptr(), Arc::as_ptr(held)))
    }
}
