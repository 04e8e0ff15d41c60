//! How a thread of the runtime is made, and what is called when it begins and ends.
//!
//! In tokio: `runtime/builder.rs`, `spawn_thread` in `runtime/blocking/pool.rs`.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use harness::isolate::{discard, isolate};

/// Something that a program wants to be called. It may panic: that is for its thread to survive.
pub(crate) type Hook = Arc<dyn Fn() + Send + Sync>;

/// Makes the thread's name. Called once for each thread.
pub(crate) type ThreadName = Arc<dyn Fn() -> String + Send + Sync>;

/// Takes the place of the system: says whether a thread can be started.
pub(crate) type Permit = Arc<dyn Fn() -> io::Result<()> + Send + Sync>;

/// How threads are started.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) name: ThreadName,
    pub(crate) stack_size: Option<usize>,
    pub(crate) on_start: Option<Hook>,
    pub(crate) on_stop: Option<Hook>,
    /// For tests: a system that has no thread left.
    pub(crate) permit: Option<Permit>,
}

impl Start {
    pub(crate) fn new() -> Start {
        Start {
            name: Arc::new(|| "reveille-rt-worker".to_owned()),
            stack_size: None,
            on_start: None,
            on_stop: None,
            permit: None,
        }
    }

    /// Starts a thread, which runs `body` between the two hooks, and drops what it returns after them.
    ///
    /// # Errors
    ///
    /// If the system refuses: it may have no memory for a stack, or have as many threads as it allows. Then
    /// `body` is dropped.
    pub(crate) fn start<T>(
        &self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        if let Some(permit) = &self.permit {
            permit()?;
        }
        let mut thread = thread::Builder::new().name((self.name)());
        if let Some(size) = self.stack_size {
            thread = thread.stack_size(size);
        }
        let (on_start, on_stop) = (self.on_start.clone(), self.on_stop.clone());
        thread.spawn(move || {
            call(on_start.as_ref());
            let _end = body();
            call(on_stop.as_ref());
        })
    }
}

/// Calls a hook, if there is one.
pub(crate) fn call(hook: Option<&Hook>) {
    if let Some(hook) = hook
        && let Err(payload) = isolate(|| hook())
    {
        discard(payload);
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("stack_size", &self.stack_size)
            .finish_non_exhaustive()
    }
}
