//! The budget: what spends it, what does not, and what becomes of a task that has used it up.

#![cfg(not(loom))]

mod schedulers;

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::panic::resume_unwind;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use harness::context::{
    self, Flavor, InPlace, Scheduler, Worker, begin_block_on, enter_worker, leave_block_on,
};
use harness::coop::{
    consume_budget, cooperative, has_budget_remaining, poll_proceed, try_spending, unconstrained,
    with_budget,
};
use harness::{Id, JoinHandle, Notified, Schedule, Task, TaskQueue, unowned};
use schedulers::Pool;
use testkit::{Exercise, Rule, TestWaker};

const SHARED: Rule = Exercise::chapter("3", "harness/index.md")
    .rule("A poll has a budget, which its leaves spend; it is put back when the poll ends.");

const KIND: Rule = Exercise::chapter("3", "harness/index.md").may_be("3.3").rule(
    "A task that was woken in its poll goes to `yield_now` at its end, and one that gave way goes to `defer`.",
);

/// How many budgets are spent. Miri takes seconds for each of them.
const TURNS: usize = if cfg!(miri) { 2 } else { 10 };

/// What a poll begins with.
const BUDGET: usize = 128;

/// A future that counts its polls.
fn counted<F: Future>(future: F) -> (impl Future<Output = F::Output>, Arc<AtomicUsize>) {
    let polls = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&polls);
    let mut future = Box::pin(future);
    let counted = poll_fn(move |cx| {
        seen.fetch_add(1, Relaxed);
        future.as_mut().poll(cx)
    });
    (counted, polls)
}

/// How many polls a task takes that does nothing but await `future`. If that panics, so do we.
fn polls_of<F: Future<Output: Send + 'static> + Send + 'static>(future: F) -> usize {
    let pool = Pool::new();
    let (future, polls) = counted(future);
    let join = pool.spawn(future);
    pool.run();
    match pin!(unconstrained(join)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(_)) => polls.load(Relaxed),
        Poll::Ready(Err(error)) => resume_unwind(error.into_panic()),
        Poll::Pending => panic!("the task has not come to its end"),
    }
}

fn finished(pool: &Pool, n: usize) -> Vec<JoinHandle<()>> {
    let handles = (0..n).map(|_| pool.spawn(async {})).collect();
    pool.run();
    handles
}

#[test]
fn a_task_gives_way_after_so_many_leaves() {
    SHARED.holds("spending the budget", || {
        async fn spend(n: usize) {
            for _ in 0..n {
                consume_budget().await;
            }
        }
        assert_eq!(polls_of(spend(BUDGET)), 1);
        assert_eq!(polls_of(spend(BUDGET + 1)), 2);
        assert_eq!(polls_of(spend(TURNS * BUDGET)), TURNS);
        assert_eq!(polls_of(unconstrained(spend(TURNS * BUDGET))), 1);
    });
}

#[test]
fn a_join_handle_spends() {
    SHARED.holds("awaiting many tasks", || {
        let count = if cfg!(miri) { 2 * BUDGET + 1 } else { 1000 };
        let pool = Pool::new();
        let handles = finished(&pool, count);
        let polls = polls_of(async move {
            for handle in handles {
                handle.await.unwrap();
            }
        });
        assert_eq!(polls, count.div_ceil(BUDGET));
    });
}

#[test]
fn what_is_pending_spends_nothing() {
    SHARED.holds("polling a task that does not end", || {
        let pool = Pool::new();
        let mut waiting = pool.spawn(std::future::pending::<()>());
        let polls = polls_of(async move {
            for _ in 0..TURNS * BUDGET {
                poll_fn(|cx| match Pin::new(&mut waiting).poll(cx) {
                    Poll::Ready(_) => unreachable!("it never ends"),
                    Poll::Pending => Poll::Ready(()),
                })
                .await;
                assert!(has_budget_remaining());
            }
            let mut left = 0;
            while has_budget_remaining() {
                consume_budget().await;
                left += 1;
            }
            assert_eq!(left, BUDGET);
        });
        assert_eq!(polls, 1);
        // The task does not end by itself.
        pool.shutdown();
    });
}

