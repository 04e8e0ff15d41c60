//! The runtimes with two workers. Workloads run inside of a task, so that the worker's own queue is what is measured.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use async_executor::{Executor, Task};
use futures_lite::future;

use super::Racer;

/// How many workers each has.
pub const WORKERS: usize = 2;

/// Chapter 10's pool.
pub struct OursMt(work_stealing::Runtime);

pub struct TokioMt(tokio::runtime::Runtime);

/// `async-executor` on two threads.
pub struct SmolMt {
    executor: &'static Executor<'static>,
}

pub struct Join<J>(J);

impl<T> Future for Join<work_stealing::JoinHandle<T>> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|result| result.expect("no task panics here"))
    }
}

impl<T> Future for Join<tokio::task::JoinHandle<T>> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|result| result.expect("no task panics here"))
    }
}

impl Racer for OursMt {
    const NAME: &'static str = "ours";

    type Join<T: Send + 'static> = Join<work_stealing::JoinHandle<T>>;
    type Remote = work_stealing::Handle;

    fn start() -> OursMt {
        OursMt(work_stealing::Runtime::new(WORKERS).expect("two threads"))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Join(work_stealing::spawn(future))
    }

    fn detach<T: Send + 'static>(join: Self::Join<T>) {
        drop(join);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        work_stealing::yield_now()
    }

    fn remote(&self) -> work_stealing::Handle {
        self.0.handle().clone()
    }

    fn spawn_remote<F>(remote: &work_stealing::Handle, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        drop(remote.spawn(future));
    }
}

impl Racer for TokioMt {
    const NAME: &'static str = "tokio";

    type Join<T: Send + 'static> = Join<tokio::task::JoinHandle<T>>;
    type Remote = tokio::runtime::Handle;

    fn start() -> TokioMt {
        let built = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .build();
        TokioMt(built.expect("two threads"))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Join(tokio::spawn(future))
    }

    fn detach<T: Send + 'static>(join: Self::Join<T>) {
        drop(join);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }

    fn remote(&self) -> tokio::runtime::Handle {
        self.0.handle().clone()
    }

    fn spawn_remote<F>(remote: &tokio::runtime::Handle, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        drop(remote.spawn(future));
    }
}

impl SmolMt {
    /// There is one in this program, as there is one behind `smol::spawn`.
    fn global() -> &'static Executor<'static> {
        static GLOBAL: std::sync::OnceLock<&'static Executor<'static>> = std::sync::OnceLock::new();
        GLOBAL.get_or_init(|| {
            let executor: &'static Executor<'static> = Box::leak(Box::new(Executor::new()));
            for _ in 0..WORKERS {
                thread::spawn(move || future::block_on(executor.run(future::pending::<()>())));
            }
            executor
        })
    }
}

impl Racer for SmolMt {
    const NAME: &'static str = "smol";

    type Join<T: Send + 'static> = Task<T>;
    type Remote = Arc<()>;

    fn start() -> SmolMt {
        SmolMt {
            executor: SmolMt::global(),
        }
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _ = self.executor;
        future::block_on(future)
    }

    fn spawn<F>(future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        SmolMt::global().spawn(future)
    }

    fn detach<T: Send + 'static>(join: Task<T>) {
        join.detach();
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
    }

    fn remote(&self) -> Arc<()> {
        Arc::new(())
    }

    fn spawn_remote<F>(_: &Arc<()>, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        SmolMt::global().spawn(future).detach();
    }
}
