//! Why cargo failed where the compiler did not, for a reader.

use crate::problem::Problem;

/// Says in one sentence why cargo failed where the compiler did not.
pub fn explain(stderr: &str, command: &str) -> Problem {
    let has = |needles: &[&str]| needles.iter().any(|needle| stderr.contains(needle));
    if has(&["No space left on device", "os error 28", "os error 112"]) {
        return Problem::new("The disk is full", MAKE_ROOM);
    }
    // A linker writes through mapped memory, which ends so when there is no room behind it.
    if has(&["terminated with signal 7 [Bus error]", "SIGBUS"]) {
        return Problem::new(
            "The linker was ended by a bus error, as happens when the disk is full",
            MAKE_ROOM,
        );
    }
    if has(&[
        "Read-only file system",
        "Permission denied",
        "os error 13",
        "Access is denied",
    ]) {
        return Problem::new(
            format!(
                "cargo may not write where it has to: {}",
                last_cause(stderr)
            ),
            "Make the folder writable, then run the command again",
        );
    }
    if has(&NETWORK) {
        let next = "Connect to the network and run `cargo fetch` once; after that the course works \
                    offline";
        let next = match has(&["offline mode", "--offline"]) {
            true => {
                format!("{next}. cargo was told to stay offline: unset CARGO_NET_OFFLINE for it")
            }
            false => next.to_owned(),
        };
        return Problem::new(
            "A crate has to be downloaded first, and the registry cannot be reached",
            next,
        );
    }
    if has(&["linker `", "link.exe"]) && has(&["not found"]) {
        return Problem::new(
            "The linker is missing",
            "Install a C toolchain (Linux: `build-essential` or `gcc`; macOS: `xcode-select \
             --install`; Windows: the Visual Studio build tools)",
        );
    }
    if let Some(line) = stderr.lines().find(|line| line.contains("requires rustc ")) {
        return Problem::new(
            format!("This Rust is too old: {}", line.trim()),
            "Run `rustup update stable`, then the command again",
        );
    }
    Problem::new(
        format!("cargo failed: {}", last_cause(stderr)),
        format!("Run `{command}` to see all that it says"),
    )
}

const MAKE_ROOM: &str = "Make room (`cargo clean` empties target/, in which nothing of yours is), then \
                         run the command again";

const NETWORK: [&str; 9] = [
    "failed to download",
    "Could not resolve host",
    "Couldn't resolve host",
    "Could not connect",
    "spurious network error",
    "Unable to update registry",
    "failed to query replaced source registry",
    "but --offline was specified",
    "you're using offline mode",
];

/// The first `error:` line with the last of its causes.
fn last_cause(stderr: &str) -> String {
    let error = stderr
        .lines()
        .find_map(|line| line.strip_prefix("error: "))
        .unwrap_or("it gave no reason");
    let cause = stderr
        .rsplit("Caused by:\n")
        .next()
        .filter(|_| stderr.contains("Caused by:\n"))
        .and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    match cause {
        Some(cause) => format!("{} ({})", error.trim(), cause.trim()),
        None => error.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_becomes_one_sentence_and_a_next_step() {
        let cases = [
            (
                "error: failed to download `loom v0.7.2`\n\nCaused by:\n  Could not resolve host",
                "A crate has to be downloaded first",
            ),
            (
                "error: no matching package named `clap` found\nlocation searched: crates.io \
                 index\nAs a reminder, you're using offline mode (--offline) which can sometimes \
                 cause surprising resolution failures",
                "A crate has to be downloaded first",
            ),
            (
                "error: failed to write `target/x`\n\nCaused by:\n  No space left on device (os error 28)",
                "The disk is full",
            ),
            (
                "error: linking with `cc` failed\ncollect2: fatal error: ld terminated with signal 7 \
                 [Bus error]",
                "The linker was ended by a bus error",
            ),
            (
                "error: failed to open: target/.cargo-lock\n\nCaused by:\n  Permission denied (os error 13)",
                "cargo may not write where it has to",
            ),
            (
                "error: rustc 1.80 is not supported by the following package:\n  ch01 requires rustc 1.95",
                "This Rust is too old",
            ),
            (
                "error: failed to parse manifest at `Cargo.toml`\n\nCaused by:\n  no targets",
                "cargo failed: failed to parse manifest at `Cargo.toml` (no targets)",
            ),
        ];
        for (stderr, expected) in cases {
            let problem = explain(stderr, "cargo build");
            assert!(problem.what.starts_with(expected), "{problem}");
        }
    }
}
