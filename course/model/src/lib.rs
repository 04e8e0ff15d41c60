//! Where threads meet, and how a run of several threads is shown.
//!
//! - [`loom`]: the types that threads share. They are the standard library's; under `--cfg loom`
//!   they are those of the model checker, and they also record what each thread does with them.
//! - `record` (under `--cfg loom`): takes down one run of a model. The test kit begins and ends it.
//! - [`run`]: such a run, as one line of text and in words.
//! - [`lanes`]: its picture, a lane for each thread and a row for each step.
//!
//! Every crate of the course that shares something between threads stands on this one directly.

pub mod lanes;
pub mod loom;
#[cfg(loom)]
pub mod record;
pub mod run;
