//! What a runtime did, as a file.
//!
//! A program that is recorded writes what its threads do: polls, wakes, sleeps, steals. This crate is the seam between the
//! runtime, which writes, and the tool, which draws. It knows neither of them.
//!
//! ```text
//!     harness::trace ── Event ──> Writer ──> FOLDER/0.events   one file for each thread,
//!                                            FOLDER/1.events   mapped into its memory
//!                                                 │
//!     cargo course run … --trace <── Timeline <── Recording
//! ```
//!
//! In reading order: [`event`] is what is told, [`mod@write`] and [`mod@read`] are the file, and [`timeline`] finds out what the events say
//! together: which poll begins where and ends where, and who woke whom.

pub mod event;
pub mod read;
pub mod timeline;
pub mod write;

pub use event::{Bed, Driver, Event, How, Subject};
pub use read::{Lane, Recording, Timed};
pub use timeline::{Arrow, Moment, Row, Span, Timeline};
pub use write::Writer;

/// The environment variable that names the folder to which a program is recorded from its beginning.
pub const VARIABLE: &str = "REVEILLE_TRACE";
