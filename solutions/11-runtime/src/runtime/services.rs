//! What a runtime has beside its scheduler and its drivers, whatever its flavor.
//!
//! The code that runs in it finds this as it finds a driver: by its type, in the thread's record.

use std::sync::Arc;

use current_thread::{PollTimeHook, TaskHooks};
use harness::context::Blocking;
use reactor::IoCounts;
use work_stealing::SleepHooks;

use super::metrics::histogram::PollTimes;
use crate::blocking::pool::{BlockingService, Pool};
use crate::blocking::start::{Hook, call};

/// Shared by all handles of a runtime.
pub(crate) struct Services {
    pub(crate) name: Option<String>,
    pub(crate) pool: Arc<Pool>,
    /// The pool again, under the name by which the leaves of other chapters find it.
    pub(crate) blocking: Arc<dyn Blocking>,
    pub(crate) on_park: ParkHooks,
    /// What is called around tasks. The schedulers find it here.
    pub(crate) task_hooks: TaskHooks,
    /// How long polls took, if it is kept.
    pub(crate) poll_times: Option<Arc<PollTimes>>,
    /// What the I/O driver counts. Its event queue finds it here.
    pub(crate) io_counts: Arc<IoCounts>,
}

/// What is called around each sleep of a thread that runs tasks.
#[derive(Clone, Default)]
pub(crate) struct ParkHooks {
    pub(crate) before: Option<Hook>,
    pub(crate) after: Option<Hook>,
}

impl ParkHooks {
    /// The same, for a pool. A panic in a hook ends in the hook.
    pub(crate) fn of_workers(&self) -> SleepHooks {
        let guarded = |hook: &Option<Hook>| {
            let hook = hook.clone()?;
            let guarded: Hook = Arc::new(move || call(Some(&hook)));
            Some(guarded)
        };
        SleepHooks {
            before: guarded(&self.before),
            after: guarded(&self.after),
        }
    }
}

impl Services {
    pub(crate) fn new(
        name: Option<String>,
        pool: Arc<Pool>,
        on_park: ParkHooks,
        mut task_hooks: TaskHooks,
        poll_times: Option<PollTimes>,
    ) -> Services {
        let poll_times = poll_times.map(Arc::new);
        task_hooks.poll_time = poll_times
            .clone()
            .map(|times| PollTimeHook::new(move |worker, took| times.add(worker, took)));
        Services {
            name,
            blocking: Arc::new(BlockingService::new(&pool)),
            pool,
            on_park,
            task_hooks,
            poll_times,
            io_counts: Arc::default(),
        }
    }
}
