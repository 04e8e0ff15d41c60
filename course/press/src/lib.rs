//! `cargo press`: what authors of the course run, and no reader builds.
//!
//! It stands on the reader's program, the crate `course`, and judges with it: what is proven here is
//! what a reader is told.
//!
//! - [`mod@new`]: all that a new exercise touches;
//! - [`author`]: skeletons, written from the solutions;
//! - [`prove`]: holes fail, wrong answers are caught, solutions pass;
//! - [`schedules`]: pictures of models that fail, recorded for the book;
//! - [`mod@soak`]: tests run again and again, on a loaded machine;
//! - [`suite`]: all tests on one screen;
//! - [`book`]: what is wrong with a book that was built;
//! - [`solutions`]: our answers, those of chapters without pages included;
//! - [`ci`]: all that is checked before a change is taken in;
//! - [`cli`]: the command line.

pub mod author;
pub mod book;
pub mod ci;
pub mod cli;
pub mod new;
pub mod prove;
pub mod schedules;
pub mod soak;
pub mod solutions;
pub mod suite;
