//! What the chapters' tests are written with.

mod blocks;
mod calls;
mod clock;
mod count;
mod diagnosis;
mod drops;
mod evidence;
mod exercise;
mod gate;
mod leaf;
mod lock;
pub mod memory;
mod panics;
mod poll;
mod probe;
mod quarantine;
mod report;
mod rule;
mod run;
mod task;
mod threads;
mod trace;
mod tracked;
mod waker;
mod within;

pub use clock::ManualClock;
pub use drops::{DropCounter, DropToken, drop_counter};
pub use exercise::{Exercise, LIMIT};
pub use gate::{Gate, GateFuture, gate};
pub use leaf::{
    Forgetful, Never, PanicsOnPoll, YieldTimes, forgetful, never, panics_on_poll, yield_times,
};
pub use panics::PanicMessage;
pub use probe::{Probe, Seen, probe};
pub use rule::Rule;
pub use waker::{TestWaker, poll_once};
pub use within::within;
