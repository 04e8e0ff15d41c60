//! Two threads wake and poll one task: every interleaving of it.

#![cfg(loom)]

#[path = "schedulers/pool.rs"]
mod pool;

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use harness::{Id, context, unowned};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use pool::Pool;
use testkit::{Exercise, Rule};

/// The transitions that the models rely on are exercises of their own.
const EX: Exercise = Exercise::new("3.3", "harness/poll.md").may_be("3.1, 3.2 or 3.3");

const ANSWERED: Rule =
    EX.rule("After a wake, a poll begins that sees all that was done before it.");

/// A task in no list, polled once, and two wakers of it. It never ends, and keeps in `seen` what its
/// latest poll saw in `value`. Both are used `Relaxed`, so that only a wake can publish a value.
struct Watched {
    pool: Pool,
    value: Arc<AtomicUsize>,
    seen: Arc<AtomicUsize>,
    wakers: [Waker; 2],
}

fn watched() -> Watched {
    let pool = Pool::new();
    let value = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(AtomicUsize::new(0));
    let wakers = Arc::new(Mutex::new(Vec::new()));
    let (watched, latest, kept) = (value.clone(), seen.clone(), wakers.clone());
    let mut is_first = true;
    let future = poll_fn(move |cx| {
        if is_first {
            is_first = false;
            let wakers = [cx.waker().clone(), cx.waker().clone()];
            kept.lock().unwrap().extend(wakers);
        }
        latest.store(watched.load(Relaxed), Relaxed);
        Poll::<()>::Pending
    });
    let (notified, join) = unowned(future, pool.clone(), Id::next());
    drop(join);
    notified.assert_unowned().run();
    let wakers = wakers.lock().unwrap().split_off(0);
    Watched {
        pool,
        value,
        seen,
        wakers: wakers.try_into().expect("the future leaves two"),
    }
}

/// As `watched`, but the task gives way in its first poll, the one that has run already.
fn gave_way(pool: &Pool, value: &Arc<AtomicUsize>, seen: &Arc<AtomicUsize>) -> Waker {
    let waker = Arc::new(Mutex::new(None));
    let (watched, latest, kept) = (value.clone(), seen.clone(), waker.clone());
    let mut is_first = true;
    let future = poll_fn(move |cx| {
        if std::mem::take(&mut is_first) {
            *kept.lock().unwrap() = Some(cx.waker().clone());
            context::defer(cx.waker());
        }
        latest.store(watched.load(Relaxed), Relaxed);
        Poll::<()>::Pending
    });
    let (notified, join) = unowned(future, pool.clone(), Id::next());
    drop(join);
    notified.assert_unowned().run();
    let waker = waker.lock().unwrap().take();
    waker.expect("the future leaves one")
}

fn run(pool: &Pool) {
    while let Some(notified) = pool.pop() {
        notified.assert_unowned().run();
    }
}

/// tokio-rs/tokio#7622: both threads wake, and one finds the task notified already.
#[test]
fn a_wake_by_ref_is_seen_by_a_later_poll() {
    ANSWERED.model(|| {
        let Watched {
            pool,
            value,
            seen,
            wakers: [mine, theirs],
        } = watched();
        let other = thread::spawn(move || {
            value.store(1, Relaxed);
            theirs.wake_by_ref();
        });
        mine.wake_by_ref();
        run(&pool);
        other.join().unwrap();
        run(&pool);
        let seen = seen.load(Relaxed);
        ANSWERED.check(
            seen == 1,
            format_args!(
                "the last poll did not see the value that was stored before the wake: it saw \
                 {seen}, and the value is 1"
            ),
        );
    });
}

/// Each thread wakes the task and runs what is queued, so that a wake may find it running.
#[test]
fn a_task_woken_while_it_runs_runs_again() {
    ANSWERED.model(|| {
        let Watched {
            pool,
            value,
            seen,
            wakers,
        } = watched();
        let threads = wakers.map(|waker| {
            let (pool, value) = (pool.clone(), value.clone());
            thread::spawn(move || {
                value.fetch_add(1, Relaxed);
                waker.wake_by_ref();
                if let Some(notified) = pool.pop() {
                    notified.assert_unowned().run();
                }
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        run(&pool);
        let seen = seen.load(Relaxed);
        ANSWERED.check(
            seen == 2,
            format_args!(
                "the last poll did not see both values that were stored before the wakes: it saw \
                 {seen}, and the value is 2"
            ),
        );
    });
}

/// A task that gave way is queued without a wake. Another thread wakes it at any time after its poll, and polls it
/// beside us: there is one ticket all the same.
#[test]
fn a_task_that_gave_way_is_woken() {
    ANSWERED.model(|| {
        let pool = Pool::new();
        let value = Arc::new(AtomicUsize::new(0));
        let seen = Arc::new(AtomicUsize::new(0));
        let waker = gave_way(&pool, &value, &seen);
        let other = thread::spawn({
            let pool = pool.clone();
            move || {
                value.store(1, Relaxed);
                waker.wake_by_ref();
                drop(waker);
                run(&pool);
            }
        });
        run(&pool);
        other.join().unwrap();
        run(&pool);
        ANSWERED.check_eq("what the last poll saw", seen.load(Relaxed), 1);
    });
}
