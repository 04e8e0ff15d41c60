//! A point that many tasks reach, and that none passes before all have reached it.
//!
//! Each task that arrives is counted. The last of them does not wait: it begins the next
//! *generation*, wakes the others, and is told that it was the last, the *leader*. The same barrier
//! then serves for the next round.
//!
//! In tokio: `sync/barrier.rs`, on a `watch` channel.

// ANCHOR: ex-6-8-barrier
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need.

use std::fmt;

/// Lets no task pass until as many tasks as it was made for have arrived.
///
/// # Examples
///
/// ```
/// use locks::Barrier;
///
/// let barrier = Barrier::new(2);
/// let (one, other) = timer_future::block_on(timer_future::join(barrier.wait(), barrier.wait()));
/// assert!(!one.is_leader());
/// assert!(other.is_leader(), "it came last");
/// ```
pub struct Barrier {
    // Yours to replace, as are all private fields and whatever else is not public.
    size: usize,
}

/// Whether a task was the last to arrive.
///
/// # Examples
///
/// ```
/// use locks::Barrier;
/// use timer_future::{block_on, join};
///
/// let barrier = Barrier::new(2);
/// let (one, other) = block_on(join(barrier.wait(), barrier.wait()));
/// // One task of each round does what is to be done once: it writes the report, for example.
/// let leaders = [one, other].iter().filter(|result| result.is_leader()).count();
/// assert_eq!(leaders, 1);
/// ```
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl Barrier {
    /// A barrier for `size` tasks. With 0 it lets every task pass, as with 1.
    pub fn new(size: usize) -> Barrier {
        todo!("6.8 barrier")
    }

    /// Waits until all have arrived. One of them, the last, is the leader.
    ///
    /// A task arrives with the first poll of this future.
    ///
    /// # Cancellation
    ///
    /// This is not safe to cancel: a task that has arrived stays counted when its future is
    /// dropped, and the others pass without it.
    #[harness::leaf("Barrier::wait")]
    pub async fn wait(&self) -> BarrierWaitResult {
        todo!("6.8 barrier")
    }
}

impl BarrierWaitResult {
    /// Whether this was the last task to arrive. There is one for each generation.
    pub fn is_leader(&self) -> bool {
        todo!("6.8 barrier")
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.8 barrier")
    }
}
// ANCHOR_END: ex-6-8-barrier
