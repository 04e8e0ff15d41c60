//! Panics: what they said, which ones are expected, and which ones nobody saw.
//!
//! A thread that panics takes its promises with it: whoever it should have woken sleeps for ever.
//! The hang is then only the consequence. So the kit notes every panic, and whether its thread
//! came to an end.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Deref;
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::words::count;
use crate::words::label;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::report;

/// What a panic said. Compares and searches like a `str`.
#[derive(Clone, PartialEq, Eq)]
pub struct PanicMessage(String);

/// A panic that was seen by the hook.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) tick: u64,
    pub(crate) thread: String,
    pub(crate) message: String,
    pub(crate) place: String,
    /// Set when the thread has ended since: then nobody caught the panic, or it was the last thing
    /// the thread did.
    ended: Arc<AtomicBool>,
}

/// Sets the flags when its thread ends.
struct EndOfThread(Vec<Arc<AtomicBool>>);

/// The panics of the process, newest last; at most [`NOTES_MAX`].
static NOTES: Lock<Vec<Note>> = Lock::new(Vec::new());
const NOTES_MAX: usize = 100;

/// Sees a panic when it happens.
#[cfg(loom)]
pub(crate) type Witness = fn(&PanicHookInfo<'_>);

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };

    /// Where the last panic was that nothing was printed of.
    static LAST_FILE: Cell<Option<String>> = const { Cell::new(None) };

    /// What else sees the panics of this thread when they happen.
    #[cfg(loom)]
    static WITNESS: Cell<Option<Witness>> = const { Cell::new(None) };

    /// The panics of this thread, to be marked when it ends.
    static END: RefCell<EndOfThread> = const { RefCell::new(EndOfThread(Vec::new())) };
}

impl PanicMessage {
    /// The text of a panic's payload, as [`std::panic::catch_unwind`] returns it.
    pub fn of(payload: &(dyn Any + Send)) -> PanicMessage {
        let text = if let Some(text) = payload.downcast_ref::<&'static str>() {
            (*text).to_owned()
        } else if let Some(text) = payload.downcast_ref::<String>() {
            text.clone()
        } else {
            "a panic that is no text".to_owned()
        };
        PanicMessage(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Note {
    pub(crate) fn thread_has_ended(&self) -> bool {
        // ORDERING: Relaxed; only read for a diagnosis, long after.
        self.ended.load(Relaxed)
    }
}

impl Deref for PanicMessage {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PanicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for PanicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for PanicMessage {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for PanicMessage {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Drop for EndOfThread {
    fn drop(&mut self) {
        for ended in &self.0 {
            // ORDERING: Relaxed; see `Note::thread_has_ended`.
            ended.store(true, Relaxed);
        }
    }
}

/// Has every panic of the process noted from now on. Calling it again does nothing.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        let is_told_to_the_tool = report::is_asked_for();
        panic::set_hook(Box::new(move |info| {
            if QUIET.try_with(Cell::get).unwrap_or(false) {
                let file = info.location().map(|location| location.file().to_owned());
                LAST_FILE.set(file);
                return;
            }
            uncounted(|| {
                note(info);
                #[cfg(loom)]
                if let Some(witness) = WITNESS.get() {
                    witness(info);
                }
                if is_told_to_the_tool {
                    eprintln!("{MARK}panic");
                }
                previous(info);
                if is_told_to_the_tool {
                    eprintln!("{MARK}end");
                }
            });
        }));
    });
}

/// Begins the lines around a panic's message, where the course's tool reads what a test prints: nothing
/// else says where a message of several lines ends and what the reader's code printed goes on.
const MARK: char = '\u{1e}';

/// Whether the panics of this thread are expected. What runs on another thread in its place takes
/// this on, by [`set_quiet`].
pub(crate) fn is_quiet() -> bool {
    QUIET.get()
}

pub(crate) fn set_quiet(quiet: bool) {
    QUIET.set(quiet);
}

/// Runs `f` with the panics of this thread neither printed nor noted.
pub(crate) fn quietly<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUIET.set(self.0);
        }
    }
    watch();
    let _restore = Restore(QUIET.replace(true));
    f()
}

