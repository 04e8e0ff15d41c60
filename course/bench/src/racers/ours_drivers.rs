use current_thread::{Handle, Runtime, ThreadPark};
use reactor::IoPark;
use timer_wheel::TimePark;

use super::{Ours, Racer};

/// Chapter 4's scheduler on the drivers of chapters 8 and 9, which nothing uses here: what it costs to have them.
pub struct OursDrivers(Runtime<TimePark<IoPark>>);

impl Racer for OursDrivers {
    const NAME: &'static str = "ours+drivers";

    type Join<T: Send + 'static> = <Ours as Racer>::Join<T>;
    type Remote = Handle;

    fn start() -> OursDrivers {
        let sockets = IoPark::new(ThreadPark::new());
        OursDrivers(Runtime::with_park(TimePark::new(sockets)))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Ours::spawn(future)
    }

    fn detach<T: Send + 'static>(join: Self::Join<T>) {
        Ours::detach(join);
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        Ours::yield_now()
    }

    fn remote(&self) -> Handle {
        self.0.handle().clone()
    }

    fn spawn_remote<F>(remote: &Handle, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Ours::spawn_remote(remote, future);
    }
}
