//! Chapter 3's matrix, every way a task can end, on the schedulers of this chapter.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "handles leave the block_on they were made in"
)]

#[path = "../../03-harness/tests/matrix.rs"]
mod matrix;

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use current_thread::{
    JoinHandle, LocalRuntime, LocalSet, Park, Runtime, ThreadPark, ThreadUnpark, Unpark, spawn,
    yield_now,
};
use matrix::every_combination;
use matrix::schedulers::Scheduler;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const ENDS_ONCE: Rule = CHAPTER.may_be("4.3, 4.4, 4.5 or 4.8").rule(
    "However a task ends, its future and its output are dropped once, its handle is told, and its \
     cell is freed.",
);

/// A thread's sleep, whose handle is dropped with the last that knows the scheduler: each task's
/// cell does.
struct TracedPark {
    park: ThreadPark,
    trace: Arc<()>,
}

struct TracedUnpark {
    unpark: ThreadUnpark,
    _trace: Arc<()>,
}

impl Park for TracedPark {
    type Unpark = TracedUnpark;

    fn unparker(&self) -> TracedUnpark {
        TracedUnpark {
            unpark: self.park.unparker(),
            _trace: Arc::clone(&self.trace),
        }
    }

    fn park(&mut self) {
        self.park.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        self.park.park_timeout(timeout);
    }
}

impl Unpark for TracedUnpark {
    fn unpark(&self) {
        self.unpark.unpark();
    }
}

fn traced() -> (TracedPark, Arc<()>) {
    let trace = Arc::new(());
    let park = TracedPark {
        park: ThreadPark::new(),
        trace: Arc::clone(&trace),
    };
    (park, trace)
}

async fn yield_often() {
    for _ in 0..8 {
        yield_now().await;
    }
}

/// A runtime, and the certainty that all of its cells are freed.
struct Traced<R> {
    rt: RefCell<Option<R>>,
    trace: Arc<()>,
}

impl<R> Traced<R> {
    fn new(make: impl FnOnce(TracedPark) -> R) -> Traced<R> {
        let (park, trace) = traced();
        Traced {
            rt: RefCell::new(Some(make(park))),
            trace,
        }
    }

    fn with<T>(&self, f: impl FnOnce(&R) -> T) -> T {
        f(self.rt.borrow().as_ref().unwrap())
    }

    fn shutdown(&self) {
        self.rt.take();
    }
}

impl<R> Drop for Traced<R> {
    fn drop(&mut self) {
        self.shutdown();
        if !thread::panicking() {
            assert_eq!(Arc::strong_count(&self.trace), 1, "a cell leaked");
        }
    }
}

macro_rules! scheduler {
    ($type:ident, $name:literal, $rt:ty, $make:expr, $spawn:expr, $run:expr) => {
        struct $type(Traced<$rt>);

        impl Scheduler for $type {
            const NAME: &'static str = $name;

            fn start() -> $type {
                $type(Traced::new($make))
            }

            fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
            where
                F: Future<Output: Send + 'static> + Send + 'static,
            {
                self.0.with(|rt| $spawn(rt, future))
            }

            fn run(&self) {
                self.0.with($run);
            }

            fn shutdown(&self) {
                self.0.shutdown();
            }

            // That all cells are freed is checked at the end of each case.
            fn is_empty(&self) -> bool {
                true
            }

            fn handles(&self) -> usize {
                1
            }
        }
    };
}

scheduler!(
    Inside,
    "spawned inside of block_on",
    Runtime<TracedPark>,
    Runtime::with_park,
    |rt: &Runtime<TracedPark>, future| rt.block_on(async { spawn(future) }),
    |rt| rt.block_on(yield_often())
);

scheduler!(
    Outside,
    "spawned while no thread drives",
    Runtime<TracedPark>,
    Runtime::with_park,
    |rt: &Runtime<TracedPark>, future| rt.spawn(future),
    |rt| rt.block_on(yield_often())
);

scheduler!(
    Moving,
    "driven by one thread and then another",
    Runtime<TracedPark>,
    Runtime::with_park,
    |rt: &Runtime<TracedPark>, future| rt.block_on(async { spawn(future) }),
    |rt| thread::scope(|scope| {
        scope.spawn(|| rt.block_on(yield_often()));
    })
);

scheduler!(
    Local,
    "a local runtime",
    LocalRuntime<TracedPark>,
    LocalRuntime::with_park,
    |rt: &LocalRuntime<TracedPark>, future| rt.spawn_local(future),
    |rt| rt.block_on(yield_often())
);

/// A set, and the runtime that it is polled by.
struct Both {
    set: LocalSet,
    rt: Runtime<TracedPark>,
}

scheduler!(
    Set,
    "a local set",
    Both,
    |park| Both {
        set: LocalSet::new(),
        rt: Runtime::with_park(park)
    },
    |both: &Both, future| both.set.spawn_local(future),
    |both| both.set.block_on(&both.rt, yield_often())
);

#[test]
fn spawned_inside() {
    every_combination::<Inside>(ENDS_ONCE);
}

#[test]
fn spawned_outside() {
    every_combination::<Outside>(ENDS_ONCE);
}

#[test]
fn on_moving_threads() {
    every_combination::<Moving>(ENDS_ONCE);
}

#[test]
fn on_a_local_runtime() {
    every_combination::<Local>(ENDS_ONCE);
}

#[test]
fn on_a_local_set() {
    every_combination::<Set>(ENDS_ONCE);
}
