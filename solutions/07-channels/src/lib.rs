//! Chapter 7: channels.
//!
//! Tasks that share a value need a lock. Tasks that hand values on need a channel. The three of this
//! chapter differ in what becomes of a value that is sent: it goes to one receiver, or to each of them,
//! or it takes the place of the value before.
//!
//! ```text
//!     mpsc         many senders, one receiver; each value once       a queue without a lock,
//!                                                                    and a Semaphore for room
//!     watch        the latest value, for all who look                a lock, a version, a Notify
//!     broadcast    each value, for all who are there                 a ring, and a Notify
//! ```
//!
//! In reading order: [`mpsc`], whose queue is most of the chapter; [`watch`] and [`broadcast`] can be
//! built from what it shows, and from chapter 6's `Notify`.
//!
//! Nothing in here knows of a runtime: a waker is all that is needed. Chapters 11 and 12 stand on it.

pub mod mpsc;
mod within;

pub mod watch;

pub mod broadcast;
