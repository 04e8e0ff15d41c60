//! Chapter 11: the runtime.
//!
//! The chapters before this one have built its parts. This crate puts them together, under the names that
//! a program for tokio uses: such a program ports by its `use` lines.
//!
//! | module | what | built in chapter |
//! | --- | --- | --- |
//! | [`runtime`] | a runtime, its builder and its handle | 4, 10, and here |
//! | [`task`] | tasks, and handles on them | 3, 4, 10 |
//! | [`sync`] | locks and channels | 5, 6, 7 |
//! | [`net`], [`io`] | sockets, and reading and writing | 8 |
//! | [`time`] | sleeps, time-outs, intervals, and a clock that tests can hold | 9 |
//! | [`fs`] | files, by threads that may block | here |
//! | `signal` | signals of the system | here |
//!
//! # Left out, so far
//!
//! Not here: processes, and what tokio calls unstable, but for what is named in [`task`] and [`runtime`].
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use reveille::runtime::Builder;
//! use reveille::time::{sleep, timeout};
//!
//! let runtime = Builder::new_current_thread().enable_all().build()?;
//! let late = runtime.block_on(async {
//!     timeout(Duration::from_millis(5), sleep(Duration::from_secs(60))).await
//! });
//! assert!(late.is_err());
//! # Ok::<_, std::io::Error>(())
//! ```

// A model needs the queue of the blocking pool and no more; Miri knows no sockets.
#[cfg(not(loom))]
pub mod runtime;

mod blocking;
#[cfg_attr(loom, allow(dead_code))]
mod ready;

#[cfg(not(loom))]
pub mod task;

#[cfg(not(loom))]
pub mod sync;

#[cfg(not(loom))]
pub mod io;
#[cfg(not(any(loom, miri)))]
pub mod net;

#[cfg(not(loom))]
pub mod time;

#[cfg(not(loom))]
pub mod fs;
#[cfg(all(unix, not(any(loom, miri))))]
pub mod signal;

/// Single steps of the blocking pool and of a join set, for this package's own tests.
#[cfg(feature = "steps")]
pub mod steps {
    pub use crate::blocking::queue::{Call, Closed, Limit, Queue, Step};
    pub use crate::blocking::seat::{Seat, Woken};
    pub use crate::ready::{KeyWaker, ReadyList};
}

/// What the macros stand on.
#[cfg(not(loom))]
pub mod macros;

#[cfg(not(loom))]
pub use reveille_macros::{main, test};
#[cfg(not(loom))]
pub use task::spawn;
