//! Which thread runs which job, when a thread is started, and when one leaves.
//!
//! All of it is decided here, under one lock, and done elsewhere: the queue starts no thread, runs no job and
//! reads no clock. So it can be tried step by step, and by the model checker.
//!
//! # An idle thread is claimed, not counted
//!
//! A queue that reads *one thread is idle* and leaves its job to that thread may do so twice before the
//! thread comes: the second job then waits for the end of the first, if the thread does not wait for the
//! second job meanwhile (tokio-rs/tokio#8056). So a job that needs a thread takes one **out** of the list of
//! idle threads. The thread it took is *coming*, and no other job counts on it.
//!
//! The job itself is not given to that thread. It stays in the queue, and the first thread that has nothing
//! to do takes it: often that is one that has just finished another job, long before the claimed thread has
//! woken up.
//!
//! # The pool grows by need
//!
//! To start a thread for each job that finds none idle is easy, and starts hundreds for a burst of jobs that
//! one thread could have run in the same time. To start none while one is at work would let a job wait for
//! another that may block for an hour. So one thread at a time is started, and it is the *watch*. When it
//! is up, it asks whether any job was taken since it was asked for:
//!
//! ```text
//!     asked for ──start──> up ── none was taken: all others are blocked ──> takes a job; the next is started
//!                           │
//!                           └─ some were ──> looks again after a millisecond ──┐
//!                                 ^  all that were queued then are taken       │
//!                                 └────────────────────────────────────────────┤
//!                                     one is left: it is late ──> takes a job; the next is started
//! ```
//!
//! Jobs that block find a thread as fast as threads can be started. Short ones are run by few, and a job waits
//! for two looks at most before the pool grows for its sake.
//!
//! # Invariants
//!
//! - **Each Job Has A Thread**: there are as many threads coming as jobs queued; or no thread is idle, and
//!   there is a watch, or the pool is as large as it may be. A thread that is done with a job looks here
//!   before it sits down.
//! - **Claimed Once**: a seat is in the list of idle ones, or is the watch, or is called, or its thread runs a
//!   job; and only one of these.
//!
//! In tokio: `Inner`, `Shared` in `runtime/blocking/pool.rs`.

use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use model::loom::sync::{Condvar, Mutex, MutexGuard};

use super::seat::{Seat, Woken};

// ANCHOR: queue
/// Jobs, and the threads that run them.
pub struct Queue<J> {
    inner: Mutex<Inner<J>>,
    /// Tells the thread that waits for the end of the pool that one has left.
    left: Condvar,
}

/// What is under the lock.
struct Inner<J> {
    /// First come, first served.
    jobs: VecDeque<J>,
    /// How many jobs were ever taken. The watch tells by it whether the pool gets on.
    taken: u64,
    /// The threads that wait. The last to sit down is the first to be called: it may not sleep yet.
    idle: Vec<Arc<Seat>>,
    /// How many threads have been called, and have not come.
    coming: usize,
    watch: Watch,
    /// How many threads there are, those included that are being started.
    threads: usize,
    threads_max: usize,
    is_closed: bool,
}

/// The thread that is there for the case that all others are blocked.
enum Watch {
    /// There is none.
    Off,
    /// It is being started, and is content if `content` jobs have been taken when it is up.
    Starting { content: u64 },
    /// It waits, and is content if `content` jobs have been taken at its next look.
    On { seat: Arc<Seat>, content: u64 },
}
// ANCHOR_END: queue

/// What is to be done for a job, outside of the lock.
#[derive(Debug)]
#[must_use = "the job waits for it"]
pub enum Call {
    /// Nothing: a thread is on its way, or all there may be are at work.
    Nothing,
    /// Unpark this thread.
    Wake(Arc<Seat>),
    /// Start a thread, which [comes up](Queue::up). If it cannot be started, [say so](Queue::not_started).
    Start,
}

/// What a thread of the pool does next.
#[derive(Debug)]
#[must_use = "the thread is at a loss"]
pub enum Step<J> {
    /// Do what the call says, and run the job. Then go [on](Queue::next).
    Run(J, Call),
    /// Wait. Then [say](Queue::woken) why it is over.
    Wait(Limit),
    /// End.
    Leave,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Until it is time to look whether a job is late.
    Look,
    /// As long as an idle thread is kept.
    KeepAlive,
}

