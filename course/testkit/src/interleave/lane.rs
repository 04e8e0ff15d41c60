//! Words for the picture of a failing schedule.
//!
//! When a [`Rule::model`](crate::Rule::model) fails, its report shows the run that failed: a lane
//! for each thread, and a row for each step. What happens is recorded by itself; only the names of
//! the lanes, and what a step means, have to be said.

use std::fmt::Display;

/// Gives the lane of this thread its name in the picture of a failing schedule: "the sender". Call
/// it first thing in each thread of a model, the main one included.
///
/// Does nothing without loom.
pub fn lane(name: &str) {
    #[cfg(loom)]
    model::record::name_lane(name);
    #[cfg(not(loom))]
    let _ = name;
}

/// Adds a row to the lane of this thread in the picture of a failing schedule: "looks again".
///
/// Does nothing without loom.
#[track_caller]
pub fn note(text: impl Display) {
    #[cfg(loom)]
    model::record::said(|| text.to_string(), Some(std::panic::Location::caller()));
    #[cfg(not(loom))]
    let _ = text;
}
