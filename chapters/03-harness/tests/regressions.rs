//! Bugs that published runtimes had, and that a task without its scheduler can have.

#![cfg(not(loom))]

mod schedulers;

use std::any::{Any, TypeId};
use std::cell::Cell;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};
use std::thread;

use harness::context::{self, EnterGuard, Flavor};
use harness::{Id, JoinHandle, Notified, Schedule, Task, unowned};
use schedulers::{Elsewhere, Local, Pool, Scheduler};
use testkit::{Exercise, Rule, TestWaker, drop_counter};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const GIVEN_AWAY: Rule = CHAPTER.may_be("3.4 or 3.6").rule(
    "What was given away is not used any more: a ticket that `schedule` drops frees its task.",
);
const ABORTED: Rule = CHAPTER.may_be("3.3 or 3.7").rule(
    "An abort from any thread ends the task on its scheduler, and drops the future there, once.",
);
const CONTAINED: Rule = CHAPTER.may_be("3.6 or 3.7").rule("A panic in the drop of a future or an output stays inside of the task, and each reference is released once.");
const NO_CYCLE: Rule = CHAPTER.may_be("3.5, 3.6 or 3.7").rule("No waker is kept by a task that is complete, or whose handle is gone: what it leads to is freed.");
const SHUT_DOWN: Rule = CHAPTER.may_be("3.4 or 3.7").rule("A shutdown ends every task, also those that are woken or spawned by the drops of others, and a wake drops nothing.");
const WAKER_PANICS: Rule = CHAPTER
    .may_be("3.5 or 3.6")
    .rule("A foreign waker that panics harms neither the scheduler nor the output.");

const LENT: Rule = CHAPTER.rule("The runtime that a thread is in lives on while the thread asks it for something, though its guard is dropped in the middle.");

fn on_all_schedulers(rule: Rule, what: &str, test: [fn(); 3]) {
    for test in test {
        rule.holds(what, test);
    }
}

fn poll_once<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(waker))
}

/// async-task #11: `schedule` gave the task away, and went on using what was in it. Here a
/// scheduler drops each ticket at once, and looks at what it has of its own afterwards.
#[test]
fn async_task_11_a_ticket_dropped_by_schedule() {
    #[derive(Clone)]
    struct Refuses(Arc<AtomicUsize>);
    impl Schedule for Refuses {
        fn schedule(task: Notified<Refuses>) {
            let scheduler = task.scheduler().clone();
            drop(task);
            scheduler.0.fetch_add(1, Relaxed);
        }
        fn release(&self, _: &Task<Refuses>) -> Option<Task<Refuses>> {
            None
        }
    }
    GIVEN_AWAY.holds("a scheduler that drops tickets", || {
        let scheduler = Refuses(Arc::default());
        let waker = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&waker);
        let (token, drops) = drop_counter("future");
        let future = poll_fn(move |cx| {
            let _token = &token;
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        });
        let (notified, join) = unowned(future, scheduler.clone(), Id::next());
        notified.assert_unowned().run();
        drop(join);
        let waker = waker.lock().unwrap().take().unwrap();
        // The waker has the only reference, and the ticket takes it over.
        waker.wake();
        assert_eq!(scheduler.0.load(Relaxed), 1);
        assert_eq!(drops.count(), 1);
        assert_eq!(Arc::strong_count(&scheduler.0), 1);
    });
}

/// async-executor #163: a wake on a foreign thread, when nobody but the tasks has the scheduler
/// any more.
#[test]
fn async_executor_163_a_wake_after_the_scheduler_is_gone() {
    GIVEN_AWAY.holds("a late wake", || {
        let pool = Pool::new();
        let waker = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&waker);
        drop(pool.spawn(poll_fn(move |cx| {
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        })));
        pool.run();
        pool.shutdown();
        drop(pool);
        let waker: Waker = waker.lock().unwrap().take().unwrap();
        thread::spawn(move || waker.wake()).join().unwrap();
    });
}