impl<J> Queue<J> {
    /// A queue for `threads_max` threads at most, of which there is none yet.
    pub fn new(threads_max: usize) -> Queue<J> {
        Queue {
            inner: Mutex::new(Inner {
                jobs: VecDeque::new(),
                taken: 0,
                idle: Vec::new(),
                coming: 0,
                watch: Watch::Off,
                threads: 0,
                threads_max,
                is_closed: false,
            }),
            left: Condvar::new(),
        }
    }

    // ANCHOR: submit
    /// Queues a job, and finds a thread for it.
    ///
    /// # Errors
    ///
    /// The job, if the queue is closed.
    pub fn submit(&self, job: J) -> Result<Call, J> {
        let mut inner = self.lock();
        if inner.is_closed {
            return Err(job);
        }
        inner.jobs.push_back(job);
        Ok(inner.call())
    }
    // ANCHOR_END: submit

    /// A thread that was started is up.
    pub fn up(&self, seat: &Arc<Seat>) -> Step<J> {
        let step = self.lock().look(seat);
        self.tell(step)
    }

    /// A thread is done with its job.
    pub fn next(&self, seat: &Arc<Seat>) -> Step<J> {
        let step = self.lock().next(seat);
        self.tell(step)
    }

    // ANCHOR: woken
    /// A thread is done with its wait, which was for as long as `limit`.
    pub fn woken(&self, seat: &Arc<Seat>, limit: Limit, woken: Woken) -> Step<J> {
        let mut inner = self.lock();
        if seat.answer() {
            inner.coming -= 1;
            let step = inner.next(seat);
            drop(inner);
            return self.tell(step);
        }
        let step = match (inner.watch.is(seat), woken, limit) {
            (true, Woken::TimeOut, Limit::Look) => inner.look(seat),
            (true, ..) => Step::Wait(Limit::Look),
            // Nobody called, and nobody can any more: the seat is taken out under the lock.
            (false, Woken::TimeOut, Limit::KeepAlive) => {
                inner.idle.retain(|idle| !Arc::ptr_eq(idle, seat));
                inner.leave()
            }
            // It woke for no reason, or it was the watch when it went to sleep, and is idle now.
            (false, ..) => Step::Wait(Limit::KeepAlive),
        };
        drop(inner);
        self.tell(step)
    }
    // ANCHOR_END: woken

    // ANCHOR: not-started
    /// A thread could not be started. While there are others, they go on with what is queued, and try again
    /// to have one started with each job that they take. If there are none, no thread will ever come: the jobs
    /// are the caller's, who must not leave those waiting who wait for them.
    #[must_use = "somebody waits for these jobs"]
    pub fn not_started(&self) -> VecDeque<J> {
        let mut inner = self.lock();
        inner.watch = Watch::Off;
        inner.threads -= 1;
        let orphans = match inner.threads {
            0 => mem::take(&mut inner.jobs),
            _ => VecDeque::new(),
        };
        drop(inner);
        self.left.notify_all();
        orphans
    }
    // ANCHOR_END: not-started

    // ANCHOR: close
    /// Takes no more jobs. Those that are queued are the caller's, but for two kinds: as many of the first as
    /// threads are on their way, who find a job each as they would have a moment earlier; and those of which
    /// `must_run` says so. All threads that wait are called, to run these, and to leave.
    pub fn close(&self, must_run: impl Fn(&J) -> bool) -> Closed<J> {
        let mut inner = self.lock();
        inner.is_closed = true;
        let is_starting = matches!(inner.watch, Watch::Starting { .. });
        let mut called = inner.coming + usize::from(is_starting);
        let queued = mem::take(&mut inner.jobs);
        let (kept, dropped) = queued.into_iter().partition(|job| {
            let is_called_for = 0 < called;
            called = called.saturating_sub(1);
            is_called_for || must_run(job)
        });
        inner.jobs = kept;
        let mut calls: Vec<Call> = Vec::new();
        inner.stand_down();
        while let Some(seat) = inner.idle.pop() {
            calls.push(inner.claim(seat));
        }
        calls.push(inner.call());
        Closed {
            jobs: dropped,
            calls,
        }
    }
    // ANCHOR_END: close

