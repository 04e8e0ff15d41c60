//! What the macros expand to calls of.
//!
//! In tokio: `macros/support.rs`.

use std::cell::Cell;
use std::task::{Context, Poll};

use harness::coop;

#[doc(hidden)]
pub use reveille_macros as expand;

/// Pins values on the stack, and lets their names mean the pinned references.
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     let future = async { 42 };
///     reveille::pin!(future);
///     assert_eq!(future.as_mut().await, 42);
///
///     reveille::pin! {
///         let other = async { 43 };
///     }
///     assert_eq!(other.await, 43);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[macro_export]
macro_rules! pin {
    ($($x:ident),* $(,)?) => { $(
        let mut $x = ::core::pin::pin!($x);
    )* };
    ($(let $x:ident = $init:expr;)*) => { $(
        let mut $x = ::core::pin::pin!($init);
    )* };
}

/// Waits for the first of several futures, drops the others, and runs the handler of that one.
///
/// Each branch is `pattern = future, if condition => handler`; the condition may be left out. A branch
/// whose condition is false is never polled, though its expression is evaluated. A branch whose value does
/// not match its pattern is out, and the others are waited for; when all are out, `else` runs.
///
/// Another branch is polled first each time. With `biased;` in front, branches are polled in order.
///
/// # Panics
///
/// If all branches are out and there is no `else`.
///
/// # Cancellation
///
/// The futures that are not ready are dropped. What they have done by then is done: use only futures that
/// are safe to cancel if they are to be called again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use reveille::runtime::Builder;
/// use reveille::sync::mpsc;
/// use reveille::time::sleep;
///
/// let runtime = Builder::new_current_thread().enable_all().build()?;
/// runtime.block_on(async {
///     let (sender, mut receiver) = mpsc::channel(1);
///     sender.send(7).await.unwrap();
///     let got = reveille::select! {
///         Some(value) = receiver.recv() => value,
///         () = sleep(Duration::from_secs(60)) => panic!("a minute has passed"),
///         else => 0,
///     };
///     assert_eq!(got, 7);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[macro_export]
macro_rules! select {
    ($($input:tt)*) => { $crate::macros::expand::select!(($crate) $($input)*) };
}

/// Waits for all of several futures, on one task, and returns their outputs as a tuple.
///
/// # Cancellation
///
/// All futures are dropped.
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let (one, two) = reveille::join!(async { 1 }, async { "two" });
/// assert_eq!((one, two), (1, "two"));
/// # });
/// # Ok::<_, std::io::Error>(())
/// ```
#[macro_export]
macro_rules! join {
    ($($input:tt)*) => { $crate::macros::expand::join!($($input)*) };
}

/// Waits until all of several futures are ready with `Ok`, or one with an error, which is then returned; the
/// others are dropped.
///
/// # Cancellation
///
/// All futures are dropped.
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let both = reveille::try_join!(async { Ok::<_, &str>(1) }, async { Ok("two") });
/// assert_eq!(both, Ok((1, "two")));
/// let failed = reveille::try_join!(async { Err::<(), _>("late") }, std::future::pending::<Result<(), _>>());
/// assert_eq!(failed, Err("late"));
/// # });
/// # Ok::<_, std::io::Error>(())
/// ```
#[macro_export]
macro_rules! try_join {
    ($($input:tt)*) => { $crate::macros::expand::try_join!($($input)*) };
}

/// The branch that a `select!` polls first, of so many.
#[doc(hidden)]
pub fn start(count: u32) -> u32 {
    thread_local! {
        static STATE: Cell<u32> = const { Cell::new(0) };
    }
    STATE.with(|state| {
        let mut x = state.get();
        if x == 0 {
            // Another one on each thread; which does not matter.
            x = (std::ptr::from_ref(state) as usize as u32) | 1;
        }
        // Marsaglia's xorshift.
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        state.set(x);
        // The upper bits of a product in place of a division.
        ((u64::from(x) * u64::from(count)) >> 32) as u32
    })
}

/// Ready if the task may go on. If its budget is used up, it gives way.
#[doc(hidden)]
#[inline]
pub fn poll_budget_available(cx: &mut Context<'_>) -> Poll<()> {
    coop::poll_proceed(cx).map(drop)
}

/// Calls `poll`, which is ready with the first of several futures. A dump does not tell of the others then: the task does not wait for
/// them any more.
#[doc(hidden)]
#[inline]
pub fn poll_first<T>(poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
    #[cfg(feature = "dump")]
    return harness::leaf::poll_first(poll);
    #[cfg(not(feature = "dump"))]
    poll()
}
