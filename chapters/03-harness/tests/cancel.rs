//! 3.7: a task whose future is dropped before it is done.

#![cfg(not(loom))]

mod schedulers;

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use harness::{AbortHandle, Id, JoinError, JoinHandle, context, try_id, unowned};
use schedulers::Pool;
use testkit::{Exercise, Rule, drop_counter, probe};

const EX: Exercise = Exercise::new("3.7", "harness/cancel.md");

const DROPPED: Rule = EX.rule("The future of a cancelled task is dropped, once, by its scheduler.");
const SAYS_WHY: Rule = EX.rule("The handle of a task without an output says why there is none.");
const CONTAINED: Rule = EX.rule("A panic in a future's drop ends with its task.");
/// Of the exercise that calls the one of this file.
const WHILE_POLLED: Rule = Exercise::new("3.3", "harness/poll.md")
    .rule("A poll that ends on an aborted task drops the future, and then completes the task.");
/// Of the same exercise.
const GAVE_WAY: Rule = Exercise::new("3.3", "harness/poll.md")
    .rule("A task that gave way is queued when the poll ends, and no other task is.");
const CURRENT: Rule = EX.rule("A future is dropped as a part of its own task.");

/// What is counted, and where else to look: the first `match` of `poll_inner` calls `cancel`.
const DROPS_BY_A_POLL: &str =
    "drops of the future (if `cancel` is right, look at the first `match` of 3.3)";

fn error_of<T: std::fmt::Debug>(join: &mut JoinHandle<T>) -> JoinError {
    let polled = SAYS_WHY.returns(
        || Pin::new(join).poll(&mut Context::from_waker(Waker::noop())),
        "the task is cancelled, and its handle finds no reason in the stage: it panicked",
    );
    let result = SAYS_WHY.ready(polled, "the task is cancelled, and its handle pending");
    match result {
        Err(error) => error,
        Ok(output) => SAYS_WHY.fail(format_args!("a cancelled task returned {output:?}")),
    }
}

#[test]
fn an_aborted_task_is_cancelled() {
    EX.within("aborting a task that waits", || {
        let pool = Pool::new();
        let (token, drops) = drop_counter("future");
        let mut join = pool.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        pool.run();
        join.abort();
        DROPPED.check_eq(
            "drops of the future, before its scheduler's turn",
            drops.count(),
            0,
        );
        pool.run();
        DROPPED.check_eq(DROPS_BY_A_POLL, drops.count(), 1);
        let error = error_of(&mut join);
        SAYS_WHY.check(error.is_cancelled(), &error);
        SAYS_WHY.check_eq("the task it names", error.id(), join.id());
        drop(join);
        DROPPED.check_eq("drops of the future", drops.count(), 1);
    });
}

/// The abort finds the task running, and leaves it to the end of that poll: to 3.3.
#[test]
fn an_aborted_task_that_is_being_polled_is_cancelled() {
    EX.within("aborting a task from inside of its poll", || {
        let pool = Pool::new();
        let own: Arc<Mutex<Option<AbortHandle>>> = Arc::default();
        let abort = Arc::clone(&own);
        let (token, drops) = drop_counter("future");
        let mut join = pool.spawn(poll_fn(move |_| {
            let _token = &token;
            if let Some(abort) = abort.lock().unwrap().take() {
                abort.abort();
            }
            Poll::<()>::Pending
        }));
        *own.lock().unwrap() = Some(join.abort_handle());
        pool.run();
        WHILE_POLLED.check_eq(
            "drops of the future (look at the last `match` of `poll_inner`, in src/harness.rs)",
            drops.count(),
            1,
        );
        WHILE_POLLED.check(join.is_finished(), "the task is not finished");
        let error = error_of(&mut join);
        WHILE_POLLED.check(error.is_cancelled(), &error);
    });
}

