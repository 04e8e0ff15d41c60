//! Chapter 9: timers.
pub mod wheel;
pub use harness::loom;
