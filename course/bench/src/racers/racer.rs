/// A runtime that races.
pub trait Racer: 'static {
    /// What the tables call it.
    #[allow(dead_code, reason = "where nothing else races, there is no table")]
    const NAME: &'static str;

    /// Waits for a task. Dropping it must not stop the task: see `detach`.
    type Join<T: Send + 'static>: Future<Output = T> + Send;
    /// Spawns from other threads.
    type Remote: Send + 'static;

    fn start() -> Self;

    fn block_on<F: Future>(&self, future: F) -> F::Output;

    /// Spawns from inside of `block_on`.
    fn spawn<F>(future: F) -> Self::Join<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static;

    /// Lets the task run on by itself.
    fn detach<T: Send + 'static>(join: Self::Join<T>);

    fn yield_now() -> impl Future<Output = ()> + Send;

    fn remote(&self) -> Self::Remote;

    fn spawn_remote<F>(remote: &Self::Remote, future: F)
    where
        F: Future<Output = ()> + Send + 'static;
}
