//! The end of a root future: it is dropped in its runtime, whichever way its last poll ended.

#![cfg(not(loom))]

mod parks;

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use current_thread::{
    Handle, LocalRuntime, LocalSet, Park, Runtime, spawn, spawn_local, yield_now,
};
use harness::context;
use parks::Unparks;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const INSIDE: Rule =
    CHAPTER.rule("A root future is dropped in its runtime, as it was polled there.");
const FIRST: Rule = CHAPTER.rule("The first panic of a root is the one that reaches its caller.");
const WOKEN: Rule = CHAPTER
    .may_be("4.6")
    .rule("What is deferred at the very end is woken, and does not wait for the next `block_on`.");

const LATE: Rule =
    CHAPTER.rule("A root that is done has nothing to wake: a wake that comes later ends no sleep.");

/// Ends as it is told, and says in its drop in which runtime that was.
struct Root {
    ends: Ends,
    /// How many drops there were in a runtime.
    inside: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Ends {
    Ready,
    Panics,
    /// Ready, and its drop panics.
    DropPanics,
    /// Both panic.
    PanicsTwice,
}

impl Future for Root {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match self.ends {
            Ends::Ready | Ends::DropPanics => Poll::Ready(()),
            Ends::Panics | Ends::PanicsTwice => panic!("the poll"),
        }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        // As a drop in a program would: it needs the runtime.
        if Handle::try_current().is_ok() {
            drop(spawn(async {}));
            self.inside.fetch_add(1, SeqCst);
        }
        if matches!(self.ends, Ends::DropPanics | Ends::PanicsTwice) {
            panic!("the drop");
        }
    }
}

/// Runs a root that ends so. Returns what it panicked with.
fn run(ends: Ends, block_on: impl FnOnce(Root)) -> Option<&'static str> {
    let inside = Arc::new(AtomicUsize::new(0));
    let root = Root {
        ends,
        inside: Arc::clone(&inside),
    };
    let result = catch_unwind(AssertUnwindSafe(|| block_on(root)));
    INSIDE.check_eq("drops of the root in its runtime", inside.load(SeqCst), 1);
    let payload = result.err()?;
    Some(payload.downcast_ref::<&'static str>().expect("a text"))
}

fn all_ends(block_on: impl Fn(Root)) {
    FIRST.check_eq("a root that is ready", run(Ends::Ready, &block_on), None);
    let panics = run(Ends::Panics, &block_on);
    FIRST.check_eq("a root that panics", panics, Some("the poll"));
    let panics = run(Ends::DropPanics, &block_on);
    FIRST.check_eq("a root whose drop panics", panics, Some("the drop"));
    let panics = run(Ends::PanicsTwice, &block_on);
    FIRST.check_eq("a root that panics twice", panics, Some("the poll"));
}

#[test]
fn of_a_runtime() {
    CHAPTER.within("roots of a runtime", || {
        let rt = Runtime::new();
        all_ends(|root| rt.block_on(root));
        // Nothing was left behind.
        rt.block_on(async { spawn(async {}).await.unwrap() });
    });
}

#[test]
fn of_a_local_runtime() {
    CHAPTER.within("roots of a local runtime", || {
        let rt = LocalRuntime::new();
        all_ends(|root| rt.block_on(root));
        rt.block_on(async { spawn_local(async {}).await.unwrap() });
    });
}

#[test]
fn of_a_handle() {
    CHAPTER.within("roots of a handle", || {
        let rt = Runtime::new();
        all_ends(|root| rt.handle().block_on(root));
        rt.handle().block_on(async {});
    });
}

#[test]
fn of_a_local_set() {
    CHAPTER.within("roots of a local set", || {
        let (rt, set) = (Runtime::new(), LocalSet::new());
        all_ends(|root| set.block_on(&rt, root));
        set.block_on(&rt, async { spawn_local(async {}).await.unwrap() });
    });
}

/// A root that only waits for the core, on a thread beside the one that drives.
#[test]
fn of_a_thread_that_waits() {
    CHAPTER.within("roots beside another thread", || {
        let rt = Runtime::new();
        let (began, done) = (Barrier::new(2), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                rt.block_on(async {
                    began.wait();
                    while !done.load(SeqCst) {
                        yield_now().await;
                    }
                });
            });
            began.wait();
            all_ends(|root| rt.block_on(root));
            done.store(true, SeqCst);
        });
    });
}

/// The losing half of a `select` at the root is the everyday case.
#[test]
fn what_a_select_leaves_over() {
    CHAPTER.within("a select", || {
        let inside = Arc::new(AtomicUsize::new(0));
        let root = Root {
            ends: Ends::Ready,
            inside: Arc::clone(&inside),
        };
        let mut loser = Box::pin(async move {
            let _root = root;
            pending::<()>().await;
        });
        let mut winner = Box::pin(yield_now());
        Runtime::new().block_on(poll_fn(move |cx| {
            assert!(loser.as_mut().poll(cx).is_pending());
            winner.as_mut().poll(cx)
        }));
        INSIDE.check_eq("drops of the loser in its runtime", inside.load(SeqCst), 1);
    });
}