/// tokio #3929 (RUSTSEC-2021-0072): an abort dropped a future that was not `Send` on the thread
/// that called `abort`.
#[test]
fn tokio_3929_a_remote_abort_drops_at_home() {
    ABORTED.holds("a remote abort", || {
        let local = Local::default();
        let (token, drops) = drop_counter("future");
        let not_send = std::rc::Rc::new(token);
        let join = local.spawn(async move {
            let _not_send = not_send;
            pending::<()>().await;
        });
        local.run();
        thread::spawn(move || join.abort()).join().unwrap();
        assert_eq!(drops.count(), 0, "dropped before its scheduler had a turn");
        local.run();
        assert_eq!(drops.count(), 1);
        assert_eq!(drops.thread(), Some(thread::current().id()));
    });
}

/// tokio #3662: an abort from a thread that knows nothing of the scheduler panicked.
#[test]
fn tokio_3662_an_abort_from_a_foreign_thread() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let (token, drops) = drop_counter("future");
        let mut join = scheduler.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        scheduler.run();
        let abort = join.abort_handle();
        thread::spawn(move || abort.abort()).join().unwrap();
        scheduler.run();
        assert_eq!(drops.count(), 1);
        let Poll::Ready(Err(error)) = poll_once(&mut join, Waker::noop()) else {
            panic!("an aborted task has no output");
        };
        assert!(error.is_cancelled());
    }
    on_all_schedulers(
        ABORTED,
        "abort",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// tokio #3964: abort, then drop of the handle: the task was marked, and never scheduled.
#[test]
fn tokio_3964_an_abort_wakes_the_task() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let (token, drops) = drop_counter("future");
        let join = scheduler.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        scheduler.run();
        join.abort();
        drop(join);
        scheduler.run();
        assert_eq!(drops.count(), 1);
        assert!(scheduler.is_empty());
    }
    on_all_schedulers(
        ABORTED,
        "abort",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// tokio #4412: the output's drop panicked inside of `drop(JoinHandle)`.
#[test]
fn tokio_4412_a_panic_in_the_output_stays_inside() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("expected by the test");
        }
    }
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let join = scheduler.spawn(async { PanicsOnDrop });
        scheduler.run();
        assert!(join.is_finished());
        drop(join);
        assert_eq!(scheduler.handles(), 1, "the cell leaked");
    }
    on_all_schedulers(
        CONTAINED,
        "drop",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// tokio #6986: two tasks that await each other, once their waker was left and never dropped.
#[test]
fn tokio_6986_tasks_that_hold_each_others_handles_are_freed() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let slot: Arc<Mutex<Option<JoinHandle<()>>>> = Arc::default();
        let (token, drops) = drop_counter("futures");
        let token = Arc::new(token);
        let (theirs, first_token) = (Arc::clone(&slot), Arc::clone(&token));
        let first = scheduler.spawn(async move {
            let _token = first_token;
            let second = poll_fn(|_| match theirs.lock().unwrap().take() {
                Some(second) => Poll::Ready(second),
                None => Poll::Pending,
            });
            let _ = second.await.await;
        });
        let second = scheduler.spawn(async move {
            let _token = token;
            let _ = first.await;
        });
        *slot.lock().unwrap() = Some(second);
        scheduler.run();
        assert_eq!(drops.count(), 0);
        scheduler.shutdown();
        assert_eq!(drops.count(), 1);
        // One handle is in the slot still, if the first task never got so far.
        slot.lock().unwrap().take();
        assert_eq!(scheduler.handles(), 1, "a cell leaked");
    }
    on_all_schedulers(
        NO_CYCLE,
        "a cycle",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// The same waker, seen from outside: nobody has it once the handle is dropped, or once the task
/// is complete.
#[test]
fn tokio_6986_no_join_waker_is_kept() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let waker = TestWaker::new("the awaiting task");
        let mut join = scheduler.spawn(pending::<()>());
        assert!(waker.poll(Pin::new(&mut join)).is_pending());
        assert_eq!(waker.held(), 1);
        drop(join);
        assert_eq!(waker.held(), 0);

        let mut join = scheduler.spawn(async {});
        assert!(waker.poll(Pin::new(&mut join)).is_pending());
        scheduler.run();
        assert_eq!((waker.wakes_by_val(), waker.wakes_by_ref()), (1, 0));
        assert_eq!(waker.held(), 0);
        drop(join);
        scheduler.shutdown();
    }
    on_all_schedulers(
        NO_CYCLE,
        "join wakers",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// futures-rs #2863: a future's drop panicked, and its reference was released twice.
#[test]
fn futures_2863_a_panic_in_drop_releases_once() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("expected by the test");
        }
    }
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let mut join = scheduler.spawn(async {
            let _panics = PanicsOnDrop;
            pending::<()>().await;
        });
        scheduler.run();
        scheduler.shutdown();
        let Poll::Ready(Err(error)) = poll_once(&mut join, Waker::noop()) else {
            panic!("a task that was shut down has no output");
        };
        assert!(error.is_panic());
        drop(join);
        assert_eq!(scheduler.handles(), 1, "the cell leaked");
    }
    on_all_schedulers(
        CONTAINED,
        "shutdown",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// tokio #1972: during shutdown `wake` dropped the task then and there, while its caller held a
/// lock that the future's drop wanted.
#[test]
fn tokio_1972_a_wake_during_shutdown_drops_nothing() {
    struct Locks(Arc<Mutex<usize>>);
    impl Drop for Locks {
        fn drop(&mut self) {
            *self.0.lock().unwrap() += 1;
        }
    }
    struct WakesUnderLock {
        lock: Arc<Mutex<usize>>,
        waker: Arc<Mutex<Option<Waker>>>,
    }
    impl Drop for WakesUnderLock {
        fn drop(&mut self) {
            let waker = self.waker.lock().unwrap().take();
            let _guard = self.lock.lock().unwrap();
            waker.unwrap().wake();
        }
    }
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let lock = Arc::new(Mutex::new(0));
        let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
        // The task that has been listed for longest is shut down first.
        let wakes = WakesUnderLock {
            lock: Arc::clone(&lock),
            waker: Arc::clone(&waker),
        };
        let first = scheduler.spawn(async move {
            let _wakes = wakes;
            pending::<()>().await;
        });
        let locks = Locks(Arc::clone(&lock));
        let second = scheduler.spawn(poll_fn(move |cx| {
            let _locks = &locks;
            *waker.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        }));
        scheduler.run();
        scheduler.shutdown();
        assert_eq!(*lock.lock().unwrap(), 1);
        assert!(first.is_finished());
        assert!(second.is_finished());
    }
    on_all_schedulers(
        SHUT_DOWN,
        "shutdown",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// tokio #3870: what is woken by the drops of a shutdown, and what is spawned by them, is shut down
/// as well.
#[test]
fn tokio_3870_a_spawn_during_shutdown_is_cancelled() {
    struct SpawnsOnDrop(Pool, Arc<Mutex<Option<JoinHandle<()>>>>);
    impl Drop for SpawnsOnDrop {
        fn drop(&mut self) {
            *self.1.lock().unwrap() = Some(self.0.spawn(pending()));
        }
    }
    SHUT_DOWN.holds("a spawn during shutdown", || {
        let pool = Pool::new();
        let spawned = Arc::new(Mutex::new(None));
        let spawns = SpawnsOnDrop(pool.clone(), Arc::clone(&spawned));
        drop(pool.spawn(async move {
            let _spawns = spawns;
            pending::<()>().await;
        }));
        pool.run();
        pool.shutdown();
        let mut late = spawned.lock().unwrap().take().unwrap();
        let Poll::Ready(Err(error)) = poll_once(&mut late, Waker::noop()) else {
            panic!("a task that is spawned too late has no output");
        };
        assert!(error.is_cancelled());
        drop(late);
        assert_eq!(pool.handles(), 1);
    });
}

/// A foreign waker that panics when it is woken, cloned or dropped.
#[test]
fn a_join_waker_that_panics() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let waker = TestWaker::new("panics");
        let mut join = scheduler.spawn(async { 7 });
        assert!(waker.poll(Pin::new(&mut join)).is_pending());
        waker.on_wake(|| panic!("expected by the test"));
        scheduler.run();
        assert_eq!(waker.wakes(), 1);
        let Poll::Ready(Ok(7)) = poll_once(&mut join, Waker::noop()) else {
            panic!("the output is there, whatever the waker did");
        };
        drop(join);
        assert_eq!(scheduler.handles(), 1, "the cell leaked");

        let waker = TestWaker::new("panics when cloned");
        let mut join = scheduler.spawn(async { 7 });
        waker.on_clone(|| panic!("expected by the test"));
        let polled = catch_unwind(AssertUnwindSafe(|| waker.poll(Pin::new(&mut join))));
        assert!(polled.is_err());
        assert!(poll_once(&mut join, Waker::noop()).is_pending());
        scheduler.run();
        assert!(poll_once(&mut join, Waker::noop()).is_ready());
        drop(join);
        assert_eq!(scheduler.handles(), 1, "the cell leaked");
    }
    on_all_schedulers(
        WAKER_PANICS,
        "wakers",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// A task that aborts itself while it is polled, and one that drops its own handle.
#[test]
fn a_task_that_aborts_itself() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let own: Arc<Mutex<Option<JoinHandle<()>>>> = Arc::default();
        let theirs = Arc::downgrade(&own);
        let (token, drops) = drop_counter("future");
        let join = scheduler.spawn(async move {
            let _token = token;
            if let Some(own) = Weak::upgrade(&theirs) {
                let join = own.lock().unwrap().take().unwrap();
                join.abort();
                drop(join);
            }
            pending::<()>().await;
        });
        *own.lock().unwrap() = Some(join);
        scheduler.run();
        assert_eq!(drops.count(), 1);
        assert_eq!(scheduler.handles(), 1, "the cell leaked");
    }
    on_all_schedulers(
        ABORTED,
        "abort",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

thread_local! {
    static GUARD: Cell<Option<EnterGuard<'static>>> = const { Cell::new(None) };
}

/// A part of a runtime. Its clone is foreign code: it asks the runtime for another part, and leaves the runtime.
struct Leaves {
    gone: Arc<AtomicUsize>,
}

impl Clone for Leaves {
    fn clone(&self) -> Leaves {
        assert_eq!(context::find::<u32>(), Some(7), "the other part");
        // A clone of its own, as the runtime must not be looked at if it is gone.
        let gone = Arc::clone(&self.gone);
        drop(GUARD.take());
        let is_gone = gone.load(Relaxed);
        LENT.check_eq(
            "runtimes that are gone while their part is cloned",
            is_gone,
            0,
        );
        Leaves { gone }
    }
}

/// A runtime of two parts.
struct TwoParts {
    leaves: Leaves,
    number: u32,
}

impl Flavor for TwoParts {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        match wanted {
            _ if wanted == TypeId::of::<Leaves>() => Some(&self.leaves),
            _ if wanted == TypeId::of::<u32>() => Some(&self.number),
            _ => None,
        }
    }
}

impl Drop for TwoParts {
    fn drop(&mut self) {
        self.leaves.gone.fetch_add(1, Relaxed);
    }
}

#[test]
#[cfg_attr(miri, ignore = "leaks the runtime, as is documented")]
fn a_runtime_is_asked_and_left_from_within() {
    LENT.holds("a guard that is dropped while the runtime is asked", || {
        let gone = Arc::new(AtomicUsize::new(0));
        let runtime = Arc::new(TwoParts {
            leaves: Leaves {
                gone: Arc::clone(&gone),
            },
            number: 7,
        });
        GUARD.set(Some(context::enter(runtime)));
        assert!(context::find::<Leaves>().is_some(), "the part");
        assert!(!context::is_entered(), "the guard is dropped");
    });
}