#[test]
fn a_task_aborted_before_its_first_poll_is_not_polled() {
    EX.within("aborting a new task", || {
        let pool = Pool::new();
        let (future, seen) = probe("task", pending::<()>());
        let mut join = pool.spawn(future);
        join.abort();
        pool.run();
        DROPPED.check_eq("polls", seen.polls(), 0);
        DROPPED.check_eq(DROPS_BY_A_POLL, seen.drops(), 1);
        let error = error_of(&mut join);
        SAYS_WHY.check(error.is_cancelled(), &error);
    });
}

#[test]
fn a_shutdown_cancels_what_is_left() {
    EX.within("shutting a scheduler down", || {
        let pool = Pool::new();
        let (token, drops) = drop_counter("future");
        let mut join = pool.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        pool.run();
        pool.shutdown();
        DROPPED.check_eq("drops of the future", drops.count(), 1);
        let error = error_of(&mut join);
        SAYS_WHY.check(error.is_cancelled(), &error);
    });
}

#[test]
fn a_panic_in_the_futures_drop_is_the_handles() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("expected by the test");
        }
    }
    EX.within("aborting a task that panics when it is dropped", || {
        let pool = Pool::new();
        let (token, drops) = drop_counter("future");
        let mut join = pool.spawn(async move {
            let _token = token;
            let _panics = PanicsOnDrop;
            pending::<()>().await;
        });
        pool.run();
        join.abort();
        let ran = catch_unwind(AssertUnwindSafe(|| pool.run()));
        CONTAINED.check(
            ran.is_ok(),
            "the scheduler was hit by a panic of a future's drop",
        );
        DROPPED.check_eq(DROPS_BY_A_POLL, drops.count(), 1);
        let error = error_of(&mut join);
        SAYS_WHY.check(error.is_panic(), &error);
        drop(join);
        CONTAINED.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn a_future_that_is_dropped_knows_its_task() {
    /// Keeps the answers of all drops.
    struct Asks(Arc<Mutex<Vec<Option<Id>>>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(try_id());
        }
    }
    EX.within("asking for the id in a drop", || {
        let pool = Pool::new();
        let seen: Arc<Mutex<Vec<Option<Id>>>> = Arc::default();
        let asks = Asks(Arc::clone(&seen));
        let join = pool.spawn(async move {
            let _asks = asks;
            pending::<()>().await;
        });
        join.abort();
        pool.run();
        let seen = seen.lock().unwrap().split_off(0);
        DROPPED.check_eq(DROPS_BY_A_POLL, seen.len(), 1);
        CURRENT.check_eq("the current task", seen[0], Some(join.id()));
    });
}

/// A task is dropped while another one is polled, and its drop gives way. It is not the other's turn then.
#[test]
fn a_drop_within_a_poll_gives_way_for_itself() {
    struct GivesWay(Option<Waker>);
    impl GivesWay {
        fn keep(&mut self, waker: &Waker) {
            self.0 = Some(waker.clone());
        }
    }
    impl Drop for GivesWay {
        fn drop(&mut self) {
            context::defer(self.0.as_ref().expect("it was polled"));
        }
    }
    EX.within("a task that drops another one", || {
        let pool = Pool::new();
        let mut inner = GivesWay(None);
        let victim = pool.spawn(poll_fn(move |cx| {
            inner.keep(cx.waker());
            Poll::<()>::Pending
        }));
        pool.run();
        let polls = Arc::new(AtomicUsize::new(0));
        let (count, inside) = (Arc::clone(&polls), pool.clone());
        let (other, join) = unowned(
            poll_fn(move |_| {
                count.fetch_add(1, Relaxed);
                inside.shutdown();
                Poll::<()>::Pending
            }),
            pool.clone(),
            Id::next(),
        );
        other.assert_unowned().run();
        while let Some(notified) = pool.pop() {
            notified.assert_unowned().run();
        }
        GAVE_WAY.check(victim.is_finished(), "the other task was not dropped");
        GAVE_WAY.check_eq("polls of the task that drops", polls.load(Relaxed), 1);
        drop(join);
    });
}
