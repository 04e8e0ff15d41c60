//! Wakers that count, for polling a future by hand.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

use crate::observe::hooks::{Hook, Hooks, On};
use crate::observe::poll;
use crate::observe::tracked::{Owner, Target};
use crate::watch::run;
use crate::words::calls;
use crate::words::own::uncounted;
use crate::words::rule::Rule;
use crate::words::task::{Kind, Task};

/// A waker that counts its wakes, clones and drops.
///
/// A clone of a `TestWaker` is another handle on the same counts, not a clone of the waker.
///
/// ```
/// use std::pin::pin;
/// use testkit::TestWaker;
///
/// let task = TestWaker::new("A");
/// let (gate, future) = testkit::gate::<u32>("number");
/// let mut future = pin!(future);
///
/// assert!(task.poll(future.as_mut()).is_pending());
/// assert_eq!(task.held(), 1); // the gate keeps it
///
/// gate.open(7);
/// assert_eq!(task.wakes(), 1);
/// assert!(task.poll(future).is_ready());
/// ```
#[derive(Clone)]
pub struct TestWaker {
    owner: Arc<Owner>,
}

impl TestWaker {
    /// A waker called `name`: name it after the task that it stands for.
    pub fn new(name: &str) -> TestWaker {
        let task = Task::new(name, Kind::Waker);
        run::register(&task);
        let owner = Owner::new(&task, Target::Hooks(Hooks::default()));
        TestWaker {
            owner: uncounted(|| Arc::new(owner)),
        }
    }

    /// A [`Waker`] to hand out. It is [held](TestWaker::held) until it is dropped or woken by
    /// value. Any two of one `TestWaker` are the same in the sense of [`Waker::will_wake`].
    pub fn waker(&self) -> Waker {
        self.owner.waker()
    }

    /// Polls `future` once with this waker. The poll's own waker is not counted as held, nor is
    /// the end of it counted as a drop.
    #[track_caller]
    pub fn poll<F: Future + ?Sized>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        let task = self.task();
        let address = ptr::from_ref(&*future).cast::<()>().addr();
        // ORDERING: Relaxed; read for a diagnosis only.
        task.future_address.store(address as u64, Relaxed);
        let waker = self.owner.borrowed();
        poll::by_hand(task, || future.poll(&mut Context::from_waker(&waker)))
    }

    /// How often it was woken, by value or by reference.
    pub fn wakes(&self) -> usize {
        self.task().wakes()
    }

    /// How often it was woken by [`Waker::wake`], which consumes the waker.
    pub fn wakes_by_val(&self) -> usize {
        self.task().wakes_by_val.get()
    }

    /// How often it was woken by [`Waker::wake_by_ref`].
    pub fn wakes_by_ref(&self) -> usize {
        self.task().wakes_by_ref.get()
    }

    /// How often it was cloned. What [`TestWaker::waker`] returns is no clone.
    pub fn clones(&self) -> usize {
        self.task().clones.get()
    }

    /// How many of its wakers were dropped. One that was woken by value is not dropped.
    pub fn drops(&self) -> usize {
        self.task().waker_drops.get()
    }

    /// How many of its wakers are alive in foreign hands: handed out or cloned, and neither
    /// dropped nor woken by value.
    pub fn held(&self) -> usize {
        self.owner.cell().held()
    }

    /// The name it was made with.
    pub fn name(&self) -> &str {
        &self.task().name
    }

    /// Blocks until it was woken `n` times in all, and the wakes have returned.
    ///
    /// Call it inside [`within`](crate::within()), which turns a wake that never comes into a
    /// diagnosis.
    pub fn wait_for_wakes(&self, n: usize) {
        let what = format!("waiting for wake number {n} of {}", self.name());
        let _call = calls::enter_wait(what, Some(self.task()));
        self.owner.cell().woken.wait(n);
    }

    /// Runs `f` inside each wake, by value or by reference, on the waking thread. For code that
    /// wakes while it holds a lock: let `f` need that lock.
    pub fn on_wake(&self, f: impl Fn() + Send + Sync + 'static) {
        self.hook(On::Wake, f);
    }

    /// Runs `f` inside each clone. If it panics, no waker is made.
    pub fn on_clone(&self, f: impl Fn() + Send + Sync + 'static) {
        self.hook(On::Clone, f);
    }

    /// Runs `f` inside each drop of a waker (not when a wake by value consumes it).
    pub fn on_drop(&self, f: impl Fn() + Send + Sync + 'static) {
        self.hook(On::Drop, f);
    }

    /// Checks that no waker of it is left in foreign hands: each was dropped or woken by value.
    ///
    /// # Panics
    ///
    /// If one is.
    #[track_caller]
    pub fn none_held(&self, rule: Rule) {
        let held = self.held();
        rule.check(
            held == 0,
            format_args!(
                "{held} of the wakers of {} leaked: clones made {}, dropped {}, woken by value {}",
                self.name(),
                self.clones(),
                self.drops(),
                self.wakes_by_val(),
            ),
        );
    }

    fn hook(&self, on: On, f: impl Fn() + Send + Sync + 'static) {
        let hook: Hook = uncounted(|| Arc::new(f));
        self.owner.cell().hooks().add(on, hook);
    }

    fn task(&self) -> &Arc<Task> {
        &self.owner.cell().task
    }
}

impl fmt::Debug for TestWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestWaker")
            .field("name", &self.name())
            .field("wakes", &self.wakes())
            .field("clones", &self.clones())
            .field("drops", &self.drops())
            .field("held", &self.held())
            .finish()
    }
}

/// Polls `future` once with `waker`.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}