#[test]
fn cooperative_spends_one_when_it_is_ready() {
    SHARED.holds("a future that spends", || {
        let polls = polls_of(async {
            for _ in 0..=BUDGET {
                cooperative(async {}).await;
            }
        });
        assert_eq!(polls, 2);
    });
}

#[test]
fn outside_of_a_task_there_is_no_budget() {
    SHARED.holds("polling handles by hand", || {
        let pool = Pool::new();
        let mut cx = Context::from_waker(Waker::noop());
        let more = if cfg!(miri) { 2 } else { 10 * BUDGET };
        for handle in finished(&pool, BUDGET + more) {
            assert!(pin!(handle).poll(&mut cx).is_ready());
        }
        assert!(has_budget_remaining());
        // With one it is as in a task, and it is over when the call is.
        let handles = finished(&pool, BUDGET + 1);
        let ready = with_budget(|| {
            let polled = handles.into_iter().map(|handle| pin!(handle).poll(&mut cx));
            polled.filter(Poll::is_ready).count()
        });
        assert_eq!(ready, BUDGET);
        assert!(has_budget_remaining());
    });
}

/// A scheduler inside of a task gives its own tasks a budget each, and the outer task goes on with what it had.
#[test]
fn budgets_nest() {
    SHARED.holds("a scheduler in a task", || {
        let polls = polls_of(async {
            for _ in 0..BUDGET - 1 {
                consume_budget().await;
            }
            let inner = async {
                for _ in 0..BUDGET + 1 {
                    consume_budget().await;
                }
            };
            assert_eq!(polls_of(inner), 2);
            assert!(
                has_budget_remaining(),
                "the inner task has spent the outer one's"
            );
            consume_budget().await;
            assert!(!has_budget_remaining(), "the inner task has left its own");
        });
        assert_eq!(polls, 1);
    });
}

/// A thread that leaves its scheduler for a while, to block, has no budget to spend then. When it comes back, the
/// poll goes on with what was left.
#[test]
fn a_poll_goes_on_with_its_budget_after_it_has_left_the_scheduler() {
    SHARED.holds("a thread that may leave its scheduler", || {
        let _blocks = begin_block_on(InPlace::Allowed);
        let polls = polls_of(async {
            for _ in 0..BUDGET - 1 {
                consume_budget().await;
            }
            let left = leave_block_on().expect("it may leave");
            let spent = (0..2 * BUDGET).filter(|_| try_spending(|| true)).count();
            assert_eq!(
                spent,
                2 * BUDGET,
                "away from the scheduler there is no bound"
            );
            drop(left);
            consume_budget().await;
            assert!(
                !has_budget_remaining(),
                "the poll did not go on with what it had left"
            );
        });
        assert_eq!(polls, 1);
    });
}

/// A scheduler with a place for each kind of wake.
#[derive(Clone, Default)]
struct Kinds(Arc<Inner>);

#[derive(Default)]
struct Inner {
    queue: Mutex<TaskQueue<Kinds>>,
    scheduled: AtomicUsize,
    yielded: AtomicUsize,
    deferred: AtomicUsize,
}

/// The worker of `Kinds`: keeps the wakers that were deferred.
#[derive(Default)]
struct Here(RefCell<Vec<Waker>>);

impl Schedule for Kinds {
    fn schedule(task: Notified<Kinds>) {
        task.scheduler().0.scheduled.fetch_add(1, Relaxed);
        Kinds::push(task);
    }

    fn yield_now(task: Notified<Kinds>) {
        task.scheduler().0.yielded.fetch_add(1, Relaxed);
        Kinds::push(task);
    }

    fn defer(task: Notified<Kinds>) {
        task.scheduler().0.deferred.fetch_add(1, Relaxed);
        Kinds::push(task);
    }

