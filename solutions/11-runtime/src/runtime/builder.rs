//! Which runtime one wants.
//!
//! In tokio: `runtime/builder.rs`.

use std::io;

use timer_wheel::Clock;

use super::drivers::{Drivers, Enabled};
use super::runtime::Runtime;

/// Builds a runtime.
///
/// Nothing is enabled by default. A program that uses a socket without [`enable_io`](Builder::enable_io), or
/// a timer without [`enable_time`](Builder::enable_time), panics and says so.
///
/// # Examples
///
/// ```
/// use reveille::net::UdpSocket;
/// use reveille::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().enable_io().build()?;
/// let address = runtime.block_on(async {
///     UdpSocket::bind("127.0.0.1:0").await?.local_addr()
/// })?;
/// assert!(address.ip().is_loopback());
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until it builds"]
pub struct Builder {
    enabled: Enabled,
    start_paused: bool,
}

impl Builder {
    /// A runtime whose tasks run on the thread that calls [`block_on`](Runtime::block_on).
    pub fn new_current_thread() -> Builder {
        Builder {
            enabled: Enabled::default(),
            start_paused: false,
        }
    }

    /// Enables all drivers.
    pub fn enable_all(&mut self) -> &mut Builder {
        self.enable_io().enable_time()
    }

    /// Enables sockets.
    pub fn enable_io(&mut self) -> &mut Builder {
        self.enabled.io = true;
        self
    }

    /// Enables timers.
    pub fn enable_time(&mut self) -> &mut Builder {
        self.enabled.time = true;
        self
    }

    /// Whether the runtime's clock is paused from the beginning, as by [`pause`](crate::time::pause).
    ///
    /// For tests: when all tasks wait, the clock moves to the next timer.
    pub fn start_paused(&mut self, start_paused: bool) -> &mut Builder {
        self.start_paused = start_paused;
        self
    }

    /// Builds it. The builder can build another, like this one.
    ///
    /// # Errors
    ///
    /// If the system refuses what the runtime needs. A runtime for one thread needs nothing before its
    /// first socket.
    ///
    /// # Panics
    ///
    /// If the clock is to be paused, and timers are not enabled.
    #[track_caller]
    pub fn build(&mut self) -> io::Result<Runtime> {
        assert!(
            !self.start_paused || self.enabled.time,
            "`start_paused` needs timers. Call `enable_time` on the runtime builder to enable timers."
        );
        let clock = match self.start_paused {
            true => Clock::paused(),
            false => Clock::new(),
        };
        Ok(Runtime::new(Drivers::new(self.enabled, clock)))
    }
}
