//! Which calls each thread is inside right now.
//!
//! The kit stands on both sides of the code under test: its futures are polled by it, and its
//! wakers are called by it. It notes each such call before it begins and strikes it off when it
//! returns, so a call that never returns can be named.
//!
//! Every thread has a log of its own, with a lock of its own: only a diagnosis ever reads another
//! thread's log, so keeping them does not synchronize the threads with one another.

use std::cell::OnceCell;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::words::count;
use crate::words::label;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::task::Task;
use crate::words::threads;

/// What a thread is doing inside the kit.
#[derive(Clone, Debug)]
pub(crate) enum Doing {
    Poll,
    WakeByValue,
    WakeByRef,
    CloneWaker,
    DropWaker,
    DropFuture,
    /// Waits, as the test asked it to. The text completes "the thread …".
    Wait(String),
    /// Sleeps on a manual clock, until it shows this.
    Sleep(Duration),
}

/// A call that has begun and not returned.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) serial: u64,
    pub(crate) doing: Doing,
    /// Whose future or waker it is; nobody's for some waits.
    pub(crate) task: Option<Arc<Task>>,
    pub(crate) since: Instant,
}

/// The calls a thread is inside, the outermost first.
#[derive(Debug)]
pub(crate) struct ThreadLog {
    pub(crate) label: String,
    /// What the system calls the thread, if it says so.
    pub(crate) id: Option<u32>,
    calls: Lock<Vec<Call>>,
    /// When its last call returned, if that was a sleep on a manual clock; otherwise 0. Written by
    /// the thread itself, read by a diagnosis.
    slept_at: AtomicU64,
}

/// Strikes the call off when dropped.
#[must_use]
pub(crate) struct InCall {
    log: Option<Arc<ThreadLog>>,
    serial: u64,
}

/// The log of each thread that has called into the kit and still lives.
static LOGS: Lock<Vec<Weak<ThreadLog>>> = Lock::new(Vec::new());

thread_local! {
    static LOG: OnceCell<Arc<ThreadLog>> = const { OnceCell::new() };
}

impl Doing {
    /// Completes "the thread is …".
    pub(crate) fn words(&self, task: &str) -> String {
        match self {
            Doing::Poll => format!("polling {task}"),
            Doing::WakeByValue | Doing::WakeByRef => format!("waking {task}"),
            Doing::CloneWaker => format!("cloning the waker of {task}"),
            Doing::DropWaker => format!("dropping a waker of {task}"),
            Doing::DropFuture => format!("dropping the future of {task}"),
            Doing::Wait(what) => what.clone(),
            Doing::Sleep(due) => format!("asleep on the manual clock, until it shows {due:?}"),
        }
    }
}

impl Call {
    pub(crate) fn words(&self) -> String {
        self.doing
            .words(self.task.as_ref().map_or("", |task| &task.name))
    }
}

impl ThreadLog {
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().clone()
    }

    /// Whether the thread has slept to the end on a manual clock, since `tick`, and has made no
    /// call after that.
    pub(crate) fn is_silent_since_its_sleep(&self, tick: u64) -> bool {
        // ORDERING: Relaxed; only read for a diagnosis, long after.
        let slept_at = self.slept_at.load(Relaxed);
        slept_at != 0 && tick <= slept_at && self.calls.lock().is_empty()
    }
}

impl Drop for InCall {
    fn drop(&mut self) {
        if let Some(log) = &self.log {
            // Not always the last: loom runs several threads of a model on one of ours.
            let mut calls = log.calls.lock();
            let at = calls.iter().rposition(|call| call.serial == self.serial);
            let ended = at.map(|at| calls.remove(at));
            drop(calls);
            if let Some(Doing::Sleep(_)) = ended.as_ref().map(|call| &call.doing) {
                // ORDERING: Relaxed; see `ThreadLog::is_silent_since_its_sleep`.
                log.slept_at.store(count::tick(), Relaxed);
            }
            drop(ended);
        }
    }
}

/// Notes that this thread is about to make a call on `task`.
pub(crate) fn enter(doing: Doing, task: &Arc<Task>) -> InCall {
    begin(doing, Some(Arc::clone(task)))
}

/// Notes that this thread is about to wait, as the test asked it to.
pub(crate) fn enter_wait(what: String, task: Option<&Arc<Task>>) -> InCall {
    begin(Doing::Wait(what), task.cloned())
}

/// Notes that this thread is about to sleep on a manual clock.
pub(crate) fn enter_sleep(due: Duration) -> InCall {
    begin(Doing::Sleep(due), None)
}

fn begin(doing: Doing, task: Option<Arc<Task>>) -> InCall {
    let serial = count::tick();
    let call = Call {
        serial,
        doing,
        task,
        since: Instant::now(),
    };
    uncounted(|| {
        // Fails at the end of a thread, when its thread-locals are gone.
        let log = LOG
            .try_with(|log| Arc::clone(log.get_or_init(new_log)))
            .ok();
        if let Some(log) = &log {
            // ORDERING: Relaxed; see `ThreadLog::is_silent_since_its_sleep`.
            log.slept_at.store(0, Relaxed);
            log.calls.lock().push(call);
        }
        InCall { log, serial }
    })
}

/// The logs of all living threads.
pub(crate) fn logs() -> Vec<Arc<ThreadLog>> {
    LOGS.lock().iter().filter_map(Weak::upgrade).collect()
}

fn new_log() -> Arc<ThreadLog> {
    let log = Arc::new(ThreadLog {
        label: label::of_this_thread(),
        id: threads::own_id(),
        calls: Lock::default(),
        slept_at: AtomicU64::new(0),
    });
    let mut logs = LOGS.lock();
    logs.retain(|log| log.strong_count() > 0);
    logs.push(Arc::downgrade(&log));
    log
}
