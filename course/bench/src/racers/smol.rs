use std::cell::Cell;
use std::ptr;
use std::sync::Arc;

use async_executor::{Executor, Task};
use futures_lite::future;

use super::Racer;

/// `async-executor` as `smol` uses it, on one thread.
pub struct Smol(Arc<Executor<'static>>);

thread_local! {
    /// The executor that runs on this thread: unlike the others, it has to be named to spawn.
    static CURRENT: Cell<*const Executor<'static>> = const { Cell::new(ptr::null()) };
}

impl Racer for Smol {
    const NAME: &'static str = "smol";

    type Join<T: Send + 'static> = Task<T>;
    type Remote = Arc<Executor<'static>>;

    fn start() -> Smol {
        Smol(Arc::new(Executor::new()))
    }

    fn block_on<F: Future>(&self, future: F) -> F::Output {
        CURRENT.set(Arc::as_ptr(&self.0));
        let output = future::block_on(self.0.run(future));
        CURRENT.set(ptr::null());
        output
    }

    fn spawn<F>(future: F) -> Task<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        // SAFETY: `block_on` is on the stack, as the trait demands, and has set it.
        let executor = unsafe { CURRENT.get().as_ref() };
        executor
            .expect("spawned inside of `block_on`")
            .spawn(future)
    }

    fn detach<T: Send + 'static>(join: Task<T>) {
        join.detach();
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
    }

    fn remote(&self) -> Arc<Executor<'static>> {
        Arc::clone(&self.0)
    }

    fn spawn_remote<F>(remote: &Arc<Executor<'static>>, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        remote.spawn(future).detach();
    }
}
