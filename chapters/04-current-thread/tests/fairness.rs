//! Nobody waits for ever: how many polls of others there are until a task has its turn.

#![cfg(not(loom))]

mod parks;

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use current_thread::{Config, Handle, LocalSet, Runtime, ThreadPark, spawn, yield_now};
use testkit::{Exercise, LIMIT, Rule, TestWaker, within};

use parks::CountingPark;

const TURN: Exercise = Exercise::new("4.3", "current-thread/tick.md");
const REST: Exercise = Exercise::new("4.5", "current-thread/rest.md");

const OUTSIDE: Rule =
    TURN.rule("Nothing Waits For Ever: a task in the inject queue is due after 31 polls.");
const BOUND: Rule = REST.rule(
    "Nothing Waits For Ever: a yield, the driver and the root have their turn after 61 polls.",
);
const DRIVER: Rule = REST.rule("A task that yields waits until the driver has been asked.");

/// The intervals that are documented, in `core` and `drive`.
const INJECT_INTERVAL: usize = 31;
const DRIVER_INTERVAL: usize = 61;
/// The bound that is documented in `local_set`.
const TASKS_PER_POLL: usize = 61;

/// Wakes itself in each poll, without end, and counts the polls.
fn busy(polls: Arc<AtomicUsize>) -> impl Future<Output = ()> + Send {
    poll_fn(move |cx| {
        polls.fetch_add(1, SeqCst);
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Yields without end, and counts the polls.
async fn yielding(polls: Arc<AtomicUsize>) {
    loop {
        polls.fetch_add(1, SeqCst);
        yield_now().await;
    }
}

#[test]
fn tasks_run_in_the_order_of_their_wakes() {
    within(LIMIT, "three tasks", || {
        let order = Arc::new(Mutex::new(Vec::new()));
        Runtime::new().block_on(async {
            let joins: Vec<_> = (0..3)
                .map(|task| {
                    let order = Arc::clone(&order);
                    spawn(async move {
                        for round in 0..3 {
                            order.lock().unwrap().push((round, task));
                            yield_now().await;
                        }
                    })
                })
                .collect();
            for join in joins {
                join.await.unwrap();
            }
        });
        let expected: Vec<_> = (0..3)
            .flat_map(|round| (0..3).map(move |task| (round, task)))
            .collect();
        assert_eq!(*order.lock().unwrap(), expected);
    });
}

/// What comes from another thread is polled after a bounded number of others' polls.
#[test]
fn a_busy_task_does_not_keep_others_out() {
    TURN.within("a task spawned from another thread", || {
        let rt = Runtime::new();
        let polls = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(AtomicUsize::new(0));
        let handle = rt.handle().clone();
        rt.block_on(async {
            drop(spawn(busy(Arc::clone(&polls))));
            // The root runs every 61 polls while the queue is not empty.
            yield_now().await;
            let before = polls.load(SeqCst);
            let (polls, seen) = (Arc::clone(&polls), Arc::clone(&seen));
            let remote = std::thread::spawn(move || {
                handle.spawn(async move { seen.store(polls.load(SeqCst), SeqCst) })
            });
            remote.join().unwrap().await.unwrap();
            before
        });
        let seen = seen.load(SeqCst);
        assert!(0 < seen, "the task has not run");
        OUTSIDE.check(
            seen <= INJECT_INTERVAL + 2 * DRIVER_INTERVAL,
            format_args!("{seen} polls of the busy task"),
        );
    });
}

/// A program may say how often the driver is asked, and the root polled.
#[test]
fn the_interval_is_the_programs() {
    REST.within("the root, every 5 polls", || {
        let polls = Arc::new(AtomicUsize::new(0));
        let config = Config {
            driver_interval: 5,
            ..Config::default()
        };
        Runtime::with_config(ThreadPark::new(), config).block_on(async {
            drop(spawn(busy(Arc::clone(&polls))));
            for _ in 0..10 {
                yield_now().await;
            }
        });
        let polls = polls.load(SeqCst);
        BOUND.check(
            polls <= 11 * 5,
            format_args!("{polls} polls for ten of the root, with an interval of 5"),
        );
    });
}

/// How often a task yields. Miri takes a second for each of them.
const YIELDS: usize = if cfg!(miri) { 2 } else { 10 };

/// The root future is polled as well, whatever the tasks do.
#[test]
fn a_busy_task_does_not_keep_the_root_out() {
    REST.within("the root", || {
        let polls = Arc::new(AtomicUsize::new(0));
        Runtime::new().block_on(async {
            drop(spawn(busy(Arc::clone(&polls))));
            for _ in 0..YIELDS {
                yield_now().await;
            }
        });
        let polls = polls.load(SeqCst);
        BOUND.check(
            polls <= (YIELDS + 1) * DRIVER_INTERVAL,
            format_args!("{polls} polls for {YIELDS} of the root"),
        );
    });
}

/// And the other way round: a root that wakes itself lets the tasks run.
#[test]
fn a_busy_root_does_not_keep_tasks_out() {
    REST.within("a task beside a busy root", || {
        let polls = Arc::new(AtomicUsize::new(0));
        let mut root_polls = 0;
        Runtime::new().block_on(async {
            drop(spawn(busy(Arc::clone(&polls))));
            poll_fn(|cx| {
                root_polls += 1;
                if root_polls == YIELDS {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
        });
        BOUND.check(
            YIELDS - 1 <= polls.load(SeqCst),
            "the root had all the polls",
        );
    });
}

/// A task that waits for the driver, which has something for it at each look.
fn polls_of_a_sibling(
    other: impl FnOnce(Arc<AtomicUsize>) -> Box<dyn FnOnce() + Send>,
) -> (usize, usize) {
    let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
    let event = Arc::clone(&waker);
    let (park, _) = CountingPark::with_driver(move || {
        let waker = event.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    let polls = Arc::new(AtomicUsize::new(0));
    let spawn_other = other(Arc::clone(&polls));
    Runtime::with_park(park).block_on(async {
        spawn_other();
        let mut left = YIELDS;
        let sibling = spawn(poll_fn(move |cx| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            *waker.lock().unwrap() = Some(cx.waker().clone());
            Poll::Pending
        }));
        sibling.await.unwrap();
    });
    (YIELDS, polls.load(SeqCst))
}

/// The wake of a task that yields waits until the driver has been asked.
#[test]
fn a_yielding_task_lets_the_driver_have_its_say() {
    REST.within("a task beside one that yields", || {
        let (events, polls) =
            polls_of_a_sibling(|polls| Box::new(move || drop(spawn(yielding(polls)))));
        DRIVER.check(
            polls <= events + 2,
            format_args!("{polls} polls for {events} events"),
        );
    });
}

/// One that wakes itself in any other way does not: then the driver is asked every so many polls.
#[test]
fn a_busy_task_lets_the_driver_have_its_say_at_times() {
    REST.within("a task beside a busy one", || {
        let (events, polls) =
            polls_of_a_sibling(|polls| Box::new(move || drop(spawn(busy(polls)))));
        BOUND.check(
            polls <= (events + 1) * DRIVER_INTERVAL,
            format_args!("{polls} polls for {events} events"),
        );
        assert!(events * 10 < polls, "{polls} polls: the test tests nothing");
    });
}

/// Yielding tasks have their turn as well, when others keep the queue from ever being empty.
#[test]
fn a_busy_task_does_not_keep_yielding_ones_out() {
    REST.within("a yield beside a busy task", || {
        let busy_polls = Arc::new(AtomicUsize::new(0));
        Runtime::new().block_on(async {
            drop(spawn(busy(Arc::clone(&busy_polls))));
            spawn(async {
                for _ in 0..YIELDS {
                    yield_now().await;
                }
            })
            .await
            .unwrap();
        });
        let polls = busy_polls.load(SeqCst);
        BOUND.check(
            polls <= (YIELDS + 3) * DRIVER_INTERVAL,
            format_args!("{polls} polls for {YIELDS} yields"),
        );
    });
}

/// A thread that pushes without end does not keep out what is here.
#[test]
fn a_flood_from_outside_does_not_keep_local_tasks_out() {
    within(LIMIT, "a local task in a flood", || {
        let rt = Runtime::new();
        let is_done = Arc::new(AtomicBool::new(false));
        let handle = rt.handle().clone();
        let stop = Arc::clone(&is_done);
        let flood = std::thread::spawn(move || {
            let mut spawned = 0;
            while !stop.load(SeqCst) && spawned < if cfg!(miri) { 200 } else { 100_000 } {
                drop(handle.spawn(async {}));
                spawned += 1;
            }
        });
        rt.block_on(async {
            for _ in 0..if cfg!(miri) { 3 } else { 100 } {
                spawn(yield_now()).await.unwrap();
            }
        });
        is_done.store(true, SeqCst);
        flood.join().unwrap();
    });
}

/// Two tasks that wake each other for ever.
#[test]
fn a_pair_that_wakes_each_other_does_not_keep_others_out() {
    within(LIMIT, "a third task", || {
        Runtime::new().block_on(async {
            let wakers: Arc<Mutex<[Option<Waker>; 2]>> = Arc::default();
            for i in 0..2 {
                let wakers = Arc::clone(&wakers);
                drop(spawn(poll_fn(move |cx| {
                    let other = {
                        let mut wakers = wakers.lock().unwrap();
                        wakers[i] = Some(cx.waker().clone());
                        wakers[1 - i].take()
                    };
                    if let Some(other) = other {
                        other.wake();
                    }
                    Poll::<()>::Pending
                })));
            }
            let handle = Handle::current();
            let remote = std::thread::spawn(move || handle.spawn(async { 7 }));
            assert_eq!(remote.join().unwrap().await.unwrap(), 7);
            drop(spawn(pending::<()>()));
        });
    });
}

/// A set gives the thread back after 61 tasks, however many are due, and asks for its next turn.
#[test]
fn a_set_does_not_keep_the_thread() {
    BOUND.within(
        "a set of many tasks",
        "a poll of the set never ends",
        || {
            let set = LocalSet::new();
            let polls = Arc::new(AtomicUsize::new(0));
            for _ in 0..2 * TASKS_PER_POLL + 1 {
                let polls = Arc::clone(&polls);
                drop(set.spawn_local(async move { polls.fetch_add(1, SeqCst) }));
            }
            let task = TestWaker::new("the task that polls the set");
            let mut set = pin!(set);
            for poll in 1..=2 {
                let is_over = task.poll(set.as_mut());
                BOUND.pending(is_over, "the set is done, and its tasks are not");
                let saw = format!("polls of its tasks after poll {poll} of the set");
                BOUND.check_eq(&saw, polls.load(SeqCst), poll * TASKS_PER_POLL);
                BOUND.check_eq("wakes of the task that polls the set", task.wakes(), poll);
            }
            BOUND.check(
                task.poll(set.as_mut()).is_ready(),
                "the set is not done, and all of its tasks are",
            );
        },
    );
}