/// A set is around the future of its `run_until` when that is dropped, too.
#[test]
fn the_future_of_a_run_until() {
    struct SpawnsLocal;
    impl Drop for SpawnsLocal {
        fn drop(&mut self) {
            drop(spawn_local(async {}));
        }
    }
    CHAPTER.within("run_until", || {
        let (rt, set) = (Runtime::new(), LocalSet::new());
        let spawns = SpawnsLocal;
        rt.block_on(set.run_until(async move {
            let _spawns = spawns;
        }));
        // And dropped before its end, by code outside of the set.
        let spawns = SpawnsLocal;
        let mut unfinished = Box::pin(set.run_until(async move {
            let _spawns = spawns;
            pending::<()>().await;
        }));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(unfinished.as_mut().poll(&mut cx).is_pending());
        drop(unfinished);
    });
}

/// A wake that is deferred by a wake that is deferred.
struct Defers {
    left: AtomicUsize,
    last: Waker,
}

impl Wake for Defers {
    fn wake(self: Arc<Defers>) {
        match self.left.fetch_sub(1, SeqCst) {
            0 => self.last.wake_by_ref(),
            _ => context::defer(&Waker::from(Arc::clone(&self))),
        }
    }
}

#[test]
fn what_its_end_defers_is_woken() {
    CHAPTER.within("a chain of deferred wakes", || {
        let woken = testkit::TestWaker::new("at the end of the chain");
        let chain = Waker::from(Arc::new(Defers {
            left: AtomicUsize::new(3),
            last: woken.waker(),
        }));
        let rt = Runtime::new();
        rt.block_on(async { context::defer(&chain) });
        WOKEN.check_eq("wakes", woken.wakes(), 1);
        // And if the drop of the root is what defers.
        struct InDrop(Waker);
        impl Drop for InDrop {
            fn drop(&mut self) {
                context::defer(&self.0);
            }
        }
        let in_drop = InDrop(woken.waker());
        rt.block_on(async move {
            let _in_drop = in_drop;
        });
        WOKEN.check_eq("wakes, and one by the drop of a root", woken.wakes(), 2);
    });
}

/// One that never ends is no reason not to end.
#[test]
fn a_waker_that_defers_itself_for_ever() {
    struct Again(AtomicUsize);
    impl Wake for Again {
        fn wake(self: Arc<Again>) {
            self.0.fetch_add(1, SeqCst);
            context::defer(&Waker::from(Arc::clone(&self)));
        }
    }
    CHAPTER.within("a waker that defers itself", || {
        let again = Arc::new(Again(AtomicUsize::new(0)));
        let rt = Runtime::new();
        rt.block_on(async { context::defer(&Waker::from(Arc::clone(&again))) });
        WOKEN.check_eq("wakes at the end of a block_on", again.0.load(SeqCst), 61);
        drop(rt);
        WOKEN.check_eq("references to it in the end", Arc::strong_count(&again), 1);
    });
}

/// A park that does not sleep. The first time, another thread wakes a root that is done, and then the one that
/// waits.
struct WakesTwo {
    unparks: Unparks,
    late: Arc<Mutex<Option<Waker>>>,
    waiting: Arc<Mutex<Option<Waker>>>,
    /// How often the late wake has unparked.
    seen: Arc<Mutex<Option<usize>>>,
}

impl Park for WakesTwo {
    type Unpark = Unparks;

    fn unparker(&self) -> Unparks {
        self.unparks.clone()
    }

    fn park(&mut self) {
        let before = self.unparks.count();
        thread::scope(|scope| {
            scope.spawn(|| {
                if let Some(late) = self.late.lock().unwrap().take() {
                    late.wake();
                    *self.seen.lock().unwrap() = Some(self.unparks.count() - before);
                }
                if let Some(waiting) = self.waiting.lock().unwrap().take() {
                    waiting.wake();
                }
            });
        });
    }

    fn park_timeout(&mut self, _: Duration) {}
}

#[test]
fn a_wake_that_comes_too_late() {
    LATE.holds("a wake of a root that is done", || {
        let park = WakesTwo {
            unparks: Unparks::default(),
            late: Arc::default(),
            waiting: Arc::default(),
            seen: Arc::default(),
        };
        let (late, waiting) = (Arc::clone(&park.late), Arc::clone(&park.waiting));
        let seen = Arc::clone(&park.seen);
        let rt = Runtime::with_park(park);
        rt.block_on(poll_fn(|cx| {
            *late.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        }));
        let mut has_waited = false;
        rt.block_on(poll_fn(|cx| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            *waiting.lock().unwrap() = Some(cx.waker().clone());
            Poll::Pending
        }));
        let seen = *seen.lock().unwrap();
        LATE.check_eq("sleeps that the late wake ended", seen, Some(0));
    });
}
