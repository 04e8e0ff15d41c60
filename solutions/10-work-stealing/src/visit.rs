//! Visits: a thread asks each worker for the tasks in its list.
//!
//! The tasks that were spawned on a worker are in a list without a lock, which the worker alone may touch. So another thread cannot walk
//! over it. It leaves a [`Share`] of its question with each worker, and rings. The worker writes its answer when it next comes by: when it
//! asks the driver, and before it sleeps.
//!
//! ```text
//!     the thread that asks                  worker 0                      worker 1, which sleeps
//!       leave a share, ring ──────────────> (61 polls later) answer
//!       leave a share, ring ──────────────────────────────────────────────> wakes up, answers, sleeps again
//!       wait until no share is left
//! ```
//!
//! # Invariants
//!
//! - **No Share Is Forgotten**: a share is answered by its worker, or dropped when the pool shuts down, and the question is over when
//!   the last share is gone. A ring comes after the share is in its place, so the worker that it wakes finds the share.
//! - **Closed Is For Ever**: once the visits of a worker are closed, a share that is left there is dropped at once.
//!
//! In tokio: `runtime/scheduler/multi_thread/handle/taskdump.rs`, where all workers meet at a barrier and stand still meanwhile.

use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

use harness::state::Snapshot;
use harness::{Id, Place};
use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Mutex, MutexGuard};

/// A task that is not done: its name, the state that it was in, and where it was spawned.
pub type Look = (Id, Snapshot, Place);

/// A question to all workers.
pub struct Question {
    inner: Arc<Mutex<Inner>>,
}

/// The part of a [`Question`] that is one worker's to answer. It is answered when it is dropped.
pub struct Share {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    tasks: Vec<Look>,
    /// How many shares there are.
    shares: usize,
    /// Of the task that asks. The last share wakes it.
    waker: Option<Waker>,
}

/// Where shares are left for one worker.
pub struct Visits {
    /// Whether there is one. Written with the lock held, and read without it.
    has_any: AtomicBool,
    /// `None` when it is closed.
    shares: Mutex<Option<Vec<Share>>>,
}

impl Question {
    /// A question without shares, to which a part of the answer is known.
    pub fn new(tasks: Vec<Look>) -> Question {
        let inner = Inner {
            tasks,
            shares: 0,
            waker: None,
        };
        Question {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// One more share.
    pub fn share(&self) -> Share {
        lock(&self.inner).shares += 1;
        Share {
            inner: Arc::clone(&self.inner),
        }
    }

    /// Waits until no share is left, and returns all answers.
    ///
    /// # Cancellation
    ///
    /// The workers answer, and the answers are dropped.
    pub async fn answer(self) -> Vec<Look> {
        poll_fn(|cx| self.poll_answer(cx)).await
    }

    fn poll_answer(&self, cx: &mut Context<'_>) -> Poll<Vec<Look>> {
        // Cloned before, and dropped after: foreign code runs without the lock.
        let waker = cx.waker().clone();
        let _old;
        let mut inner = lock(&self.inner);
        if inner.shares == 0 {
            return Poll::Ready(std::mem::take(&mut inner.tasks));
        }
        _old = inner.waker.replace(waker);
        Poll::Pending
    }
}

impl Share {
    /// What the worker has to say.
    pub fn add(&self, tasks: Vec<Look>) {
        lock(&self.inner).tasks.extend(tasks);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let waker = {
            let mut inner = lock(&self.inner);
            inner.shares -= 1;
            match inner.shares {
                0 => inner.waker.take(),
                _ => None,
            }
        };
        // Foreign code, so the lock is not held.
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Visits {
    pub fn new() -> Visits {
        Visits {
            has_any: AtomicBool::new(false),
            shares: Mutex::new(Some(Vec::new())),
        }
    }

    /// Whether a share was here a moment ago.
    #[inline]
    pub fn has_any(&self) -> bool {
        // ORDERING: Relaxed. A worker that is awake comes by again; one that was woken for it is ordered by its bell, whose exchange
        // comes after the write on the other side, and before this read.
        self.has_any.load(Relaxed)
    }

    /// Leaves a share. The worker must be rung afterwards.
    pub fn leave(&self, share: Share) {
        let refused = {
            let mut shares = self.lock();
            match &mut *shares {
                Some(shares) => {
                    shares.push(share);
                    self.has_any.store(true, Relaxed);
                    None
                }
                None => Some(share),
            }
        };
        // It may wake a task, so the lock is not held.
        drop(refused);
    }

    /// Takes all.
    pub fn take(&self) -> Vec<Share> {
        let mut shares = self.lock();
        self.has_any.store(false, Relaxed);
        shares.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes all, and refuses what comes from now on.
    #[must_use = "they are dropped when nothing is locked"]
    pub fn close(&self) -> Vec<Share> {
        let mut shares = self.lock();
        self.has_any.store(false, Relaxed);
        shares.take().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Share>>> {
        self.shares.lock().expect("nothing panics under this lock")
    }
}

impl Default for Visits {
    fn default() -> Visits {
        Visits::new()
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().expect("nothing panics under this lock")
}

impl fmt::Debug for Visits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visits")
            .field("has_any", &self.has_any())
            .finish()
    }
}