    /// Waits until no more than `remaining` threads are left, or until `deadline`. Returns whether that is so.
    pub fn wait_until_left(&self, remaining: usize, deadline: Option<Instant>) -> bool {
        let mut inner = self.lock();
        while remaining < inner.threads {
            inner = match deadline {
                None => self.left.wait(inner).expect(NO_PANIC),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.left.wait_timeout(inner, left).expect(NO_PANIC).0
                }
            };
        }
        true
    }

    /// How many threads there are, and how many of them are idle.
    pub fn threads(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.threads, inner.idle.len())
    }

    /// How many jobs wait.
    pub fn queued(&self) -> usize {
        self.lock().jobs.len()
    }

    /// Tells whoever waits for the end, if this is the end of a thread.
    fn tell(&self, step: Step<J>) -> Step<J> {
        if matches!(step, Step::Leave) {
            self.left.notify_all();
        }
        step
    }

    fn lock(&self) -> MutexGuard<'_, Inner<J>> {
        self.inner.lock().expect(NO_PANIC)
    }
}

/// What is to be done when a queue has been closed.
#[derive(Debug)]
#[must_use = "somebody waits for these jobs"]
pub struct Closed<J> {
    /// The jobs that nobody will run.
    pub jobs: VecDeque<J>,
    /// The threads that have to be told.
    pub calls: Vec<Call>,
}

const NO_PANIC: &str = "nothing panics under this lock";

impl<J> Inner<J> {
    // ANCHOR: call
    /// Finds a thread for the last of the jobs (Each Job Has A Thread).
    fn call(&mut self) -> Call {
        if self.jobs.len() <= self.coming {
            return Call::Nothing;
        }
        if let Some(seat) = self.idle.pop() {
            return self.claim(seat);
        }
        let is_watched = !matches!(self.watch, Watch::Off);
        if is_watched || self.threads_max <= self.threads {
            return Call::Nothing;
        }
        self.threads += 1;
        self.watch = Watch::Starting {
            content: self.taken + 1,
        };
        Call::Start
    }

    /// The seat is in no list any more: no other job counts on it (Claimed Once).
    fn claim(&mut self, seat: Arc<Seat>) -> Call {
        seat.call();
        self.coming += 1;
        Call::Wake(seat)
    }
    // ANCHOR_END: call

    // ANCHOR: look
    /// The watch looks whether the pool gets on.
    fn look(&mut self, seat: &Arc<Seat>) -> Step<J> {
        let content = match mem::replace(&mut self.watch, Watch::Off) {
            Watch::Starting { content } | Watch::On { content, .. } => content,
            Watch::Off => unreachable!("a thread that looks is the watch"),
        };
        let is_late = self.taken < content;
        if is_late || self.jobs.is_empty() || self.is_closed {
            return self.next(seat);
        }
        self.watch = Watch::On {
            seat: Arc::clone(seat),
            content: self.taken + self.jobs.len() as u64,
        };
        Step::Wait(Limit::Look)
    }
    // ANCHOR_END: look

    // ANCHOR: next
    /// What a thread does that has nothing to do.
    fn next(&mut self, seat: &Arc<Seat>) -> Step<J> {
        if let Some(job) = self.jobs.pop_front() {
            self.taken += 1;
            if self.jobs.is_empty() {
                self.stand_down();
            }
            let call = self.call();
            return Step::Run(job, call);
        }
        if self.is_closed {
            return self.leave();
        }
        self.idle.push(Arc::clone(seat));
        Step::Wait(Limit::KeepAlive)
    }
    // ANCHOR_END: next

    /// The watch has nothing to watch, and is an idle thread like any other. It need not be told: it will
    /// find out, or be called.
    fn stand_down(&mut self) {
        match mem::replace(&mut self.watch, Watch::Off) {
            Watch::On { seat, .. } => self.idle.push(seat),
            other => self.watch = other,
        }
    }

    fn leave(&mut self) -> Step<J> {
        self.threads -= 1;
        Step::Leave
    }
}

impl Watch {
    fn is(&self, seat: &Arc<Seat>) -> bool {
        matches!(self, Watch::On { seat: watch, .. } if Arc::ptr_eq(watch, seat))
    }
}

impl<J> fmt::Debug for Queue<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("Queue")
            .field("jobs", &inner.jobs.len())
            .field("threads", &inner.threads)
            .field("idle", &inner.idle.len())
            .field("is_closed", &inner.is_closed)
            .finish_non_exhaustive()
    }
}
