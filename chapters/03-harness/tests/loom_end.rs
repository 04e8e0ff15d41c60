//! Abort, shutdown and the last reference, each against a poll or a wake: every interleaving.

#![cfg(loom)]

#[path = "schedulers/pool.rs"]
mod pool;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Wake, Waker};

use harness::Id;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Condvar, Mutex};
use model::loom::thread;
use pool::Pool;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("3.7", "harness/cancel.md");

/// For what the list and the transitions decide, which are given.
const WHOLE: Exercise = Exercise::chapter("3", "harness/index.md").may_be("3.3, 3.6 or 3.7");

const ENDS: Rule = EX.rule("A task ends once, whichever thread ends it.");
const TOLD: Rule = WHOLE.rule(
    "A handle says what happened: the output of a task that finished, and `cancelled` of one that did \
     not.",
);
const NONE_LEFT: Rule =
    WHOLE.rule("After a shutdown every task has ended, also one that was running.");
const FREED: Rule = WHOLE.rule(
    "Once the references are given up the cell may be gone: nothing is done with it after that.",
);
const SEEN: Rule = WHOLE.rule("A thread that finds a task finished sees what the task did.");

/// Sleeps between polls, so that a wake that is missed is a deadlock, which loom reports.
fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    let sleeper = std::sync::Arc::new(Sleeper {
        is_woken: Mutex::new(false),
        woken: Condvar::new(),
    });
    let waker = Waker::from(sleeper.clone());
    loop {
        if let Poll::Ready(output) = pin!(&mut future).poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let mut is_woken = sleeper.is_woken.lock().unwrap();
        while !*is_woken {
            is_woken = sleeper.woken.wait(is_woken).unwrap();
        }
        *is_woken = false;
    }
}

struct Sleeper {
    is_woken: Mutex<bool>,
    woken: Condvar,
}

impl Wake for Sleeper {
    fn wake(self: std::sync::Arc<Self>) {
        *self.is_woken.lock().unwrap() = true;
        self.woken.notify_one();
    }
}

/// A task that hands its waker out in its first poll, and is done when `value` has reached `goal`.
/// Its last poll must see all of it.
fn waits_for(
    goal: usize,
    value: Arc<AtomicUsize>,
    wakers: Arc<Mutex<Vec<Waker>>>,
    n: usize,
) -> impl Future<Output = usize> + Send {
    let mut is_first = true;
    poll_fn(move |cx| {
        if is_first {
            is_first = false;
            let mut wakers = wakers.lock().unwrap();
            wakers.extend((0..n).map(|_| cx.waker().clone()));
        }
        match value.load(Relaxed) {
            seen if seen == goal => Poll::Ready(seen),
            _ => Poll::Pending,
        }
    })
}

