//! A task from its first poll to its last, without anything going wrong.

#![cfg(not(loom))]
#![allow(clippy::waker_clone_wake, reason = "both ways to wake are tested")]

mod schedulers;

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use harness::{
    AbortHandle, Id, JoinError, JoinHandle, Notified, Schedule, Task, TaskList, id, owned, try_id,
    unowned,
};
use schedulers::{Elsewhere, Local, Pool, Scheduler};
use testkit::{Exercise, Rule, TestWaker, drop_counter, probe, yield_times};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const JOINED: Rule = CHAPTER
    .may_be("3.5 or 3.6")
    .rule("The output of a task goes to its handle, once.");
const DETACHED: Rule = CHAPTER
    .may_be("3.3 or 3.6")
    .rule("A task without a handle runs to its end, and is freed there.");
const ONE_POLL: Rule = CHAPTER
    .may_be("3.1, 3.2, 3.3 or 3.4")
    .rule("Wakes before a poll add up to one poll, and a wake after the end does nothing.");
const SAME_TASK: Rule = CHAPTER
    .may_be("3.3")
    .rule("All wakers of a task are equal: `will_wake` says so.");
const LATEST: Rule = CHAPTER.may_be("3.5 or 3.6").rule(
    "A handle keeps one waker, that of its latest poll, and the end of the task wakes it once.",
);
const NAMED: Rule = CHAPTER
    .may_be("3.3, 3.6 or 3.7")
    .rule("Inside a task its id is known, also while its future is dropped; outside, none is.");
const UNIQUE: Rule = CHAPTER.rule("No two tasks have the same id.");
const ERRORS: Rule = CHAPTER
    .may_be("3.7")
    .rule("An error says whether the task was cancelled or panicked, in tokio's words.");
const TYPES: Rule =
    CHAPTER.rule("A handle is Send and Sync if the output is Send, and as small as a pointer.");
const OWNED: Rule =
    CHAPTER.rule("A task belongs to one list: only that list runs it, lists it and gives it up.");
const STAYS: Rule = CHAPTER
    .may_be("3.2")
    .rule("A task that is complete does not change any more.");
const SHUT_DOWN: Rule = CHAPTER
    .may_be("3.6 or 3.7")
    .rule("A ticket of a task in no list can be shut down, and then the handle is told.");
const REFUSED: Rule = CHAPTER.may_be("3.7").rule(
    "A list that is closed takes no more tasks: a task that comes too late is cancelled at once.",
);

