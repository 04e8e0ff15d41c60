use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::{spawn, yield_now};
use tokio::time::{Sleep, sleep, timeout};

use super::Timers;

/// `current_thread` with the time driver, and no other.
pub struct Tokio(Runtime);

impl Timers for Tokio {
    const NAME: &'static str = "tokio";

    type Sleep = Sleep;

    fn start() -> Tokio {
        let rt = Builder::new_current_thread().enable_time().build();
        Tokio(rt.expect("a runtime with timers asks the system for nothing"))
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
