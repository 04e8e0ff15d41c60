//! Where in the source a block was allocated, and where it was freed.

use std::backtrace::Backtrace;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// The two places in a block's life, if they were noted. The traces are never freed, so there are
/// only [`TRACES_MAX`] of them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Traces {
    pub(crate) allocated: Option<&'static Backtrace>,
    pub(crate) freed: Option<&'static Backtrace>,
}

const TRACES_MAX: usize = 5_000;

static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// The place that this thread is at, unless too many were taken.
pub(crate) fn take() -> Option<&'static Backtrace> {
    // ORDERING: Relaxed; the limit need not be met exactly.
    if TRACES_MAX <= TAKEN.fetch_add(1, Relaxed) {
        return None;
    }
    Some(Box::leak(Box::new(Backtrace::force_capture())))
}

/// The innermost place of a trace that is neither in the standard library nor in the kit, such as
/// `src/task.rs:42:9`.
pub(crate) fn place(trace: &Backtrace) -> Option<String> {
    // A frame is a line `3: the::function`, and the line `at the/file.rs:7:5` if that is known.
    let text = trace.to_string();
    let mut in_kit = false;
    for line in text.lines().map(str::trim_start) {
        if let Some(place) = line.strip_prefix("at ") {
            let in_library = ["/rustc/", "/library/"]
                .iter()
                .any(|part| place.contains(part));
            if !in_kit && !in_library {
                return Some(place.strip_prefix("./").unwrap_or(place).to_owned());
            }
        } else if let Some((_, function)) = line.split_once(": ") {
            let function = function.trim_start_matches('<');
            // What the compiler makes of `quarantine!()` is the kit's, too.
            in_kit = function.starts_with("testkit::") || function.starts_with("__rust");
        }
    }
    None
}
