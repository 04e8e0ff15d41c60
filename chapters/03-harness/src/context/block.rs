//! Whether this thread may block.
//!
//! A task must not put the thread that runs it to sleep: all other tasks would wait with it. If the
//! task waits for one of these, they wait for ever. So `block_on` marks its thread, and functions
//! that block a thread ask first.
//!
//! A pool can do better. If one of its threads is to block, it gives the tasks away to another one.
//! Then the mark is off while the closure runs, and is put back after it: that is `block_in_place`,
//! and within it a new `block_on` is in order.
//!
//! In tokio: `runtime/context/runtime.rs`, `runtime/context/runtime_mt.rs`.

use super::record::{Blocked, Record};
use crate::coop::Budget;

/// Whether the tasks of a thread can be run by another one, while this one blocks.
///
/// # Examples
///
/// ```
/// use harness::context::{InPlace, begin_block_on, leave_block_on};
///
/// // A scheduler for one thread: its tasks wait for this thread.
/// let block_on = begin_block_on(InPlace::Forbidden);
/// assert!(leave_block_on().is_err());
/// drop(block_on);
///
/// // A worker of a pool: another thread takes over its tasks.
/// let _block_on = begin_block_on(InPlace::Allowed);
/// assert!(leave_block_on().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPlace {
    /// They wait for this thread: there is no `block_in_place`.
    Forbidden,
    /// The scheduler can have them run by another thread.
    Allowed,
}

/// A `block_on`, or the loop of a worker, until it is dropped. It stays on its thread.
///
/// # Examples
///
/// ```
/// use harness::context::{InPlace, begin_block_on, may_block};
///
/// assert!(may_block());
/// let block_on = begin_block_on(InPlace::Forbidden);
/// assert!(!may_block(), "to sleep here would stop all tasks");
/// drop(block_on);
/// assert!(may_block());
/// ```
#[derive(Debug)]
#[must_use = "the thread is marked only while this lives"]
pub struct BlockOn {
    not_send: std::marker::PhantomData<*const ()>,
}

/// The time in which a thread that runs tasks may block.
///
/// # Examples
///
/// ```
/// use harness::context::{InPlace, begin_block_on, leave_block_on, may_block};
///
/// let _block_on = begin_block_on(InPlace::Allowed);
/// let left = leave_block_on().expect("this thread can be replaced");
/// // Here the code of `block_in_place` runs.
/// assert!(may_block());
/// drop(left);
/// assert!(!may_block());
/// ```
#[derive(Debug)]
#[must_use = "the thread may block only while this lives"]
pub struct LeftBlockOn {
    outer: Blocked,
    budget: Budget,
    not_send: std::marker::PhantomData<*const ()>,
}

/// The thread runs tasks that no other thread can run.
///
/// # Examples
///
/// ```
/// use harness::context::{CannotLeave, InPlace, begin_block_on, leave_block_on};
///
/// let _block_on = begin_block_on(InPlace::Forbidden);
/// assert_eq!(leave_block_on().err(), Some(CannotLeave));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CannotLeave;

/// Whether this thread may be put to sleep: there is no `block_on` on its stack.
pub fn may_block() -> bool {
    Record::with(|record| record.blocked.get() == Blocked::No)
}

/// Begins a `block_on`, or the loop of a worker.
///
/// # Panics
///
/// If there is one on the stack: it would have to wait for this one, which may wait for a task that
/// only the other one runs.
#[track_caller]
pub fn begin_block_on(in_place: InPlace) -> BlockOn {
    assert!(
        may_block(),
        "Cannot start a runtime from within a runtime. This happens because a function (like \
         `block_on`) attempted to block the current thread while the thread is being used to \
         drive asynchronous tasks. If you are in an async function, use `.await` on the future \
         instead of blocking on it."
    );
    let blocked = match in_place {
        InPlace::Forbidden => Blocked::Yes,
        InPlace::Allowed => Blocked::Replaceable,
    };
    Record::with(|record| record.blocked.set(blocked));
    BlockOn {
        not_send: std::marker::PhantomData,
    }
}

/// Undoes a `block_on` until the result is dropped: the thread may block, and code that runs there
/// has no budget to keep to. The caller has done the scheduler's part, for example given its tasks
/// away. Without a `block_on` on the stack there is nothing to undo.
///
/// # Errors
///
/// If the `block_on` began with [`InPlace::Forbidden`].
pub fn leave_block_on() -> Result<LeftBlockOn, CannotLeave> {
    Record::with(|record| {
        let outer = record.blocked.get();
        if outer == Blocked::Yes {
            return Err(CannotLeave);
        }
        record.blocked.set(Blocked::No);
        Ok(LeftBlockOn {
            outer,
            budget: record.budget.replace(Budget::UNLIMITED),
            not_send: std::marker::PhantomData,
        })
    })
}

/// The time in which a thread must not leave its `block_on`.
///
/// # Examples
///
/// ```
/// use harness::context::{InPlace, begin_block_on, leave_block_on, stay};
///
/// let _block_on = begin_block_on(InPlace::Allowed);
/// let stays = stay();
/// // Here tasks run that must stay on this thread.
/// assert!(leave_block_on().is_err());
/// drop(stays);
/// assert!(leave_block_on().is_ok());
/// ```
#[derive(Debug)]
#[must_use = "the thread stays only while this lives"]
pub struct Stay {
    outer: Blocked,
    not_send: std::marker::PhantomData<*const ()>,
}

/// Until the result is dropped, a `block_on` of this thread is as if it had begun with [`InPlace::Forbidden`]: for the
/// polls of tasks that are bound to the thread, also where other tasks of it could go.
pub fn stay() -> Stay {
    Record::with(|record| {
        let outer = record.blocked.get();
        if outer == Blocked::Replaceable {
            record.blocked.set(Blocked::Yes);
        }
        Stay {
            outer,
            not_send: std::marker::PhantomData,
        }
    })
}

impl Drop for Stay {
    fn drop(&mut self) {
        Record::with(|record| record.blocked.set(self.outer));
    }
}

impl Drop for BlockOn {
    fn drop(&mut self) {
        Record::with(|record| record.blocked.set(Blocked::No));
    }
}

impl Drop for LeftBlockOn {
    fn drop(&mut self) {
        Record::with(|record| {
            record.blocked.set(self.outer);
            record.budget.set(self.budget);
        });
    }
}
