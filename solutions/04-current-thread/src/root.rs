//! The future that `block_on` was called with.
//!
//! It is not a task. It may borrow from the stack of its caller, it need not be `Send`, and it is
//! polled on this very thread. Like a task it is polled only when it has been woken, and so it has
//! a bit of its own for that. What its waker has to do besides setting the bit depends on how the
//! thread sleeps.
//!
//! ```text
//!     WOKEN   set by the waker, cleared before the poll: a wake during the poll is one more poll
//!   DRIVING   this thread has the core: it sleeps where the scheduler sleeps, not in `thread::park`
//! ```
//!
//! # Invariants
//!
//! - **Polled When Woken**: the future is polled once when it is new, and then once for any number of
//!   wakes since its last poll began.
//!
//! In tokio: `Handle::woken` in `runtime/scheduler/current_thread/mod.rs`.

use std::mem::ManuallyDrop;
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::task::{Context, Poll, Wake, Waker};

use harness::context;
use harness::coop;
use harness::isolate::{Payload, discard, isolate};
use harness::trace;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread::{self, Thread};

use crate::shared::Handle;

/// The waker of a root future.
#[derive(Debug)]
pub(crate) struct Root {
    state: AtomicUsize,
    /// The thread that called `block_on`, if it ever slept without the core.
    thread: Option<Thread>,
    handle: Handle,
}

const WOKEN: usize = 1;
const DRIVING: usize = 2;

// WOKEN hands over what was done before the wake: setting it gives that away (Release), and
// clearing it takes it over (Acquire). DRIVING goes with it in the same word: a waker that does
// not see it has set WOKEN before it was set, and the look at WOKEN after that sees it.
impl Root {
    /// A root whose first poll is due, on a thread without the core.
    pub(crate) fn new(handle: &Handle) -> Arc<Root> {
        Arc::new(Root {
            state: AtomicUsize::new(WOKEN),
            thread: Some(thread::current()),
            handle: handle.clone(),
        })
    }

    /// A root whose first poll is due, on a thread with the core.
    pub(crate) fn driving(handle: &Handle) -> Arc<Root> {
        Arc::new(Root {
            state: AtomicUsize::new(WOKEN | DRIVING),
            thread: None,
            handle: handle.clone(),
        })
    }

    /// The same, without an allocation if `last`, which served another future of this scheduler, is
    /// no longer held by a waker.
    pub(crate) fn driving_again(handle: &Handle, last: Option<Arc<Root>>) -> Arc<Root> {
        if let Some(mut last) = last
            && let Some(root) = Arc::get_mut(&mut last)
        {
            root.state = AtomicUsize::new(WOKEN | DRIVING);
            root.thread = None;
            return last;
        }
        Root::driving(handle)
    }

    /// Whether a poll is due.
    #[inline]
    pub(crate) fn is_woken(&self) -> bool {
        self.state.load(Acquire) & WOKEN != 0
    }

