//! What threads and tasks do, told to a recorder.
//!
//! A reader who wants to see a runtime at work needs to know when each poll began and ended, who woke whom, and when threads slept. So the
//! code that does these things says so, here. The functions of this module are called by the harness, and by the schedulers and drivers of later
//! chapters:
//!
//! ```text
//!     this chapter    spawned, poll, woken, aborted, end ────┐
//!     schedulers      poll_root, woken_root, stolen ─────────┤──> record ──> a file for each thread
//!     what they       sleep_on_thread, sleep_on_queue, turn, │    (only with the feature `trace`,
//!     sleep on        fired ─────────────────────────────────┤     and while it is switched on)
//!     the runtime     block, job ────────────────────────────┘
//! ```
//!
//! # What it costs
//!
//! Without the feature `trace` the functions are empty, and nothing is left of them. With it, while nothing is recorded, each of them is a load of
//! a static and a branch that is never taken. While it records, each reads the clock and writes four words.
//!
//! In tokio: spans and events of the crate `tracing`, with the compiler flag `tokio_unstable`.

#[cfg(feature = "trace")]
mod record;

use std::time::Duration;

#[cfg(feature = "trace")]
use ::trace::{Bed, Driver, Event, How, Subject};

use crate::id::Id;
use crate::origin::Place;

#[cfg(feature = "trace")]
pub use self::record::{EVENTS_MAX, start, start_with, stop};
/// What was recorded, to be read by the program itself: see the crate `trace`.
#[cfg(feature = "trace")]
pub use ::trace::{Recording, Timeline, event, timeline};

/// Something that lasts. Its end is recorded when this is dropped, if its beginning was.
///
/// # Examples
///
/// ```
/// use harness::trace::{Span, sleep_on_thread};
///
/// let asleep: Span = sleep_on_thread();
/// // Here the thread sleeps.
/// drop(asleep);
/// ```
#[derive(Debug)]
#[must_use = "it ends when this is dropped"]
pub struct Span {
    #[cfg(feature = "trace")]
    end: Option<Event>,
}

/// Records an event, which is made only if it is recorded.
#[cfg(feature = "trace")]
macro_rules! note {
    ($event:expr) => {
        if record::is_on() {
            record::note($event);
        }
    };
}

#[cfg(not(feature = "trace"))]
macro_rules! note {
    ($event:expr) => {};
}

/// Records a beginning, and gives the span that will record the end.
#[cfg(feature = "trace")]
macro_rules! span {
    ($begin:expr, $end:expr) => {
        Span {
            end: record::is_on().then(|| {
                record::note($begin);
                $end
            }),
        }
    };
}

#[cfg(not(feature = "trace"))]
macro_rules! span {
    ($begin:expr, $end:expr) => {
        Span {}
    };
}

impl Span {
    /// The poll ended, as the task gave way.
    #[inline(always)]
    pub fn yielded(&mut self) {
        #[cfg(feature = "trace")]
        self.end_poll(How::Yielded);
    }

    /// The poll ended, and the future is done.
    #[inline(always)]
    pub fn ready(&mut self) {
        #[cfg(feature = "trace")]
        self.end_poll(How::Ready);
    }

    /// The poll ended with a panic.
    #[inline(always)]
    pub fn panicked(&mut self) {
        #[cfg(feature = "trace")]
        self.end_poll(How::Panicked);
    }

    /// The turn of the driver has passed on so many events.
    #[inline(always)]
    pub fn events(&mut self, count: u64) {
        #[cfg(feature = "trace")]
        if let Some(Event::TurnEnd(seen)) = &mut self.end {
            *seen = count;
        }
        let _ = count;
    }

    #[cfg(feature = "trace")]
    #[inline]
    fn end_poll(&mut self, how: How) {
        if let Some(Event::PollEnd(_, present)) = &mut self.end {
            *present = how;
        }
    }
}

