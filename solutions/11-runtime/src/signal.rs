//! Signals of the system.
//!
//! A handler of a signal interrupts whatever code a thread is in, which may hold any lock. It must neither wake
//! a task nor allocate. So the handler does the two things that it may do: it sets a flag, and writes a byte
//! into a socket. A thread of ours reads the socket, and tells those who wait:
//!
//! ```text
//!     the system ── handler: flag, byte ──> socket ──> thread: flag? ── AtomicWaker ──> Signal::recv
//! ```
//!
//! The flag says which signal it was, and the byte only that there was one: when the socket is full, the
//! thread is about to look at the flags anyway. A signal that comes twice before the thread looks is told once,
//! as the system itself does.
//!
//! It is one thread for the whole program, since signals go to programs and not to runtimes; it is started with
//! the first handler, and never ends. A `Signal` works in any runtime, and in none.
//!
//! # Left out
//!
//! In tokio the driver of sockets reads the socket, so no thread is needed, and a runtime without that driver has
//! no signals.
//!
//! In tokio: `signal/`.

mod ctrl_c;
mod registry;
pub mod unix;

pub use ctrl_c::ctrl_c;
