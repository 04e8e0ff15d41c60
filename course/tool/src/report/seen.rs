//! What a failing test saw, without what we say ourselves beside it.
//!
//! The test kit's message is made to be read alone, as `cargo test` prints it:
//!
//! ```text
//! broken rule: A future that returns Pending keeps the waker of its latest poll.
//!   what was seen: task B was polled last, but task A was woken
//!   exercise 1.1 · book/src/timer-future/poll.md
//! ```
//!
//! We name the rule and the page in our own places, and break lines where the terminal ends, so of
//! this only the middle is kept, with its lines as long as they were.

/// The columns the test kit breaks its lines to.
const KIT_COLUMNS: usize = 100;
/// Begins what the test kit saw.
const SEEN: &str = "what was seen: ";

/// The lines of the message that say what was seen. A message that is not the test kit's is kept
/// as it is.
pub fn lines(message: &str) -> Vec<String> {
    let lines: Vec<&str> = message.trim_end().lines().collect();
    if !message.starts_with("broken rule: ") {
        return lines.into_iter().map(str::to_owned).collect();
    }
    let first = lines
        .iter()
        .position(|line| line.trim_start().starts_with(SEEN))
        .unwrap_or(0);
    let kept: Vec<&str> = lines[first..]
        .iter()
        .filter(|line| !is_place(line))
        .copied()
        .collect();
    let mut joined = unbroken(&kept);
    let depth = joined.first().map_or(0, |line| indent(line));
    for (index, line) in joined.iter_mut().enumerate() {
        let inner = if index == 0 { depth } else { depth + 2 };
        let cut = indent(line).min(inner);
        line.drain(..cut);
    }
    if let Some(first) = joined.first_mut()
        && let Some(seen) = first.strip_prefix(SEEN)
    {
        *first = capitalized(seen);
    }
    joined
}

/// Joins lines that were broken only because they were too long: the next one is indented by two
/// columns more, and its first word would not have fitted.
fn unbroken(lines: &[&str]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    let mut last_columns = 0;
    for line in lines {
        let word = line.split_whitespace().next().unwrap_or("");
        let was_full = KIT_COLUMNS < last_columns + 1 + word.chars().count();
        last_columns = line.chars().count();
        match joined.last_mut() {
            Some(last) if was_full && indent(line) == indent(last) + 2 && !word.is_empty() => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => joined.push((*line).to_owned()),
        }
    }
    joined
}

/// Whether a line only names the exercise and its page.
fn is_place(line: &str) -> bool {
    line.trim_start().starts_with("exercise ") && line.contains(" · book/src/")
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_and_page_are_left_to_us() {
        let message = "broken rule: Wake outside the lock.\n  what was seen: task A waits\n    \
                       thread 1: parked\n  exercise 1.1 · book/src/timer-future/poll.md\n";
        assert_eq!(lines(message), ["Task A waits", "thread 1: parked"]);
    }

    #[test]
    fn a_line_that_was_too_long_is_whole_again() {
        let words = "word ".repeat(18);
        let message = format!(
            "broken rule: R.\n  what was seen: {}\n    and the rest of it\n    thread 1\n",
            words.trim()
        );
        let whole = format!("W{}", &words[1..]);
        assert_eq!(
            lines(&message),
            [format!("{whole}and the rest of it"), "thread 1".to_owned()]
        );
    }

    #[test]
    fn another_message_is_kept() {
        assert_eq!(lines("left: 1\n right: 2\n"), ["left: 1", " right: 2"]);
    }
}
