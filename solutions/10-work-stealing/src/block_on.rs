//! The future that `block_on` was called with.
//!
//! It is not a task: it may borrow from the stack of its caller, and need not be `Send`. So the calling thread polls it, and sleeps in
//! between, and the workers run the tasks.
//!
//! In tokio: `CachedParkThread::block_on` in `runtime/park.rs`.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire};
use std::task::{Context, Poll, Wake, Waker};

use harness::context::{InPlace, begin_block_on};
use harness::coop;
use harness::isolate::{discard, isolate};
use harness::trace;
use model::loom::sync::atomic::AtomicBool;
use model::loom::thread::{self, Thread};

use crate::handle::Handle;
use crate::patience::Patience;

/// The waker of a root future.
struct Root {
    is_woken: AtomicBool,
    thread: Thread,
}

/// How often the thread looks whether its future was woken, before it sleeps. That is about as long as it takes to wake a worker that
/// runs a short task: then neither of them sleeps while they exchange tasks.
const LOOKS: u32 = 2000;

model::loom::thread_local! {
    /// What calls of `block_on` on this thread have learnt.
    static PATIENCE: Cell<Patience> = const { Cell::new(Patience::new()) };
}

/// See [`Handle::block_on`].
#[track_caller]
pub(crate) fn block_on<F: Future>(handle: &Handle, future: F) -> F::Output {
    let _blocked = begin_block_on(InPlace::Allowed);
    let _entered = handle.enter();
    let root = Arc::new(Root {
        is_woken: AtomicBool::new(true),
        thread: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&root));
    let mut cx = Context::from_waker(&waker);
    let mut slot = pin!(Some(future));
    let polled = isolate(|| {
        loop {
            root.wait();
            let future = slot.as_mut().as_pin_mut().expect("it is dropped below");
            let mut traced = trace::poll_root(Arc::as_ptr(&root));
            if let Poll::Ready(output) = coop::with_budget(|| future.poll(&mut cx)) {
                traced.ready();
                return output;
            }
        }
    });
    // Within the context: a future's drop may spawn. And on its own, as a second panic while the first unwinds would
    // end the program.
    let dropped = isolate(|| drop_in_place(slot.as_mut()));
    match (polled, dropped) {
        (Ok(output), Ok(())) => output,
        (Ok(output), Err(payload)) => {
            discard(output);
            resume_unwind(payload)
        }
        (Err(first), second) => {
            discard(second);
            resume_unwind(first)
        }
    }
}

fn drop_in_place<F>(slot: Pin<&mut Option<F>>) {
    // SAFETY: nothing is moved out: an assignment drops the old value in place.
    *unsafe { slot.get_unchecked_mut() } = None;
}

impl Root {
    /// Waits for a wake, and uses it up.
    fn wait(&self) {
        if self.take() {
            return;
        }
        let mut patience = PATIENCE.with(Cell::get);
        patience.look_for(LOOKS, || self.is_woken.load(Acquire));
        PATIENCE.with(|it| it.set(patience));
        while !self.take() {
            let _asleep = trace::sleep_on_thread();
            thread::park();
        }
    }

    fn take(&self) -> bool {
        // ORDERING: Acquire, with the Release in `wake_by_ref`: the poll sees what was done before the wake. A look first, as
        // we may look often.
        self.is_woken.load(Acquire) && self.is_woken.swap(false, AcqRel)
    }
}

impl Wake for Root {
    fn wake(self: Arc<Root>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Root>) {
        trace::woken_root(Arc::as_ptr(self));
        if !self.is_woken.swap(true, AcqRel) {
            self.thread.unpark();
        }
    }
}
