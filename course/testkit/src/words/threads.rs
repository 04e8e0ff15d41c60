//! Whether the process can still do anything.
//!
//! A thread that waits for another one, with no time-out, can go on only if another thread lets
//! it. If all threads of a process wait so, none of them ever will: it has come to a standstill,
//! and there is no need to wait for a time-out to say so.
//!
//! Linux tells what each thread is doing, under `/proc/self/task`: `stat` has its state, `syscall`
//! the system call that it is in with the arguments, `status` how often it has gone to sleep. The
//! same picture at two looks, with the same numbers of sleeps, means that no thread has run in
//! between. Where `/proc` does not say so much (other systems, Miri, some sandboxes) the answer is
//! always "not known", and only the time-out ends a hang.
//!
//! The supervisors do not count, nor does the main thread while it waits: it belongs to the test
//! harness, which waits for its tests with a time-out.
//!
//! `stat` has the processor time of a thread as well, for [`share`](crate::words::share).

use std::time::{Duration, Instant};

pub(crate) use imp::{Glance, ids, own_id};

/// Looks for a standstill again and again, until it has lasted long enough.
pub(crate) struct Stillness {
    last: Option<imp::Picture>,
    since: Instant,
    proven: bool,
    #[expect(
        dead_code,
        reason = "held so that the supervisor's own thread does not count"
    )]
    own: imp::Supervisor,
}

/// How long it must have lasted. One pair of equal pictures would do; some more cost little.
const LONG_ENOUGH: Duration = Duration::from_millis(200);

impl Stillness {
    pub(crate) fn new() -> Stillness {
        Stillness {
            last: None,
            since: Instant::now(),
            proven: false,
            own: imp::Supervisor::register(),
        }
    }

    /// Looks at the threads once.
    pub(crate) fn look(&mut self) {
        let picture = imp::Picture::take();
        if picture.is_none() || picture != self.last {
            self.last = picture;
            self.since = Instant::now();
        } else if LONG_ENOUGH <= self.since.elapsed() {
            self.proven = true;
        }
    }

    /// Whether no thread has moved for long enough, and none ever will.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven
    }
}

/// What each thread that counts does now, but for these. None if it is not known.
pub(crate) fn glances(but: &[u32]) -> Option<Vec<(u32, Glance)>> {
    let ids = ids()?.into_iter().filter(|id| !but.contains(id));
    // A thread that is gone meanwhile is not missed; if nothing is told of any, nothing is known.
    let mut is_told = false;
    let glances: Vec<_> = ids
        .filter_map(|id| Some((id, Glance::at(id)?)))
        .inspect(|_| is_told = true)
        .collect();
    is_told.then_some(glances)
}

#[cfg(all(
    target_os = "linux",
    not(miri),
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
mod imp {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use crate::words::lock::Lock;

    /// Every thread of the process that counts, in a wait that only another thread can end.
    #[derive(PartialEq, Eq)]
    pub(super) struct Picture(Vec<Sleeper>);

    /// One thread at one moment.
    pub(crate) struct Glance {
        /// It runs, or would if it had a processor.
        pub(crate) runs: bool,
        /// How long it has run since it was started.
        pub(crate) processor: Duration,
        /// How often it went to sleep by its own will.
        pub(crate) sleeps: u64,
        /// The wait that it is in, if only another thread can end it.
        pub(crate) sleeper: Option<Sleeper>,
    }

    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Sleeper {
        id: u32,
        /// The line of `syscall`: number, arguments, stack and instruction pointer.
        call: String,
        /// How often it went to sleep, by its own will or not.
        switches: Vec<String>,
    }

    /// A thread that does not count, as long as this lives.
    pub(super) struct Supervisor(Option<u32>);

    /// The unit of the times in `stat`; the kernel's interface fixes it on these architectures.
    const TICK: Duration = Duration::from_millis(10);

    static SUPERVISORS: Lock<Vec<u32>> = Lock::new(Vec::new());

    #[cfg(target_arch = "x86_64")]
    const FUTEX: &str = "202";
    #[cfg(not(target_arch = "x86_64"))]
    const FUTEX: &str = "98";

    impl Picture {
        /// None if a thread can go on by itself, or if it is not known.
        pub(super) fn take() -> Option<Picture> {
            let sleepers = ids()?.into_iter().map(|id| Sleeper::at(&folder(id), id));
            Some(Picture(sleepers.collect::<Option<_>>()?))
        }
    }

