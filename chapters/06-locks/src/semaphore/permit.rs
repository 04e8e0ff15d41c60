//! Permits that a caller holds, and that go back when they are dropped.
//!
//! In tokio: `SemaphorePermit`, `OwnedSemaphorePermit` in `sync/semaphore.rs`.

use std::sync::Arc;

use crate::semaphore::Semaphore;

/// Permits of a semaphore, which get them back when this is dropped.
///
/// # Examples
///
/// ```
/// use locks::Semaphore;
///
/// timer_future::block_on(async {
///     let connections = Semaphore::new(3);
///     let mut two = connections.acquire_many(2).await.unwrap();
///     assert_eq!(connections.available_permits(), 1);
///     // Gives one back early, and one at the end.
///     drop(two.split(1));
///     assert_eq!(connections.available_permits(), 2);
///     drop(two);
///     assert_eq!(connections.available_permits(), 3);
/// });
/// ```
#[must_use]
#[clippy::has_significant_drop]
#[derive(Debug)]
pub struct SemaphorePermit<'a> {
    semaphore: &'a Semaphore,
    permits: usize,
}

/// As [`SemaphorePermit`], without borrowing the semaphore.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use locks::Semaphore;
///
/// timer_future::block_on(async {
///     let slots = Arc::new(Semaphore::new(1));
///     let permit = Arc::clone(&slots).acquire_owned().await.unwrap();
///     let job = thread::spawn(move || {
///         let _permit = permit;
///         // Here the job works. Its slot is free when it ends.
///     });
///     job.join().unwrap();
///     assert_eq!(slots.available_permits(), 1);
/// });
/// ```
#[must_use]
#[clippy::has_significant_drop]
#[derive(Debug)]
pub struct OwnedSemaphorePermit {
    semaphore: Arc<Semaphore>,
    permits: usize,
}

impl<'a> SemaphorePermit<'a> {
    pub(crate) fn new(semaphore: &'a Semaphore, permits: usize) -> SemaphorePermit<'a> {
        SemaphorePermit { semaphore, permits }
    }

    /// Keeps the permits away from the semaphore for good: it has fewer from now on.
    pub fn forget(mut self) {
        self.permits = 0;
    }

    /// Adds the permits of `other` to these, so that they are released together.
    ///
    /// # Panics
    ///
    /// If they are those of another semaphore.
    #[track_caller]
    pub fn merge(&mut self, mut other: SemaphorePermit<'a>) {
        assert!(
            std::ptr::eq(self.semaphore, other.semaphore),
            "merging permits from different semaphore instances"
        );
        self.permits += other.permits;
        other.permits = 0;
    }

    /// Takes `n` of the permits out, if there are so many.
    pub fn split(&mut self, n: usize) -> Option<SemaphorePermit<'a>> {
        self.permits = self.permits.checked_sub(n)?;
        Some(SemaphorePermit::new(self.semaphore, n))
    }

    /// The semaphore that these permits belong to.
    pub fn semaphore(&self) -> &Semaphore {
        self.semaphore
    }

    /// How many these are.
    pub fn num_permits(&self) -> usize {
        self.permits
    }
}

impl Drop for SemaphorePermit<'_> {
    fn drop(&mut self) {
        self.semaphore.release(self.permits);
    }
}

impl OwnedSemaphorePermit {
    pub(crate) fn new(semaphore: Arc<Semaphore>, permits: usize) -> OwnedSemaphorePermit {
        OwnedSemaphorePermit { semaphore, permits }
    }

    /// Keeps the permits away from the semaphore for good: it has fewer from now on.
    pub fn forget(mut self) {
        self.permits = 0;
    }

    /// Adds the permits of `other` to these, so that they are released together.
    ///
    /// # Panics
    ///
    /// If they are those of another semaphore.
    #[track_caller]
    pub fn merge(&mut self, mut other: OwnedSemaphorePermit) {
        assert!(
            Arc::ptr_eq(&self.semaphore, &other.semaphore),
            "merging permits from different semaphore instances"
        );
        self.permits += other.permits;
        other.permits = 0;
    }

    /// Takes `n` of the permits out, if there are so many.
    pub fn split(&mut self, n: usize) -> Option<OwnedSemaphorePermit> {
        self.permits = self.permits.checked_sub(n)?;
        Some(OwnedSemaphorePermit::new(Arc::clone(&self.semaphore), n))
    }

    /// The semaphore that these permits belong to.
    pub fn semaphore(&self) -> &Arc<Semaphore> {
        &self.semaphore
    }

    /// How many these are.
    pub fn num_permits(&self) -> usize {
        self.permits
    }
}

impl Drop for OwnedSemaphorePermit {
    fn drop(&mut self) {
        self.semaphore.release(self.permits);
    }
}
