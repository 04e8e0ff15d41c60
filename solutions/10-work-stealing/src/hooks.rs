//! Where the pool calls the hooks of a program.
//!
//! They come with what the workers sleep on, as the handles of drivers do, and are called on whichever thread a task begins, has its turn, or
//! ends. So two threads may be in the same hook at the same time.
//!
//! In tokio: `bind_new_task` in `runtime/scheduler/multi_thread/handle.rs`, `run_task` in `worker.rs`.

use current_thread::{TaskHook, TaskMeta};
use harness::{LocalNotified, Origin, Task};

use crate::handle::Handle;
use crate::worker::Worker;

impl Handle {
    /// A task is about to be made.
    #[inline]
    pub(crate) fn note_spawn(&self, origin: &Origin) {
        if self.shared().task_hooks.spawn.is_some() {
            self.call_spawn(TaskMeta::from(origin));
        }
    }

    /// The future of a task has been dropped. Its handle is told next.
    #[inline]
    pub(crate) fn note_end(&self, task: &Task<Handle>) {
        if self.shared().task_hooks.terminate.is_some() {
            self.call_terminate(TaskMeta::from(task));
        }
    }

    #[cold]
    #[inline(never)]
    fn call_spawn(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().task_hooks.spawn.as_ref(), meta);
    }

    #[cold]
    #[inline(never)]
    fn call_terminate(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().task_hooks.terminate.as_ref(), meta);
    }

    /// Within the runtime, wherever we are: any thread may spawn.
    fn call(&self, hook: Option<&TaskHook>, meta: TaskMeta<'_>) {
        let _entered = self.enter();
        if let Some(hook) = hook {
            hook.call(&meta);
        }
    }
}

impl Worker {
    /// Runs a task between its hooks.
    #[cold]
    pub(crate) fn run_between(&self, task: LocalNotified<Handle>) {
        let hooks = &self.shared().task_hooks;
        // A poll that has given the core away has made another thread the worker.
        if let Some(took) = hooks.run_between(task)
            && self.has_core()
        {
            hooks.note_poll_time(self.index(), took);
        }
    }
}