    fn release(&self, _: &Task<Kinds>) -> Option<Task<Kinds>> {
        None
    }
}

impl Kinds {
    fn push(task: Notified<Kinds>) {
        let inner = Arc::clone(&task.scheduler().0);
        inner.queue.lock().unwrap().push_back(task);
    }

    /// Polls a future once, in a task, on a thread with a worker; and returns how often its ticket was
    /// scheduled, yielded and deferred, and how many wakers the worker has been handed.
    fn poll_once<F: Future<Output = ()> + Send + 'static>(&self, future: F) -> [usize; 4] {
        let (ticket, join) = unowned(future, self.clone(), Id::next());
        let worker = Here::default();
        enter_worker(&self.0, &worker, || ticket.assert_unowned().run());
        drop(join);
        // With the ticket goes the task.
        drop(std::mem::take(&mut *self.0.queue.lock().unwrap()));
        let count = |counter: &AtomicUsize| counter.load(Relaxed);
        let inner = &*self.0;
        [
            count(&inner.scheduled),
            count(&inner.yielded),
            count(&inner.deferred),
            worker.0.borrow().len(),
        ]
    }
}

impl Flavor for Inner {
    fn find(&self, _: TypeId) -> Option<&dyn Any> {
        None
    }
}

impl Scheduler for Inner {
    type Worker = Here;
}

impl Worker for Here {
    fn defer(&self, waker: &Waker) {
        self.0.borrow_mut().push(waker.clone());
    }
}

/// Spends all there is.
fn use_up(cx: &mut Context<'_>) {
    while let Poll::Ready(proceed) = poll_proceed(cx) {
        proceed.made_progress();
    }
}

#[test]
fn a_task_out_of_budget_is_deferred_and_not_just_queued() {
    KIND.holds("a wake of its own, and a budget that is used up", || {
        let calls = "calls of `schedule`, `yield_now` and `defer`";
        let woken = poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        let [kinds @ .., _] = Kinds::default().poll_once(woken);
        KIND.check_eq(
            &format!("{calls}, for a task that woke itself"),
            kinds,
            [0, 1, 0],
        );
        let out = poll_fn(|cx| {
            use_up(cx);
            Poll::<()>::Pending
        });
        let [kinds @ .., _] = Kinds::default().poll_once(out);
        KIND.check_eq(
            &format!("{calls}, for a task out of budget"),
            kinds,
            [0, 0, 1],
        );
    });
}

/// What a combinator gives its futures as wakers is woken when the others have had their turn: not at once, or
/// it would poll the same future again for ever.
#[test]
fn a_foreign_waker_out_of_budget_is_deferred() {
    SHARED.holds("out of budget in a combinator", || {
        let waker = TestWaker::new("the combinator's");
        let seen = waker.clone();
        let out = poll_fn(move |_| {
            let foreign = seen.waker();
            use_up(&mut Context::from_waker(&foreign));
            assert_eq!(seen.wakes(), 0, "woken at once");
            Poll::<()>::Pending
        });
        assert_eq!(Kinds::default().poll_once(out), [0, 0, 0, 1]);
        assert_eq!(waker.wakes(), 0);
        // Where no scheduler runs there is no later.
        with_budget(|| use_up(&mut Context::from_waker(&waker.waker())));
        assert_eq!(waker.wakes(), 1);
    });
}

/// A task that runs another one after it has yielded has yielded still.
#[test]
fn a_yield_is_that_of_one_task() {
    SHARED.holds("a task in a task", || {
        let yields = poll_fn(|cx| {
            context::defer(cx.waker());
            let [_, yielded, deferred, _] = Kinds::default().poll_once(poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::Pending
            }));
            assert_eq!(
                (yielded, deferred),
                (1, 0),
                "the inner task has not yielded"
            );
            Poll::<()>::Pending
        });
        assert_eq!(Kinds::default().poll_once(yields)[1..], [0, 1, 0]);
    });
}