    // ANCHOR: poll-if-woken
    /// Polls the future, if it has been woken.
    pub(crate) fn poll_if_woken<F: Future>(
        &self,
        future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Option<Poll<F::Output>> {
        if !self.is_woken() {
            return None;
        }
        // Before the poll: a wake that comes during the poll may be for what it did not see.
        self.state.fetch_and(!WOKEN, AcqRel);
        let mut traced = trace::poll_root(self);
        let polled = coop::with_budget(|| future.poll(cx));
        if polled.is_ready() {
            traced.ready();
        }
        Some(polled)
    }
    // ANCHOR_END: poll-if-woken

    /// From now on the thread sleeps where the scheduler sleeps.
    pub(crate) fn start_driving(&self) {
        self.state.fetch_or(DRIVING, AcqRel);
    }

    /// The future is done. Wakes that come now have no thread to wake.
    pub(crate) fn retire(self: &Arc<Root>) {
        if 1 < Arc::strong_count(self) {
            self.state.fetch_or(WOKEN, AcqRel);
        }
    }

    /// Ends the sleep of a thread that waits for the core.
    pub(crate) fn unpark(&self) {
        if let Some(thread) = &self.thread {
            thread.unpark();
        }
    }

    /// A waker without a reference of its own: it borrows ours.
    pub(crate) fn lend(self: &Arc<Root>) -> ManuallyDrop<Waker> {
        // SAFETY: the pointer is that of an `Arc`. The reference stays ours: the `ManuallyDrop` keeps
        // the waker from giving it up.
        let root = unsafe { Arc::from_raw(Arc::as_ptr(self)) };
        ManuallyDrop::new(Waker::from(root))
    }

    // ANCHOR: block-on
    /// Polls the future until it is done, without running anything else.
    pub(crate) fn block_on<F: Future>(self: Arc<Root>, future: F) -> F::Output {
        let mut future = pin!(Some(future));
        let mut output = None;
        let waker = self.lend();
        let mut cx = Context::from_waker(&waker);
        let ended = isolate(|| {
            while output.is_none() {
                match self.poll_if_woken(not_done(future.as_mut()), &mut cx) {
                    Some(Poll::Ready(ready)) => output = Some(ready),
                    Some(Poll::Pending) => {}
                    None => park(),
                }
            }
        });
        self.retire();
        resume(drop_in_place(future, &mut output, ended));
        output.expect("it is there, since nothing has panicked")
    }
    // ANCHOR_END: block-on
}

/// The future of a `block_on` that is not done.
pub(crate) fn not_done<F>(future: Pin<&mut Option<F>>) -> Pin<&mut F> {
    future
        .as_pin_mut()
        .expect("it is dropped after its last poll")
}

// ANCHOR: drop-in-place
/// Drops the future of a `block_on` after its last poll. It has left an output, or has `ended` with a panic. The caller
/// is still in the runtime: a future's drop may spawn, as that of the losing half of a `select`, or ask for
/// `Handle::current()`. Of two panics the first is returned.
///
/// It is dropped on its own, and not while a panic of its last poll unwinds: a second panic at that moment would
/// end the program.
pub(crate) fn drop_in_place<F, T>(
    future: Pin<&mut Option<F>>,
    output: &mut Option<T>,
    ended: Result<(), Payload>,
) -> Result<(), Payload> {
    // An assignment drops the old value in place, and then puts the new one there, even if that
    // drop panics. `Pin::set` would do it by way of the stack, and a future may be large.
    //
    // SAFETY: nothing is moved out.
    let slot = unsafe { future.get_unchecked_mut() };
    let dropped = isolate(|| *slot = None);
    if dropped.is_err() {
        discard(output.take());
    }
    match (ended, dropped) {
        (Ok(()), dropped) => dropped,
        (Err(first), second) => {
            discard(second);
            Err(first)
        }
    }
}

/// Sleeps until another thread wakes the root.
pub(crate) fn park() {
    let _asleep = trace::sleep_on_thread();
    thread::park();
}

/// Goes on with the panic of a root, now that everything is in its place.
pub(crate) fn resume(ended: Result<(), Payload>) {
    if let Err(payload) = ended {
        resume_unwind(payload);
    }
}
// ANCHOR_END: drop-in-place

impl Wake for Root {
    fn wake(self: Arc<Root>) {
        self.wake_by_ref();
    }

    // ANCHOR: wake
    fn wake_by_ref(self: &Arc<Root>) {
        trace::woken_root(Arc::as_ptr(self));
        // ANCHOR: ex-4-7-wake-root
        // ORDERING: Release, with the Acquire in `poll_if_woken`: the poll that answers sees what was done before this
        // wake. So it is written even if WOKEN is set already.
        let before = self.state.fetch_or(WOKEN, Release);
        if before & WOKEN != 0 {
            return;
        }
        if before & DRIVING == 0 {
            self.unpark();
            return;
        }
        // On the scheduler's own thread: it is awake, and looks at us before it sleeps.
        let is_here = context::with(|here| {
            let worker = here.worker_of(self.handle.shared());
            worker.inspect(|worker| worker.note_root_woken()).is_some()
        });
        if !is_here {
            self.handle.shared().wake_up();
        }
        // ANCHOR_END: ex-4-7-wake-root
    }
    // ANCHOR_END: wake
}
