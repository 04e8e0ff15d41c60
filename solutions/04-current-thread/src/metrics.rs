//! What a scheduler counts, for a program that looks into its runtime.
//!
//! A count must cost next to nothing, as most programs never ask for it. So each number has one writer, the thread that is the worker, and
//! is added to by a load and a store, without a read-modify-write; other threads only read. What can be computed from other numbers is not
//! counted. And the clock is read when a worker falls asleep and when it wakes up, never for a poll. A `block_on` whose future is ready at
//! once reads no clock.
//!
//! ```text
//!     worker ── add ──> WorkerMetrics, a pair of cache lines of its own <── get ── any thread
//!     other threads ── fetch_add ──> SharedMetrics
//! ```
//!
//! # Invariants
//!
//! - **One Writer**: the numbers of a worker are written by the thread that has its core. A core that moves to another thread takes all writes
//!   before along.
//!
//! In tokio: `runtime/metrics/`, where a worker counts in a batch of its own, and submits it when it sleeps and now and then.

use std::cell::Cell;
use std::fmt;
// Not the `loom` module's: a count decides nothing, and a model that steps through each of them would never end.
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

// ANCHOR: counter
/// A number with one writer at a time.
///
/// # Examples
///
/// ```
/// use current_thread::metrics::Counter;
///
/// let polls = Counter::new();
/// polls.add(2);
/// polls.add(1);
/// assert_eq!(polls.get(), 3);
/// ```
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// 0.
    pub const fn new() -> Counter {
        Counter(AtomicU64::new(0))
    }

    /// Adds to it. Called by the writer.
    #[inline]
    pub fn add(&self, count: u64) {
        // There is one writer, so nothing comes between the two.
        self.set(self.0.load(Relaxed).wrapping_add(count));
    }

    /// Called by the writer.
    #[inline]
    pub fn set(&self, count: u64) {
        // ORDERING: Release, with the Acquire in `get`: a thread that sees a task's end counted sees its spawn counted, too.
        self.0.store(count, Release);
    }

    /// The number as it was a moment ago. Called by any thread.
    #[inline]
    pub fn get(&self) -> u64 {
        // ORDERING: Acquire, with the Release in `set`.
        self.0.load(Acquire)
    }
}
// ANCHOR_END: counter

/// What one worker counts of itself.
///
/// # Examples
///
/// ```
/// use current_thread::metrics::WorkerMetrics;
///
/// let worker = WorkerMetrics::new();
/// let at_work = worker.at_work();
/// worker.begin_busy(); // the busy time begins
/// worker.asleep(|| { /* here a thread would park */ });
/// worker.note_polls(1);
/// worker.asleep(|| {});
/// drop(at_work);
/// assert_eq!(worker.parks_and_unparks.get(), 4);
/// assert_eq!(worker.noops.get(), 1, "it found nothing to do before its first sleep");
/// assert_eq!(worker.thread(), Some(std::thread::current().id()));
/// ```
#[derive(Debug)]
#[repr(align(128))]
pub struct WorkerMetrics {
    /// Tasks that were spawned on the worker.
    pub spawned: Counter,
    /// Tasks that ended on the worker.
    pub ended: Counter,
    /// Turns of tasks. Brought up to date when the worker asks its driver, and before it sleeps.
    pub polls: Counter,
    /// Tasks that were put into the worker's own queue by itself.
    pub local_schedules: Counter,
    /// How many tasks were in that queue. Of a worker whose queue any thread may look at it is not kept.
    pub queued: Counter,
    /// Odd while the worker sleeps.
    pub parks_and_unparks: Counter,
    /// How often the worker fell asleep without a poll since it woke up.
    pub noops: Counter,
    /// Tasks that it took from other workers.
    pub steals: Counter,
    /// How often it took some.
    pub steal_operations: Counter,
    /// How long a poll takes, in nanoseconds.
    mean_poll: Counter,
    busy: BusyTime,
    /// What `polls` was at the last sleep.
    polls_at_sleep: Counter,
    /// What `polls` and the busy time, in nanoseconds, were when `mean_poll` was last computed.
    polls_at_mean: Counter,
    busy_at_mean: Counter,
    thread: Mutex<Option<ThreadId>>,
    /// The number of that thread (see [`thread_number`]). Read by the worker, which has no need of the lock if it is its own.
    thread_number: Counter,
}

/// What all threads of a runtime count together.
///
/// # Examples
///
/// ```
/// use current_thread::metrics::SharedMetrics;
///
/// let shared = SharedMetrics::new();
/// shared.note_spawn();
/// assert_eq!((shared.spawned(), shared.ended()), (1, 0));
/// ```
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct SharedMetrics {
    spawned: AtomicU64,
    ended: AtomicU64,
    forced_yields: AtomicU64,
}

