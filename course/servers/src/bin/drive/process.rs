//! A server that runs as a process of its own.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A server. It is killed when this is dropped.
pub struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What a process holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holds {
    /// Memory that is not swapped out, in KiB.
    pub memory_kib: u64,
    /// Open descriptors.
    pub descriptors: u64,
    /// Threads.
    pub threads: u64,
}

/// How long a server may take to say that it listens, and to end. For what never comes.
const LIMIT: Duration = Duration::from_secs(30);

impl Server {
    /// Starts a program of this package.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or does not say where it listens.
    pub fn start(program: &str, arguments: &[&str]) -> Result<Server, String> {
        let here = std::env::current_exe().map_err(|error| error.to_string())?;
        let path = here.with_file_name(program);
        let mut child = Command::new(&path)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", path.display()))?;
        let mut stdout = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .and_then(|it| it.parse().ok());
        match (read, address) {
            (Ok(_), Some(address)) => Ok(Server {
                child,
                stdout,
                address,
            }),
            _ => {
                drop(child.kill());
                drop(child.wait());
                Err(format!("{program} does not say where it listens: {line:?}"))
            }
        }
    }

    /// A plain connection to it, that waits no longer than a few seconds for anything.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect(self.address).map_err(|error| error.to_string())?;
        let limit = Some(LIMIT);
        drop(
            stream
                .set_read_timeout(limit)
                .and(stream.set_write_timeout(limit)),
        );
        Ok(stream)
    }

    /// An address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it holds now.
    pub fn holds(&self) -> Holds {
        let id = self.child.id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let number = |label: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(label));
            let word = line.and_then(|line| line.split_whitespace().next());
            word.and_then(|word| word.parse().ok()).unwrap_or(0)
        };
        let descriptors = fs::read_dir(format!("/proc/{id}/fd"));
        Holds {
            memory_kib: number("VmRSS:"),
            descriptors: descriptors.map_or(0, |list| list.count() as u64),
            threads: number("Threads:"),
        }
    }

    /// The processor time that it has used.
    pub fn processor(&self) -> Duration {
        // Nanoseconds on a processor, of each thread.
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let ns = tasks.into_iter().flatten().flatten().filter_map(|task| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(ns.sum())
    }

    /// Sets how many descriptors it may have.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn limit_descriptors(&self, count: u64) -> io::Result<()> {
        let id = self.child.id() as libc::pid_t;
        let mut limit = descriptors_of(id)?;
        limit.rlim_cur = count.min(limit.rlim_max);
        // SAFETY: `limit` is a valid `rlimit` that is only read, and no old one is asked for.
        let result =
            unsafe { libc::prlimit(id, libc::RLIMIT_NOFILE, &limit, std::ptr::null_mut()) };
        match result {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Interrupts it, as Ctrl-C does.
    pub fn interrupt(&self) {
        // SAFETY: sends a signal, to a child that has not been waited for, so its number is still its own.
        unsafe { libc::kill(self.child.id() as libc::pid_t, libc::SIGINT) };
    }

    /// Interrupts it, waits for its end, and returns what it said.
    ///
    /// # Errors
    ///
    /// If it does not end, or fails, or says that connections were left.
    pub fn stop(mut self) -> Result<String, String> {
        self.interrupt();
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if start.elapsed() < LIMIT => std::thread::sleep(Duration::from_millis(2)),
                Ok(None) => return Err("it does not end".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        };
        let mut said = String::new();
        drop(self.stdout.read_to_string(&mut said));
        match status.success() && said.contains("in time: true") {
            true => Ok(said.trim().to_owned()),
            false => Err(format!("it has ended with {status}, and said {said:?}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Lets this process, and those that it starts, have as many descriptors as they may.
///
/// # Errors
///
/// If the system refuses.
pub fn raise_descriptors() -> io::Result<()> {
    let mut limit = descriptors_of(0)?;
    limit.rlim_cur = limit.rlim_max;
    // SAFETY: `limit` is a valid `rlimit` that is only read.
    match unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The limit of a process, or of this one.
fn descriptors_of(id: libc::pid_t) -> io::Result<libc::rlimit> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid `rlimit` that may be written, and no new one is given.
    match unsafe { libc::prlimit(id, libc::RLIMIT_NOFILE, std::ptr::null(), &mut limit) } {
        0 => Ok(limit),
        _ => Err(io::Error::last_os_error()),
    }
}
