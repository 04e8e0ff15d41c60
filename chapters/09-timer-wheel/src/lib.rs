//! Chapter 9: timers.
//!
//! Chapter 1's timer slept on a thread of its own. A million of them would be a million threads. Here any
//! number of timers shares one: the thread that runs the tasks sleeps until the next timer, and each
//! timer costs what is inside of its future.
//!
//! ```text
//!     sleep, timeout, interval                          the thread that runs the tasks
//!        │ poll                                            │ nothing to do: park
//!        v                                                 v
//!      Entry ── admit ──> lock [ fresh │ wheel ] <── process_at_time ── TimePark<P> ── park_timeout ──> P
//!        ^                                                 │
//!        └───────────────── fire, wake <───────────────────┘
//! ```
//!
//! In reading order: [`wheel`] sorts timers by ticks, and knows nothing else; `tick` and [`Clock`] say what a
//! tick is; `waiting` is what a timer carries, and `state` is what is under the lock; [`TimeHandle`] is
//! shared, `turn` fires what is due, and [`TimePark`] sleeps; `entry` is a future's place among the others.
//! On that stand [`Sleep`], [`Timeout`] and [`Interval`]; [`pause`] and its like are for tests.
//!
//! # Invariants
//!
//! - **Never Early**: a timer is fired when the clock shows its deadline, or later. On a thread that is idle it
//!   is late by less than a tick, and what the system needs to wake a thread.
//! - **Foreign Code Unlocked**: no waker is cloned, woken or dropped while the driver is locked.
//!
//! # Left out
//!
//! - One driver, and one lock, for all threads of a runtime. Chapter 10 has a driver for each worker.
//! - A sleep below that counts whole milliseconds, as `epoll_wait` does, rounds up once more; then a timer can be
//!   late by two ticks.
//! - Timers that may be late, so that several of them share one wake-up.
//!
//! # In the book
//!
//! Chapter 9 is in `book/src/timer-wheel`. Its exercises are in these files:
//!
//! | exercise | file below `src` |
//! | --- | --- |
//! | 9.1 Levels and slots | `wheel.rs` |
//! | 9.2 The cascade | `wheel.rs` |
//! | 9.3 The last write | `waiting.rs` |
//! | 9.4 The tick that fires | `turn.rs` |
//! | 9.5 Gone before its time | `entry.rs` |
//! | 9.6 An earlier timer | `park.rs` |
//! | 9.7 A clock that tests can hold | `park.rs` |
//! | 9.8 One tick after the other | `interval.rs` |
//! | 9.9 The wheel, as a whole | `wheel.rs` |
//! | 9.10 A deadline for any future | `timeout.rs` |
//! | 9.11 A clock, as a whole | `clock.rs` |

pub mod wheel;

mod clock;
mod tick;

mod state;
mod waiting;

mod handle;
mod park;
mod turn;

mod current;
mod entry;

mod instant;
mod sleep;
mod timeout;

mod interval;
mod missed;

mod hold;

pub mod error;

pub use clock::Clock;
pub use handle::{TimeHandle, TimeUnpark};
pub use hold::{advance, pause, resume};
pub use instant::Instant;
pub use interval::{Interval, interval, interval_at};
pub use missed::MissedTickBehavior;
pub use park::TimePark;
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};
