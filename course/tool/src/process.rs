//! Child processes: each with a group of its own, limits on time and output, and a way to stop it.
//!
//! A reader's test may loop, print without end, start processes of its own or be stopped by the
//! next save. So every child leads a process group (a job on Windows), which is killed as one; its
//! output is read while it runs, and only the beginning and the end of it are kept.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap};

#[cfg(windows)]
mod job;

mod share;

pub use share::Share;

/// Stops what is being done: shared between the thread that works and the one that decides.
#[derive(Clone, Default)]
pub struct Cancel {
    inner: Arc<Inner>,
}

/// How a child process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself: an exit, a signal or an abort.
    Exited(ExitStatus),
    /// It took too long and was killed.
    TimedOut,
    /// It was killed because the work was cancelled.
    Cancelled,
    /// It had taken this many bytes of memory and was killed.
    TooLarge(u64),
}

/// What a child process may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// So much time, in which it could run or had nothing to do: time that it spent waiting for a
    /// processor does not count.
    pub time: Duration,
    /// So many bytes of memory, where the system tells how many it has taken (on Linux).
    pub memory: u64,
}

/// What a child process left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub end: End,
    /// Its standard output.
    pub stdout: Captured,
    /// Its standard error; of [`run_together`], all that it printed.
    pub stderr: Captured,
    /// How long it ran. As for the limit, time that it spent waiting for a processor does not count.
    pub took: Duration,
}

/// The beginning and the end of an output of any length.
#[derive(Debug, Default)]
pub struct Captured {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    running: Mutex<Vec<(u64, SyncSender<News>)>>,
    next: Mutex<u64>,
}

enum News {
    Stdout(Vec<u8>),
    Stderr(Vec<u8>),
    Closed,
    Cancelled,
}

/// Kept of the beginning and of the end of each output.
const CAPTURED_MAX: usize = 128 * 1024;

/// How long a process that has exited may leave its pipes open to others before its group is
/// killed.
const LINGER: Duration = Duration::from_millis(200);

/// How often we look how much memory a child has taken. It can take some hundred megabytes meanwhile.
const WEIGH: Duration = Duration::from_millis(50);

impl Cancel {
    /// Kills what runs now, at once, and whatever is started with this `Cancel` later.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, SeqCst);
        for (_, sender) in lock(&self.inner.running).iter() {
            // A full channel is being read, and its reader looks at the flag each time.
            let _ = sender.try_send(News::Cancelled);
        }
    }

    /// Whether `cancel` was called.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(SeqCst)
    }

    fn register(&self, sender: SyncSender<News>) -> u64 {
        let mut next = lock(&self.inner.next);
        *next += 1;
        lock(&self.inner.running).push((*next, sender));
        *next
    }

    fn unregister(&self, id: u64) {
        lock(&self.inner.running).retain(|(other, _)| *other != id);
    }
}

impl Captured {
    /// What was kept, as text.
    pub fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.head).into_owned();
        if self.dropped > 0 {
            text.push_str(&format!("\n[… {} bytes left out …]\n", self.dropped));
        }
        let tail: Vec<u8> = self.tail.iter().copied().collect();
        text.push_str(&String::from_utf8_lossy(&tail));
        text
    }

    fn push(&mut self, bytes: &[u8]) {
        let room = CAPTURED_MAX - self.head.len();
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(head);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(CAPTURED_MAX);
        self.tail.drain(..excess);
        self.dropped += excess as u64;
    }
}

/// Runs a command to its end, to the time limit, or until it is cancelled.
///
/// # Errors
///
/// If it cannot be started.
pub fn run(command: Command, limit: Duration, cancel: &Cancel) -> io::Result<Finished> {
    run_observed(command, limit, cancel, &mut |_| {}, &mut |_| {})
}

