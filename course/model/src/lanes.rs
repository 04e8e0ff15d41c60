//! A run of several threads as a picture: a lane for each thread, a row for each step.
//!
//! A [run](crate::run) is put into the words of a [`Schedule`] once. It is drawn ([`draw()`]) where it
//! is known how wide the page or the terminal is, and whether it has colours; until then it is kept
//! as one line of text ([`Schedule::to_line`]).
//!
//! ```text
//!      the task                         the sender
//!   1  state.load(Acquire): WAITING     │                              waiter.rs:31
//!   2  │                                state.swap(AcqRel):            waiter.rs:47
//!      │                                  WAITING → WOKEN
//!   3  │                                ends
//!   4  state.store(Release):                                           waiter.rs:33
//!        WOKEN → WAITING
//!   5  park                                                            waiter.rs:35
//!   ✗  waits here for ever
//!      Every thread waits, and nobody is left to end it: a wake-up was lost.
//! ```

mod draw;
mod line;

pub use draw::{Piece, Tint, draw};

/// What the threads of a model did in one run, in the order in which they did it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The name of each thread.
    pub lanes: Vec<String>,
    /// The steps.
    pub rows: Vec<Row>,
    /// How it ended: where each of the lanes that matter stood.
    pub ends: Vec<End>,
    /// What that means, in a sentence, if it can be said.
    pub meaning: String,
}

/// A row of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// What one thread did.
    Step(Step),
    /// Steps that are not shown, told in a few words.
    Fold(String),
}

/// What one thread did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Its place in the order, counted from 1.
    pub number: usize,
    /// The thread, as an index of [`Schedule::lanes`].
    pub lane: usize,
    /// What was done: `state.swap(AcqRel): WAITING → WOKEN`.
    pub text: String,
    /// Where in the source, such as `waiter.rs:47`; empty if that is not known.
    pub place: String,
    /// What is remarkable about it: that a load returned an old value.
    pub remark: String,
    /// Whether it is the last that the thread does.
    pub is_last: bool,
}

/// Where a thread stood when the run failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// The thread, as an index of [`Schedule::lanes`].
    pub lane: usize,
    /// What it was doing, or which check failed.
    pub text: String,
    /// Where in the source.
    pub place: String,
}
