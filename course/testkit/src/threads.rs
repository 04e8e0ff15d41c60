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

use std::time::{Duration, Instant};

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
    use std::path::Path;

    use crate::lock::Lock;

    /// Every thread of the process that counts, in a wait that only another thread can end.
    #[derive(PartialEq, Eq)]
    pub(super) struct Picture(Vec<Sleeper>);

    #[derive(PartialEq, Eq)]
    struct Sleeper {
        id: u32,
        /// The line of `syscall`: number, arguments, stack and instruction pointer.
        call: String,
        /// How often it went to sleep, by its own will or not.
        switches: Vec<String>,
    }

    /// A thread that does not count, as long as this lives.
    pub(super) struct Supervisor(Option<u32>);

    static SUPERVISORS: Lock<Vec<u32>> = Lock::new(Vec::new());

    #[cfg(target_arch = "x86_64")]
    const FUTEX: &str = "202";
    #[cfg(not(target_arch = "x86_64"))]
    const FUTEX: &str = "98";

    impl Picture {
        /// None if a thread can go on by itself, or if it is not known.
        pub(super) fn take() -> Option<Picture> {
            let supervisors = SUPERVISORS.lock().clone();
            let mut sleepers = Vec::new();
            for entry in fs::read_dir("/proc/self/task").ok()? {
                let path = entry.ok()?.path();
                let id = path.file_name()?.to_str()?.parse().ok()?;
                if !supervisors.contains(&id) {
                    sleepers.push(Sleeper::at(&path, id)?);
                }
            }
            Some(Picture(sleepers))
        }
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
            // The link reads `PID/task/ID`.
            let id = fs::read_link("/proc/thread-self")
                .ok()
                .and_then(|link| link.file_name()?.to_str()?.parse().ok());
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
    #[derive(PartialEq, Eq)]
    pub(super) struct Picture;

    pub(super) struct Supervisor;

    impl Picture {
        pub(super) fn take() -> Option<Picture> {
            None
        }
    }

    impl Supervisor {
        pub(super) fn register() -> Supervisor {
            Supervisor
        }
    }
}
