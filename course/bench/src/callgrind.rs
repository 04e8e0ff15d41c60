//! How many instructions a process of ours takes, by valgrind: the same number on a busy machine as on a
//! quiet one.

use std::env;
use std::io;
use std::process::Command;

/// Runs this program anew with these arguments, and returns how many instructions it took.
pub fn collected(arguments: &[&str]) -> io::Result<i64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(arguments)
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    // "==123== Collected : 456789"
    text.lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, count)| count.trim().parse().ok())
        .ok_or_else(|| io::Error::other(format!("valgrind counted nothing:\n{text}")))
}
