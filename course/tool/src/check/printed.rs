//! What the reader's code printed in a test, told from what libtest and panics printed around it.
//!
//! A test runs alone and with `--nocapture`, so libtest says little, and that little is known. The test
//! kit puts a line that begins with [`MARK`] before and after each panic message when this tool runs the
//! test: of a message that stands alone nothing says where it ends.

use super::panics;

/// Begins the lines that the test kit writes around a panic message (see `words::panics` there).
pub const MARK: char = '\u{1e}';

/// What the code under test printed while this test ran, in one text.
pub fn by_the_reader(output: &str, test: &str) -> String {
    let mut kept = String::new();
    let mut inside = 0;
    let mut rest = output;
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        if let Some(mark) = line.strip_prefix(MARK) {
            inside = match mark.trim() {
                "panic" => inside + 1,
                _ => usize::saturating_sub(inside, 1),
            };
        } else if inside == 0 {
            if is_the_end(line) {
                break;
            }
            if let Some(message) = panics::length(line, rest) {
                rest = &rest[message..];
            } else {
                kept.push_str(without_the_name(line, test));
            }
        }
    }
    kept.trim_matches('\n').to_owned()
}

/// Whether libtest begins to say how the test ended.
fn is_the_end(line: &str) -> bool {
    let line = line.trim_end();
    line == "failures:" || line.starts_with("test result: ")
}

/// The line without what libtest says of a test that begins or ends. On a machine with one core it
/// names the test before it runs it, and says how it ended in the same line if nothing was printed.
fn without_the_name<'a>(line: &'a str, test: &str) -> &'a str {
    if line.trim_end() == "running 1 test" {
        return "";
    }
    let heading = format!("test {test} ... ");
    let Some(at) = line.find(&heading) else {
        return match line.trim_end() {
            // The second half of a line whose first half the test's own lines have ended.
            "ok" | "FAILED" => "",
            _ => line,
        };
    };
    let (before, after) = (&line[..at], &line[at + heading.len()..]);
    match after.trim_end() {
        "ok" | "FAILED" | "" => before,
        _ => after,
    }
}

#[cfg(test)]
mod tests {
    use super::by_the_reader;

    #[test]
    fn libtest_and_panics_are_left_out() {
        let output = "\nrunning 1 test\nfirst\n[src/timer.rs:3:1] x = 7\n\u{1e}panic\n\nthread 'a' (1) \
                      panicked at tests/x.rs:1:2:\nbroken rule: a\n\n  b\n\u{1e}end\nlast\ntest a_ten ... \
                      FAILED\n\nfailures:\n\nfailures:\n    a_ten\n\ntest result: FAILED. 0 passed\n";
        let printed = by_the_reader(output, "a_ten");
        assert_eq!(printed, "first\n[src/timer.rs:3:1] x = 7\nlast");
    }

    #[test]
    fn a_panic_without_marks_ends_where_its_message_seems_to_end() {
        let output = "running 1 test\nmine\n\nthread 'a' (1) panicked at tests/x.rs:1:2:\nleft: 1\nnote: run \
                      with `RUST_BACKTRACE=1` environment variable to display a backtrace\nmine too\n";
        assert_eq!(by_the_reader(output, "a_ten"), "mine\n\nmine too");
    }

    #[test]
    fn a_test_that_is_named_before_it_runs_prints_behind_its_name() {
        let output = "running 1 test\ntest a_ten ... mine\nok\n\ntest result: ok. 1 passed\n";
        assert_eq!(by_the_reader(output, "a_ten"), "mine");
        let quiet = "running 1 test\ntest a_ten ... ok\n\ntest result: ok. 1 passed\n";
        assert_eq!(by_the_reader(quiet, "a_ten"), "");
        let no_line_end = "running 1 test\nmine test a_ten ... ok\n\ntest result: ok. 1 passed\n";
        assert_eq!(by_the_reader(no_line_end, "a_ten"), "mine ");
    }
}
