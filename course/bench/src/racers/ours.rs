use std::pin::Pin;
use std::task::{Context, Poll};

use current_thread::{Handle, JoinHandle, Runtime, spawn, yield_now};

use super::Racer;

/// Chapter 4's scheduler.
pub struct Ours(Runtime);

pub struct Join<T>(JoinHandle<T>);

impl<T> Future for Join<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|result| result.expect("no task panics here"))
    }
}

impl Racer for Ours {
    const NAME: &'static str = "ours";

    type Join<T: Send + 'static> = Join<T>;
    type Remote = Handle;

    fn start() -> Ours {
        Ours(Runtime::new())
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
