//! Panic messages, read from a test's standard error.

use super::printed;

/// A panic as the standard hook prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// `file:line:column`.
    pub place: String,
    /// What it said.
    pub message: String,
}

/// The panics in a test's standard error, in order.
pub fn parse(stderr: &str) -> Vec<Panic> {
    let mut panics = Vec::new();
    let mut lines = stderr.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(place) = place(line) else { continue };
        let mut message: Vec<&str> = Vec::new();
        while let Some(line) = lines.peek() {
            let is_end = line.starts_with(NOTE)
                || line.starts_with(printed::MARK)
                || self::place(line).is_some();
            if is_end || message.len() == LINES_MAX {
                break;
            }
            message.extend(lines.next());
        }
        panics.push(Panic {
            place: place.to_owned(),
            message: message.join("\n").trim().to_owned(),
        });
    }
    panics
}

/// If this line opens a panic, how many of the bytes that follow it are its message.
pub fn length(line: &str, rest: &str) -> Option<usize> {
    place(line.trim_end())?;
    let mut length = 0;
    for line in rest.split_inclusive('\n').take(LINES_MAX) {
        if place(line.trim_end()).is_some() || line.starts_with(printed::MARK) {
            break;
        }
        length += line.len();
        if line.starts_with(NOTE) {
            break;
        }
    }
    Some(length)
}

/// The label of the hole that a failing test ran into, such as `1.3 thread-waker`. Its panic may
/// have been caught and told in another's message, so it is looked for everywhere.
pub fn hole(stderr: &str) -> Option<String> {
    stderr.split(HOLE).skip(1).find_map(|rest| {
        let (number, rest) = rest.split_once(' ')?;
        let (chapter, exercise) = number.split_once('.')?;
        let is_number = |part: &str| part.parse::<u32>().is_ok();
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let is_label = is_number(chapter) && is_number(exercise) && !name.is_empty();
        is_label.then(|| format!("{number} {name}"))
    })
}

/// Where the hole is that a failing test ran into, as `file:line:column`.
pub fn place_of_hole(stderr: &str) -> Option<String> {
    let mut panics = parse(stderr).into_iter();
    let found = panics.find(|panic| hole(&panic.message).is_some());
    found.map(|panic| panic.place)
}

/// The panic that best explains why a test without a report failed, or else the end of what it
/// printed.
pub fn explanation(output: &str) -> String {
    let panics = parse(output);
    // A join or a lock that fails because of another thread's panic says nothing of its own.
    let is_echo = |panic: &&Panic| {
        panic.message.contains("Any { .. }") || panic.message.contains("PoisonError")
    };
    let last = panics.iter().rev().find(|panic| !is_echo(panic));
    if let Some(panic) = last.or(panics.last()) {
        return format!("{}\n(panicked at {})", panic.message, panic.place);
    }
    let lines: Vec<&str> = output.trim().lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

const NOTE: &str = "note: run with `RUST_BACKTRACE=";
const HOLE: &str = "not yet implemented: ";
const LINES_MAX: usize = 60;

/// The place of a panic, if this line opens one: `thread 'main' (42) panicked at src/lib.rs:1:2:`.
fn place(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("thread '")?;
    let (_, place) = rest.split_once(" panicked at ")?;
    place.strip_suffix(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const STDERR: &str = "
thread 'a' (41) panicked at src/timer.rs:7:9:
not yet implemented: 1.3 thread-waker
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

thread 'b' (42) panicked at tests/x.rs:1:2:
assertion `left == right` failed
  left: 1
 right: 2

thread 'main' (43) panicked at tests/x.rs:3:4:
called `Result::unwrap()` on an `Err` value: Any { .. }
";

    #[test]
    fn panics_are_found_in_order() {
        let panics = parse(STDERR);
        assert_eq!(panics.len(), 3);
        assert_eq!(panics[1].place, "tests/x.rs:1:2");
        assert_eq!(
            panics[1].message,
            "assertion `left == right` failed\n  left: 1\n right: 2"
        );
    }

    #[test]
    fn a_hole_is_named_by_its_label() {
        assert_eq!(hole(STDERR).as_deref(), Some("1.3 thread-waker"));
        let told = "broken rule: it saw \"not yet implemented: 1.4 block-on\", but expected 3";
        assert_eq!(hole(told).as_deref(), Some("1.4 block-on"));
        assert_eq!(hole("not yet implemented"), None);
        let two_digits = "not yet implemented: 6.10 watch";
        assert_eq!(hole(two_digits).as_deref(), Some("6.10 watch"));
        assert_eq!(place_of_hole(STDERR).as_deref(), Some("src/timer.rs:7:9"));
    }

    #[test]
    fn an_echo_of_another_panic_explains_nothing() {
        assert!(explanation(STDERR).starts_with("assertion `left == right` failed"));
    }
}
