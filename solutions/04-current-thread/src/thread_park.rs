//! A thread that sleeps until another one unparks it: the bottom of every stack of drivers.
//!
//! `std::thread::park` would do nearly the same. But its token belongs to the thread, and this one
//! belongs to the holder of the core, which is now one thread and then another. And any code on the
//! thread may use up the thread's token, even a future.
//!
//! ```text
//!                 park                          unpark
//!     EMPTY ───────────────> PARKED   PARKED ───────────> NOTIFIED, and the sleeper is woken
//!     NOTIFIED ────> EMPTY, no sleep   EMPTY ───────────> NOTIFIED
//! ```
//!
//! The lock guards only the moment between PARKED and sleep: a thread that finds PARKED takes it
//! once, and then knows that the sleeper has given it up by falling asleep.
//!
//! In tokio: `runtime/park.rs`.

use std::any::{Any, TypeId};
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::time::{Duration, Instant};

use harness::trace;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Condvar, Mutex};

use crate::park::{Park, Unpark};

/// Puts the thread that owns it to sleep.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use std::time::Duration;
///
/// use current_thread::ThreadPark;
/// use current_thread::park::{Park, Unpark};
///
/// let mut park = ThreadPark::new();
/// let unpark = park.unparker();
/// let other = thread::spawn(move || unpark.unpark());
/// other.join().unwrap();
/// // The unpark came first, and is kept: this returns at once.
/// park.park();
/// // A look does not sleep at all.
/// park.park_timeout(Duration::ZERO);
/// ```
#[derive(Debug)]
pub struct ThreadPark {
    token: Arc<Token>,
}

/// Wakes the thread that sleeps on a [`ThreadPark`].
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering::{Acquire, Release}};
/// use std::thread;
///
/// use current_thread::ThreadPark;
/// use current_thread::park::{Park, Unpark};
///
/// let mut park = ThreadPark::new();
/// let unpark = park.unparker();
/// let news = Arc::new(AtomicBool::new(false));
/// let other = thread::spawn({
///     let news = Arc::clone(&news);
///     move || {
///         news.store(true, Release);
///         unpark.unpark();
///     }
/// });
/// while !news.load(Acquire) {
///     park.park();
/// }
/// other.join().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ThreadUnpark {
    token: Arc<Token>,
}

#[derive(Debug)]
struct Token {
    state: AtomicUsize,
    lock: Mutex<()>,
    condvar: Condvar,
}

const EMPTY: usize = 0;
const PARKED: usize = 1;
const NOTIFIED: usize = 2;

impl ThreadPark {
    /// For one thread at a time.
    pub fn new() -> ThreadPark {
        ThreadPark {
            token: Arc::new(Token {
                state: AtomicUsize::new(EMPTY),
                lock: Mutex::new(()),
                condvar: Condvar::new(),
            }),
        }
    }
}

impl Park for ThreadPark {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        ThreadUnpark {
            token: Arc::clone(&self.token),
        }
    }

    fn park(&mut self) {
        self.token.park(None);
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if timeout.is_zero() {
            self.token.take();
            return;
        }
        // A time so far away that the clock cannot tell it is no time-out at all.
        self.token.park(Instant::now().checked_add(timeout));
    }

    /// There is nothing to look at: only an `unpark` ends the sleep, and it is kept.
    fn is_due(&mut self, _: u32) -> bool {
        false
    }
}

impl Unpark for ThreadUnpark {
    fn unpark(&self) {
        self.token.unpark();
    }

    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        (wanted == TypeId::of::<ThreadUnpark>()).then_some(self)
    }
}

/// An unpark gives away what its thread wrote before (Release), and using the token up takes that
/// over (Acquire). Nothing else is handed over, so EMPTY and PARKED are written with less.
impl Token {
    /// Uses up an `unpark`, if there is one.
    fn take(&self) -> bool {
        // A look first: most of the time there is none.
        self.state.load(Relaxed) == NOTIFIED && self.exchange(NOTIFIED, EMPTY)
    }

    fn park(&self, deadline: Option<Instant>) {
        if self.take() {
            return;
        }
        let mut guard = self.lock.lock().expect("nothing panics under this lock");
        if !self.exchange(EMPTY, PARKED) {
            // Notified since.
            self.take();
            return;
        }
        let _asleep = trace::sleep_on_thread();
        loop {
            guard = match remaining(deadline) {
                None => self.condvar.wait(guard).expect("as above"),
                Some(Duration::ZERO) => {
                    // ORDERING: Acquire, as this too may use an `unpark` up.
                    self.state.swap(EMPTY, Acquire);
                    return;
                }
                Some(left) => self.condvar.wait_timeout(guard, left).expect("as above").0,
            };
            // Condition variables wake up for no reason at times.
            if self.take() {
                return;
            }
        }
    }

    fn unpark(&self) {
        if self.state.swap(NOTIFIED, AcqRel) == PARKED {
            drop(self.lock.lock().expect("nothing panics under this lock"));
            self.condvar.notify_one();
        }
    }

    fn exchange(&self, from: usize, to: usize) -> bool {
        self.state
            .compare_exchange(from, to, Acquire, Relaxed)
            .is_ok()
    }
}

/// How long to sleep; `None` is for ever.
fn remaining(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

impl Default for ThreadPark {
    fn default() -> ThreadPark {
        ThreadPark::new()
    }
}
