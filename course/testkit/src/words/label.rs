//! What to call a thread.

use std::cell::Cell;
use std::thread;

thread_local! {
    /// Whether this thread executes the body of a test.
    static IS_BODY: Cell<bool> = const { Cell::new(false) };
}

/// Makes this thread one that executes the body of a test, or not. Returns what it was.
pub(crate) fn set_body(is_body: bool) -> bool {
    // Fails at the end of a thread, when no label is asked for any more.
    IS_BODY
        .try_with(|own| own.replace(is_body))
        .unwrap_or(false)
}

/// What to call this thread: "the test's thread", "thread 'timer'", "thread 3".
pub(crate) fn of_this_thread() -> String {
    if IS_BODY.try_with(Cell::get).unwrap_or(false) {
        return "the test's thread".to_owned();
    }
    let thread = thread::current();
    match thread.name() {
        Some(name) => format!("thread '{name}'"),
        None => {
            let id = format!("{:?}", thread.id());
            let number = id.trim_start_matches("ThreadId(").trim_end_matches(')');
            format!("thread {number}")
        }
    }
}
