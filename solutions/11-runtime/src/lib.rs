//! Chapter 11: the runtime.
//!
//! The chapters before this one have built its parts. This crate puts them together, under the names that
//! a program for tokio uses: such a program ports by its `use` lines.
//!
//! | module | what | built in chapter |
//! | --- | --- | --- |
//! | [`runtime`] | a runtime, its builder and its handle | 4, and here |
//! | [`task`] | tasks, and handles on them | 3, 4 |
//! | [`sync`] | locks and channels | 5, 6, 7 |
//! | [`net`], [`io`] | sockets, and reading and writing | 8 |
//! | [`time`] | sleeps, time-outs, intervals, and a clock that tests can hold | 9 |
//!
//! # Left out, so far
//!
//! There is one flavor, for one thread. The pool of workers, threads for blocking jobs, files, processes and
//! signals come with chapters 10 and 11.
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

pub mod runtime;

pub mod task;

pub mod sync;

pub mod io;
pub mod net;

pub mod time;

/// What the macros stand on.
pub mod macros;

pub use reveille_macros::{main, test};
pub use task::spawn;
