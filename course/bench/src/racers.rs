//! The runtimes that race, behind one trait.
//!
//! Everything is static: a workload is compiled once for each runtime, as a program that uses only
//! this runtime would be.

#[cfg(feature = "peers")]
mod mt;
mod ours;
#[cfg(feature = "peers")]
mod ours_drivers;
#[cfg(feature = "peers")]
mod smol;
#[cfg(feature = "peers")]
mod tokio;

#[cfg(feature = "peers")]
pub use mt::{OursMt, SmolMt, TokioMt, WORKERS};
pub use ours::Ours;
#[cfg(feature = "peers")]
pub use ours_drivers::OursDrivers;
#[cfg(feature = "peers")]
pub use smol::Smol;
#[cfg(feature = "peers")]
pub use tokio::{Tokio, TokioDrivers};

/// A runtime.
pub trait Racer: 'static {
    /// What the tables call it.
    #[cfg_attr(
        not(feature = "peers"),
        expect(dead_code, reason = "without peers there is no table")
    )]
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
