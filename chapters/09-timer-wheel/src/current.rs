//! The driver of the runtime that this code runs in.

use harness::context::{self, Found};

use crate::handle::TimeHandle;

const NO_CONTEXT: &str =
    "there is no reactor running, must be called from the context of a Reveille runtime";

const NO_TIMERS: &str = "A Reveille context was found, but timers are disabled. Call \
                         `enable_time` on the runtime builder to enable timers.";

model::loom::thread_local! {
    static FOUND: Found<TimeHandle> = const { Found::nothing() };
}

/// The handle of the driver, if there is one.
#[inline]
pub(crate) fn find() -> Option<TimeHandle> {
    FOUND.with(Found::find)
}

/// The handle of the driver.
///
/// # Panics
///
/// If this thread is in no runtime, or if its runtime has no timers.
#[inline]
#[track_caller]
pub(crate) fn get() -> TimeHandle {
    match find() {
        Some(handle) => handle,
        None => missing(),
    }
}

#[cold]
#[track_caller]
fn missing() -> ! {
    match context::is_entered() {
        true => panic!("{NO_TIMERS}"),
        false => panic!("{NO_CONTEXT}"),
    }
}

/// Says at once what is missing, without a handle. A look at two numbers, but for the first time in each
/// runtime.
///
/// # Panics
///
/// As [`get`].
#[inline]
#[track_caller]
pub(crate) fn expect_timers() {
    if !FOUND.with(Found::is_there) {
        drop(get());
    }
}
