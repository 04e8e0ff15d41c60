//! Running an example to its end, or to where it can go no further.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::exit_status;
use crate::cargo;
use crate::check::{Cancel, panics};
use crate::course::Course;
use crate::mine::Overlay;
use crate::problem::{Problem, Result};
use crate::process::Share;
use crate::trace::{Place, VARIABLE};

/// How a run of an example ended.
enum Ended {
    /// By itself.
    Exited(ExitStatus),
    /// Nobody reads any more what it prints.
    Unread,
    /// We stopped it.
    Stopped,
}

/// What a forwarder has noticed.
enum News {
    /// Our output is closed.
    Closed,
    /// The program ran into the hole with this label.
    Hole(String),
}

/// How often we look whether the program has ended.
const PAUSE: Duration = Duration::from_millis(5);
/// A program that ran into a hole has this long to end by itself, without the time that it waits for a
/// processor. It may not: a thread that panics
/// leaves those that wait for it waiting.
const GRACE: Duration = Duration::from_secs(1);
/// A hole's line is looked for in this much of the end of what was printed.
const TAIL: usize = 4096;

/// Runs an example to its end. Returns its exit status.
///
/// Where our output goes to a program, that program may have seen enough before the example ends
/// (`| head`). The example would not notice as long as it writes nothing, or panic on a thread that
/// others wait for. So its output goes through us then, and it is ended as soon as ours is closed.
///
/// # Errors
///
/// If it cannot be started, is cancelled, or runs into an exercise that is not started.
pub fn example(
    course: &Course,
    executable: &Path,
    arguments: &[OsString],
    on: Option<&Overlay>,
    recording: Option<&Place>,
    cancel: &Cancel,
) -> Result<u8> {
    let mut command = Command::new(executable);
    command.args(arguments).current_dir(&course.root);
    match recording {
        Some(place) => command.env(VARIABLE, &place.events),
        None => command.env_remove(VARIABLE),
    };
    if !io::stdout().is_terminal() {
        command.stdout(Stdio::piped());
    }
    if let Some(overlay) = on {
        command.stderr(Stdio::piped());
        if overlay.has_holes() {
            // A hole says where it is; a page of calls above it would only hide that.
            command.env("RUST_BACKTRACE", "0");
        }
    }
    let mut child = command.spawn().map_err(|error| {
        Problem::new(
            format!("{} cannot be started: {error}", executable.display()),
            "Run the command again",
        )
    })?;
    let (sender, news) = mpsc::channel();
    let forwarders = [
        child
            .stdout
            .take()
            .map(|pipe| forward(pipe, io::stdout(), sender.clone())),
        child
            .stderr
            .take()
            .map(|pipe| forward(pipe, io::stderr(), sender.clone())),
    ];
    let (ended, mut hole) = follow(&mut child, &news, cancel)?;
    if !matches!(ended, Ended::Exited(_)) {
        stop(&mut child);
    }
    for forwarder in forwarders.into_iter().flatten() {
        // It has panicked only if its output could not be written.
        let _ = forwarder.join();
    }
    if cancel.is_cancelled() {
        return Err(cargo::cancelled());
    }
    for news in news.try_iter() {
        if let News::Hole(label) = news {
            hole.get_or_insert(label);
        }
    }
    match (ended, hole) {
        (Ended::Exited(status), None) => Ok(exit_status(status)),
        (Ended::Exited(status), Some(_)) if status.success() => Ok(0),
        (Ended::Exited(_), Some(label)) => Err(unstarted(&label, "")),
        (Ended::Stopped, label) => Err(unstarted(
            &label.unwrap_or_default(),
            "; it did not end after that and was stopped",
        )),
        // As `print` sees it: whoever read this has read enough.
        (Ended::Unread, _) => Ok(0),
    }
}

/// Watches the program until it has ended, or has to be stopped.
fn follow(
    child: &mut Child,
    news: &Receiver<News>,
    cancel: &Cancel,
) -> Result<(Ended, Option<String>)> {
    let mut hole: Option<(String, Share)> = None;
    let ended = loop {
        if let Some(status) = child.try_wait().map_err(|error| lost(&error))? {
            break Ended::Exited(status);
        }
        match news.recv_timeout(PAUSE) {
            Ok(News::Closed) => break Ended::Unread,
            Ok(News::Hole(label)) => hole = Some((label, Share::of(child.id()))),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
        let grace = hole.as_mut().map(|(_, share)| share.left(GRACE));
        let is_stuck = grace.is_some_and(|left| left.is_zero());
        if is_stuck || cancel.is_cancelled() {
            break Ended::Stopped;
        }
    };
    Ok((ended, hole.map(|(label, _)| label)))
}

/// Copies what the program prints to our own output, on a thread of its own.
fn forward(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    sender: Sender<News>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let mut tail = Vec::new();
        let mut is_told = false;
        let mut is_closed = false;
        let mut buffer = [0; 16 * 1024];
        loop {
            let count = match from.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Ok(0) | Err(_) => return,
                Ok(count) => count,
            };
            let mut write = || to.write_all(&buffer[..count]).and_then(|()| to.flush());
            if !is_closed && write().is_err() {
                // What comes until the program is stopped is read and dropped, so that it does not
                // notice and complain.
                is_closed = true;
                // Fails only if nobody waits for the program any more.
                let _ = sender.send(News::Closed);
            }
            tail.extend_from_slice(&buffer[..count]);
            tail.drain(..tail.len().saturating_sub(TAIL));
            if !is_told && let Some(label) = panics::hole(&String::from_utf8_lossy(&tail)) {
                is_told = true;
                let _ = sender.send(News::Hole(label));
            }
        }
    })
}

fn stop(child: &mut Child) {
    // It may be gone already.
    let _ = child.kill();
    let _ = child.wait();
}

fn unstarted(label: &str, then: &str) -> Problem {
    let number = label.split(' ').next().unwrap_or_default();
    Problem::new(
        format!("The example ran into {label}, which is not started{then}"),
        format!("Solve {number} first, or leave out `--mine`"),
    )
}

fn lost(error: &io::Error) -> Problem {
    Problem::new(
        format!("The example cannot be waited for: {error}"),
        "Run the command again",
    )
}
