//! The two that race, behind one trait. They are those of `course/bench`.

#[path = "../../bench/src/racers/ours.rs"]
mod ours;
#[path = "../../bench/src/racers/racer.rs"]
mod racer;
#[allow(dead_code, reason = "tokio with its drivers races in the bench alone")]
#[path = "../../bench/src/racers/tokio.rs"]
mod tokio;

pub use ours::Ours;
pub use racer::Racer;
pub use tokio::Tokio;
