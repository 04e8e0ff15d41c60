use std::time::Duration;

use current_thread::{Runtime, ThreadPark, spawn, yield_now};
use timer_wheel::{Sleep, TimePark, sleep, timeout};

use super::Timers;

/// Chapter 9's driver on chapter 4's scheduler.
pub struct Ours(Runtime<TimePark<ThreadPark>>);

impl Timers for Ours {
    const NAME: &'static str = "ours";

    type Sleep = Sleep;

    fn start() -> Ours {
        Ours(Runtime::with_park(TimePark::new(ThreadPark::new())))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        drop(spawn(future));
    }

    fn sleep(duration: Duration) -> Sleep {
        sleep(duration)
    }

    async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
    where
        F: Future<Output: Send> + Send,
    {
        timeout(duration, future).await.ok()
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        yield_now()
    }
}
