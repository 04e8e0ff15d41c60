use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::{JoinHandle, spawn, yield_now};

use super::Racer;

/// `current_thread` without drivers, as ours has none.
pub struct Tokio(Runtime);

/// `current_thread` as most programs have it, with the drivers of sockets and timers, which nothing uses here.
pub struct TokioDrivers(Tokio);

pub struct Join<T>(JoinHandle<T>);

impl<T> Future for Join<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|result| result.expect("no task panics here"))
    }
}

impl Racer for Tokio {
    const NAME: &'static str = "tokio";

    type Join<T: Send + 'static> = Join<T>;
    type Remote = Handle;

    fn start() -> Tokio {
        Tokio(
            Builder::new_current_thread()
                .build()
                .expect("a runtime without drivers asks the system for nothing"),
        )
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn<F>(future: F) -> Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Join(spawn(future))
    }

    fn detach<T: Send + 'static>(join: Join<T>) {
        drop(join);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        yield_now()
    }

    fn remote(&self) -> Handle {
        self.0.handle().clone()
    }

    fn spawn_remote<F>(remote: &Handle, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        drop(remote.spawn(future));
    }
}

impl Racer for TokioDrivers {
    const NAME: &'static str = "drivers";

    type Join<T: Send + 'static> = Join<T>;
    type Remote = Handle;

    fn start() -> TokioDrivers {
        let mut builder = Builder::new_current_thread();
        let rt = builder.enable_all().build();
        TokioDrivers(Tokio(rt.expect("the system has what the drivers need")))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn<F>(future: F) -> Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Tokio::spawn(future)
    }

    fn detach<T: Send + 'static>(join: Join<T>) {
        Tokio::detach(join);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        Tokio::yield_now()
    }

    fn remote(&self) -> Handle {
        self.0.remote()
    }

    fn spawn_remote<F>(remote: &Handle, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Tokio::spawn_remote(remote, future);
    }
}
