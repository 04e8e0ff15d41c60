//! A scheduler inside of a future.
//!
//! A [`LocalSet`] has tasks of its own, and runs them whenever it is polled itself. To the runtime
//! it is part of one future; to its tasks it is a scheduler. So it has on a small scale all that
//! the large one has: a run queue, one for other threads, deferred wakes, an end. It only has no
//! sleep. Where a scheduler would park, it returns `Pending`, and where a scheduler would be
//! unparked, it calls the wakers it was polled with.
//!
//! There may be several such wakers. Each [`run_until`](LocalSet::run_until) polls the set. For
//! example, two of them may be joined in one task, or one may run inside of a task of the set. They
//! do not know whether the others will be polled again. So each is told when there is work, and one
//! that leaves tells the others of the work that it leaves.
//!
//! # Invariants
//!
//! - **Stays Home**: its tasks are polled and dropped on the thread of the set.
//! - **Told Once**: the first push from outside takes a poller's waker, and the poller's next poll
//!   leaves it again, before that poll looks at what was pushed.
//! - **No Work Without a Poller Told**: while a task of the set is due, and there are pollers, one of them is in its poll
//!   and has not yet looked into the queue for the last time, or each has been told.
//!
//! In tokio: `task/local.rs`.

mod enter;
mod remote;
mod run_until;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use harness::context;
use harness::isolate::discard;
use harness::{JoinHandle, LocalOwnedTasks, Notified, Origin, OwnerId, TaskQueue, is_large};

use crate::park::Park;
use crate::runtime::Runtime;
use remote::{Key, Remote};
use run_until::RunUntil;

pub use enter::LocalEnterGuard;
pub(crate) use enter::{is_entered, spawn_entered};

/// Tasks that stay on this thread.
///
/// They run while the set, or [`run_until`](LocalSet::run_until), is polled. Dropping the set drops
/// their futures.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use current_thread::{LocalSet, Runtime, spawn_local};
///
/// let runtime = Runtime::new();
/// let set = LocalSet::new();
/// let length = set.block_on(&runtime, async {
///     let name = Rc::new("reveille");
///     spawn_local(async move { name.len() }).await.unwrap()
/// });
/// assert_eq!(length, 8);
/// ```
pub struct LocalSet {
    home: Rc<Home>,
}

/// What only the thread of the set may touch. Never borrowed while foreign code runs.
pub(crate) struct Home {
    tasks: LocalOwnedTasks<Remote>,
    queue: RefCell<TaskQueue<Remote>>,
    /// Tasks that woke themselves. They wait for the end of the poll.
    deferred: RefCell<TaskQueue<Remote>>,
    /// How many polls of the set are on the stack. Each looks into the queue before it returns.
    polls: Cell<usize>,
    /// The key of the next poller.
    next_key: Cell<Key>,
    remote: Remote,
}

/// How many tasks are polled in one poll of the set. The runtime has others.
const MAX_TASKS_PER_POLL: usize = 61;

/// The set itself, as a future. Each `run_until` has a key of its own.
const SET: Key = 0;

impl LocalSet {
    /// A set without tasks.
    pub fn new() -> LocalSet {
        LocalSet {
            home: Rc::new(Home {
                tasks: LocalOwnedTasks::new(),
                queue: RefCell::default(),
                deferred: RefCell::default(),
                polls: Cell::new(0),
                next_key: Cell::new(SET + 1),
                remote: Remote::new(),
            }),
        }
    }

    /// The name of the set. No runtime and no other set of the program has the same.
    pub fn id(&self) -> OwnerId {
        self.home.tasks.id()
    }

    /// Makes this the set that [`spawn_local`](crate::spawn_local) means on this thread, until the guard is dropped.
    /// Tasks that are spawned wait until the set is polled.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard::new(&self.home)
    }

    /// Makes a task of `future`, which need not be `Send`, and queues it here.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match is_large::<F>() {
            true => self.spawn_here(Box::pin(future), Origin::here()),
            false => self.spawn_here(future, Origin::here()),
        }
    }

    fn spawn_here<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        Home::enter(&self.home, || self.home.spawn(future, origin))
    }

    /// Runs the tasks of the set until `future` is done. What is not done by then stays in the set.
    ///
    /// # Cancellation
    ///
    /// `future` is dropped, within the set. The tasks stay.
    pub fn run_until<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        RunUntil::new(&self.home, future)
    }

    /// Runs the tasks of the set, and those of `rt`, until `future` is done.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    pub fn block_on<F: Future>(&self, rt: &impl Executor, future: F) -> F::Output {
        rt.block_on(self.run_until(future))
    }
}

