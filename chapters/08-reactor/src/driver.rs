//! The owner's half of the driver: a [`Park`] that sleeps on sources.
//!
//! ```text
//!                      no source                     some source
//!     park ─┬──────────────────────> below.park()
//!           └──────────────────────────────────────> take the turn ─> wait ─> dispatch
//!                                                          │
//!                        below.park(), until it is back <──┘ another thread has it
//! ```
//!
//! In tokio: `Driver` in `runtime/io/driver.rs`, which is below the parker of a thread; here it is
//! above, and so it can do without the system while there is nothing to ask for.

use std::time::{Duration, Instant};

use current_thread::{Park, ThreadPark, Unpark};
use harness::isolate::{discard, isolate};

pub use crate::handle::IoHandle;
use crate::sleep::Notified;
use crate::turn::{NoTurn, Turn};

/// What a scheduler sleeps on if its tasks use sockets. While no socket is registered it sleeps on
/// `P`.
///
/// # Examples
///
/// ```
/// # // Under Miri there are no sockets.
/// # #[cfg(miri)]
/// # fn main() {}
/// # #[cfg(not(miri))]
/// # fn main() -> std::io::Result<()> {
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::UdpSocket};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let socket = UdpSocket::bind("127.0.0.1:0").await?;
///     socket.send_to(b"to myself", socket.local_addr()?).await?;
///     let mut buffer = [0; 16];
///     let (length, _) = socket.recv_from(&mut buffer).await?;
///     assert_eq!(&buffer[..length], b"to myself");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct IoPark<P: Park = ThreadPark> {
    below: P,
    handle: IoHandle,
    /// When the system was last asked.
    last_look: Option<Instant>,
}

/// While there are tasks to run, the system is asked so often. It costs about as much as ten short polls,
/// and a read of the clock a tenth of that; and a socket that waits so long does not notice.
const LOOK_INTERVAL: Duration = Duration::from_micros(10);

impl<P: Park> IoPark<P> {
    /// A driver without sources.
    pub fn new(below: P) -> IoPark<P> {
        let handle = IoHandle::new(Box::new(below.unparker()));
        IoPark {
            below,
            handle,
            last_look: None,
        }
    }

    /// Sleeps, for ever if there is no `timeout`.
    fn sleep(&mut self, timeout: Option<Duration>) {
        let shared = self.handle.shared();
        if shared.sleep.sources() == 0 {
            // No turn will come that could free what is left.
            if shared.sources.has_released()
                && let Some(turn) = Turn::take(shared)
            {
                turn.free_released();
            }
            match shared.sleep.begin_below() {
                Ok(true) => return self.sleep_below(timeout),
                // The first source has just come.
                Ok(false) => {}
                Err(Notified) => return,
            }
        }
        let reason = match Turn::take_as_owner(shared) {
            Ok(turn) => return self.sleep_polling(turn, timeout),
            Err(reason) => reason,
        };
        // With no queue it was shut down, and there is nothing to wait for.
        if reason == NoTurn::OwnerIsTold && shared.sleep.begin_below_beside_turn().is_ok() {
            self.sleep_below(timeout);
        }
    }

    fn sleep_polling(&self, mut turn: Turn<'_>, timeout: Option<Duration>) {
        let sleep = &self.handle.shared().sleep;
        let timeout = match sleep.begin_polling() {
            Ok(()) => timeout,
            Err(Notified) => Some(Duration::ZERO),
        };
        turn.wait(timeout);
        sleep.end();
        turn.dispatch();
    }

    fn sleep_below(&mut self, timeout: Option<Duration>) {
        match timeout {
            None => self.below.park(),
            Some(timeout) => self.below.park_timeout(timeout),
        }
        self.handle.shared().sleep.end();
    }

    /// Looks after what is ready.
    fn look(&mut self) {
        let shared = self.handle.shared();
        shared.sleep.take_notified();
        if shared.sleep.sources() == 0 {
            self.below.park_timeout(Duration::ZERO);
        } else {
            self.handle.turn();
        }
    }
}

impl<P: Park> Park for IoPark<P> {
    type Unpark = IoHandle;

    fn unparker(&self) -> IoHandle {
        self.handle.clone()
    }

    fn park(&mut self) {
        self.sleep(None);
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if timeout.is_zero() {
            self.look();
        } else {
            self.sleep(Some(timeout));
        }
    }

    fn is_due(&mut self, polls: u32) -> bool {
        if self.handle.shared().sleep.sources() == 0 {
            return self.below.is_due(polls);
        }
        let now = Instant::now();
        let is_due = self
            .last_look
            .is_none_or(|last| LOOK_INTERVAL <= now.duration_since(last));
        if is_due {
            self.last_look = Some(now);
        }
        is_due
    }

    fn shutdown(&mut self) {
        let mut batch = self.handle.shared().shut_down();
        self.below.shutdown();
        batch.finish();
    }
}

impl<P: Park> Drop for IoPark<P> {
    /// The owner will not turn this driver again, so no task may wait for it.
    fn drop(&mut self) {
        let mut batch = self.handle.shared().shut_down();
        if let Err(payload) = isolate(|| batch.finish()) {
            discard(payload);
        }
    }
}