#[cfg(feature = "trace")]
impl Drop for Span {
    #[inline]
    fn drop(&mut self) {
        if let Some(end) = self.end {
            record::note(end);
        }
    }
}

/// A task was made.
#[inline(always)]
pub fn spawned(task: Id, place: Place) {
    #[cfg(feature = "trace")]
    if record::is_on() {
        record::spawn(subject(task), place);
    }
    let _ = (task, place);
}

/// A poll of a task begins. Unless the span is told otherwise, it ends with `Pending`.
#[inline(always)]
pub fn poll(task: Id) -> Span {
    let _ = task;
    span!(
        Event::PollBegin(subject(task)),
        Event::PollEnd(subject(task), How::Pending)
    )
}

/// A poll of the future of a `block_on` begins. The address is that of its waker.
#[inline(always)]
pub fn poll_root<T>(root: *const T) -> Span {
    let _ = root;
    span!(
        Event::PollBegin(root_of(root)),
        Event::PollEnd(root_of(root), How::Pending)
    )
}

/// A waker of a task was called.
#[inline(always)]
pub fn woken(task: Id) {
    note!(Event::Wake(subject(task)));
    let _ = task;
}

/// The waker of a `block_on`, which has this address, was called.
#[inline(always)]
pub fn woken_root<T>(root: *const T) {
    note!(Event::Wake(root_of(root)));
    let _ = root;
}

/// A task was asked to end.
#[inline(always)]
pub fn aborted(task: Id) {
    note!(Event::Abort(subject(task)));
    let _ = task;
}

/// A task ends: from now on it is told to those who wait for it.
#[inline(always)]
pub fn end(task: Id) -> Span {
    let _ = task;
    span!(Event::EndBegin(subject(task)), Event::EndEnd)
}

/// The thread goes to sleep until another one unparks it.
#[inline(always)]
pub fn sleep_on_thread() -> Span {
    span!(Event::ParkBegin(Bed::Thread), Event::ParkEnd)
}

/// The thread goes to sleep on the event queue of the system.
#[inline(always)]
pub fn sleep_on_queue() -> Span {
    span!(Event::ParkBegin(Bed::Queue), Event::ParkEnd)
}

/// A driver of sockets begins to wake the tasks that waited for what has happened.
#[inline(always)]
pub fn turn_of_io() -> Span {
    span!(Event::TurnBegin(Driver::Io), Event::TurnEnd(0))
}

/// A driver of timers begins to wake the tasks whose deadlines have come.
#[inline(always)]
pub fn turn_of_time() -> Span {
    span!(Event::TurnBegin(Driver::Time), Event::TurnEnd(0))
}

/// The deadline of a timer has come. `when` says the deadline and the time, both since the start of the driver's clock.
#[inline(always)]
pub fn fired(when: impl FnOnce() -> (Duration, Duration)) {
    #[cfg(not(feature = "trace"))]
    let _ = when;
    note!({
        let (deadline, now) = when();
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Event::Fired {
            deadline: nanos(deadline),
            late: nanos(now.saturating_sub(deadline)),
        }
    });
}

/// The worker `to` took `count` tasks from the worker `from`.
#[inline(always)]
pub fn stolen(from: usize, to: usize, count: usize) {
    note!(Event::Steal {
        from: u32::try_from(from).unwrap_or(u32::MAX),
        to: u32::try_from(to).unwrap_or(u32::MAX),
        count: count as u64,
    });
    let _ = (from, to, count);
}

/// A task is about to block its thread, and has said so.
#[inline(always)]
pub fn block() -> Span {
    span!(Event::BlockBegin, Event::BlockEnd)
}

/// A thread of a blocking pool begins a job.
#[inline(always)]
pub fn job() -> Span {
    span!(Event::JobBegin, Event::JobEnd)
}

#[cfg(feature = "trace")]
fn subject(task: Id) -> Subject {
    Subject::Task(task.number())
}

#[cfg(feature = "trace")]
fn root_of<T>(root: *const T) -> Subject {
    Subject::Root(root.addr() as u64)
}
