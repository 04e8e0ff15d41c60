//! The budget on a scheduler: of tasks, of the root, of a local set, and below a combinator.

#![cfg(not(loom))]

mod parks;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use current_thread::{LocalSet, Runtime, spawn, spawn_local, yield_now};
use harness::coop::{consume_budget, has_budget_remaining};
use testkit::{Exercise, Rule};

const SHARED: Rule = Exercise::chapter("4", "current-thread/index.md")
    .may_be("4.5 or 4.6")
    .rule("A poll has a budget, which its leaves spend, and the next poll has a full one again.");

use parks::CountingPark;

const BUDGET: usize = 128;

async fn spend(n: usize) {
    for _ in 0..n {
        consume_budget().await;
    }
}

/// A combinator as they are: its future has a waker of its own, and is polled for as long as that is woken.
struct SubExecutor<F> {
    future: Pin<Box<F>>,
    link: Arc<Link>,
    /// How often the future was polled in all, and how often in one go.
    polls: Arc<Polls>,
}

#[derive(Default)]
struct Polls {
    inner: AtomicUsize,
    outer: AtomicUsize,
}

struct Link {
    is_woken: AtomicBool,
    /// Whom to wake: the task that the combinator is in.
    parent: Mutex<Option<Waker>>,
}

impl<F: Future> SubExecutor<F> {
    fn new(future: F) -> (SubExecutor<F>, Arc<Polls>) {
        let polls = Arc::new(Polls::default());
        let link = Link {
            is_woken: AtomicBool::new(true),
            parent: Mutex::new(None),
        };
        let executor = SubExecutor {
            future: Box::pin(future),
            link: Arc::new(link),
            polls: Arc::clone(&polls),
        };
        (executor, polls)
    }
}

impl Wake for Link {
    fn wake(self: Arc<Link>) {
        self.is_woken.store(true, SeqCst);
        let parent = self.parent.lock().unwrap().take();
        if let Some(parent) = parent {
            parent.wake();
        }
    }
}

impl<F: Future> Future for SubExecutor<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.polls.outer.fetch_add(1, SeqCst);
        *self.link.parent.lock().unwrap() = Some(cx.waker().clone());
        let waker = Waker::from(Arc::clone(&self.link));
        while self.link.is_woken.swap(false, SeqCst) {
            self.polls.inner.fetch_add(1, SeqCst);
            let polled = self.future.as_mut().poll(&mut Context::from_waker(&waker));
            if polled.is_ready() {
                return polled;
            }
        }
        Poll::Pending
    }
}

/// tokio-rs/tokio#2390: a future that is out of budget woke its waker at once. The combinator polled it again, in
/// the same poll of the task, with the budget that was still used up.
#[test]
fn a_combinator_does_not_spin() {
    SHARED.holds("a combinator out of budget", || {
        Runtime::new().block_on(async {
            let (executor, polls) = SubExecutor::new(spend(3 * BUDGET));
            let beside = Arc::new(AtomicUsize::new(0));
            let join = spawn(executor);
            let seen = Arc::clone(&beside);
            drop(spawn(async move {
                for _ in 0..100 {
                    seen.fetch_add(1, SeqCst);
                    yield_now().await;
                }
            }));
            join.await.unwrap();
            assert_eq!(polls.inner.load(SeqCst), 3, "polls of the future in it");
            assert_eq!(polls.outer.load(SeqCst), 3, "polls of the task");
            assert_eq!(beside.load(SeqCst), 3, "turns of another task meanwhile");
        });
    });
}

#[test]
fn a_task_out_of_budget_goes_after_all_others() {
    SHARED.holds("a task that is always ready", || {
        let (park, asked) = CountingPark::new();
        Runtime::with_park(park).block_on(async {
            let order = Arc::new(Mutex::new(Vec::new()));
            let greedy = Arc::clone(&order);
            let join = spawn(async move {
                greedy.lock().unwrap().push("greedy 1");
                spend(BUDGET).await;
                assert!(!has_budget_remaining());
                consume_budget().await;
                greedy.lock().unwrap().push("greedy 2");
                assert!(has_budget_remaining());
            });
            for name in ["other 1", "other 2"] {
                let order = Arc::clone(&order);
                drop(spawn(async move { order.lock().unwrap().push(name) }));
            }
            join.await.unwrap();
            let order = order.lock().unwrap();
            assert_eq!(*order, ["greedy 1", "other 1", "other 2", "greedy 2"]);
        });
        assert_eq!(asked.looks(), 1, "before it goes on");
    });
}

/// How many budgets a root spends. Miri takes seconds for each of them.
const TURNS: usize = if cfg!(miri) { 2 } else { 10 };

#[test]
fn the_root_has_a_budget_for_each_poll() {
    SHARED.holds("a root that is always ready", || {
        Runtime::new().block_on(async {
            let beside = Arc::new(AtomicUsize::new(0));
            let seen = Arc::clone(&beside);
            drop(spawn(async move {
                loop {
                    seen.fetch_add(1, SeqCst);
                    yield_now().await;
                }
            }));
            spend(TURNS * BUDGET).await;
            assert_eq!(beside.load(SeqCst), TURNS - 1);
            assert!(!has_budget_remaining());
        });
        assert!(
            has_budget_remaining(),
            "the budget of the root was left behind"
        );
    });
}

/// A root on a thread that does not have the core has nobody to wait for.
#[test]
fn a_root_that_does_not_drive_goes_on_at_once() {
    SHARED.holds("block_on of a handle", || {
        let rt = Runtime::new();
        rt.handle().block_on(spend(TURNS * BUDGET));
    });
}

#[test]
fn each_task_of_a_local_set_has_a_budget() {
    SHARED.holds("a local set", || {
        let rt = Runtime::new();
        let set = LocalSet::new();
        let polls = Rc::new(Cell::new(0));
        let seen = Rc::clone(&polls);
        set.block_on(&rt, async move {
            let mut spending = Box::pin(spend(3 * BUDGET));
            let join = spawn_local(poll_fn(move |cx| {
                seen.set(seen.get() + 1);
                spending.as_mut().poll(cx)
            }));
            spend(BUDGET - 1).await;
            join.await.unwrap();
        });
        assert_eq!(polls.get(), 3);
    });
}

/// A task out of budget wakes itself, so a poll by hand sees it wake.
#[test]
fn a_poll_by_hand_has_no_budget() {
    SHARED.holds("a future that is polled by hand", || {
        let mut future = pin!(spend(10 * BUDGET));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_ready());
    });
}
