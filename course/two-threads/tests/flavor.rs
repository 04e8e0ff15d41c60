//! What a thread of this flavor answers to code that runs on it.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "a handle leaves the block_on it was made in"
)]

use std::any::{Any, TypeId};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use atomic_waker::oneshot;
use current_thread::{Park, Runtime, ThreadPark, ThreadUnpark, Unpark, spawn, yield_now};
use harness::context::{
    self, Blocking, BoxSleep, InPlace, Job, Timer, begin_block_on, find, leave_block_on, may_block,
};
use harness::coop::{consume_budget, has_budget_remaining};
use testkit::{LIMIT, within};

/// A driver above a thread's sleep, with the services that chapters to come bring.
struct Driver(ThreadPark, Services);
struct Shared(ThreadUnpark, Services);

#[derive(Clone)]
struct Services {
    sockets: Sockets,
    timer: Arc<dyn Timer>,
    blocking: Arc<dyn Blocking>,
}

#[derive(Clone, Default)]
struct Sockets(Arc<AtomicUsize>);

/// A clock that stands still.
#[derive(Default)]
struct Stopped(AtomicUsize);

/// Starts a thread for each job.
struct Threads;

impl Timer for Stopped {
    fn now(&self) -> Instant {
        Instant::now()
    }
    fn sleep_until(&self, _: Instant) -> BoxSleep {
        Box::pin(std::future::ready(()))
    }
    fn hold(&self) {
        self.0.fetch_add(1, SeqCst);
    }
    fn release(&self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Blocking for Threads {
    fn run(&self, job: Job) -> Result<(), Job> {
        thread::spawn(job);
        Ok(())
    }
}

impl Park for Driver {
    type Unpark = Shared;
    fn unparker(&self) -> Shared {
        Shared(self.0.unparker(), self.1.clone())
    }
    fn park(&mut self) {
        self.0.park();
    }
    fn park_timeout(&mut self, timeout: Duration) {
        self.0.park_timeout(timeout);
    }
}

impl Unpark for Shared {
    fn unpark(&self) {
        self.0.unpark();
    }
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        let services: [&dyn Any; 3] = [&self.1.sockets, &self.1.timer, &self.1.blocking];
        let own = services.into_iter().find(|it| (**it).type_id() == wanted);
        own.or_else(|| self.0.find(wanted))
    }
}

fn with_services() -> (Runtime<Driver>, Arc<Stopped>) {
    let clock = Arc::new(Stopped::default());
    let services = Services {
        sockets: Sockets::default(),
        timer: Arc::clone(&clock) as Arc<dyn Timer>,
        blocking: Arc::new(Threads),
    };
    (
        Runtime::with_park(Driver(ThreadPark::new(), services)),
        clock,
    )
}

/// Runs `test` in the root, and twice in a task, so that it runs on both threads.
fn on_both(rt: &Runtime<impl Park>, test: impl Fn() + Send + Clone + 'static) {
    let threads: HashSet<ThreadId> = rt.block_on(async {
        test();
        spawn(async move {
            let mut threads = HashSet::new();
            while threads.len() < 2 {
                test();
                threads.insert(thread::current().id());
                yield_now().await;
            }
            threads
        })
        .await
        .unwrap()
    });
    assert!(threads.contains(&thread::current().id()));
}

#[test]
fn a_driver_is_found_on_both_threads() {
    within(LIMIT, "looking for drivers", || {
        let (rt, clock) = with_services();
        assert!(find::<Sockets>().is_none());
        let seen = Arc::clone(&clock);
        on_both(&rt, move || {
            find::<Sockets>().unwrap().0.fetch_add(1, SeqCst);
            assert!(find::<ThreadUnpark>().is_some(), "the driver below");
            assert!(find::<u32>().is_none());
            assert!(context::now().is_some());
            assert!(context::sleep_until(Instant::now()).is_some());
            let held = context::hold_clock();
            assert_eq!(seen.0.load(SeqCst), 1);
            drop(held);
            assert_eq!(seen.0.load(SeqCst), 0);
        });
        let _entered = rt.enter();
        assert!(3 <= find::<Sockets>().unwrap().0.load(SeqCst));
    });
}

#[test]
fn a_job_that_blocks_runs_elsewhere() {
    within(LIMIT, "a job", || {
        let (rt, _) = with_services();
        let (tx, rx) = oneshot::channel();
        let (here, there) = rt.block_on(async {
            spawn(async {
                let job: Job = Box::new(move || {
                    assert!(may_block());
                    tx.send(thread::current().id()).unwrap();
                });
                assert!(context::run_blocking(job).is_ok());
                (thread::current().id(), rx.await.unwrap())
            })
            .await
            .unwrap()
        });
        assert_ne!(here, there);
        // Without threads for it, the job comes back.
        let job: Job = Box::new(|| ());
        assert!(context::run_blocking(job).is_err());
        Runtime::new().block_on(async { assert!(context::run_blocking(Box::new(|| ())).is_err()) });
    });
}

#[test]
fn a_task_must_not_block_either_thread() {
    within(LIMIT, "blocking_recv in a task", || {
        on_both(&Runtime::new(), || {
            assert!(!may_block());
            let (_tx, rx) = oneshot::channel::<()>();
            let panic = catch_unwind(AssertUnwindSafe(|| rx.blocking_recv())).unwrap_err();
            let message = panic.downcast_ref::<&str>().unwrap();
            assert!(message.starts_with("Cannot block the current thread from within a runtime."));
        });
    });
}

/// As `block_in_place` does: its threads can be replaced, and the one in `block_on` cannot.
#[test]
fn a_block_on_can_be_undone_where_the_scheduler_says_so() {
    within(LIMIT, "leaving a block_on", || {
        let first = thread::current().id();
        on_both(&Runtime::new(), move || {
            let left = leave_block_on();
            assert_eq!(left.is_err(), thread::current().id() == first);
            if let Ok(left) = left {
                assert!(may_block());
                drop(begin_block_on(InPlace::Forbidden));
                assert!(may_block());
                drop(left);
            }
            assert!(!may_block());
        });
    });
}

/// The budget does not bind code that may block; and what is left of it is there afterwards.
#[test]
fn the_budget_rests_while_a_block_on_is_undone() {
    within(LIMIT, "leaving a block_on", || {
        Runtime::new().block_on(async {
            let first = thread::current().id();
            spawn(async move {
                while thread::current().id() == first {
                    yield_now().await;
                }
                while has_budget_remaining() {
                    consume_budget().await;
                }
                let left = leave_block_on().unwrap();
                assert!(has_budget_remaining());
                drop(left);
                assert!(!has_budget_remaining());
            })
            .await
            .unwrap();
        });
    });
}

#[test]
fn a_yield_goes_after_all_that_is_due() {
    within(LIMIT, "yields", || {
        let order = Arc::new(Mutex::new(Vec::new()));
        Runtime::new().block_on(async {
            let tasks = [1, 2, 3].map(|n| {
                let order = Arc::clone(&order);
                spawn(async move {
                    for _ in 0..2 {
                        order.lock().unwrap().push(n);
                        yield_now().await;
                    }
                })
            });
            for task in tasks {
                task.await.unwrap();
            }
        });
        assert_eq!(*order.lock().unwrap(), [1, 2, 3, 1, 2, 3]);
    });
}

/// Each poll is made by the other thread than the one before.
#[test]
fn a_task_is_polled_by_both_threads() {
    within(LIMIT, "a task that moves", || {
        on_both(&Runtime::new(), || ());
    });
}

#[test]
fn the_futures_are_dropped_with_the_runtime_and_in_it() {
    within(LIMIT, "the end", || {
        struct Asks(Arc<AtomicUsize>);
        impl Drop for Asks {
            fn drop(&mut self) {
                self.0
                    .fetch_add(1 + usize::from(context::is_entered()), SeqCst);
            }
        }
        let seen = Arc::new(AtomicUsize::new(0));
        let asks = Asks(Arc::clone(&seen));
        let rt = Runtime::new();
        let join = rt.block_on(async {
            let join = spawn(async move {
                let _asks = asks;
                std::future::pending::<()>().await;
            });
            yield_now().await;
            join
        });
        drop(rt);
        assert_eq!(seen.load(SeqCst), 2);
        assert!(join.is_finished());
    });
}
