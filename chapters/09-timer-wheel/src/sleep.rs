//! A future that is ready at a point in time.
//!
//! In tokio: `time/sleep.rs`.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use harness::coop;

use crate::current;
use crate::entry::Entry;
use crate::handle::TimeHandle;
use crate::instant::Instant;
use crate::state::Due;

/// Is ready when its deadline has come, and not before. Made by [`sleep`] and [`sleep_until`].
///
/// It must be pinned to be polled or reset, because its timer is inside of it. In a `select!` that
/// is polled in a loop, pin it once, outside of the loop.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, Instant, TimePark, sleep};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     let started = Instant::now();
///     let mut sleep = pin!(sleep(Duration::from_millis(10)));
///     sleep.as_mut().await;
///     sleep.as_mut().reset(Instant::now() + Duration::from_millis(20));
///     sleep.await;
///     assert_eq!(started.elapsed(), Duration::from_millis(30));
/// });
/// ```
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Sleep {
    entry: Entry,
    deadline: Instant,
}

/// Waits until `duration` has passed since this call.
///
/// # Panics
///
/// If this is called outside of a runtime with timers. Polling panics if the runtime has shut down.
///
/// # Cancellation
///
/// Dropping the future takes its timer away, at once.
#[inline]
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    let handle = current::get();
    let now = Instant::from_std(handle.clock().now());
    Sleep::new(handle, now.saturating_add(duration))
}

/// Waits until `deadline` has come.
///
/// # Panics
///
/// As [`sleep`].
///
/// # Cancellation
///
/// As [`sleep`].
#[inline]
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(current::get(), deadline)
}

impl Sleep {
    #[inline]
    fn new(handle: TimeHandle, deadline: Instant) -> Sleep {
        Sleep {
            entry: Entry::new(handle),
            deadline,
        }
    }

    /// A sleep by the clock of this driver, wherever it is made.
    pub fn with_handle(handle: TimeHandle, deadline: Instant) -> Sleep {
        Sleep::new(handle, deadline)
    }

    /// When it is ready.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether its deadline has come, as far as the driver has looked. A sleep that has never been polled has
    /// no timer yet, and has not elapsed.
    pub fn is_elapsed(&self) -> bool {
        self.entry.is_fired()
    }

    /// Gives it another deadline. A task that waits for it is woken when that has come, without another poll;
    /// at once, if that is in the past. A sleep that is elapsed can be reset, and then be awaited again.
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project(deadline);
        this.reset(|handle| due_at(handle, deadline));
    }

    /// Writes the deadline.
    fn project(self: Pin<&mut Self>, deadline: Instant) -> Pin<&Entry> {
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        this.deadline = deadline;
        // SAFETY: a field of a value that is pinned, and that gives out no other way to the field.
        unsafe { Pin::new_unchecked(&this.entry) }
    }

    /// As a poll, but beside the budget.
    pub(crate) fn poll_elapsed(self: Pin<&Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        // SAFETY: a field of a value that is pinned, and that gives out no other way to the field.
        let entry = unsafe { self.map_unchecked(|it| &it.entry) };
        entry.poll(cx.waker(), |handle| due_at(handle, deadline))
    }
}

#[inline]
fn due_at(handle: &TimeHandle, deadline: Instant) -> Due {
    Due::At(handle.tick_of(deadline.into_std()))
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    #[harness::leaf("sleep", self.deadline.into_std())]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let proceed = ready!(coop::poll_proceed(cx));
        ready!(self.as_ref().poll_elapsed(cx));
        proceed.made_progress();
        Poll::Ready(())
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline)
            .field("is_elapsed", &self.is_elapsed())
            .finish()
    }
}
