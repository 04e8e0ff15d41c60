//! The end of a scheduler.
//!
//! Dropping a runtime drops every future it has, and a future's `drop` is foreign code like any
//! other. For example, it wakes other tasks, spawns new ones, asks for `Handle::current()`, or
//! takes locks that a waking thread may hold. So:
//!
//! 1. First the doors are closed: a task that is spawned from now on is shut down at once, by the
//!    thread that spawns it.
//! 2. What is in the inject queue is taken over, so that the list has all tasks.
//! 3. Each task in the list is shut down, within the context, with nothing borrowed and no lock held.
//!    A task that is woken meanwhile is queued; it will not run.
//! 4. The driver is shut down, and wakes each waker that still waits for it.
//! 5. What the futures and the driver have deferred is woken: it may be a wake of another runtime, and
//!    no later turn comes for it.
//! 6. The tickets are dropped. Their tasks are complete, so this frees memory and no future.
//!
//! If a task holds the handle of another task, that does not keep the other alive: handles count as
//! references to the cell, and by now the cell has no future in it that could hold a handle.
//!
//! In tokio: `shutdown2` in `runtime/scheduler/current_thread/mod.rs`.

use std::mem;

use harness::TaskQueue;

use crate::context::Context;
use crate::park::Park;
use crate::shared::Handle;
use crate::slot::Engine;

/// Shuts down what the engine has. No thread will drive it again.
pub(crate) fn shut_down<P: Park>(engine: &mut Engine<P>) {
    let Engine { context, park, .. } = engine;
    context.enter(|| close_and_drop_all(context, park));
}

/// Closes the doors, drops all futures, shuts the driver down, and drops all tickets. We are in the context.
fn close_and_drop_all<P: Park>(context: &Context, park: &mut P) {
    // ANCHOR: ex-4-8-close-and-drop-all
    // No future is left, and none can come in; each waker that waits for the driver, or was
    // deferred, has been called; and no ticket is left in a queue.
    todo!("4.8 close-and-drop-all")
    // ANCHOR_END: ex-4-8-close-and-drop-all
}

fn take_all_injected(context: &Context) {
    loop {
        let mut core = context.core();
        let before = core.queue.len();
        core.take_injected(context.shared());
        if core.queue.len() == before {
            return;
        }
    }
}

fn shut_down_tasks(context: &Context) {
    loop {
        // The borrow ends before the future is dropped.
        let task = context.core().tasks.pop();
        match task {
            Some(task) => task.shutdown(),
            None => return,
        }
    }
}

fn drop_tickets(context: &Context) {
    loop {
        // The borrow ends before the tickets are dropped. They may be the last references; the tasks
        // are complete, so nothing foreign should be in the cells, and here we need not count on it.
        let tickets: TaskQueue<Handle> = mem::take(&mut context.core().queue);
        if tickets.is_empty() {
            return;
        }
        drop(tickets);
    }
}
