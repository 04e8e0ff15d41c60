//! A scheduler inside of a future.
//!
//! A [`LocalSet`] has tasks of its own, and runs them whenever it is polled itself. To the runtime
//! it is part of one future; to its tasks it is a scheduler. So it does on a small scale all that
//! the large one does: a run queue, one for other threads, deferred wakes, an end. What it does not
//! have is a sleep. Where a scheduler would park, it returns `Pending`, and where a scheduler would
//! be unparked, it wakes the waker it was polled with.
//!
//! # Invariants
//!
//! - **Stays Home**: its tasks are polled and dropped on the thread of the set.
//! - **Told Once**: the waker is taken by the first push from outside, and left again by the next poll,
//!   before that poll looks at what was pushed.
//!
//! In tokio: `task/local.rs`.

mod remote;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::{Pin, pin};
use std::ptr;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use harness::context;
use harness::{Id, JoinHandle, LocalOwnedTasks, Notified, TaskQueue, is_large};

use crate::park::Park;
use crate::runtime::Runtime;
use remote::Remote;

/// Tasks that stay on this thread.
///
/// They run while the set, or [`run_until`](LocalSet::run_until), is polled. Dropping the set drops
/// their futures.
pub struct LocalSet {
    home: Rc<Home>,
}

/// What only the thread of the set may touch. Never borrowed while foreign code runs.
pub(crate) struct Home {
    tasks: LocalOwnedTasks<Remote>,
    queue: RefCell<TaskQueue<Remote>>,
    /// Tasks that woke themselves. They wait for the end of the poll.
    deferred: RefCell<TaskQueue<Remote>>,
    remote: Remote,
}

/// How many tasks are polled in one poll of the set. The runtime has others.
const MAX_TASKS_PER_POLL: usize = 61;

model::loom::thread_local! {
    /// The set that is polled or dropped on this thread.
    static ENTERED: Cell<*const Home> = const { Cell::new(ptr::null()) };
}

impl LocalSet {
    /// A set without tasks.
    pub fn new() -> LocalSet {
        LocalSet {
            home: Rc::new(Home {
                tasks: LocalOwnedTasks::new(),
                queue: RefCell::default(),
                deferred: RefCell::default(),
                remote: Remote::new(),
            }),
        }
    }

    /// Makes a task of `future`, which need not be `Send`, and queues it here.
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match is_large::<F>() {
            true => self.spawn_here(Box::pin(future)),
            false => self.spawn_here(future),
        }
    }

    fn spawn_here<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        self.home.enter(|| self.home.spawn(future, Remote::push))
    }

    /// Runs the tasks of the set until `future` is done. What is not done by then stays in the set.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        std::future::poll_fn(|cx| {
            self.home.enter(|| {
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    return Poll::Ready(output);
                }
                self.home.poll_tasks(cx.waker());
                Poll::Pending
            })
        })
        .await
    }

    /// Runs the tasks of the set, and those of `rt`, until `future` is done.
    #[track_caller]
    pub fn block_on<P: Park, F: Future>(&self, rt: &Runtime<P>, future: F) -> F::Output {
        rt.block_on(self.run_until(future))
    }
}

/// Done when all tasks are.
impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let home = &self.home;
        home.enter(|| home.poll_tasks(cx.waker()));
        match home.tasks.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

impl Home {
    /// Makes this the thread's set while `f` runs.
    fn enter<R>(&self, f: impl FnOnce() -> R) -> R {
        struct Reset(*const Home);
        impl Drop for Reset {
            fn drop(&mut self) {
                ENTERED.with(|entered| entered.set(self.0));
            }
        }
        let _reset = Reset(ENTERED.with(|entered| entered.replace(self)));
        f()
    }

    /// The set that is polled or dropped on this thread.
    fn with_entered<R>(f: impl FnOnce(Option<&Home>) -> R) -> R {
        let home = ENTERED.with(Cell::get);
        // SAFETY: the pointer is null, or that of an `enter` further down on our stack.
        f(unsafe { home.as_ref() })
    }

    fn spawn<F>(&self, future: F, push: impl FnOnce(Notified<Remote>)) -> JoinHandle<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let (join, ticket) = self.tasks.bind(future, self.remote.clone(), Id::next());
        if let Some(ticket) = ticket {
            push(ticket);
        }
        join
    }

    fn push(&self, ticket: Notified<Remote>) {
        self.queue.borrow_mut().push_back(ticket);
    }

    // ANCHOR: poll-tasks
    /// Polls the tasks that are due, but not for ever.
    fn poll_tasks(&self, waker: &Waker) {
        // The waker first, then the look: what is pushed after the look wakes it (Told Once).
        let mut pushed = self.remote.leave_waker(waker);
        self.queue.borrow_mut().append(&mut pushed);
        for _ in 0..MAX_TASKS_PER_POLL {
            let Some(ticket) = self.pop() else { break };
            self.tasks.assert_owner(ticket).run();
        }
        self.queue
            .borrow_mut()
            .append(&mut self.deferred.borrow_mut());
        if !self.queue.borrow().is_empty() {
            // There is more to do, and nobody else will say so.
            context::defer(waker);
        }
    }
    // ANCHOR_END: poll-tasks

    fn pop(&self) -> Option<Notified<Remote>> {
        self.queue.borrow_mut().pop_front()
    }

    /// Drops all futures.
    fn shut_down(&self) {
        self.tasks.close_and_shutdown_all();
        drop(self.remote.close());
        // The tasks are complete. What their tickets free is dropped with nothing borrowed.
        while let Some(ticket) = self.pop() {
            drop(ticket);
        }
        drop(self.deferred.take());
    }
}

/// Whether a set is polled or dropped on this thread.
pub(crate) fn is_entered() -> bool {
    Home::with_entered(|home| home.is_some())
}

/// Spawns on the set that is entered.
pub(crate) fn spawn_entered<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    Home::with_entered(|home| {
        let home = home.expect("the caller has asked");
        home.spawn(future, |ticket| home.push(ticket))
    })
}

impl Drop for LocalSet {
    fn drop(&mut self) {
        self.home.enter(|| self.home.shut_down());
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
