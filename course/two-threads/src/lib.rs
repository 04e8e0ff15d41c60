//! A second flavor, for tests: two threads that take turns.
//!
//! Chapters 5 and later must not lean on chapter 4's scheduler, but on the three seams: `Schedule`, `Park`,
//! and the runtime around a thread. Only a second scheduler shows whether they do. This one has
//! two threads, the one that is in [`Runtime::block_on`] and one of its own, and each poll is made by the other
//! thread than the one before. So a task moves to another thread after every poll, is woken from
//! another thread than it is polled on, and finds there the worker of that thread. And yet one task is
//! polled at a time, in the order in which they were woken, so a test that counts polls counts the same
//! here as on one thread.
//!
//! The library has the name of chapter 4's. So the tests of later chapters, which say `current_thread`, are built
//! against it as they are: see the `[[test]]` entries of the manifest.

mod scheduler;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use harness::context::{self, EnterGuard, InPlace, begin_block_on, enter_worker};
use harness::{JoinHandle, coop};

pub use one_thread::{Park, ThreadPark, ThreadUnpark, Unpark, yield_now};
use scheduler::{Next, Shared, Who, Worker};

/// Two threads that take turns. Dropping it drops the futures of all tasks.
#[derive(Debug)]
pub struct Runtime<P: Park = ThreadPark> {
    shared: Arc<Shared>,
    /// What the thread in `block_on` sleeps on: there is one driver, and this is its owner's half.
    park: std::sync::Mutex<P>,
    second: Option<thread::JoinHandle<()>>,
}

impl Runtime {
    /// Without drivers.
    pub fn new() -> Runtime {
        Runtime::with_park(ThreadPark::new())
    }
}

impl<P: Park> Runtime<P> {
    /// The thread in `block_on` sleeps on `park`.
    pub fn with_park(park: P) -> Runtime<P> {
        let shared = Arc::new(Shared::new(Box::new(park.unparker())));
        let second = Arc::clone(&shared);
        Runtime {
            shared,
            park: std::sync::Mutex::new(park),
            second: Some(thread::spawn(move || run_second(&second))),
        }
    }

    /// Makes this the current runtime of the thread, until the guard is dropped.
    pub fn enter(&self) -> EnterGuard<'_> {
        context::enter(Arc::clone(&self.shared))
    }

    /// Polls `future` on this thread until it is done, and every second task.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _blocked = begin_block_on(InPlace::Forbidden);
        let mut park = self
            .park
            .lock()
            .expect("one thread at a time is in `block_on`");
        let _driven = self.shared.drive();
        enter_worker(&self.shared, &Worker::new(&self.shared), || {
            let mut future = pin!(future);
            let waker = Waker::from(Arc::new(Root(Arc::clone(&self.shared))));
            let mut cx = Context::from_waker(&waker);
            loop {
                match self.shared.next(Who::First) {
                    Next::Root => {
                        let polled = coop::with_budget(|| future.as_mut().poll(&mut cx));
                        if let Poll::Ready(output) = polled {
                            return output;
                        }
                    }
                    Next::Task(task) => self.shared.assert_owner(task).run(),
                    Next::Sleep => park.park(),
                    Next::End => unreachable!("the runtime is borrowed"),
                }
                self.shared.pass(Who::First);
            }
        })
    }
}

fn run_second(shared: &Arc<Shared>) {
    let _blocked = begin_block_on(InPlace::Allowed);
    enter_worker(shared, &Worker::new(shared), || {
        loop {
            match shared.next(Who::Second) {
                Next::Task(task) => shared.assert_owner(task).run(),
                Next::End => return,
                Next::Root | Next::Sleep => unreachable!("these are for the first"),
            }
            shared.pass(Who::Second);
        }
    });
}

/// Makes a task of `future` on the current runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let shared = context::current::<Shared>().expect("in a runtime of this flavor");
    Shared::spawn(&shared, future)
}

/// The waker of a root.
struct Root(Arc<Shared>);

impl Wake for Root {
    fn wake(self: Arc<Root>) {
        self.0.wake_root();
    }
}

impl Default for Runtime {
    fn default() -> Runtime {
        Runtime::new()
    }
}

impl<P: Park> Drop for Runtime<P> {
    fn drop(&mut self) {
        self.shared.shut_down();
        if let Some(second) = self.second.take() {
            second.join().expect("it isolates what it polls");
        }
        if let Ok(park) = self.park.get_mut() {
            park.shutdown();
        }
    }
}
