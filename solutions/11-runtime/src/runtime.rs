//! A runtime, its builder, and its handle.
//!
//! A [`Builder`] says which flavor of runtime one wants, and which drivers. A [`Runtime`] owns the tasks and
//! the drivers; a [`Handle`] spawns from anywhere.
//!
//! ```text
//!     Builder ── build ──> Runtime ── handle ──> Handle
//!                             │                     │
//!          current_thread::Runtime, or    current_thread::Handle, or
//!           work_stealing::Runtime         work_stealing::Handle
//!                             │                     │
//!              Drivers: TimePark<IoPark<ThreadPark>>  Services: the blocking pool, the name
//! ```
//!
//! # A program that hangs
//!
//! Build it with the feature `dump`, and ask [`Handle::dump`] when nothing moves, on a thread of its own: it tells of each task where it was
//! spawned, how often it was polled and woken, since when it waits, for what, and in which line; or, if it has its thread all for itself, on which thread and since
//! when. [`dump`] shows such a text, and how to read it.
//!
//! In tokio: `runtime/mod.rs`.

mod drivers;
mod services;

mod builder;
pub mod dump;
mod handle;
mod local_runtime;
#[allow(
    clippy::module_inception,
    reason = "the type of that name, as in tokio"
)]
mod runtime;

pub use builder::Builder;
pub use handle::{Handle, Id, RuntimeFlavor};
pub use local_runtime::{LocalOptions, LocalRuntime};
pub use runtime::Runtime;

pub use current_thread::TryCurrentError;
pub use harness::context::EnterGuard;

/// Whether an error of a socket means that the runtime which drives it has ended.
///
/// # Examples
///
/// ```
/// let error = std::io::Error::other("the disk is full");
/// assert!(!reveille::runtime::is_rt_shutdown_err(&error));
/// ```
pub fn is_rt_shutdown_err(error: &std::io::Error) -> bool {
    reactor::is_shut_down_error(error)
}
