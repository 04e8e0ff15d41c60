//! The schedulers that every task is tested on, behind one trait. Chapter 4 puts its own behind it.

#![allow(dead_code, reason = "not every test needs all of it")]

pub mod local;
pub mod pool;

use std::future::Future;

use harness::JoinHandle;

pub use local::Local;
pub use pool::Pool;

/// As much of a scheduler as a test of tasks needs.
pub trait Scheduler {
    const NAME: &'static str;

    fn start() -> Self;

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static;

    /// Polls what is queued until nothing is.
    fn run(&self);

    fn shutdown(&self);

    /// Whether the scheduler knows of no task.
    fn is_empty(&self) -> bool;

    /// How many handles on the scheduler there are. Each cell has one, and `self` has one.
    fn handles(&self) -> usize;
}

impl Scheduler for Pool {
    const NAME: &'static str = "one thread, tasks that are Send";

    fn start() -> Pool {
        Pool::new()
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.spawn(future)
    }

    fn run(&self) {
        self.run();
    }

    fn shutdown(&self) {
        self.shutdown();
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn handles(&self) -> usize {
        self.handles()
    }
}

impl Scheduler for Local {
    const NAME: &'static str = "one thread, tasks that need not be Send";

    fn start() -> Local {
        Local::default()
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.spawn(future)
    }

    fn run(&self) {
        self.run();
    }

    fn shutdown(&self) {
        self.shutdown();
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }

    fn handles(&self) -> usize {
        self.handles()
    }
}

/// A pool whose tasks are always polled on a thread other than the one that spawned them.
pub struct Elsewhere(Pool);

impl Scheduler for Elsewhere {
    const NAME: &'static str = "two threads";

    fn start() -> Elsewhere {
        Elsewhere(Pool::new())
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.0.spawn(future)
    }

    fn run(&self) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.0.run());
        });
    }

    fn shutdown(&self) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.0.shutdown());
        });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn handles(&self) -> usize {
        self.0.handles()
    }
}
