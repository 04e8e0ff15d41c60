//! The recorder: a switch for all threads, and a file for each.
//!
//! Nothing crosses threads but the switch and, when a thread records for the first time, the lock of the session. From then on a
//! thread writes its own file, which is mapped into memory. So while it records there is no lock, no allocation and no call of the system but
//! for the clock.
//!
//! ```text
//!     SWITCH   unknown ── the first event ──> off, or on if the environment names a folder
//!              off <── stop ── on ── start ──> on, with another number: each thread makes a new file
//! ```

use std::cell::RefCell;
use std::env;
use std::fs;
use std::io;
use std::panic::Location;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Instant;

use ::trace::{Event, Subject, VARIABLE, Writer};

use crate::origin::Place;

/// How many events of a thread are recorded, unless it is said otherwise. A file of so many has two megabytes.
pub const EVENTS_MAX: usize = 1 << 16;

/// Whether events are recorded: unknown, off, or the number of a session.
// Not the `loom` module's: loom's atomics cannot be in a `static`. Nothing is handed over by it.
static SWITCH: AtomicU32 = AtomicU32::new(UNKNOWN);

/// The environment has not been asked yet.
const UNKNOWN: u32 = 0;
const OFF: u32 = 1;

static SESSION: Mutex<Session> = Mutex::new(Session {
    folder: PathBuf::new(),
    events_max: EVENTS_MAX,
    last: OFF,
    threads: 0,
});

/// The moment from which times are counted: the first one that anything was recorded at.
static ORIGIN: OnceLock<Instant> = OnceLock::new();

/// From one start to the next.
struct Session {
    /// Where the files are.
    folder: PathBuf,
    /// How many events each has room for.
    events_max: usize,
    /// Its number.
    last: u32,
    /// How many threads have recorded something.
    threads: u64,
}

/// What a thread records to.
struct Local {
    /// The session that the file is one of.
    session: u32,
    /// `None` if the file could not be made.
    writer: Option<Writer>,
    /// The places that have been written down, by their addresses: each where a few of its bits say, and gone when another one comes
    /// there.
    places: [u64; PLACES],
}

const PLACES: usize = 64;

thread_local! {
    static LOCAL: RefCell<Local> = const { RefCell::new(Local {
        session: OFF,
        writer: None,
        places: [0; PLACES],
    }) };
}

/// Records what all threads do from now on, in files in `folder`, which is made if it is not there. A recording that is under way ends.
///
/// With the environment variable `REVEILLE_TRACE` a program is recorded from its beginning, without a call of this.
///
/// # Errors
///
/// If the folder cannot be made, or has a recording already.
///
/// # Examples
///
/// ```
/// use harness::trace::{Recording, start, stop};
/// # use harness::{Id, unowned};
/// #
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// # let folder = std::env::temp_dir().join(format!("reveille-trace-{}", std::process::id()));
/// start(&folder)?;
/// let (ticket, _handle) = unowned(async {}, Nowhere, Id::next());
/// ticket.assert_unowned().run();
/// stop();
/// let recording = Recording::read(&folder)?;
/// // It was spawned, polled from here to there, and has ended.
/// assert_eq!(recording.lanes[0].events.len(), 5);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub fn start(folder: impl Into<PathBuf>) -> io::Result<()> {
    start_with(folder, EVENTS_MAX)
}

/// [`start`], with room for so many events of each thread. What comes after them is dropped, and counted.
///
/// # Errors
///
/// As for [`start`].
pub fn start_with(folder: impl Into<PathBuf>, events_max: usize) -> io::Result<()> {
    lock().start(folder.into(), events_max)
}

/// Records nothing any more. A thread that is recording an event at this moment ends it.
pub fn stop() {
    let _session = lock();
    // ORDERING: Relaxed, as nothing follows from it.
    SWITCH.store(OFF, Relaxed);
}

/// Whether events are recorded.
#[inline(always)]
pub(super) fn is_on() -> bool {
    // ORDERING: Relaxed, as in `start_with`.
    SWITCH.load(Relaxed) != OFF && look()
}