/// Abort against the poll it may come before, during or after.
#[test]
fn an_abort_races_with_a_poll() {
    ENDS.model(|| {
        let pool = Pool::new();
        let token = Arc::new(());
        let mut polls = 0;
        let join = pool.spawn(poll_fn(move |cx| {
            let _token = &token;
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        let abort = join.abort_handle();
        let runner = {
            let pool = pool.clone();
            thread::spawn(move || pool.run())
        };
        abort.abort();
        runner.join().unwrap();
        pool.run();
        ENDS.check(abort.is_finished(), "the task is not finished");
        if let Err(error) = block_on(join) {
            TOLD.check(
                error.is_cancelled(),
                format_args!("its handle says: {error}"),
            );
        }
    });
}

/// A task in no list ends when its last waker is dropped, whoever drops it.
#[test]
fn a_wake_races_with_the_drop_of_the_last_references() {
    ENDS.model(|| {
        let pool = Pool::new();
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let value = Arc::new(AtomicUsize::new(0));
        let future = waits_for(1, value, wakers.clone(), 2);
        let (notified, join) = harness::unowned(future, pool.clone(), Id::next());
        notified.assert_unowned().run();
        let mut wakers: Vec<Waker> = wakers.lock().unwrap().drain(..).collect();
        let waker = wakers.pop().unwrap();
        let waking = thread::spawn(move || waker.wake());
        let dropping = thread::spawn(move || drop(wakers));
        drop(join);
        waking.join().unwrap();
        dropping.join().unwrap();
        // The wake may have queued it. Then the queue has the last reference.
        while let Some(notified) = pool.pop() {
            notified.assert_unowned().run();
        }
    });
}

/// A scheduler that shuts down, and a thread that wakes one of its tasks.
#[test]
fn a_shutdown_races_with_a_wake() {
    ENDS.model(|| {
        let pool = Pool::new();
        let wakers = Arc::new(Mutex::new(Vec::new()));
        let value = Arc::new(AtomicUsize::new(0));
        let join = pool.spawn(waits_for(1, value, wakers.clone(), 1));
        pool.run();
        let waker = wakers.lock().unwrap().pop().unwrap();
        let waking = thread::spawn(move || waker.wake());
        pool.shutdown();
        NONE_LEFT.check(join.is_finished(), "a task that waited is not finished");
        waking.join().unwrap();
        pool.shutdown();
        match block_on(join) {
            Ok(_) => TOLD.fail("its handle has an output, and it was never polled again"),
            Err(error) => TOLD.check(
                error.is_cancelled(),
                format_args!("its handle says: {error}"),
            ),
        }
    });
}

/// A scheduler that shuts down while another thread of it runs a task.
#[test]
fn a_shutdown_races_with_a_poll() {
    ENDS.model(|| {
        let pool = Pool::new();
        let token = Arc::new(());
        let join = pool.spawn(async move {
            let _token = token;
            let mut is_second = false;
            poll_fn(move |cx| {
                if is_second {
                    return Poll::Ready(());
                }
                is_second = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await
        });
        let runner = {
            let pool = pool.clone();
            thread::spawn(move || pool.run())
        };
        pool.shutdown();
        runner.join().unwrap();
        pool.shutdown();
        NONE_LEFT.check(join.is_finished(), "a task that was polled is not finished");
    });
}

/// The same with a task that nothing would ever wake: the one shutdown has to do.
#[test]
fn a_running_task_is_cancelled_by_a_shutdown() {
    NONE_LEFT.model(|| {
        let pool = Pool::new();
        let join = pool.spawn(poll_fn(move |_| Poll::<()>::Pending));
        let runner = {
            let pool = pool.clone();
            thread::spawn(move || pool.run())
        };
        pool.shutdown();
        runner.join().unwrap();
        // The runner may have come too late for its ticket.
        while let Some(notified) = pool.pop() {
            drop(notified);
        }
        NONE_LEFT.check(
            join.is_finished(),
            "a task that ran when the pool was shut down is never dropped",
        );
    });
}

/// A shutdown that comes when the future has returned already.
#[test]
fn what_has_finished_is_not_cancelled() {
    TOLD.model(|| {
        let pool = Pool::new();
        let done = Arc::new(AtomicUsize::new(0));
        let theirs = done.clone();
        let join = pool.spawn(poll_fn(move |_| {
            theirs.store(1, Relaxed);
            Poll::Ready(7)
        }));
        let runner = {
            let pool = pool.clone();
            thread::spawn(move || pool.run())
        };
        pool.shutdown();
        runner.join().unwrap();
        NONE_LEFT.check(join.is_finished(), "the task is not finished");
        let output = block_on(join);
        let is_done = done.load(Relaxed) == 1;
        TOLD.check(
            output.is_ok() == is_done,
            format_args!("the future is done: {is_done}; its handle says: {output:?}"),
        );
    });
}

/// Whoever looks, through either handle, may act on what it finds.
#[test]
fn what_is_finished_is_seen() {
    SEEN.model(|| {
        let pool = Pool::new();
        let value = Arc::new(AtomicUsize::new(0));
        let theirs = value.clone();
        let join = pool.spawn(async move { theirs.store(1, Relaxed) });
        let abort = join.abort_handle();
        let runner = thread::spawn(move || pool.run());
        for is_finished in [join.is_finished(), abort.is_finished()] {
            if is_finished {
                SEEN.check_eq("the value that the task stored", value.load(Relaxed), 1);
            }
        }
        drop((join, abort));
        runner.join().unwrap();
    });
}

/// The list's reference and the handle's may go at any moment of the end, so the end has to come out
/// with its own.
#[test]
fn a_shutdown_and_the_drop_of_the_handle_race_with_the_end() {
    FREED.model(|| {
        let pool = Pool::new();
        let join = pool.spawn(async {});
        let runner = {
            let pool = pool.clone();
            thread::spawn(move || pool.run())
        };
        pool.shutdown();
        drop(join);
        runner.join().unwrap();
        pool.shutdown();
        FREED.check(pool.is_empty(), "the task is still listed");
    });
}

/// A scheduler that shuts down while another thread spawns on it.
#[test]
fn a_shutdown_races_with_a_spawn() {
    ENDS.model(|| {
        let pool = Pool::new();
        let token = Arc::new(());
        let spawner = {
            let pool = pool.clone();
            thread::spawn(move || {
                pool.spawn(poll_fn(move |_| {
                    let _token = &token;
                    Poll::<()>::Pending
                }))
            })
        };
        pool.shutdown();
        let join = spawner.join().unwrap();
        NONE_LEFT.check(
            join.is_finished(),
            "a task that was spawned meanwhile is not finished",
        );
        pool.shutdown();
    });
}
