//! Values that belong to a task, and not to its thread.
//!
//! A thread-local is the wrong place for the number of the request that a task works for: the thread polls
//! other tasks between two polls of this one, and on a pool the task may go on elsewhere. So the value lives
//! beside the future, and is in a thread-local for the time of each poll only:
//!
//! ```text
//!     between polls:   slot: Some(v)    thread-local: what the scope outside has there, or nothing
//!     in a poll:       slot: that       thread-local: Some(v)
//! ```
//!
//! The exchange is undone by a guard, also if the poll panics. The future is dropped within its scope, too.
//!
//! In tokio: `task/task_local.rs`.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

/// Declares task-locals, of type [`LocalKey`].
///
/// # Examples
///
/// ```
/// reveille::task_local! {
///     /// The number of the request.
///     pub static REQUEST: u32;
/// }
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// let doubled = runtime.block_on(REQUEST.scope(21, async { REQUEST.get() * 2 }));
/// assert_eq!(doubled, 42);
/// # Ok::<_, std::io::Error>(())
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $t:ty; $($rest:tt)*) => {
        $crate::task_local!($(#[$attribute])* $vis static $name: $t);
        $crate::task_local!($($rest)*);
    };
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $t:ty) => {
        $(#[$attribute])*
        $vis static $name: $crate::task::LocalKey<$t> = {
            ::std::thread_local! {
                static __KEY: ::std::cell::RefCell<::core::option::Option<$t>> =
                    const { ::std::cell::RefCell::new(::core::option::Option::None) };
            }
            $crate::task::LocalKey::__of(__KEY)
        };
    };
}

/// A task-local, declared with [`task_local!`](crate::task_local).
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
///
/// reveille::task_local! {
///     static USER: &'static str;
/// }
///
/// async fn greeting() -> String {
///     // No function in between has to pass the user on.
///     USER.with(|user| format!("hello, {user}"))
/// }
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     assert_eq!(USER.scope("ada", greeting()).await, "hello, ada");
///     assert_eq!(USER.scope("grace", greeting()).await, "hello, grace");
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct LocalKey<T: 'static> {
    inner: thread::LocalKey<RefCell<Option<T>>>,
}

/// A future with a value for a task-local. Made by [`LocalKey::scope`].
///
/// # Examples
///
/// ```
/// use std::pin::pin;
///
/// use reveille::runtime::Builder;
///
/// reveille::task_local! {
///     static STEPS: Vec<&'static str>;
/// }
///
/// let runtime = Builder::new_current_thread().build()?;
/// let steps = runtime.block_on(async {
///     let mut future = pin!(STEPS.scope(vec!["begun"], async { STEPS.with(Vec::len) }));
///     assert_eq!(future.as_mut().await, 1);
///     // The value is still there when the future is done.
///     future.take_value()
/// });
/// assert_eq!(steps, Some(vec!["begun"]));
/// # Ok::<_, std::io::Error>(())
/// ```
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct TaskLocalFuture<T: 'static, F> {
    key: &'static LocalKey<T>,
    /// The value, between polls.
    slot: Option<T>,
    /// `None` after its last poll. Pinned as we are.
    future: Option<F>,
    _pinned: PhantomPinned,
}

/// There is no value: the code runs in no scope of the key.
///
/// # Examples
///
/// ```
/// reveille::task_local! {
///     static REQUEST: u32;
/// }
///
/// // A logger is also called outside of any request, and then leaves the number out.
/// let line = match REQUEST.try_get() {
///     Ok(number) => format!("[{number}] started"),
///     Err(_no_request) => "started".to_owned(),
/// };
/// assert_eq!(line, "started");
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct AccessError(());

/// Why a scope cannot be entered.
#[derive(Debug)]
enum ScopeError {
    /// Code that looks at the value enters a scope.
    Borrowed,
    /// The thread ends.
    Destroyed,
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn __of(inner: thread::LocalKey<RefCell<Option<T>>>) -> LocalKey<T> {
        LocalKey { inner }
    }

    /// Runs `future` with this value.
    pub fn scope<F: Future>(&'static self, value: T, future: F) -> TaskLocalFuture<T, F> {
        TaskLocalFuture {
            key: self,
            slot: Some(value),
            future: Some(future),
            _pinned: PhantomPinned,
        }
    }