/// Asks the environment, if that has not been done. Other threads wait meanwhile, so that no event is lost.
#[cold]
fn look() -> bool {
    if SWITCH.load(Relaxed) == UNKNOWN {
        let mut session = lock();
        if SWITCH.load(Relaxed) == UNKNOWN {
            session.look();
        }
    }
    SWITCH.load(Relaxed) != OFF
}

/// Records an event of this thread.
#[inline(never)]
pub(super) fn note(event: Event) {
    with(|writer, at, _| writer.write(at, event));
}

/// Records that a task was made. Its place is written down before, if it has not been.
#[inline(never)]
pub(super) fn spawn(task: Subject, place: Place) {
    with(|writer, at, places| {
        let key = match place.location() {
            Some(location) => write_place(writer, at, places, location),
            None => 0,
        };
        writer.write(at, Event::Spawn(task, key));
    });
}

fn write_place(
    writer: &mut Writer,
    at: u64,
    places: &mut [u64; PLACES],
    location: &'static Location<'static>,
) -> u64 {
    let key = (&raw const *location).addr() as u64;
    // The lowest bits are those of its alignment.
    let written = &mut places[(key >> 3) as usize % PLACES];
    if *written != key && writer.write_text(at, key, &location.to_string()) {
        *written = key;
    }
    key
}

/// Calls `f` with the file of this thread, and the time.
fn with(f: impl FnOnce(&mut Writer, u64, &mut [u64; PLACES])) {
    let session = SWITCH.load(Relaxed);
    // A thread that is about to end may have none any more.
    let _ = LOCAL.try_with(|local| {
        let mut local = local.borrow_mut();
        if local.session != session && !local.join(session) {
            return;
        }
        let Local { writer, places, .. } = &mut *local;
        if let Some(writer) = writer {
            // After the file was made, which takes longer than many polls.
            let origin = ORIGIN.get_or_init(Instant::now);
            let at = u64::try_from(origin.elapsed().as_nanos()).unwrap_or(u64::MAX);
            f(writer, at, places);
        }
    });
}

impl Session {
    fn start(&mut self, folder: PathBuf, events_max: usize) -> io::Result<()> {
        fs::create_dir_all(&folder)?;
        if folder.join("0.events").exists() {
            let why = format!("there is a recording in {}", folder.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
        }
        self.folder = folder;
        self.events_max = events_max;
        self.last += 1;
        self.threads = 0;
        // ORDERING: Relaxed: a thread that sees it takes the lock before it does anything else.
        SWITCH.store(self.last, Relaxed);
        Ok(())
    }

    /// Asks the environment.
    fn look(&mut self) {
        let asked = env::var_os(VARIABLE).filter(|folder| !folder.is_empty());
        let started = asked.map(|folder| self.start(folder.into(), EVENTS_MAX));
        if let Some(Ok(())) = started {
            return;
        }
        // ORDERING: Relaxed, as nothing follows from it.
        SWITCH.store(OFF, Relaxed);
        if let Some(Err(error)) = started {
            eprintln!("Nothing is recorded: {error}");
        }
    }
}

impl Local {
    /// Makes a file of the session. Returns whether the session is still the one that is recorded.
    #[cold]
    fn join(&mut self, number: u32) -> bool {
        let mut session = lock();
        if session.last != number || SWITCH.load(Relaxed) != number {
            return false;
        }
        let thread = session.threads;
        session.threads += 1;
        let folder = session.folder.clone();
        let events_max = session.events_max;
        drop(session);
        let current = thread::current();
        let name = current.name().unwrap_or_default();
        self.session = number;
        self.places = [0; PLACES];
        self.writer = Writer::create(&folder, thread, name, events_max).ok();
        true
    }
}

/// Nothing that panics is done under this lock.
fn lock() -> MutexGuard<'static, Session> {
    SESSION.lock().unwrap_or_else(PoisonError::into_inner)
}