    impl Glance {
        /// None if there is no such thread any more, or if it is not known.
        pub(crate) fn at(id: u32) -> Option<Glance> {
            let path = folder(id);
            let stat = fs::read_to_string(path.join("stat")).ok()?;
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            // Where no system calls are told, nothing is known of a sleep.
            fs::read_to_string(path.join("syscall")).ok()?;
            let in_user_code: u32 = fields.get(11)?.parse().ok()?;
            let in_system_calls: u32 = fields.get(12)?.parse().ok()?;
            Some(Glance {
                runs: *fields.first()? == "R",
                processor: TICK * (in_user_code + in_system_calls),
                sleeps: sleeps(&path)?,
                sleeper: Sleeper::at(&path, id),
            })
        }
    }

    /// The threads of the process that count.
    pub(crate) fn ids() -> Option<Vec<u32>> {
        let supervisors = SUPERVISORS.lock().clone();
        let mut ids = Vec::new();
        for entry in fs::read_dir("/proc/self/task").ok()? {
            let id = entry.ok()?.file_name().to_str()?.parse().ok()?;
            if !supervisors.contains(&id) {
                ids.push(id);
            }
        }
        Some(ids)
    }

    /// The calling thread's number for the system.
    pub(crate) fn own_id() -> Option<u32> {
        // The link reads `PID/task/ID`.
        let link = fs::read_link("/proc/thread-self").ok()?;
        link.file_name()?.to_str()?.parse().ok()
    }

    /// How often a thread went to sleep by its own will. To be sent away by the system is another
    /// matter, and so is to make way for others.
    fn sleeps(task: &Path) -> Option<u64> {
        let status = fs::read_to_string(task.join("status")).ok()?;
        let count = status
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        count.trim().parse().ok()
    }

    fn folder(id: u32) -> PathBuf {
        Path::new("/proc/self/task").join(id.to_string())
    }

    impl Sleeper {
        fn at(task: &Path, id: u32) -> Option<Sleeper> {
            let stat = fs::read_to_string(task.join("stat")).ok()?;
            // The state follows the name, which is in parentheses and may hold any character.
            let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
            let call = fs::read_to_string(task.join("syscall")).ok()?;
            let mut words = call.split(' ');
            let in_futex = words.next()? == FUTEX;
            // The fourth argument of `futex` is the time-out.
            let without_time_out = words.nth(3)? == "0x0";
            let is_main = id == std::process::id();
            if state != 'S' || !in_futex || !(without_time_out || is_main) {
                return None;
            }
            let status = fs::read_to_string(task.join("status")).ok()?;
            let switches: Vec<String> = status
                .lines()
                .filter(|line| line.contains("ctxt_switches"))
                .map(str::to_owned)
                .collect();
            if switches.is_empty() {
                return None;
            }
            Some(Sleeper { id, call, switches })
        }
    }

    impl Supervisor {
        /// Registers the calling thread.
        pub(super) fn register() -> Supervisor {
            let id = own_id();
            if let Some(id) = id {
                SUPERVISORS.lock().push(id);
            }
            Supervisor(id)
        }
    }

    impl Drop for Supervisor {
        fn drop(&mut self) {
            let mut supervisors = SUPERVISORS.lock();
            let at = supervisors.iter().position(|id| Some(*id) == self.0);
            if let Some(at) = at {
                supervisors.swap_remove(at);
            }
        }
    }
}

#[cfg(not(all(
    target_os = "linux",
    not(miri),
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)))]
mod imp {
    use std::time::Duration;

    #[derive(PartialEq, Eq)]
    pub(super) struct Picture;

    pub(crate) struct Glance {
        pub(crate) runs: bool,
        pub(crate) processor: Duration,
        pub(crate) sleeps: u64,
        pub(crate) sleeper: Option<Sleeper>,
    }

    #[derive(Debug, PartialEq, Eq)]
    pub(crate) struct Sleeper;

    pub(super) struct Supervisor;

    impl Picture {
        pub(super) fn take() -> Option<Picture> {
            None
        }
    }

    impl Glance {
        pub(crate) fn at(_id: u32) -> Option<Glance> {
            None
        }
    }

    impl Supervisor {
        pub(super) fn register() -> Supervisor {
            Supervisor
        }
    }

    pub(crate) fn ids() -> Option<Vec<u32>> {
        None
    }

    pub(crate) fn own_id() -> Option<u32> {
        None
    }
}
