//! Many tasks that end together.
//!
//! In tokio: `task/join_set.rs`.

mod builder;
mod entries;

use std::fmt;
use std::future::poll_fn;
use std::panic::{RefUnwindSafe, UnwindSafe, resume_unwind};
use std::task::{Context, Poll};

use current_thread::LocalSet;
use harness::{AbortHandle, Id, JoinError, JoinHandle};

use self::entries::{Ended, Entries};
use crate::runtime::Handle;

pub use self::builder::Builder;

/// A set of tasks with outputs of one type. They are joined in the order in which they end, about.
///
/// Dropping the set aborts them.
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::task::JoinSet;
///
/// let runtime = Builder::new_current_thread().build()?;
/// let sum = runtime.block_on(async {
///     let mut set = JoinSet::new();
///     for n in 0..10 {
///         set.spawn(async move { n });
///     }
///     let mut sum = 0;
///     while let Some(output) = set.join_next().await {
///         sum += output?;
///     }
///     Ok::<_, reveille::task::JoinError>(sum)
/// })?;
/// assert_eq!(sum, 45);
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct JoinSet<T> {
    entries: Entries<T>,
}

impl<T> JoinSet<T> {
    /// An empty set.
    pub fn new() -> JoinSet<T> {
        JoinSet {
            entries: Entries::new(),
        }
    }

    /// How many tasks are in the set, those that have ended included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no task is in the set.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: 'static> JoinSet<T> {
    /// A [builder](Builder) of a task of this set, to give it a name.
    pub fn build_task(&mut self) -> Builder<'_, T> {
        Builder::new(self)
    }

    /// Spawns a task into the set.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(crate::spawn(task))
    }

    /// Spawns a task of the runtime of `handle` into the set.
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(task))
    }

    /// Spawns a task that stays on this thread into the set.
    ///
    /// # Panics
    ///
    /// Outside of a [`LocalSet`] and of a local runtime.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(crate::task::spawn_local(task))
    }

    /// Spawns a task of `local_set` into the set.
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.insert(local_set.spawn_local(task))
    }

    /// Puts a blocking job into the set. To abort it does nothing once it has begun.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(crate::task::spawn_blocking(f))
    }

    /// Puts a blocking job of the runtime of `handle` into the set.
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn_blocking(f))
    }

    fn insert(&mut self, join: JoinHandle<T>) -> AbortHandle {
        let abort = join.abort_handle();
        self.entries.insert(join);
        abort
    }

    /// Waits until a task has ended, and takes it out; `None` if the set is empty.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: the task stays in the set.
    #[harness::leaf("JoinSet::join_next")]
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        poll_fn(|cx| self.poll_join_next(cx)).await
    }

    /// As [`join_next`](JoinSet::join_next), with the id of the task. That of a task that has failed is in
    /// its error.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: the task stays in the set.
    #[harness::leaf("JoinSet::join_next_with_id")]
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        poll_fn(|cx| self.poll_join_next_with_id(cx)).await
    }

    /// Takes a task out that has ended, if there is one.
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        Some(self.entries.try_ended()?.result)
    }

    /// As [`try_join_next`](JoinSet::try_join_next), with the id of the task.
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        Some(self.entries.try_ended()?.with_id())
    }

    /// Polls for a task that has ended. `Ready(None)` if the set is empty.
    #[harness::leaf("JoinSet::poll_join_next")]
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        self.entries.poll_ended(cx).map(|ended| Some(ended.result))
    }

    /// As [`poll_join_next`](JoinSet::poll_join_next), with the id of the task.
    #[harness::leaf("JoinSet::poll_join_next_with_id")]
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        (self.entries.poll_ended(cx)).map(|ended| Some(ended.with_id()))
    }

    /// Waits for all tasks, and returns their outputs in the order in which they ended.
    ///
    /// # Panics
    ///
    /// If one of them panics, with its panic; or if one is cancelled. The others are aborted then.
    ///
    /// # Cancellation
    ///
    /// All tasks are aborted, and the outputs are lost.
    #[harness::leaf("JoinSet::join_all", &self)]
    pub async fn join_all(mut self) -> Vec<T> {
        let mut outputs = Vec::with_capacity(self.len());
        while let Some(result) = self.join_next().await {
            match result {
                Ok(output) => outputs.push(output),
                Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
                Err(error) => panic!("{error}"),
            }
        }
        outputs
    }

    /// Aborts all tasks, and waits until they have ended.
    ///
    /// # Cancellation
    ///
    /// The tasks are aborted all the same, and stay in the set.
    #[harness::leaf("JoinSet::shutdown")]
    pub async fn shutdown(&mut self) {
        self.abort_all();
        while self.join_next().await.is_some() {}
    }
}

impl<T> JoinSet<T> {
    /// Aborts all tasks. They stay in the set until they are joined.
    pub fn abort_all(&mut self) {
        self.entries.iter().for_each(JoinHandle::abort);
    }

    /// Takes all tasks out of the set. They run on by themselves.
    pub fn detach_all(&mut self) {
        self.entries.clear();
    }
}

impl<T> Ended<T> {
    fn with_id(self) -> Result<(Id, T), JoinError> {
        self.result.map(|output| (self.id, output))
    }
}

impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        self.abort_all();
    }
}

/// What has panicked is a task, and its handle says so.
impl<T> UnwindSafe for JoinSet<T> {}
impl<T> RefUnwindSafe for JoinSet<T> {}

impl<T> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    /// Spawns all futures.
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> JoinSet<T> {
        let mut set = JoinSet::new();
        set.extend(futures);
        set
    }
}

impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    /// Spawns all futures.
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        futures.into_iter().for_each(|future| {
            self.spawn(future);
        });
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}
