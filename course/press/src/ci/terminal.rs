//! The watch in a pseudo terminal: it draws, takes a key, and leaves the terminal as it found it.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use course::course::Course;
use course::problem::Result;
use course::process::Cancel;

use super::Step;
use super::journey::{folder, the_tool};

/// Starts the watch in the copy that the journey made, presses `q`, and looks at what was drawn.
///
/// # Errors
///
/// If the path of this program cannot be told.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    let version = Command::new("script").arg("--version").output();
    let is_known =
        version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux"));
    if !is_known {
        return Ok(Step::Skipped(
            "the program `script` of util-linux is not here".to_owned(),
        ));
    }
    let watch = format!("'{}' watch", the_tool(course, cancel)?.display());
    let started = Command::new("script")
        .args(["--quiet", "--return", "--command", &watch, "/dev/null"])
        .current_dir(folder(course))
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return Ok(Step::Failed(format!("`script` cannot be started: {error}"))),
    };
    let (status, drawn) = quit(&mut child, cancel);
    let left = [ENTER, LEAVE, SHOW_CURSOR]
        .iter()
        .all(|sequence| drawn.contains(sequence));
    Ok(match status {
        None => Step::Failed(format!("`q` does not end the watch:\n{drawn}")),
        Some(status) if !status.success() => {
            Step::Failed(format!("the watch ends with {status}:\n{drawn}"))
        }
        Some(_) if !left => Step::Failed(format!("the terminal is not left as it was:\n{drawn:?}")),
        Some(_) => Step::Passed(None),
    })
}

/// Presses `q` until the watch ends. Says how it ended, if it did, and what it drew.
fn quit(child: &mut Child, cancel: &Cancel) -> (Option<ExitStatus>, String) {
    let stdout = child.stdout.take();
    let drawn = thread::spawn(move || {
        let mut drawn = Vec::new();
        let _ = stdout.map(|mut stdout| stdout.read_to_end(&mut drawn));
        String::from_utf8_lossy(&drawn).into_owned()
    });
    // Held open: at its end, `script` would end the terminal.
    let mut keys = child.stdin.take();
    let begun = Instant::now();
    let status = loop {
        if let Ok(Some(status)) = child.try_wait() {
            break Some(status);
        }
        if begun.elapsed() > LIMIT || cancel.is_cancelled() {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        // Until it is listening, a key may be lost.
        thread::sleep(Duration::from_secs(1));
        if let Some(keys) = &mut keys {
            let _ = keys.write_all(b"q").and_then(|()| keys.flush());
        }
    };
    drop(keys);
    (status, drawn.join().unwrap_or_default())
}

/// A last resort: on a loaded machine the watch takes its time to begin.
const LIMIT: Duration = Duration::from_secs(600);

/// The sequences that take the whole screen, give it back, and show the cursor again.
const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const SHOW_CURSOR: &str = "\u{1b}[?25h";
