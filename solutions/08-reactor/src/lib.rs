//! Chapter 8: a driver that sleeps on sockets.
//!
//! The scheduler of chapter 4 sleeps until another thread wakes it. Now the world outside can wake it
//! as well: the thread sleeps in the operating system's event queue, and each event wakes the tasks that
//! waited for its socket.
//!
//! ```text
//!     task: read ── would block ──> ScheduledIo: listed              scheduler: nothing to do
//!                                        ^                                    │ park
//!                                        │ report, call                       v
//!     task: woken <── WakeList ── Turn::dispatch <── events ── Turn::wait: epoll, kqueue, …
//! ```
//!
//! In reading order: [`Ready`] and [`Interest`] are the words; `readiness`, `waiters` and `scheduled_io`
//! are one source; `sources` is all of them, and when they are freed; `poller`, `turn`, `sleep`,
//! [`IoHandle`] and [`IoPark`] are the driver; `registration` and `wait` are what a socket does with it;
//! `evented` and `net` are the sockets; `io` is how programs read and write; `current` finds the
//! driver; `steps` is for tests.
//!
//! Chapter 9 puts its clock on top of [`IoPark`]; chapter 11 hands on what is in [`net`] and [`io`].
//!
//! # In the book
//!
//! Chapter 8 is in `book/src/reactor`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 8.1 Clear what was seen | `readiness.rs` |
//! | 8.2 Two directions | `scheduled_io.rs` |
//! | 8.3 All that wait | `scheduled_io.rs` |
//! | 8.4 Try, and try again | `registration.rs` |
//! | 8.5 An unpark | `sleep.rs` |
//! | 8.6 To sleep below, or not | `sleep.rs` |
//! | 8.7 A token is an address | `handle.rs` |
//! | 8.8 Who frees it | `sources.rs` |
//! | 8.9 A socket type of your own | `net/unix/pipe.rs` |
//! | 8.10 Two streams in memory | `io/duplex.rs` |
//! | 8.11 A source, as a whole | `scheduled_io.rs` |
//! | 8.13 Copies and lines | `io/copy.rs` |
//! | 8.14 What all sockets have in common | `evented.rs` |
//! | 8.15 The driver, as a whole | `driver.rs` |

// Without an operating system there are no sockets, and less is needed of what they stand on.
#![cfg_attr(any(loom, miri), allow(dead_code))]

mod direction;
mod interest;
mod ready;

mod readiness;
mod scheduled_io;
// ANCHOR: guided-source
mod waiters;
// ANCHOR_END: guided-source

// ANCHOR: guided-driver-sources
mod sources;
// ANCHOR_END: guided-driver-sources

mod counts;

#[cfg(not(any(loom, miri)))]
mod poller;
#[cfg(any(loom, miri))]
#[path = "poller/fake.rs"]
mod poller;

mod driver;
// ANCHOR: guided-driver
mod handle;
mod sleep;
mod turn;
// ANCHOR_END: guided-driver

mod registration;
// ANCHOR: guided-source-wait
mod wait;
// ANCHOR_END: guided-source-wait

#[cfg(not(any(loom, miri)))]
mod current;
#[cfg(not(any(loom, miri)))]
mod evented;

#[cfg(all(unix, not(any(loom, miri))))]
pub mod async_fd;
#[cfg(not(any(loom, miri)))]
pub mod net;

pub mod io;

#[cfg(feature = "steps")]
#[doc(hidden)]
pub mod steps;

#[cfg(all(unix, not(any(loom, miri))))]
pub use async_fd::AsyncFd;
pub use counts::IoCounts;
pub use driver::{IoHandle, IoPark};
pub use interest::Interest;
pub use ready::Ready;
pub use scheduled_io::is_shut_down_error;
