//! Chapter 3's matrix, every way a task can end, on pools of workers.

#![cfg(not(loom))]

#[path = "../../03-harness/tests/matrix.rs"]
mod matrix;

use std::cell::RefCell;
use std::future::Future;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};
use matrix::every_combination;
use matrix::schedulers::Scheduler;
use testkit::{Exercise, Rule};
use work_stealing::{JoinHandle, Options, Runtime};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");
const ENDS_ONCE: Rule = CHAPTER.rule(
    "However a task ends, its future and its output are dropped once, its handle is told, and its \
     cell is freed.",
);

/// A thread's sleep, whose handle is dropped with the last that knows the scheduler: each task's
/// cell does.
struct TracedPark(ThreadPark, Arc<()>);

struct TracedUnpark(
    ThreadUnpark,
    #[allow(dead_code, reason = "it is counted")] Arc<()>,
);

impl Park for TracedPark {
    type Unpark = TracedUnpark;

    fn unparker(&self) -> TracedUnpark {
        TracedUnpark(self.0.unparker(), Arc::clone(&self.1))
    }

    fn park(&mut self) {
        self.0.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.0.park_timeout(timeout);
    }
}

impl Unpark for TracedUnpark {
    fn unpark(&self) {
        self.0.unpark();
    }
}

/// A pool that polls nothing but in [`run`](Scheduler::run): until then each worker is held in a poll of a task of ours. The matrix
/// says what happens before the first poll, and a pool would not wait for that.
struct Held<const WORKERS: usize> {
    rt: RefCell<Option<Runtime>>,
    /// Each ends the poll that holds a worker.
    holds: RefCell<Vec<mpsc::Sender<()>>>,
    trace: Arc<()>,
}

impl<const WORKERS: usize> Held<WORKERS> {
    fn with<T>(&self, f: impl FnOnce(&Runtime) -> T) -> T {
        f(self.rt.borrow().as_ref().unwrap())
    }

    /// Each worker takes one of these, or they would not all begin.
    fn hold(&self) {
        let (began, begins) = mpsc::channel();
        for _ in 0..WORKERS {
            let (hold, is_over) = mpsc::channel::<()>();
            let began = began.clone();
            drop(self.with(|rt| {
                rt.spawn(async move {
                    began.send(()).unwrap();
                    let _ = is_over.recv();
                })
            }));
            self.holds.borrow_mut().push(hold);
        }
        for _ in 0..WORKERS {
            begins.recv().unwrap();
        }
    }

    fn release(&self) {
        self.holds.borrow_mut().clear();
    }
}

impl<const WORKERS: usize> Scheduler for Held<WORKERS> {
    const NAME: &'static str = match WORKERS {
        1 => "a pool of one",
        _ => "a pool of two",
    };

    fn start() -> Self {
        let trace = Arc::new(());
        let park = TracedPark(ThreadPark::new(), Arc::clone(&trace));
        let rt = Runtime::with_park(Options::new(WORKERS), park).unwrap();
        let held = Held {
            rt: RefCell::new(Some(rt)),
            holds: RefCell::default(),
            trace,
        };
        held.hold();
        held
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.with(|rt| rt.spawn(future))
    }

    fn run(&self) {
        self.release();
        self.with(|rt| {
            while !rt.handle().is_at_rest() {
                thread::yield_now();
            }
        });
        self.hold();
    }

    fn shutdown(&self) {
        self.release();
        self.rt.take();
    }

    // That all cells are freed is checked at the end of each case.
    fn is_empty(&self) -> bool {
        true
    }

    fn handles(&self) -> usize {
        1
    }
}

impl<const WORKERS: usize> Drop for Held<WORKERS> {
    fn drop(&mut self) {
        self.shutdown();
        if !thread::panicking() {
            assert_eq!(Arc::strong_count(&self.trace), 1, "a cell leaked");
        }
    }
}

#[test]
fn on_a_pool_of_one() {
    every_combination::<Held<1>>(ENDS_ONCE);
}

#[test]
fn on_a_pool_of_two() {
    every_combination::<Held<2>>(ENDS_ONCE);
}
