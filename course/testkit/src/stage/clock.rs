//! A clock moved by hand, for code that sleeps: no test waits for real time.

use std::fmt;
use std::sync::{Arc, Condvar, PoisonError};
use std::time::Duration;

use crate::words::calls;
use crate::words::count;
use crate::words::lock::Lock;
use crate::words::own::uncounted;

/// A clock that stands still until the test moves it. Clones are handles on the same clock.
///
/// Give its [`sleeper`](ManualClock::sleeper) to the code under test in place of
/// [`std::thread::sleep`].
///
/// ```
/// use std::thread;
/// use std::time::Duration;
/// use testkit::ManualClock;
///
/// let clock = ManualClock::new();
/// let sleep = clock.sleeper();
/// let thread = thread::spawn(move || sleep(Duration::from_secs(3600)));
///
/// clock.wait_for_sleepers(1);
/// clock.advance(Duration::from_secs(3600));
/// thread.join().unwrap();
/// ```
#[derive(Clone, Default)]
pub struct ManualClock {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    inner: Lock<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    now: Duration,
    /// When each thread is due that is asleep, and whose time has not come.
    due: Vec<Duration>,
}

impl ManualClock {
    /// A clock that shows zero.
    pub fn new() -> ManualClock {
        ManualClock::default()
    }

    /// A function that blocks its thread until the clock was advanced by the duration it is given.
    /// A duration of zero returns at once.
    pub fn sleeper(&self) -> impl Fn(Duration) + Send + Sync + Clone + 'static {
        let shared = Arc::clone(&self.shared);
        move |duration| shared.sleep(duration)
    }

    /// Moves the clock forward, and lets go the threads whose time has come. On return they no
    /// longer count as sleepers, though they may not have run yet.
    pub fn advance(&self, duration: Duration) {
        let mut inner = self.shared.inner.lock();
        inner.now = inner.now.saturating_add(duration);
        let now = inner.now;
        inner.due.retain(|due| now < *due);
        drop(inner);
        count::made_progress();
        self.shared.changed.notify_all();
    }

    /// How far the clock was moved in all.
    pub fn now(&self) -> Duration {
        self.shared.inner.lock().now
    }

    /// How many threads are asleep in it.
    pub fn sleepers(&self) -> usize {
        self.shared.inner.lock().due.len()
    }

    /// Blocks until at least `n` threads are asleep in it.
    ///
    /// Call it inside [`within`](crate::within()), which turns a thread that never comes into a
    /// diagnosis.
    pub fn wait_for_sleepers(&self, n: usize) {
        let what = match n {
            1 => "waiting for a thread to sleep on the manual clock".to_owned(),
            n => format!("waiting for {n} threads to sleep on the manual clock"),
        };
        let _call = calls::enter_wait(what, None);
        self.shared.wait_while(|inner| inner.due.len() < n);
    }
}

impl Shared {
    fn sleep(&self, duration: Duration) {
        let mut inner = self.inner.lock();
        let due = inner.now.saturating_add(duration);
        if due <= inner.now {
            return;
        }
        uncounted(|| inner.due.push(due));
        drop(inner);
        self.changed.notify_all();

        let _call = calls::enter_sleep(due);
        self.wait_while(|inner| inner.now < due);
    }

    fn wait_while(&self, condition: impl Fn(&Inner) -> bool) {
        let mut inner = self.inner.lock();
        while condition(&inner) {
            inner = self
                .changed
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.shared.inner.lock();
        f.debug_struct("ManualClock")
            .field("now", &inner.now)
            .field("sleepers", &inner.due.len())
            .finish()
    }
}