fn on_all_schedulers(rule: Rule, what: &str, test: [fn(); 3]) {
    for test in test {
        rule.holds(what, test);
    }
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn output<T>(join: &mut JoinHandle<T>) -> T {
    match poll_once(join) {
        Poll::Ready(Ok(output)) => output,
        Poll::Ready(Err(error)) => panic!("{error}"),
        Poll::Pending => panic!("not finished"),
    }
}

#[test]
fn the_output_goes_to_the_handle() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let mut join = scheduler.spawn(async { String::from("done") });
        assert!(!join.is_finished());
        assert!(poll_once(&mut join).is_pending());
        scheduler.run();
        assert!(join.is_finished());
        assert_eq!(output(&mut join), "done");
        drop(join);
        assert_eq!(scheduler.handles(), 1);
    }
    on_all_schedulers(
        JOINED,
        "join",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

#[test]
fn the_output_is_returned_once() {
    JOINED.holds("the output is returned once", || {
        let said = JOINED.panics(
            || {
                let pool = Pool::new();
                let mut join = pool.spawn(async {});
                pool.run();
                output(&mut join);
                let _ = poll_once(&mut join);
            },
            "it did not panic",
        );
        JOINED.check(
            said.contains("JoinHandle polled after completion"),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn a_task_without_a_handle_runs_on() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let (future, seen) = probe("task", yield_times(3));
        drop(scheduler.spawn(future));
        scheduler.run();
        assert_eq!(seen.polls(), 4);
        assert_eq!(seen.drops(), 1);
        assert_eq!(scheduler.handles(), 1);
    }
    on_all_schedulers(
        DETACHED,
        "detach",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// Wakes while the task is queued, or while it is polled, add up to one poll.
#[test]
fn many_wakes_are_one_poll() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let polls = Arc::new(AtomicUsize::new(0));
        let latest: Arc<Mutex<Option<Waker>>> = Arc::default();
        let (count, kept) = (Arc::clone(&polls), Arc::clone(&latest));
        let join = scheduler.spawn(poll_fn(move |cx| {
            if count.fetch_add(1, Relaxed) == 0 {
                for _ in 0..3 {
                    cx.waker().wake_by_ref();
                    cx.waker().clone().wake();
                }
            }
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        }));
        scheduler.run();
        assert_eq!(polls.load(Relaxed), 2);
        let waker = latest.lock().unwrap().take().unwrap();
        waker.wake_by_ref();
        waker.clone().wake();
        waker.wake_by_ref();
        scheduler.run();
        assert_eq!(polls.load(Relaxed), 3);
        join.abort();
        scheduler.run();
        // Complete, and woken still.
        waker.wake_by_ref();
        waker.wake();
        scheduler.run();
        assert_eq!(polls.load(Relaxed), 3);
        latest.lock().unwrap().take();
        drop(join);
        assert_eq!(scheduler.handles(), 1);
    }
    on_all_schedulers(
        ONE_POLL,
        "wakes",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

#[test]
fn all_wakers_of_a_task_are_equal() {
    SAME_TASK.holds("will_wake", || {
        let pool = Pool::new();
        let seen: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let kept = Arc::clone(&seen);
        drop(pool.spawn(poll_fn(move |cx| {
            let mut seen = kept.lock().unwrap();
            assert!(seen.iter().all(|waker| waker.will_wake(cx.waker())));
            seen.push(cx.waker().clone());
            Poll::<()>::Pending
        })));
        pool.run();
        let first = seen.lock().unwrap()[0].clone();
        first.wake_by_ref();
        pool.run();
        assert_eq!(seen.lock().unwrap().len(), 2);
        pool.shutdown();
    });
}

/// A join handle that is polled again and again keeps one waker: the latest.
#[test]
fn a_handle_keeps_the_latest_waker() {
    LATEST.holds("join wakers", || {
        let pool = Pool::new();
        let (first, second) = (TestWaker::new("first"), TestWaker::new("second"));
        let mut join = pool.spawn(async {});
        for _ in 0..3 {
            assert!(first.poll(Pin::new(&mut join)).is_pending());
        }
        assert_eq!((first.clones(), first.held()), (1, 1));
        assert!(second.poll(Pin::new(&mut join)).is_pending());
        assert_eq!((first.held(), second.held()), (0, 1));
        pool.run();
        assert_eq!((first.wakes(), second.wakes()), (0, 1));
    });
}

#[test]
fn a_task_knows_its_id() {
    fn test<S: Scheduler>() {
        struct Asks(Arc<Mutex<Vec<Option<Id>>>>);
        impl Drop for Asks {
            fn drop(&mut self) {
                self.0.lock().unwrap().push(try_id());
            }
        }
        let scheduler = S::start();
        let seen: Arc<Mutex<Vec<Option<Id>>>> = Arc::default();
        let asks = Asks(Arc::clone(&seen));
        let join = scheduler.spawn(async move {
            let _asks = asks;
            assert_eq!(Some(id()), try_id());
        });
        let other = scheduler.spawn(pending::<()>());
        assert_ne!(join.id(), other.id());
        assert_eq!(join.id(), join.abort_handle().id());
        scheduler.run();
        assert_eq!(*seen.lock().unwrap(), [Some(join.id())]);
        assert_eq!(try_id(), None);
        scheduler.shutdown();
    }
    on_all_schedulers(
        NAMED,
        "ids",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

#[test]
fn ids_are_unique_across_threads() {
    UNIQUE.holds("ids are unique across threads", || {
        let per_thread = if cfg!(miri) { 1_100 } else { 5_000 };
        let count = if cfg!(miri) { 2 } else { 4 };
        let threads: Vec<_> = (0..count)
            .map(|_| thread::spawn(move || (0..per_thread).map(|_| Id::next()).collect::<Vec<_>>()))
            .collect();
        let mut ids: Vec<Id> = Vec::new();
        for thread in threads {
            ids.extend(thread.join().unwrap());
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count * per_thread);
    });
}

#[test]
fn errors_read_as_tokio_s_do() {
    ERRORS.holds("errors read as tokio s do", || {
        fn error_of(future: impl Future<Output = ()> + Send + 'static) -> JoinError {
            let pool = Pool::new();
            let mut join = pool.spawn(future);
            pool.run();
            join.abort();
            pool.run();
            match poll_once(&mut join) {
                Poll::Ready(Err(error)) => error,
                _ => panic!("no error"),
            }
        }
        let cancelled = error_of(pending());
        let id = cancelled.id();
        assert!(cancelled.is_cancelled());
        assert_eq!(cancelled.to_string(), format!("task {id} was cancelled"));
        assert_eq!(
            format!("{cancelled:?}"),
            format!("JoinError::Cancelled(Id({id}))")
        );
        assert!(cancelled.try_into_panic().is_err());

        let text = error_of(async { panic!("plain") });
        let id = text.id();
        assert_eq!(
            text.to_string(),
            format!("task {id} panicked with message \"plain\"")
        );
        assert_eq!(
            format!("{text:?}"),
            format!("JoinError::Panic(Id({id}), \"plain\", ...)")
        );

        let formatted = error_of(async { panic!("number {}", std::hint::black_box(7)) });
        assert!(formatted.to_string().ends_with("\"number 7\""));
        assert_eq!(
            *formatted.into_panic().downcast::<String>().unwrap(),
            "number 7"
        );

        let other = error_of(async { std::panic::panic_any(7) });
        let id = other.id();
        assert_eq!(other.to_string(), format!("task {id} panicked"));
        assert_eq!(
            format!("{other:?}"),
            format!("JoinError::Panic(Id({id}), ...)")
        );
        assert_eq!(std::io::Error::from(other).to_string(), "task panicked");
    });
}

#[test]
fn a_cancelled_task_has_no_panic() {
    ERRORS.holds("a cancelled task has no panic", || {
        let said = ERRORS.panics(
            || {
                let pool = Pool::new();
                let mut join = pool.spawn(pending::<()>());
                join.abort();
                pool.run();
                let Poll::Ready(Err(error)) = poll_once(&mut join) else {
                    panic!("no error");
                };
                drop(error.into_panic());
            },
            "it did not panic",
        );
        ERRORS.check(
            said.contains("`JoinError` reason is not a panic."),
            format_args!("it said: {said}"),
        );
    });
}

#[test]
fn handles_are_send_and_futures_need_not_be_sync() {
    TYPES.holds("handles are send and futures need not be sync", || {
        fn is_send_and_sync<T: Send + Sync>() {}
        is_send_and_sync::<JoinHandle<String>>();
        is_send_and_sync::<JoinHandle<std::cell::Cell<u8>>>();
        is_send_and_sync::<AbortHandle>();
        is_send_and_sync::<JoinError>();
        is_send_and_sync::<Notified<Pool>>();
        assert_eq!(size_of::<JoinHandle<[u8; 100]>>(), size_of::<usize>());
    });
}

/// A scheduler that forgets what it is given.
struct Nowhere;

impl Schedule for Nowhere {
    fn schedule(task: Notified<Nowhere>) {
        drop(task);
    }

    fn release(&self, _: &Task<Nowhere>) -> Option<Task<Nowhere>> {
        None
    }
}

/// A list without a lock: what is spawned on another thread is adopted with its first ticket.
#[test]
fn a_list_adopts_tasks_from_elsewhere() {
    OWNED.holds("adopt", || {
        let mut list = TaskList::<Nowhere>::new();
        let (token, drops) = drop_counter("future");
        let owner = list.id();
        let future = async move {
            let _token = token;
            pending::<()>().await;
        };
        let (notified, join) = thread::spawn(move || {
            let (_, notified, join) = owned(future, Nowhere, owner, Id::next());
            (notified, join)
        })
        .join()
        .unwrap();
        list.adopt(&notified);
        list.adopt(&notified);
        assert!(!list.is_empty());
        drop(notified);
        let task = list.pop().unwrap();
        assert!(list.is_empty());
        task.shutdown();
        assert_eq!(drops.count(), 1);
        assert!(join.is_finished());
    });
}

#[test]
fn a_listed_task_is_run_by_its_list_only() {
    OWNED.holds("a listed task is run by its list only", || {
        let said = OWNED.panics(
            || {
                let list = TaskList::<Nowhere>::new();
                let (_, notified, _) = owned(async {}, Nowhere, list.id(), Id::next());
                notified.assert_unowned().run();
            },
            "it did not panic",
        );
        OWNED.check(
            said.contains("a task was run past its owner"),
            format_args!("it said: {said}"),
        );
    });
}

/// A scheduler that was shut down, and code that still spawns on it.
#[test]
fn a_closed_list_takes_no_more() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        scheduler.shutdown();
        let (token, drops) = drop_counter("future");
        let mut join = scheduler.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        REFUSED.check(
            join.is_finished(),
            "the task is not finished, so its handle would wait for ever",
        );
        REFUSED.check_eq("drops of the future", drops.count(), 1);
        REFUSED.check(scheduler.is_empty(), "a closed list took a task");
        match poll_once(&mut join) {
            Poll::Ready(Err(error)) => REFUSED.check(error.is_cancelled(), error),
            _ => REFUSED.fail("the handle does not say that the task was cancelled"),
        }
        drop(join);
        REFUSED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers(
        REFUSED,
        "a spawn after the shutdown",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// A task that runs another scheduler's tasks, as `block_on` in a task does.
#[test]
fn a_task_has_its_own_id_again_after_another_ran_inside() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let mut join = scheduler.spawn(async {
            let before = try_id();
            let inner = Pool::new();
            let inside = inner.spawn(async { try_id() });
            inner.run();
            drop(inside);
            (before, try_id())
        });
        scheduler.run();
        let (before, after) = output(&mut join);
        NAMED.check_eq("the id before another task ran", before, Some(join.id()));
        NAMED.check_eq("the id after it", after, Some(join.id()));
    }
    on_all_schedulers(
        NAMED,
        "a scheduler inside of a task",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

/// A task in no list has no list to leave.
#[test]
fn a_task_in_no_list_is_not_released() {
    OWNED.holds("a task in no list", || {
        let pool = Pool::new();
        let (notified, mut join) = harness::unowned(async { 7 }, pool.clone(), Id::next());
        OWNED.returns(
            || notified.assert_unowned().run(),
            "the scheduler was asked to release a task that is in no list",
        );
        OWNED.check_eq("the output", output(&mut join), 7);
        drop(join);
        OWNED.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

/// A task that was shut down while its first ticket was on the way to the list.
#[test]
fn a_list_does_not_adopt_what_is_complete() {
    OWNED.holds("adopting a task that is complete", || {
        let mut list = TaskList::<Nowhere>::new();
        let (task, notified, join) = owned(pending::<()>(), Nowhere, list.id(), Id::next());
        task.shutdown();
        OWNED.check(join.is_finished(), "the task is not finished");
        list.adopt(&notified);
        OWNED.check(list.is_empty(), "a task that is complete is listed");
    });
}

#[test]
fn a_task_that_is_complete_does_not_change() {
    STAYS.holds("an abort that comes too late", || {
        let state = harness::state::State::new(3);
        let _ = state.transition_to_running();
        let _ = state.transition_to_complete(1);
        let before = state.load();
        let _ = state.transition_to_notified_and_cancel();
        STAYS.check_eq("the state after an abort", state.load(), before);
        let _ = state.transition_to_notified_by_ref();
        STAYS.check_eq("the state after a wake", state.load(), before);
    });
}

/// A scheduler that will not run the ticket of a task in no list has a way to say so.
#[test]
fn an_unowned_task_is_shut_down_by_its_ticket() {
    SHUT_DOWN.holds("a ticket that is not run", || {
        let [(kept, drops), (lost, lost_drops)] = ["shut down", "just dropped"].map(drop_counter);
        let waker = TestWaker::new("of the handle");
        let future = |token| async move {
            let _token = token;
            pending::<()>().await;
        };
        let (ticket, mut join) = unowned(future(kept), Pool::new(), Id::next());
        assert!(waker.poll(Pin::new(&mut join)).is_pending());
        ticket.assert_unowned().shut_down();
        assert_eq!((drops.count(), waker.wakes()), (1, 1));
        let Poll::Ready(Err(error)) = waker.poll(Pin::new(&mut join)) else {
            panic!("the handle says nothing");
        };
        assert!(error.is_cancelled());
        // Without that, the handle is not told: the cell lives for as long as the handle does.
        let (ticket, join) = unowned(future(lost), Pool::new(), Id::next());
        drop(ticket);
        assert!(!join.is_finished());
        drop(join);
        assert_eq!(lost_drops.count(), 1);
    });
}
