//! Sleeps, time-outs and intervals, and a clock that tests can hold.
//!
//! In tokio: `time/mod.rs`.

#[doc(no_inline)]
pub use std::time::Duration;

pub use timer_wheel::error;
pub use timer_wheel::{
    Instant, Interval, MissedTickBehavior, Sleep, Timeout, advance, interval, interval_at, pause,
    resume, sleep, sleep_until, timeout, timeout_at,
};
