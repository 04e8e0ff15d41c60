//! Two workers, with all drivers.

use std::thread;
use std::time::Duration;

use async_executor::Executor;
use futures_lite::future;

use super::{Smol, Timers};
use crate::racers::WORKERS;

/// The finished runtime.
pub struct OursMt(reveille::runtime::Runtime);

/// `multi_thread`.
pub struct TokioMt(tokio::runtime::Runtime);

macro_rules! as_tokio {
    ($racer:ident, $krate:ident, $name:literal) => {
        impl Timers for $racer {
            const NAME: &'static str = $name;

            type Sleep = $krate::time::Sleep;

            fn start() -> $racer {
                let built = $krate::runtime::Builder::new_multi_thread()
                    .worker_threads(WORKERS)
                    .enable_all()
                    .build();
                $racer(built.expect("two threads, and an event queue"))
            }

            fn block_on<F: Future>(&self, future: F) -> F::Output {
                self.0.block_on(future)
            }

            fn spawn(future: impl Future<Output = ()> + Send + 'static) {
                drop($krate::task::spawn(future));
            }

            fn sleep(duration: Duration) -> Self::Sleep {
                $krate::time::sleep(duration)
            }

            async fn timeout<F>(duration: Duration, future: F) -> Option<F::Output>
            where
                F: Future<Output: Send> + Send,
            {
                $krate::time::timeout(duration, future).await.ok()
            }

            fn yield_now() -> impl Future<Output = ()> + Send {
                $krate::task::yield_now()
            }
        }
    };
}

as_tokio!(OursMt, reveille, "ours");
as_tokio!(TokioMt, tokio, "tokio");

/// `async-executor` on two threads, and `async-io`.
pub struct SmolMt;

static EXECUTOR: Executor<'static> = Executor::new();

impl Timers for SmolMt {
    const NAME: &'static str = "smol";

    type Sleep = <Smol as Timers>::Sleep;

    fn start() -> SmolMt {
        static THREADS: std::sync::Once = std::sync::Once::new();
        THREADS.call_once(|| {
            for _ in 0..WORKERS {
                thread::spawn(|| async_io::block_on(EXECUTOR.run(future::pending::<()>())));
            }
        });
        SmolMt
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        async_io::block_on(future)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.spawn(future).detach();
    }

    fn sleep(duration: Duration) -> Self::Sleep {
        Smol::sleep(duration)
    }

    fn timeout<F>(duration: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F: Future<Output: Send> + Send,
    {
        Smol::timeout(duration, future)
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
    }
}
