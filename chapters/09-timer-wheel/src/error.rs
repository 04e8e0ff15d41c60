//! What can go wrong.
//!
//! In tokio: `time/error.rs`.

use std::error::Error;
use std::fmt;
use std::io;

/// The time was over before the future was ready. Returned by [`timeout`](crate::timeout()).
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, timeout};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// let answer = Runtime::with_park(park)
///     .block_on(async { timeout(Duration::from_secs(5), pending::<()>()).await });
/// let elapsed = answer.unwrap_err();
/// // With `?` it is an `io::Error` of its own kind.
/// assert_eq!(std::io::Error::from(elapsed).kind(), std::io::ErrorKind::TimedOut);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl Elapsed {
    pub(crate) fn new() -> Elapsed {
        Elapsed(())
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadline has elapsed")
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(_: Elapsed) -> io::Error {
        io::ErrorKind::TimedOut.into()
    }
}