/// Ends the work of a thread, and with it the busy time, when it is dropped.
///
/// # Examples
///
/// ```
/// use current_thread::metrics::{AtWork, WorkerMetrics};
///
/// let worker = WorkerMetrics::new();
/// let at_work: AtWork<'_> = worker.at_work();
/// worker.begin_busy();
/// drop(at_work);
/// let busy = worker.busy();
/// assert_eq!(worker.busy(), busy, "it has ended");
/// ```
#[derive(Debug)]
#[must_use = "the worker is at work until it is dropped"]
pub struct AtWork<'a>(&'a WorkerMetrics);

// ANCHOR: busy
/// How long a worker has been awake, in one word: any thread may read it at any time, also in the middle of a poll.
///
/// ```text
///     awake     time since the start less the busy time: the idle time, which stands still     | 1
///     asleep    the busy time, which stands still                                              | 0
/// ```
struct BusyTime {
    start: Instant,
    word: AtomicU64,
}

const AWAKE: u64 = 1;

impl BusyTime {
    fn new() -> BusyTime {
        BusyTime {
            start: Instant::now(),
            word: AtomicU64::new(0),
        }
    }

    fn nanos(&self, at: Instant) -> u64 {
        at.saturating_duration_since(self.start).as_nanos() as u64
    }

    /// Called by the worker.
    #[inline]
    fn is_awake(&self) -> bool {
        // ORDERING: Relaxed, since we wrote it.
        self.word.load(Relaxed) & AWAKE != 0
    }

    /// Called by the worker, which has slept, and is awake from `at` on.
    fn begin(&self, at: Instant) {
        // ORDERING: Relaxed, since we wrote it.
        let busy = self.word.load(Relaxed) >> 1;
        let idle = self.nanos(at).saturating_sub(busy);
        // ORDERING: Release, as for a `Counter`. So is that in `end`.
        self.word.store(idle << 1 | AWAKE, Release);
    }

    /// Called by the worker, which was awake, and is not so from `at` on.
    fn end(&self, at: Instant) {
        // ORDERING: Relaxed, since we wrote it.
        let idle = self.word.load(Relaxed) >> 1;
        let busy = self.nanos(at).saturating_sub(idle);
        self.word.store(busy << 1, Release);
    }

    /// In nanoseconds. While the worker falls asleep it may be ahead by the time from the worker's look at the clock to its write of the word.
    fn get(&self) -> u64 {
        let word = self.word.load(Acquire);
        match word & AWAKE {
            0 => word >> 1,
            _ => self.nanos(Instant::now()).saturating_sub(word >> 1),
        }
    }
}
// ANCHOR_END: busy

thread_local! {
    /// See [`thread_number`].
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

/// A number that no other thread of the program has. To read it is cheaper than to ask for the thread's id.
#[inline]
fn thread_number() -> u64 {
    match NUMBER.get() {
        0 => new_number(),
        number => number,
    }
}

#[cold]
fn new_number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    // ORDERING: Relaxed: each addition finds another number, and it hands over nothing else.
    let number = LAST.fetch_add(1, Relaxed) + 1;
    NUMBER.set(number);
    number
}

/// By how much one poll moves the mean.
const MEAN_WEIGHT: f64 = 0.1;

/// A worker that does not sleep computes the mean after so many polls: the clock costs as much as one of them.
const MEAN_POLLS: u64 = 4096;

impl WorkerMetrics {
    /// Of a worker that is not at work yet.
    pub fn new() -> WorkerMetrics {
        WorkerMetrics {
            spawned: Counter::new(),
            ended: Counter::new(),
            polls: Counter::new(),
            local_schedules: Counter::new(),
            queued: Counter::new(),
            parks_and_unparks: Counter::new(),
            noops: Counter::new(),
            steals: Counter::new(),
            steal_operations: Counter::new(),
            mean_poll: Counter::new(),
            busy: BusyTime::new(),
            polls_at_sleep: Counter::new(),
            polls_at_mean: Counter::new(),
            busy_at_mean: Counter::new(),
            thread: Mutex::new(None),
            thread_number: Counter::new(),
        }
    }

