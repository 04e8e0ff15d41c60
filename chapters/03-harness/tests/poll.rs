//! 3.3: one poll, from the ticket to the future and back.

#![cfg(not(loom))]

mod schedulers;

use std::future::{Future, pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use harness::{Id, Schedule, context, try_id, unowned};
use schedulers::Pool;
use testkit::{Exercise, Rule, drop_counter};

const EX: Exercise = Exercise::new("3.3", "harness/poll.md");

const POLLED: Rule = EX.rule("Running a ticket polls the future once.");
const OWN_WAKER: Rule = EX.rule("A future is polled with a waker of its own task.");
const LENT: Rule =
    EX.rule("The waker of a poll is lent and costs no reference, and `OkDealloc` is passed on.");
const ANSWERED: Rule = EX.rule("A task woken while it runs is queued when the poll ends.");
const GAVE_WAY: Rule =
    EX.rule("A task that gave way is queued when the poll ends, and no other task is.");

/// A task in no list, so that it is freed with its last waker, done or not.
fn spawn(pool: &Pool, future: impl Future<Output = ()> + Send + 'static) {
    let (notified, join) = unowned(future, pool.clone(), Id::next());
    drop(join);
    Pool::schedule(notified);
}

fn run_one(pool: &Pool) -> bool {
    let Some(notified) = pool.pop() else {
        return false;
    };
    notified.assert_unowned().run();
    true
}

fn run(pool: &Pool) {
    while run_one(pool) {}
}

#[test]
fn a_ticket_is_one_poll() {
    EX.within("running a task", || {
        let pool = Pool::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&polls);
        spawn(
            &pool,
            poll_fn(move |_| {
                count.fetch_add(1, Relaxed);
                Poll::<()>::Pending
            }),
        );
        run(&pool);
        POLLED.check_eq("polls", polls.load(Relaxed), 1);
    });
}

#[test]
fn the_waker_is_that_of_the_task() {
    EX.within("waking a task by the waker it was given", || {
        let pool = Pool::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let latest: Arc<Mutex<Option<Waker>>> = Arc::default();
        let (count, kept) = (Arc::clone(&polls), Arc::clone(&latest));
        spawn(
            &pool,
            poll_fn(move |cx| {
                OWN_WAKER.check(try_id().is_some(), "a poll without a current task");
                count.fetch_add(1, Relaxed);
                *kept.lock().unwrap() = Some(cx.waker().clone());
                Poll::<()>::Pending
            }),
        );
        run(&pool);
        let waker = latest.lock().unwrap().take();
        let waker = waker.unwrap_or_else(|| OWN_WAKER.fail("the future was not polled"));
        waker.wake_by_ref();
        run(&pool);
        OWN_WAKER.check_eq("polls after one wake", polls.load(Relaxed), 2);
        latest.lock().unwrap().take();
    });
}

#[test]
fn a_task_that_nobody_can_wake_is_freed() {
    EX.within("polling a task that keeps no waker", || {
        let pool = Pool::new();
        let (token, drops) = drop_counter("future");
        let future = async move {
            let _token = token;
            pending::<()>().await;
        };
        let (notified, join) = unowned(future, pool.clone(), Id::next());
        drop(join);
        notified.assert_unowned().run();
        LENT.check_eq(
            "drops of the future (if it is 0, a reference is left, or `OkDealloc` was not passed on)",
            drops.count(),
            1,
        );
        LENT.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn a_task_woken_while_it_runs_runs_once_more() {
    EX.within("a task that wakes itself", || {
        let pool = Pool::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&polls);
        spawn(
            &pool,
            poll_fn(move |cx| {
                if count.fetch_add(1, Relaxed) < 3 {
                    cx.waker().wake_by_ref();
                    cx.waker().wake_by_ref();
                }
                Poll::<()>::Pending
            }),
        );
        POLLED.check(run_one(&pool), "the first ticket was not there");
        ANSWERED.check_eq("polls after one ticket", polls.load(Relaxed), 1);
        run(&pool);
        ANSWERED.check_eq("polls in all", polls.load(Relaxed), 4);
    });
}

#[test]
fn a_task_that_gives_way_runs_once_more() {
    EX.within("a task that gives way", || {
        let pool = Pool::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&polls);
        spawn(
            &pool,
            poll_fn(move |cx| {
                if count.fetch_add(1, Relaxed) < 3 {
                    context::defer(cx.waker());
                    context::defer(cx.waker());
                }
                Poll::<()>::Pending
            }),
        );
        run(&pool);
        GAVE_WAY.check_eq("polls in all", polls.load(Relaxed), 4);
    });
}
