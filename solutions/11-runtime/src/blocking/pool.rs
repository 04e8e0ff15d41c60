//! The threads, doing what the [queue](super::queue) decides.
//!
//! # The end
//!
//! 1. The queue is closed. From now on `spawn_blocking` returns a handle that says *cancelled*.
//! 2. Each job that no thread has been called for is shut down, by the thread that ends the runtime, in its
//!    context and with no lock held: no handle waits for ever. The others, and what has to be run, are left to
//!    the threads of the pool.
//! 3. The threads that are idle leave. Those that run a job leave after it.
//! 4. Whoever ends the runtime waits for them: for ever, for some time, or not at all. A job that drops its
//!    own runtime does not wait for itself.
//!
//! In tokio: `BlockingPool`, `Spawner` in `runtime/blocking/pool.rs`.

use std::cell::Cell;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle as ThreadHandle;
use std::time::{Duration, Instant};

use harness::context::{self, Blocking, may_block};

use super::job::Job;
use super::queue::{Call, Limit, Queue, Step};
use super::seat::{Seat, Sitter, spin};
use super::start::Start;
use crate::runtime::Handle;

/// The blocking pool of a runtime.
pub(crate) struct Pool {
    queue: Queue<Job>,
    start: Start,
    keep_alive: Duration,
    spin: Duration,
    /// To be joined at the end. Those that have ended are forgotten when another one is started.
    threads: Mutex<Vec<ThreadHandle<()>>>,
}

/// The pool, for code of other chapters.
pub(crate) struct BlockingService(Arc<Pool>);

/// How often the watch of the queue looks whether a job is late. Some times as long as it takes to start a
/// thread: a thread that is started sooner is started for jobs that need none.
const LOOK: Duration = Duration::from_millis(1);

thread_local! {
    /// The address of the pool that this thread is one of. Only compared.
    static POOL: Cell<*const Pool> = const { Cell::new(std::ptr::null()) };
}

impl Pool {
    pub(crate) fn new(start: Start, threads_max: usize, keep_alive: Duration) -> Arc<Pool> {
        Arc::new(Pool {
            queue: Queue::new(threads_max),
            start,
            keep_alive,
            spin: spin(),
            threads: Mutex::new(Vec::new()),
        })
    }

    /// Queues a job.
    ///
    /// # Errors
    ///
    /// The job, if the runtime has ended.
    pub(crate) fn submit(self: &Arc<Pool>, handle: &Handle, job: Job) -> Result<(), Job> {
        let call = self.queue.submit(job)?;
        self.answer(handle, call);
        Ok(())
    }

    /// Does for a job what the queue has decided.
    fn answer(self: &Arc<Pool>, handle: &Handle, call: Call) {
        match call {
            Call::Nothing => {}
            Call::Wake(seat) => seat.unpark(),
            Call::Start => self.start_thread(handle),
        }
    }

    /// How many threads there are, and how many of them wait for a job.
    pub(crate) fn threads(&self) -> (usize, usize) {
        self.queue.threads()
    }

    /// How many jobs wait for a thread.
    pub(crate) fn queued(&self) -> usize {
        self.queue.queued()
    }

    // ANCHOR: start-thread
    fn start_thread(self: &Arc<Pool>, handle: &Handle) {
        let pool = Arc::clone(self);
        let handle = handle.clone();
        match self.start.start(move || pool.run(&handle)) {
            Ok(thread) => {
                let mut threads = self.lock_threads();
                threads.retain(|thread| !thread.is_finished());
                threads.push(thread);
            }
            // There is no thread at all, and none to come: the handles are told.
            Err(_) => self
                .queue
                .not_started()
                .into_iter()
                .for_each(Job::shut_down),
        }
    }
    // ANCHOR_END: start-thread

    // ANCHOR: run
    /// The life of a thread.
    fn run(self: &Arc<Pool>, handle: &Handle) {
        POOL.set(Arc::as_ptr(self));
        let _entered = handle.enter();
        let mut sitter = Sitter::new(self.spin);
        let seat: Arc<Seat> = Arc::new(sitter.seat());
        let mut step = self.queue.up(&seat);
        loop {
            step = match step {
                Step::Run(job, call) => {
                    self.answer(handle, call);
                    job.run();
                    self.queue.next(&seat)
                }
                Step::Wait(limit) => {
                    let woken = match limit {
                        Limit::Look => sitter.sleep(LOOK),
                        Limit::KeepAlive => sitter.wait(&seat, self.keep_alive),
                    };
                    self.queue.woken(&seat, limit, woken)
                }
                Step::Leave => return,
            }
        }
    }
    // ANCHOR_END: run

    // ANCHOR: close
    /// Takes no more jobs, and shuts those down that no thread has been called for.
    pub(crate) fn close(self: &Arc<Pool>, handle: &Handle) {
        let closed = self.queue.close(Job::is_mandatory);
        for call in closed.calls {
            self.answer(handle, call);
        }
        let _entered = handle.enter();
        closed.jobs.into_iter().for_each(Job::shut_down);
    }
    // ANCHOR_END: close

    // ANCHOR: wait
    /// Waits until all threads have left, but for this one if it is one of them; or for as long as `timeout`.
    ///
    /// # Panics
    ///
    /// If the thread may not block.
    #[track_caller]
    pub(crate) fn wait(&self, timeout: Option<Duration>) {
        if timeout == Some(Duration::ZERO) {
            return;
        }
        if !may_block() {
            if std::thread::panicking() {
                // The second panic would end the program.
                return;
            }
            panic!(
                "Cannot drop a runtime in a context where blocking is not allowed. This happens when \
                 a runtime is dropped from within an asynchronous context."
            );
        }
        let remaining = usize::from(std::ptr::eq(POOL.get(), self));
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        if self.queue.wait_until_left(remaining, deadline) {
            self.join(remaining);
        }
    }
    // ANCHOR_END: wait

    /// Waits until the system, too, has done with the threads. They have left, so it will not take long.
    fn join(&self, remaining: usize) {
        let threads = mem::take(&mut *self.lock_threads());
        let this = std::thread::current().id();
        for thread in threads {
            if remaining == 0 || thread.thread().id() != this {
                // What a hook panicked with has been seen by the panic hook.
                let _ = thread.join();
            }
        }
    }

    fn lock_threads(&self) -> MutexGuard<'_, Vec<ThreadHandle<()>>> {
        self.threads.lock().expect("nothing panics under this lock")
    }
}

impl BlockingService {
    pub(crate) fn new(pool: &Arc<Pool>) -> BlockingService {
        BlockingService(Arc::clone(pool))
    }
}

impl Blocking for BlockingService {
    fn run(&self, closure: context::Job) -> Result<(), context::Job> {
        // The service was found in the runtime that the thread is in.
        let Ok(handle) = Handle::try_current() else {
            return Err(closure);
        };
        let submitted = self.0.submit(&handle, Job::of_closure(closure));
        submitted.map_err(Job::into_closure)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
