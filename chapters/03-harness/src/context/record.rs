//! The record: one thread-local for everything that a thread knows.
//!
//! Every field is a `Cell` of a plain value, so the thread-local needs no destructor and no flag that
//! says whether it has been made yet: a look at a field is one instruction.

use std::any::TypeId;
use std::cell::Cell;
use std::ptr::{self, NonNull};

use super::flavor::{Flavor, Worker};
use crate::coop::Budget;
use crate::id::Id;

/// What a thread knows of the runtime it is in.
pub(crate) struct Record {
    /// The runtime that `spawn` and `find` mean. Set by `enter` and `enter_worker`.
    pub(super) entered: Cell<Option<Entered>>,
    /// The runtime is being looked at by `find`, which has no reference of its own: a guard that is
    /// dropped meanwhile leaks it.
    pub(super) is_lent: Cell<bool>,
    /// The number of the last enter. Each has its own, so that runtimes are left in order.
    pub(super) last_enter: Cell<u64>,
    /// The address of the scheduler that runs tasks on this thread, or null. Set by `enter_worker`,
    /// and compared with the address in a handle.
    pub(super) scheduler: Cell<*const ()>,
    /// Its worker. Set together with `scheduler`.
    pub(super) worker: Cell<Option<NonNull<dyn Worker>>>,
    /// Whether a `block_on` is on the stack.
    pub(super) blocked: Cell<Blocked>,
    /// The task whose turn it is: it is being polled, or its future or output is being dropped.
    pub(crate) task: Cell<Option<Id>>,
    /// What the future that is being polled may still do before it gives way. Set by `coop`.
    pub(crate) budget: Cell<Budget>,
    /// The task whose turn it is gives way. Set by `defer`, and read by the harness at the end of the poll.
    pub(super) is_yielding: Cell<bool>,
}

model::loom::thread_local! {
    static RECORD: Record = const { Record::new() };
}

/// The runtime that a thread is in.
#[derive(Clone, Copy)]
pub(super) struct Entered {
    /// From an `Arc`, of the type that `type_id` names.
    pub(super) flavor: NonNull<dyn Flavor>,
    pub(super) type_id: TypeId,
    /// The number of the enter that set this.
    pub(super) enter: u64,
}

/// Whether a `block_on`, or the loop of a worker, is on the stack of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// There is none: the thread may block.
    No,
    /// There is one, and the tasks that it runs wait for this thread.
    Yes,
    /// As `Yes`, but the scheduler can have its tasks run by another thread meanwhile.
    Replaceable,
}

/// One call of a task's own code by its scheduler: a poll, or the drop of its future or output. It begins
/// with a fresh budget, and the task has not yielded. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Turns nest: a task that is polled may run a scheduler, or drop a runtime, which drops the tasks of it.
    outer_task: Option<Id>,
    outer_budget: Budget,
    was_yielding: bool,
}

impl Record {
    const fn new() -> Record {
        Record {
            entered: Cell::new(None),
            is_lent: Cell::new(false),
            last_enter: Cell::new(0),
            scheduler: Cell::new(ptr::null()),
            worker: Cell::new(None),
            blocked: Cell::new(Blocked::No),
            task: Cell::new(None),
            budget: Cell::new(Budget::UNLIMITED),
            is_yielding: Cell::new(false),
        }
    }

    /// Lends the record of this thread.
    #[inline(always)]
    pub(crate) fn with<R>(f: impl FnOnce(&Record) -> R) -> R {
        RECORD.with(f)
    }
}

impl Turn {
    #[inline]
    pub(crate) fn begin(task: Id) -> Turn {
        Record::with(|record| Turn {
            outer_task: record.task.replace(Some(task)),
            outer_budget: record.budget.replace(Budget::FULL),
            was_yielding: record.is_yielding.replace(false),
        })
    }

    /// Whether the task has given way in this turn.
    #[inline]
    pub(crate) fn is_yielding(&self) -> bool {
        Record::with(|record| record.is_yielding.get())
    }
}

impl Drop for Turn {
    #[inline]
    fn drop(&mut self) {
        Record::with(|record| {
            record.task.set(self.outer_task);
            record.budget.set(self.outer_budget);
            record.is_yielding.set(self.was_yielding);
        });
    }
}
