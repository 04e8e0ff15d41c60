//! A runtime, its builder, and its handle.
//!
//! A [`Builder`] says which flavor of runtime one wants, and which drivers. A [`Runtime`] owns the tasks and
//! the drivers; a [`Handle`] spawns from anywhere.
//!
//! ```text
//!     Builder ── build ──> Runtime ── handle ──> Handle
//!                             │                     │
//!                 current_thread::Runtime    current_thread::Handle
//!                             │
//!              Drivers: TimePark<IoPark<ThreadPark>>
//! ```
//!
//! In tokio: `runtime/mod.rs`.

mod drivers;

mod builder;
mod handle;
#[allow(
    clippy::module_inception,
    reason = "the type of that name, as in tokio"
)]
mod runtime;

pub use builder::Builder;
pub use handle::{Handle, RuntimeFlavor};
pub use runtime::Runtime;

pub use current_thread::TryCurrentError;
pub use harness::context::EnterGuard;
