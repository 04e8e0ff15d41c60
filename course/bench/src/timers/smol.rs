use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_executor::Executor;
use async_io::Timer;
use futures_lite::future;

use super::Timers;

/// `async-executor` and `async-io`, as `smol` uses them, on one thread.
pub struct Smol;

/// All of them spawn here: with `smol` the executor is a static.
static EXECUTOR: Executor<'static> = Executor::new();

pub struct Sleep(Timer);

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(cx).map(drop)
    }
}

impl Timers for Smol {
    const NAME: &'static str = "smol";

    type Sleep = Sleep;

    fn start() -> Smol {
        Smol
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        async_io::block_on(EXECUTOR.run(future))
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.spawn(future).detach();
    }

    fn sleep(duration: Duration) -> Sleep {
        Sleep(Timer::after(duration))
    }

    async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
    where
        F: Future<Output: Send> + Send,
    {
        future::or(async { Some(future.await) }, async {
            Timer::after(duration).await;
            None
        })
        .await
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
    }
}
