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
//!
//! # In the book
//!
//! Chapter 7 is in `book/src/channels`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 7.1 A slot of one's own | `mpsc/chan.rs` |
//! | 7.2 Look, leave the waker, look again | `mpsc/rx.rs` |
//! | 7.3 Closed, and not empty | `mpsc/rx.rs` |
//! | 7.4 Room that was asked for | `mpsc/reserve.rs` |
//! | 7.5 The latest value | `watch.rs` |
//! | 7.6 Each message for every receiver | `broadcast.rs` |
//! | 7.7 The core of mpsc, as a whole | `mpsc/chan.rs` |

pub mod mpsc;
mod within;

pub mod watch;

pub mod broadcast;
