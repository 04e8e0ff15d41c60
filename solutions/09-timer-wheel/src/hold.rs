//! The clock of the runtime, held by a test.
//!
//! In tokio: `time/clock.rs`.

use std::time::Duration;

use current_thread::yield_now;

use crate::current;

/// Stops the clock of the runtime that this code runs in. From then on it moves when it is
/// [advanced](advance); and when all tasks wait, to the next timer.
///
/// # Panics
///
/// If the clock is paused, or if this is called outside of a runtime with timers, or in one for several threads.
#[track_caller]
pub fn pause() {
    current::get().clock().pause();
}

/// Lets the clock run again.
///
/// # Panics
///
/// If the clock is not paused, or if this is called outside of a runtime with timers.
#[track_caller]
pub fn resume() {
    current::get().clock().resume();
}

/// Moves the clock. Timers that are due then are fired, and the tasks that waited for them go first.
///
/// # Panics
///
/// If the clock is not paused, or if this is called outside of a runtime with timers.
///
/// # Cancellation
///
/// The clock is moved by the first poll, and stays so.
pub async fn advance(duration: Duration) {
    current::get().advance(duration);
    yield_now().await;
}
