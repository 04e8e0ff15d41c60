//! The driver, as any thread has it.
//!
//! A socket keeps the handle of the driver that it was made with, and so it works wherever its task
//! is polled. The handle is also the driver's [`Unpark`]: a runtime has one anyhow, and code that makes
//! a socket finds it there.
//!
//! The event queue is made when the first source is registered. Until then the driver costs nothing.
//!
//! In tokio: `Handle` in `runtime/io/driver.rs`.

use std::any::{Any, TypeId};
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use current_thread::Unpark;
use locks::list::Batch;

use crate::Interest;
use crate::poller::{Poller, Source};
use crate::scheduled_io::{Begin, ScheduledIo, shut_down_error};
use crate::sleep::{Asleep, Sleep};
use crate::sources::Sources;
use crate::turn::{Turn, TurnPlace};

/// A handle on a driver of sources: registers sources, wakes the driver's owner, or takes a turn in
/// its place. Cloning it is cheap.
///
/// # Examples
///
/// ```
/// use std::any::TypeId;
/// use std::time::Duration;
///
/// use current_thread::ThreadPark;
/// use current_thread::park::{Park, Unpark};
/// use reactor::{IoHandle, IoPark};
///
/// let mut park = IoPark::new(ThreadPark::new());
/// let handle: IoHandle = park.unparker();
/// // Code that makes a socket finds it by its type.
/// assert!(handle.find(TypeId::of::<IoHandle>()).is_some());
/// // An unpark is kept for the next sleep, which ends at once.
/// handle.unpark();
/// let begun = std::time::Instant::now();
/// park.park_timeout(Duration::from_secs(3600));
/// assert!(begun.elapsed() < Duration::from_secs(3600));
/// ```
#[derive(Clone)]
pub struct IoHandle {
    shared: Arc<Shared>,
}

/// What all threads may touch of a driver.
pub(crate) struct Shared {
    /// Where the owner sleeps, and how many sources there are.
    pub(crate) sleep: Sleep,
    /// Wakes the owner where it sleeps if not on its sources.
    below: Box<dyn Unpark>,
    /// The half of the event queue that is for all threads. Set once, with the first turn.
    poller: OnceLock<Poller>,
    /// The other half, for one thread at a time.
    pub(crate) turn: TurnPlace,
    pub(crate) sources: Sources,
}

impl Shared {
    /// The event queue, which is made if there is none.
    fn poller(&self) -> io::Result<&Poller> {
        if let Some(poller) = self.poller.get() {
            return Ok(poller);
        }
        self.turn.init(|| {
            let (poller, selector) = Poller::new()?;
            // One thread at a time is in here, and only the first one gets this far.
            let _ = self.poller.set(poller);
            Ok(selector)
        })?;
        // A driver that was shut down makes none.
        self.poller.get().ok_or_else(shut_down_error)
    }

    pub(crate) fn unpark(&self) {
        match self.sleep.notify() {
            Asleep::Nowhere => {}
            Asleep::Below => self.below.unpark(),
            Asleep::Polling => self
                .poller
                .get()
                .expect("what the owner sleeps on was made")
                .wake(),
        }
    }

    /// Ends all waits, now and later.
    pub(crate) fn shut_down(&self) -> Batch {
        let mut batch = Batch::new();
        for io in self.sources.shut_down() {
            io.shut_down(&mut batch);
        }
        Turn::close_all(self);
        batch
    }
}

impl IoHandle {
    pub(crate) fn new(below: Box<dyn Unpark>) -> IoHandle {
        IoHandle {
            shared: Arc::new(Shared {
                sleep: Sleep::new(),
                below,
                poller: OnceLock::new(),
                turn: TurnPlace::new(),
                sources: Sources::new(),
            }),
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Registers a source.
    ///
    /// # Errors
    ///
    /// If the system refuses it, or if the driver was shut down. Nothing is kept then.
    pub(crate) fn register<S: Source + ?Sized>(
        &self,
        source: &mut S,
        interest: Interest,
        begin: Begin,
    ) -> io::Result<Arc<ScheduledIo>> {
        // ANCHOR: ex-8-7-register
        // Once the system watches the source, the source is in the driver's list and stays there; a
        // source that is refused, by the system or because the driver was shut down, leaves nothing
        // behind; an owner that sleeps below is woken for a new source.
        todo!("8.7 register")
        // ANCHOR_END: ex-8-7-register
    }

    /// Deregisters a source. An event of it may still be in hand.
    ///
    /// # Errors
    ///
    /// If the system cannot stop watching it: most often its descriptor is closed already. Then events
    /// may still come, through a copy of the descriptor, and what they speak of stays until the driver
    /// is shut down.
    pub(crate) fn deregister<S: Source + ?Sized>(
        &self,
        source: &mut S,
        io: &Arc<ScheduledIo>,
    ) -> io::Result<()> {
        io.forget_latest();
        self.shared.poller()?.deregister(source)?;
        self.shared.sleep.remove_source();
        if self.shared.sources.release(io) {
            self.shared.unpark();
        }
        Ok(())
    }

    /// How many sources are registered.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn count_sources(&self) -> usize {
        self.shared.sleep.sources()
    }

    /// How many sources the driver has in its books, since they were not deregistered. For tests.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn count_listed(&self) -> usize {
        self.shared.sources.count_listed()
    }

    /// How many sources are deregistered and still take memory. For tests.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn count_released(&self) -> usize {
        self.shared.sources.count_released()
    }
}

impl Unpark for IoHandle {
    fn unpark(&self) {
        self.shared.unpark();
    }

    /// # Panics
    ///
    /// If a waker panics, after all have been woken.
    fn turn(&self) -> bool {
        let Some(mut turn) = Turn::take(&self.shared) else {
            return false;
        };
        turn.wait(Some(Duration::ZERO));
        turn.dispatch();
        true
    }

    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        if wanted == TypeId::of::<IoHandle>() {
            return Some(self);
        }
        self.shared.below.find(wanted)
    }
}

impl fmt::Debug for IoHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IoHandle")
            .field("sources", &self.count_sources())
            .finish_non_exhaustive()
    }
}