/// What can poll a future to its end on this thread, within its own context: a runtime. So
/// [`LocalSet::block_on`] takes those of later chapters as well.
///
/// # Examples
///
/// ```
/// use current_thread::{Executor, Runtime};
///
/// fn answer(executor: &impl Executor) -> u32 {
///     executor.block_on(async { 42 })
/// }
/// assert_eq!(answer(&Runtime::new()), 42);
/// ```
pub trait Executor {
    /// Polls `future` on this thread until it is done.
    ///
    /// # Panics
    ///
    /// If this is called from within a runtime, or if the future panics.
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output;
}

impl<P: Park> Executor for Runtime<P> {
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        Runtime::block_on(self, future)
    }
}

impl<E: Executor + ?Sized> Executor for Arc<E> {
    #[track_caller]
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        (**self).block_on(future)
    }
}

/// Done when all tasks are.
impl Future for LocalSet {
    type Output = ();

    #[harness::leaf("LocalSet")]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let home = &self.home;
        Home::poll_with(home, || home.poll_tasks(SET, cx.waker()));
        match home.tasks.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Home {
    fn spawn<F>(&self, future: F, origin: Origin) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let (join, ticket) = self.tasks.bind(future, self.remote.clone(), origin);
        if let Some(ticket) = ticket {
            self.push(ticket);
        }
        join
    }

    /// Queues a task on the thread of the set. Unless a poll is going to look there, the pollers are told.
    fn push(&self, ticket: Notified<Remote>) {
        if let Err(ticket) = self.push_local(ticket) {
            Remote::push(ticket);
        }
    }

    /// Queues a task if a poll is going to look there.
    fn push_local(&self, ticket: Notified<Remote>) -> Result<(), Notified<Remote>> {
        if self.polls.get() == 0 {
            return Err(ticket);
        }
        self.queue.borrow_mut().push_back(ticket);
        Ok(())
    }

    /// Calls `f`, which is a poll of the set.
    fn poll_with<R>(home: &Rc<Home>, f: impl FnOnce() -> R) -> R {
        struct Less<'a>(&'a Cell<usize>);
        impl Drop for Less<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }
        home.polls.set(home.polls.get() + 1);
        let _less = Less(&home.polls);
        Home::enter(home, f)
    }

    /// Polls the tasks that are due, but not for ever.
    fn poll_tasks(&self, poller: Key, waker: &Waker) {
        // The waker first, then the look: what is pushed after the look wakes it (Told Once).
        self.remote.leave_waker(poller, waker);
        self.queue.borrow_mut().append(&mut self.remote.take());
        for _ in 0..MAX_TASKS_PER_POLL {
            let Some(ticket) = self.pop() else { break };
            self.tasks.assert_owner(ticket).run();
        }
        self.queue
            .borrow_mut()
            .append(&mut self.deferred.borrow_mut());
        if !self.queue.borrow().is_empty() {
            // There is more to do, and no other code will say so.
            context::defer(waker);
        }
    }

    /// A poller is done, or is dropped. It may have been the only one that was told of what is due.
    fn leave(&self, poller: Key) {
        let mine = self.remote.forget(poller);
        self.queue
            .borrow_mut()
            .append(&mut self.deferred.borrow_mut());
        if !self.queue.borrow().is_empty() {
            self.remote.tell();
        }
        // Foreign code, and so it comes last.
        discard(mine);
    }

    fn pop(&self) -> Option<Notified<Remote>> {
        self.queue.borrow_mut().pop_front()
    }

    /// Drops all futures.
    fn shut_down(&self) {
        self.tasks.close_and_shutdown_all();
        self.remote.close();
        // The tasks are complete. What their tickets free is dropped with nothing borrowed.
        while let Some(ticket) = self.pop() {
            drop(ticket);
        }
        drop(self.deferred.take());
    }
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        Home::enter(&self.home, || self.home.shut_down());
    }
}

impl Default for LocalSet {
    fn default() -> LocalSet {
        LocalSet::new()
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet")
            .field("tasks", &self.home.tasks)
            .finish()
    }
}