/// [`run`], with this file as its standard input.
///
/// # Errors
///
/// If it cannot be started.
pub fn run_on(
    command: Command,
    input: Option<File>,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<Finished> {
    let input = input.map_or(Stdio::null(), Stdio::from);
    follow(command, input, limit, cancel, &mut |_| {}, &mut |_| {})
}

/// [`run`], and `observe` sees the standard output as it comes, and `complain` the standard error.
///
/// # Errors
///
/// If it cannot be started.
pub fn run_observed(
    command: Command,
    limit: Duration,
    cancel: &Cancel,
    observe: &mut dyn FnMut(&[u8]),
    complain: &mut dyn FnMut(&[u8]),
) -> io::Result<Finished> {
    follow(command, Stdio::null(), limit, cancel, observe, complain)
}

fn follow(
    mut command: Command,
    input: Stdio,
    limit: Duration,
    cancel: &Cancel,
    observe: &mut dyn FnMut(&[u8]),
    complain: &mut dyn FnMut(&[u8]),
) -> io::Result<Finished> {
    command
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = in_own_group(command).spawn()?;
    let limits = Limits {
        time: limit,
        memory: u64::MAX,
    };
    let (sender, news) = mpsc::sync_channel(16);
    read_all(child.stdout().take(), sender.clone(), News::Stdout);
    read_all(child.stderr().take(), sender.clone(), News::Stderr);
    let child = Following {
        child,
        news,
        open: 2,
        limits,
    };
    child.follow(sender, cancel, observe, complain)
}

/// Runs a command within limits, with its standard output and its standard error in one, so that what
/// it printed is in the order in which it printed it.
///
/// # Errors
///
/// If it cannot be started.
pub fn run_together(mut command: Command, limits: Limits, cancel: &Cancel) -> io::Result<Finished> {
    let (printed, theirs) = io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(theirs.try_clone()?)
        .stderr(theirs);
    // Our own ends of the pipe go with the command.
    let child = in_own_group(command).spawn()?;
    let (sender, news) = mpsc::sync_channel(16);
    read_all(Some(printed), sender.clone(), News::Stderr);
    let child = Following {
        child,
        news,
        open: 1,
        limits,
    };
    child.follow(sender, cancel, &mut |_| {}, &mut |_| {})
}

/// The same command, at the lowest priority where the system has a program for that: whatever else
/// wants a processor gets it first.
pub fn makes_way(command: Command) -> Command {
    if !cfg!(unix) || !Path::new(NICE).exists() {
        return command;
    }
    let mut nice = Command::new(NICE);
    nice.args(["-n", "19"])
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    nice
}

/// POSIX has it, and all systems keep it here.
const NICE: &str = "/usr/bin/nice";

/// A child that runs, and the threads that read what it prints.
struct Following {
    child: Box<dyn ChildWrapper>,
    news: Receiver<News>,
    /// How many of its pipes are open.
    open: usize,
    limits: Limits,
}

impl Following {
    fn follow(
        mut self,
        sender: SyncSender<News>,
        cancel: &Cancel,
        observe: &mut dyn FnMut(&[u8]),
        complain: &mut dyn FnMut(&[u8]),
    ) -> io::Result<Finished> {
        let mut share = Share::of(self.child.id());
        let registered = cancel.register(sender);
        let mut stdout = Captured::default();
        let mut stderr = Captured::default();
        let mut exited: Option<Instant> = None;
        let mut weighed = Instant::now();
        let killed = loop {
            if cancel.is_cancelled() {
                break Some(End::Cancelled);
            }
            let left = share.left(self.limits.time);
            if left.is_zero() {
                break Some(End::TimedOut);
            }
            let mut pause = left.min(share::LOOK);
            if self.limits.memory != u64::MAX {
                pause = pause.min(WEIGH);
                if WEIGH <= weighed.elapsed() {
                    weighed = Instant::now();
                    let taken = memory_of(self.child.id());
                    if let Some(taken) = taken.filter(|taken| self.limits.memory < *taken) {
                        break Some(End::TooLarge(taken));
                    }
                }
            }
            match self.news.recv_timeout(pause) {
                Ok(News::Stdout(bytes)) => {
                    observe(&bytes);
                    stdout.push(&bytes);
                }
                Ok(News::Stderr(bytes)) => {
                    complain(&bytes);
                    stderr.push(&bytes);
                }
                Ok(News::Closed) => self.open -= 1,
                Ok(News::Cancelled) | Err(RecvTimeoutError::Disconnected) => {}
                Err(RecvTimeoutError::Timeout) if exited.is_none() => {
                    exited = self.child.try_wait()?.map(|_| Instant::now());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            // Pipes that stay open after the exit belong to a process that the child left behind.
            if self.open == 0 || exited.is_some_and(|at| LINGER <= at.elapsed()) {
                break None;
            }
        };
        cancel.unregister(registered);
        if killed.is_some() || self.open > 0 {
            // It may be gone already.
            let _ = self.child.start_kill();
        }
        let status = wait(self.child.as_mut(), &mut share, self.limits.time, cancel)?;
        Ok(Finished {
            end: killed.unwrap_or(status),
            stdout,
            stderr,
            took: share.took(),
        })
    }
}

/// How many bytes of memory a process has taken; none if the system does not say.
fn memory_of(process: u32) -> Option<u64> {
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Waits for a child that has closed its output or was killed. A child may also close its output
/// and go on.
fn wait(
    child: &mut dyn ChildWrapper,
    share: &mut Share,
    limit: Duration,
    cancel: &Cancel,
) -> io::Result<End> {
    let mut pause = Duration::from_micros(50);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Exited(status));
        }
        if cancel.is_cancelled() || share.left(limit).is_zero() {
            let _ = child.start_kill();
            child.wait()?;
            return Ok(match cancel.is_cancelled() {
                true => End::Cancelled,
                false => End::TimedOut,
            });
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn in_own_group(command: Command) -> CommandWrap {
    let mut command = CommandWrap::from(command);
    #[cfg(unix)]
    command.wrap(process_wrap::std::ProcessGroup::leader());
    // The first to be wrapped is the first to see the child, which has not begun to run then.
    #[cfg(windows)]
    command.wrap(job::EndsWithUs);
    #[cfg(windows)]
    command.wrap(process_wrap::std::JobObject);
    command
}

fn read_all(
    pipe: Option<impl Read + Send + 'static>,
    sender: SyncSender<News>,
    news: fn(Vec<u8>) -> News,
) {
    let Some(mut pipe) = pipe else { return };
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        loop {
            match pipe.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(n) if sender.send(news(buffer[..n].to_vec())).is_err() => return,
                Ok(_) => {}
            }
        }
        let _ = sender.send(News::Closed);
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