/// The file of the last panic of this thread that was expected, and not asked for before.
pub(crate) fn take_last_file() -> Option<String> {
    LAST_FILE.take()
}

/// Runs `f`. A panic of this thread is told to `witness` when it happens: while it unwinds, the process
/// may end.
#[cfg(loom)]
pub(crate) fn witnessed<R>(witness: Witness, f: impl FnOnce() -> R) -> R {
    watch();
    let outer = WITNESS.replace(Some(witness));
    let value = f();
    WITNESS.set(outer);
    value
}

/// Whether a panic is the `todo!` of an exercise that is not started. What fails because of it is
/// no verdict on anything else.
pub(crate) fn is_hole(message: &str) -> bool {
    message.starts_with("not yet implemented")
}

/// What a panic says to a reader who did not write the test: without the words of the assertion
/// macros, and with the place. `notes` are the panics that may have led to it.
pub(crate) fn explained(message: &str, notes: &[Note]) -> String {
    // A join or a lock that fails because another thread panicked says nothing of its own.
    let is_echo = |message: &str| message.contains("Any { .. }") || message.contains("PoisonError");
    let own = notes.iter().rev().find(|note| note.message == message);
    let cause = match is_echo(message) {
        true => notes.iter().find(|note| !is_echo(&note.message)).or(own),
        false => own,
    };
    match cause {
        Some(note) => format!("{}\nat {}", plain(&note.message), note.place),
        None => plain(message),
    }
}

/// A message of an assertion as one of [`Rule::check_eq`](crate::Rule::check_eq), and others as they
/// are.
pub(crate) fn plain(message: &str) -> String {
    if let Some(condition) = message.strip_prefix("assertion failed: ") {
        return format!("`{condition}` does not hold");
    }
    let compared = |operator: &str| {
        let rest = message.strip_prefix(&format!("assertion `left {operator} right` failed"))?;
        let (what, values) = rest.split_once("\n  left: ")?;
        let (left, right) = values.split_once("\n right: ")?;
        let what = match what.strip_prefix(": ") {
            Some(what) => format!("{what}: "),
            None => String::new(),
        };
        Some((what, left.to_owned(), right.to_owned()))
    };
    if let Some((what, left, right)) = compared("==") {
        return format!("{what}{left}, but expected {right}");
    }
    if let Some((what, left, _)) = compared("!=") {
        return format!("{what}{left}, but expected anything else");
    }
    message.to_owned()
}

/// The panics since `tick`.
pub(crate) fn since(tick: u64) -> Vec<Note> {
    NOTES
        .lock()
        .iter()
        .filter(|note| note.tick >= tick)
        .cloned()
        .collect()
}

fn note(info: &PanicHookInfo<'_>) {
    let ended = Arc::new(AtomicBool::new(false));
    let watched = END.try_with(|end| end.borrow_mut().0.push(Arc::clone(&ended)));
    if watched.is_err() {
        // Thread-locals are gone: the thread is at its end.
        // ORDERING: Relaxed; see `Note::thread_has_ended`.
        ended.store(true, Relaxed);
    }
    let note = Note {
        tick: count::tick(),
        thread: label::of_this_thread(),
        message: info
            .payload_as_str()
            .unwrap_or("a panic that is no text")
            .to_owned(),
        place: info.location().map(ToString::to_string).unwrap_or_default(),
        ended,
    };
    let mut notes = NOTES.lock();
    if notes.len() == NOTES_MAX {
        notes.remove(0);
    }
    notes.push(note);
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn an_assertion_is_told_in_our_words() {
        let equal = "assertion `left == right` failed: polls\n  left: 2\n right: 1";
        assert_eq!(plain(equal), "polls: 2, but expected 1");
        let unnamed = "assertion `left == right` failed\n  left: 2\n right: 1";
        assert_eq!(plain(unnamed), "2, but expected 1");
        let differ = "assertion `left != right` failed: ids\n  left: 2\n right: 2";
        assert_eq!(plain(differ), "ids: 2, but expected anything else");
        let holds = "assertion failed: join.is_finished()";
        assert_eq!(plain(holds), "`join.is_finished()` does not hold");
        assert_eq!(plain("called after the end"), "called after the end");
    }
}
