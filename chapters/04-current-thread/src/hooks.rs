//! Where this scheduler calls the hooks of a program.
//!
//! They come with what the scheduler sleeps on, as the handles of drivers do. A task of a [`LocalRuntime`](crate::LocalRuntime) has hooks
//! like any other; one of a [`LocalSet`](crate::LocalSet) has none, since the set is a scheduler of its own, and may be polled by any runtime.
//!
//! In tokio: `spawn`, `run_task` in `runtime/scheduler/current_thread/mod.rs`.

use harness::{Origin, Task, TaskHook, TaskMeta};

use crate::shared::Handle;

impl Handle {
    /// A task is about to be made.
    #[inline]
    pub(crate) fn note_spawn(&self, origin: &Origin) {
        if self.shared().hooks.spawn.is_some() {
            self.call_spawn(TaskMeta::from(origin));
        }
    }

    /// The future of a task has been dropped. Its handle is told next.
    #[inline]
    pub(crate) fn note_end(&self, task: &Task<Handle>) {
        if self.shared().hooks.terminate.is_some() {
            self.call_terminate(TaskMeta::from(task));
        }
    }

    #[cold]
    #[inline(never)]
    fn call_spawn(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().hooks.spawn.as_ref(), meta);
    }

    #[cold]
    #[inline(never)]
    fn call_terminate(&self, meta: TaskMeta<'_>) {
        self.call(self.shared().hooks.terminate.as_ref(), meta);
    }

    /// Within the runtime, wherever we are: any thread may spawn.
    fn call(&self, hook: Option<&TaskHook>, meta: TaskMeta<'_>) {
        let _entered = self.enter();
        if let Some(hook) = hook {
            hook.call(&meta);
        }
    }
}