    /// Calls `f` with this value.
    ///
    /// # Panics
    ///
    /// If this is called by code that [looks](LocalKey::with) at the value.
    #[track_caller]
    pub fn sync_scope<F, R>(&'static self, value: T, f: F) -> R
    where
        F: FnOnce() -> R,
    {
        let mut slot = Some(value);
        match self.enter(&mut slot, f) {
            Ok(output) => output,
            Err(error) => error.panic(),
        }
    }

    /// Looks at the value.
    ///
    /// # Panics
    ///
    /// Outside of a scope of this key.
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.try_with(f) {
            Ok(output) => output,
            Err(_) => panic!("cannot access a task-local storage value without setting it first"),
        }
    }

    /// Looks at the value.
    ///
    /// # Errors
    ///
    /// Outside of a scope of this key.
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        let looked = self.inner.try_with(|value| {
            let value = value.borrow();
            value.as_ref().map(f)
        });
        looked.ok().flatten().ok_or(AccessError(()))
    }

    // ANCHOR: enter
    /// Calls `f` while the value in `slot` is that of the thread, and exchanges them again after it.
    fn enter<R>(
        &'static self,
        slot: &mut Option<T>,
        f: impl FnOnce() -> R,
    ) -> Result<R, ScopeError> {
        self.exchange(slot)?;
        let _undo = Undo { key: self, slot };
        Ok(f())
    }
    // ANCHOR_END: enter

    fn exchange(&'static self, slot: &mut Option<T>) -> Result<(), ScopeError> {
        self.inner
            .try_with(|value| match value.try_borrow_mut() {
                Ok(mut value) => {
                    mem::swap(&mut *value, slot);
                    Ok(())
                }
                Err(_) => Err(ScopeError::Borrowed),
            })
            .unwrap_or(Err(ScopeError::Destroyed))
    }
}

impl<T: Clone + 'static> LocalKey<T> {
    /// A clone of the value.
    ///
    /// # Panics
    ///
    /// Outside of a scope of this key.
    #[track_caller]
    pub fn get(&'static self) -> T {
        self.with(T::clone)
    }

    /// A clone of the value.
    ///
    /// # Errors
    ///
    /// Outside of a scope of this key.
    pub fn try_get(&'static self) -> Result<T, AccessError> {
        self.try_with(T::clone)
    }
}

/// Ends a scope, by a panic as well.
struct Undo<'a, T: 'static> {
    key: &'static LocalKey<T>,
    slot: &'a mut Option<T>,
}

impl<T: 'static> Drop for Undo<'_, T> {
    fn drop(&mut self) {
        // It worked a moment ago. The borrow of a look ends with the look, which was within the scope.
        let _ = self.key.exchange(self.slot);
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value. The future must not be polled after that, unless it does without.
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        // SAFETY: nothing is moved out but the value, which is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        this.slot.take()
    }
}

impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is pinned as we are: it is dropped in place, by the assignment below or by our
        // `Drop`, and never moved. The other fields are not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        let (slot, future) = (&mut this.slot, &mut this.future);
        let polled = this.key.enter(slot, || {
            let inner = future.as_mut()?;
            // SAFETY: as above.
            let polled = unsafe { Pin::new_unchecked(inner) }.poll(cx);
            if polled.is_ready() {
                *future = None;
            }
            Some(polled)
        });
        match polled {
            Ok(Some(polled)) => polled,
            Ok(None) => panic!("`TaskLocalFuture` polled after completion"),
            Err(error) => error.panic(),
        }
    }
}

impl<T: 'static, F> Drop for TaskLocalFuture<T, F> {
    /// Drops the future within the scope. If that cannot be entered, without it.
    fn drop(&mut self) {
        if self.future.is_some() {
            let future = &mut self.future;
            let _ = self.key.enter(&mut self.slot, || *future = None);
        }
    }
}

impl ScopeError {
    #[track_caller]
    fn panic(self) -> ! {
        match self {
            ScopeError::Borrowed => {
                panic!("cannot enter a task-local scope while the task-local storage is borrowed")
            }
            ScopeError::Destroyed => panic!(
                "cannot enter a task-local scope during or after destruction of the underlying \
                 thread-local"
            ),
        }
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("LocalKey { .. }")
    }
}

impl<T: fmt::Debug + 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture")
            .field("value", &self.slot)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task-local value not set")
    }
}

impl Error for AccessError {}
