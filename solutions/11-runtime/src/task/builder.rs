//! A task, with what is said of it before it is spawned.
//!
//! # Left out
//!
//! A name is for those who look into a running program. Nothing of ours shows names yet, so it goes no further
//! than here.
//!
//! In tokio: `task/builder.rs`.

use std::io;
use std::marker::PhantomData;

use current_thread::LocalSet;
use harness::JoinHandle;

use crate::runtime::Handle;

/// Says something of a task before it is spawned.
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// use reveille::task::Builder;
///
/// let answer = runtime.block_on(async {
///     let task = Builder::new().name("the answer").spawn(async { 42 })?;
///     task.await.map_err(std::io::Error::from)
/// })?;
/// assert_eq!(answer, 42);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "builders do nothing unless used to spawn a task"]
pub struct Builder<'a> {
    name: PhantomData<&'a str>,
}

impl<'a> Builder<'a> {
    /// Of a task of which nothing is said.
    pub fn new() -> Builder<'a> {
        Builder::default()
    }

    /// Gives the task a name.
    pub fn name(&self, _: &'a str) -> Builder<'a> {
        Builder { name: PhantomData }
    }

    /// See [`spawn`](crate::task::spawn()).
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Ok(crate::task::spawn(future))
    }

    /// See [`Handle::spawn`].
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_on<F>(self, future: F, handle: &Handle) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Ok(handle.spawn(future))
    }

    /// See [`spawn_local`](crate::task::spawn_local).
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future<Output: 'static> + 'static,
    {
        Ok(crate::task::spawn_local(future))
    }

    /// See [`LocalSet::spawn_local`].
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_local_on<F>(
        self,
        future: F,
        local_set: &LocalSet,
    ) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future<Output: 'static> + 'static,
    {
        Ok(local_set.spawn_local(future))
    }

    /// See [`spawn_blocking`](crate::task::spawn_blocking()).
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_blocking<F, R>(self, f: F) -> io::Result<JoinHandle<R>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        Ok(crate::task::spawn_blocking(f))
    }

    /// See [`Handle::spawn_blocking`].
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_blocking_on<F, R>(self, f: F, handle: &Handle) -> io::Result<JoinHandle<R>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        Ok(handle.spawn_blocking(f))
    }
}
