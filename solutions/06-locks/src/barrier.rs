//! A point that many tasks reach, and that none passes before all have reached it.
//!
//! Each task that arrives is counted. The last of them does not wait: it begins the next
//! *generation*, wakes the others, and is told that it was the last, the *leader*. The same barrier
//! then serves for the next round.
//!
//! In tokio: `sync/barrier.rs`, on a `watch` channel.

// ANCHOR: ex-6-8-barrier
use std::fmt;

use model::loom::sync::{Mutex, MutexGuard};

use crate::Notify;

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
    round: Mutex<Round>,
    /// Woken whenever a generation ends.
    ended: Notify,
    /// How many have to arrive.
    size: usize,
}

/// What is under the lock.
///
/// The danger is between two rounds. A task that is let go may be back at the barrier before the
/// leader has woken the rest, and wait for the next round when the wakes of this one arrive:
///
/// ```text
///     leader of round 1              A, in round 1          C, on its way to round 2
///     generation 1 -> 2
///                                                           arrives, in round 2: waits
///     wakes all who wait ──────────> passes: right
///                        ───────────────────────────────── > passes, alone: wrong
/// ```
///
/// So a wake is no more than a reason to look. A task that waits notes the generation it arrived in,
/// and passes when that is over.
///
/// # Invariants
///
/// - **Fewer Than All**: while the lock is free, `arrived < size`.
/// - **Wait For A Generation**: a waiter of generation `g` passes when the generation is no longer
///   `g`, and for no other reason.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// How many have arrived in this generation.
    arrived: usize,
    /// Wraps around, which would matter to a waiter that is not polled for 2^64 rounds.
    generation: usize,
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
        Barrier {
            round: Mutex::new(Round {
                arrived: 0,
                generation: 0,
            }),
            ended: Notify::new(),
            size: size.max(1),
        }
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
        let generation = {
            let mut round = self.lock();
            round.arrived += 1;
            if round.arrived == self.size {
                round.arrived = 0;
                round.generation = round.generation.wrapping_add(1);
                drop(round);
                self.ended.notify_waiters();
                return BarrierWaitResult(true);
            }
            round.generation
        };
        loop {
            // First the claim to be woken, then the look: a generation that ends between the two
            // is seen, and one that ends after them wakes.
            let woken = self.ended.notified();
            if self.lock().generation != generation {
                return BarrierWaitResult(false);
            }
            woken.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Round> {
        let round = self.round.lock().expect("nothing panics under this lock");
        debug_assert!(round.arrived < self.size, "Fewer Than All");
        round
    }
}

impl BarrierWaitResult {
    /// Whether this was the last task to arrive. There is one for each generation.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let round = *self.lock();
        f.debug_struct("Barrier")
            .field("size", &self.size)
            .field("arrived", &round.arrived)
            .field("generation", &round.generation)
            .finish()
    }
}
// ANCHOR_END: ex-6-8-barrier
