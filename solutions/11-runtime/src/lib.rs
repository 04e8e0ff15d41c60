//! Chapter 11: the runtime.
//!
//! The chapters before this one have built its parts. This crate puts them together, under the names that
//! a program for tokio uses: such a program ports by its `use` lines.
//!
//! | module | what | built in chapter |
//! | --- | --- | --- |
//! | [`runtime`] | a runtime, its builder and its handle | 4 and 10 (the schedulers), and here |
//! | [`task`] | tasks, handles on them, sets of them, and task-locals | 3, 4, 10, and here |
//! | [`sync`] | locks, permits, notifications and channels | 5, 6, 7 |
//! | [`net`], [`io`] | sockets, and reading and writing | 8 |
//! | [`time`] | sleeps, time-outs, intervals, and a clock that tests can hold | 9 |
//! | [`fs`] | files, by threads that may block | here |
//! | `signal` | signals of the system | here |
//! | [`macros`] | what `select!`, `join!` and `#[main]` stand on | here |
//!
//! # Which chapter wrote what
//!
//! A type is documented here, and its source is in the crate of the chapter that built it. If you read the book, look there
//! for the pages and the exercises.
//!
//! | chapter | its crate, in `solutions` | what this crate has of it | its pages, in `book/src` |
//! | --- | --- | --- | --- |
//! | 1 | `01-timer-future` | nothing: its timer and its `block_on` have better successors | `timer-future` |
//! | 2 | `02-raw-waker` | nothing: chapter 3 builds the task anew | `raw-waker` |
//! | 3 | `03-harness` | [`JoinHandle`](task::JoinHandle), [`AbortHandle`](task::AbortHandle), [`JoinError`](task::JoinError), [`Id`](task::Id), [`task::coop`] | `harness` |
//! | 4 | `04-current-thread` | the scheduler for one thread, [`LocalSet`](task::LocalSet), [`yield_now`](task::yield_now) | `current-thread` |
//! | 5 | `05-atomic-waker` | [`sync::oneshot`] | `atomic-waker` |
//! | 6 | `06-locks` | [`Mutex`](sync::Mutex), [`RwLock`](sync::RwLock), [`Semaphore`](sync::Semaphore), [`Notify`](sync::Notify), [`Barrier`](sync::Barrier), [`OnceCell`](sync::OnceCell), [`SetOnce`](sync::SetOnce) | `locks` |
//! | 7 | `07-channels` | [`sync::mpsc`], [`sync::watch`], [`sync::broadcast`] | `channels` |
//! | 8 | `08-reactor` | the I/O driver, [`net`], [`io`] | `reactor` |
//! | 9 | `09-timer-wheel` | the time driver, [`time`] | `timer-wheel` |
//! | 10 | `10-work-stealing` | the scheduler for several threads, [`block_in_place`](task::block_in_place) | not written yet |
//! | 11 | this crate | [`Builder`](runtime::Builder), [`Runtime`](runtime::Runtime), [`Handle`](runtime::Handle), [`JoinSet`](task::JoinSet), [`spawn_blocking`](task::spawn_blocking()), [`task_local!`], [`fs`], `signal` | not written yet |
//!
//! # Left out, so far
//!
//! Not here:
//!
//! - processes, and what tokio calls unstable, but for what is named in [`task`] and [`runtime`];
//! - tokio's own traits of reading and writing, and `ReadBuf`: [`io`] has the traits of `futures`, and with them its `BufReader` and `Cursor`. Where tokio
//!   fills a `ReadBuf` (`poll_read` of a stream; `poll_recv`, `poll_recv_from` and `poll_peek_from` of a socket), a slice is filled here, and
//!   `poll_read_uninit` of a stream fills room that was never written;
//! - methods that fill a buffer of the crate `bytes`, such as `read_buf`, `try_read_buf`, `recv_buf` and `try_recv_buf_from`: read into a slice;
//! - of [`io`]: `BufStream`, `simplex`, `join`, `Split` and the standard streams; a vectored write of a [`DuplexStream`](io::DuplexStream) takes its first
//!   slice, and no more;
//! - of sockets: `UnixSocket` and `set_quickack`; of pipes, `OpenOptions`, `from_file` and `try_io`;
//! - `register` of [`AsyncFd`](io::unix::AsyncFd): it is `try_new` here;
//! - `RestoreOnPending` of [`task::coop`] is `Coop` here, and of [`time::error`] there is `Elapsed` alone.
//!
//! Some things are not as in tokio, on purpose:
//!
//! - A future that panicked is dropped when the panic has been caught, and not while it unwinds, so a second panic in its drop does not end the program.
//! - `send_timeout` asks for timers only if it has to wait.
//! - A `Signal` needs no driver, nor a runtime.
//! - [`spawn_local`](task::spawn_local) asks a `LocalSet` before a local runtime.
//! - A pool of several threads has no slot for the task that was woken last.
//! - Several receivers of a [`broadcast`](sync::broadcast) clone the same message at the same time, so messages that go to other threads must be `Sync`.
//! - The end of a task is told to the [hook](runtime#hooks-around-tasks) before it is told to the handle.
//! - Texts say *Reveille* where tokio's say *Tokio*.
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

/// What threads and tasks do, recorded. Only with the feature `trace`; `cargo course trace` draws it.
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::trace::{Recording, Timeline, start, stop};
///
/// # let folder = std::env::temp_dir().join(format!("reveille-runtime-{}", std::process::id()));
/// let runtime = Builder::new_current_thread().build()?;
/// start(&folder)?;
/// runtime.block_on(async { reveille::spawn(async {}).await }).unwrap();
/// stop();
/// let timeline = Timeline::of(&Recording::read(&folder)?);
/// let arrows: Vec<String> = timeline.arrows.iter().map(ToString::to_string).collect();
/// assert!(arrows[0].starts_with("block_on spawns task "), "{arrows:?}");
/// assert!(arrows[1].ends_with(" wakes block_on"), "{arrows:?}");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[cfg(feature = "trace")]
pub mod trace {
    pub use harness::trace::{
        EVENTS_MAX, Recording, Timeline, event, start, start_with, stop, timeline,
    };
}
#[cfg(all(unix, not(any(loom, miri))))]
pub mod signal;

/// Single steps of the blocking pool and of a join set, for this package's own tests.
#[cfg(feature = "steps")]
pub mod steps {
    pub use crate::blocking::queue::{Call, Closed, Limit, Queue, Step};
    pub use crate::blocking::seat::{Seat, Woken};
    pub use crate::ready::{KeyWaker, ReadyList};
    #[cfg(not(loom))]
    pub use crate::runtime::metrics::histogram::PollTimes;
}

/// What the macros stand on.
#[cfg(not(loom))]
pub mod macros;

#[cfg(not(loom))]
pub use reveille_macros::{main, test};
#[cfg(not(loom))]
pub use task::spawn;
