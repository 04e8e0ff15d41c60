//! What a thread knows about the runtime it is in.
//!
//! `spawn` has no argument that says where. It asks the thread, which knows two things:
//!
//! - the **handle**: which runtime `spawn` and `Handle::current` mean. It is set by
//!   [`Handle::enter`], and on any number of threads at once;
//! - the **context**: which scheduler runs on this thread at this moment, with its core. It is set by
//!   whoever has the core, and that is one thread.
//!
//! Both are bare pointers, so that the thread-local needs no destructor, and a look at it is one
//! instruction. What they point to is kept alive by whoever set them, and they are reset before that
//! ends.
//!
//! # Invariants
//!
//! - **Pointers Are Reset**: the handle's pointer is that of an [`EnterGuard`] which has not been dropped,
//!   or which leaked its handle, or of a [`Context::enter`] that has not returned; and so is the
//!   context's.
//!
//! In tokio: `runtime/context.rs`, `runtime/context/current.rs`.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use crate::context::Context;
use crate::handle::Handle;
use crate::shared::Shared;

// ANCHOR: current
pub(crate) struct Current {
    /// The scheduler that runs on this thread, or null.
    context: Cell<*const Context>,
    /// The runtime that this thread is in, or null.
    handle: Cell<*const Shared>,
    /// The number of the enter that set `handle`, so that runtimes are left in order. No two enters
    /// of a thread have the same.
    enter: Cell<u64>,
    /// The number of the last one.
    last_enter: Cell<u64>,
    /// A `block_on` is on the stack.
    is_blocked_on: Cell<bool>,
}

model::loom::thread_local! {
    static CURRENT: Current = const { Current::new() };
}
// ANCHOR_END: current

/// Resets the runtime that the thread is in.
///
/// Returned by [`Handle::enter`]. Guards must be dropped in the reverse order of their making.
#[derive(Debug)]
#[must_use = "Creating and dropping a guard does nothing"]
pub struct EnterGuard<'a> {
    /// What the thread's pointer points to. Our own reference, since a guard can be leaked.
    handle: ManuallyDrop<Handle>,
    enter: u64,
    outer: Outer,
    lifetime: PhantomData<&'a Handle>,
}

/// The runtime that the thread was in before.
#[derive(Debug)]
struct Outer {
    handle: *const Shared,
    enter: u64,
}

/// Resets both when a scope ends, by a panic as well. A guard that was made in the scope and left it
/// will find that it is too late.
struct Reset {
    context: *const Context,
    outer: Outer,
}

/// Ends a `block_on`.
#[derive(Debug)]
pub(crate) struct BlockGuard(());

impl Current {
    const fn new() -> Current {
        Current {
            context: Cell::new(ptr::null()),
            handle: Cell::new(ptr::null()),
            enter: Cell::new(0),
            last_enter: Cell::new(0),
            is_blocked_on: Cell::new(false),
        }
    }

    #[inline(always)]
    pub(crate) fn with<R>(f: impl FnOnce(&Current) -> R) -> R {
        CURRENT.with(f)
    }

    /// The scheduler that runs on this thread.
    #[inline]
    pub(crate) fn context(&self) -> Option<&Context> {
        // SAFETY: the pointer is null, or that of an `enter` further down on our stack (invariant:
        // Pointers Are Reset).
        unsafe { self.context.get().as_ref() }
    }

    /// The scheduler that runs on this thread, if it is the one that `spawn` means.
    #[inline]
    pub(crate) fn context_of_handle(&self) -> Option<&Context> {
        self.context()
            .filter(|context| ptr::eq(context.shared(), self.handle.get()))
    }

    /// The runtime that this thread is in.
    pub(crate) fn handle(&self) -> Option<Handle> {
        let shared = self.handle.get();
        if shared.is_null() {
            return None;
        }
        // SAFETY: the pointer came from an `Arc` that is alive (invariant: Pointers Are Reset).
        unsafe { Arc::increment_strong_count(shared) };
        // SAFETY: as above, and this is the reference that was just made.
        Some(Handle::new(unsafe { Arc::from_raw(shared) }))
    }

    /// Makes `context` the thread's, and its runtime the current one, for as long as `f` runs.
    pub(crate) fn enter_context<R>(context: &Context, f: impl FnOnce() -> R) -> R {
        let _reset = Current::with(|current| Reset {
            context: current.context.replace(context),
            outer: current.replace_handle(context.handle()),
        });
        f()
    }

    /// Makes `handle` the thread's, until the guard is dropped.
    pub(crate) fn enter_handle(handle: &Handle) -> EnterGuard<'_> {
        let handle = handle.clone();
        Current::with(|current| EnterGuard {
            outer: current.replace_handle(&handle),
            handle: ManuallyDrop::new(handle),
            enter: current.enter.get(),
            lifetime: PhantomData,
        })
    }

    fn replace_handle(&self, handle: &Handle) -> Outer {
        let enter = self.last_enter.get() + 1;
        self.last_enter.set(enter);
        Outer {
            handle: self.handle.replace(handle.as_ptr()),
            enter: self.enter.replace(enter),
        }
    }

    fn restore_handle(&self, outer: &Outer) {
        self.handle.set(outer.handle);
        self.enter.set(outer.enter);
    }

    /// Begins a `block_on`.
    ///
    /// # Panics
    ///
    /// If there is one on the stack: it would have to wait for this one, which may wait for a task
    /// that only the other one runs.
    #[track_caller]
    pub(crate) fn block() -> BlockGuard {
        let was_blocked_on = Current::with(|current| current.is_blocked_on.replace(true));
        assert!(
            !was_blocked_on,
            "Cannot start a runtime from within a runtime. This happens because a function (like \
             `block_on`) attempted to block the current thread while the thread is being used to \
             drive asynchronous tasks."
        );
        BlockGuard(())
    }
}

/// Whether this thread is in a `block_on`. If so, nothing else may put it to sleep: the tasks that it
/// runs would wait with it. Chapter 5 asks before it blocks a thread.
pub fn is_in_block_on() -> bool {
    Current::with(|current| current.is_blocked_on.get())
}

impl Drop for Reset {
    fn drop(&mut self) {
        Current::with(|current| {
            current.context.set(self.context);
            current.restore_handle(&self.outer);
        });
    }
}

impl Drop for BlockGuard {
    fn drop(&mut self) {
        Current::with(|current| current.is_blocked_on.set(false));
    }
}

impl Drop for EnterGuard<'_> {
    /// # Panics
    ///
    /// If a guard that was made later is still there, or if the `block_on` that it was made in is not.
    /// The handle is then leaked: a later guard may make it the thread's again.
    #[track_caller]
    fn drop(&mut self) {
        let is_in_order = Current::with(|current| {
            if current.enter.get() != self.enter {
                return false;
            }
            current.restore_handle(&self.outer);
            true
        });
        if is_in_order {
            // SAFETY: the field is not used again, and the thread's pointer is another one now.
            unsafe { ManuallyDrop::drop(&mut self.handle) };
        } else if !std::thread::panicking() {
            panic!(
                "`EnterGuard` values dropped out of order. Guards returned by `Handle::enter()` \
                 must be dropped in the reverse order as they were acquired."
            );
        }
    }
}