    /// This thread is the worker from now on. Its busy time [begins](WorkerMetrics::begin_busy) later.
    #[inline]
    pub fn at_work(&self) -> AtWork<'_> {
        let number = thread_number();
        if self.thread_number.get() != number {
            self.set_thread(number);
        }
        AtWork(self)
    }

    /// It is another thread than before.
    #[cold]
    fn set_thread(&self, number: u64) {
        *self.thread.lock().expect("nothing panics under this lock") = Some(thread::current().id());
        self.thread_number.set(number);
    }

    /// The worker is busy from now on, if it was not so before. A look at a word if it was; else the clock is read.
    #[inline]
    pub fn begin_busy(&self) {
        if !self.busy.is_awake() {
            self.busy.begin(Instant::now());
        }
    }

    /// Polls have come to their end.
    #[inline]
    pub fn note_polls(&self, polls: u64) {
        self.polls.add(polls);
        if self.polls_at_mean.get() + MEAN_POLLS <= self.polls.get() {
            self.compute_mean();
        }
    }

    /// Calls `sleep`, in which the worker sleeps.
    #[inline]
    pub fn asleep<R>(&self, sleep: impl FnOnce() -> R) -> R {
        self.asleep_from(Instant::now(), |_| (sleep(), Instant::now()))
    }

    /// The same, for a worker that wants to know the time itself: `sleep` gets the time at which it begins, and returns the time at which it
    /// has ended.
    #[inline]
    pub fn asleep_from<R>(&self, begin: Instant, sleep: impl FnOnce(Instant) -> (R, Instant)) -> R {
        self.fall_asleep(begin);
        let (slept, end) = sleep(begin);
        self.parks_and_unparks.add(1);
        self.busy.begin(end);
        slept
    }

    fn fall_asleep(&self, at: Instant) {
        let polls = self.polls.get();
        if polls == self.polls_at_sleep.get() {
            self.noops.add(1);
        }
        self.polls_at_sleep.set(polls);
        if self.busy.is_awake() {
            self.busy.end(at);
        }
        self.compute_mean();
        self.parks_and_unparks.add(1);
    }

    /// A mean in which what is long ago counts less and less.
    #[cold]
    fn compute_mean(&self) {
        let busy = self.busy.get();
        let polls = self.polls.get() - self.polls_at_mean.get();
        let took = busy - self.busy_at_mean.get();
        self.polls_at_mean.add(polls);
        self.busy_at_mean.set(busy);
        if polls == 0 {
            // The time went by without one.
            return;
        }
        let latest = took as f64 / polls as f64;
        let mean = match self.mean_poll.get() {
            0 => latest,
            mean => {
                let old = (1.0 - MEAN_WEIGHT).powf(polls as f64);
                mean as f64 * old + latest * (1.0 - old)
            }
        };
        // It is not 0 once there was a poll.
        self.mean_poll.set((mean as u64).max(1));
    }

    /// The busy time ends here.
    #[cold]
    fn end_work(&self) {
        self.busy.end(Instant::now());
        self.compute_mean();
    }

    /// How long the worker has been awake: from each [`begin_busy`](WorkerMetrics::begin_busy), and from the end of each sleep, to the next sleep,
    /// or to the end of its work.
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.busy.get())
    }

    /// How long a poll takes, with what the worker does between two polls. Zero before the first is known.
    pub fn mean_poll(&self) -> Duration {
        Duration::from_nanos(self.mean_poll.get())
    }

    /// The thread that is the worker, or was it last.
    pub fn thread(&self) -> Option<ThreadId> {
        *self.thread.lock().expect("nothing panics under this lock")
    }
}

impl Drop for AtWork<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.0.busy.is_awake() {
            self.0.end_work();
        }
    }
}

impl SharedMetrics {
    /// Nothing has happened.
    pub fn new() -> SharedMetrics {
        SharedMetrics::default()
    }

    /// A task is spawned on a thread that is no worker.
    pub fn note_spawn(&self) {
        self.spawned.fetch_add(1, Relaxed);
    }

    /// A task has ended on a thread that is no worker.
    pub fn note_end(&self) {
        // ORDERING: Release, with the Acquire in `ended`, as for a `Counter`.
        self.ended.fetch_add(1, Release);
    }

    /// A task was made to give way.
    pub fn note_forced_yield(&self) {
        self.forced_yields.fetch_add(1, Relaxed);
    }

    /// How many tasks were spawned on threads that are no workers.
    pub fn spawned(&self) -> u64 {
        self.spawned.load(Relaxed)
    }

    /// How many tasks ended on threads that are no workers.
    pub fn ended(&self) -> u64 {
        // ORDERING: Acquire, with the Release in `note_end`.
        self.ended.load(Acquire)
    }

    /// How often a task was made to give way.
    pub fn forced_yields(&self) -> u64 {
        self.forced_yields.load(Relaxed)
    }
}

impl Default for WorkerMetrics {
    fn default() -> WorkerMetrics {
        WorkerMetrics::new()
    }
}

impl fmt::Debug for BusyTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusyTime")
            .field("nanos", &self.get())
            .finish()
    }
}
