//! Panics of foreign code where the harness promises that they stay inside: in drops, in wakers, and in
//! the drop of what a panic was thrown with.

#![cfg(not(loom))]

mod schedulers;

use std::future::{Future, pending, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use harness::{Id, JoinHandle, unowned};
use schedulers::{Elsewhere, Local, Pool, Scheduler};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const INSIDE: Rule = CHAPTER.may_be("3.6 or 3.7").rule(
    "A panic of foreign code ends where the harness called it, also one that is thrown with a value whose \
     own drop panics.",
);
const FREED: Rule = CHAPTER
    .may_be("3.6 or 3.7")
    .rule("A task whose foreign code panics is freed as any other.");
const FIRST: Rule = CHAPTER
    .may_be("3.3 or 3.7")
    .rule("The handle is told of the first panic, that of the poll.");

/// The drop of each panics, and throws another one.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic_any(Bomb);
    }
}

/// Calls `f`, into which no panic may come back.
#[track_caller]
fn stays_inside(what: &str, f: impl FnOnce()) {
    let result = catch_unwind(AssertUnwindSafe(f));
    let is_ok = result.is_ok();
    // What it was thrown with may be a bomb.
    mem::forget(result);
    INSIDE.check(is_ok, format_args!("the panic reached the caller: {what}"));
}

fn on_all_schedulers(what: &str, test: [fn(); 3]) {
    for test in test {
        INSIDE.holds(what, test);
    }
}

/// A future that panics in its poll, in its drop, or in both.
struct Panics {
    in_poll: bool,
    bomb: Option<Bomb>,
}

impl Future for Panics {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        assert!(!self.in_poll, "expected by the test: in poll");
        Poll::Pending
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        // The bomb is thrown, and so not dropped here.
        if let Some(bomb) = self.bomb.take() {
            panic_any(bomb);
        }
    }
}

#[test]
fn an_output_throws_a_bomb() {
    struct Output;
    impl Drop for Output {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let join = scheduler.spawn(async { Output });
        stays_inside("running the task", || scheduler.run());
        stays_inside("dropping its handle", || drop(join));
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);

        drop(scheduler.spawn(async { Output }));
        stays_inside("running a task that no code awaits", || scheduler.run());
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers(
        "an output",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

#[test]
fn a_future_throws_a_bomb_when_it_is_dropped() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let panics = Panics {
            in_poll: true,
            bomb: Some(Bomb),
        };
        let mut join = scheduler.spawn(panics);
        stays_inside("running the task", || scheduler.run());
        match Pin::new(&mut join).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Err(error)) => {
                let text = error.to_string();
                FIRST.check(
                    text.contains("in poll"),
                    format_args!("the error says: {text}"),
                );
                drop(error);
            }
            _ => FIRST.fail("the handle has no error"),
        }
        drop(join);
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers("a future", [test::<Pool>, test::<Local>, test::<Elsewhere>]);
}

/// Its future is done, and panics in its drop: then there is no output, and that panics as well.
#[test]
fn an_output_is_dropped_because_its_future_panics() {
    struct Done(Option<Output>);
    struct Output;
    impl Future for Done {
        type Output = Output;
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Output> {
            Poll::Ready(self.0.take().expect("it is polled once"))
        }
    }
    impl Drop for Done {
        fn drop(&mut self) {
            panic!("expected by the test: in drop");
        }
    }
    impl Drop for Output {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let join = scheduler.spawn(Done(Some(Output)));
        stays_inside("running the task", || scheduler.run());
        stays_inside("dropping its handle", || drop(join));
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers(
        "an output",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}

#[test]
fn a_join_waker_throws_a_bomb() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let waker = TestWaker::new("throws");
        let mut join: JoinHandle<()> = scheduler.spawn(async {});
        INSIDE.pending(waker.poll(Pin::new(&mut join)), "the task has not run yet");
        waker.on_wake(|| panic_any(Bomb));
        stays_inside("running the task", || scheduler.run());
        drop(join);
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers("a waker", [test::<Pool>, test::<Local>, test::<Elsewhere>]);
}

/// The last waker of a task that nobody can wake any more: its drop frees the cell with the future.
#[test]
fn a_future_panics_when_its_last_waker_is_dropped() {
    INSIDE.holds("dropping the last waker", || {
        let pool = Pool::new();
        let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
        let theirs = Arc::clone(&kept);
        let panics = Panics {
            in_poll: false,
            bomb: Some(Bomb),
        };
        let future = poll_fn(move |cx| {
            let _panics = &panics;
            *theirs.lock().unwrap() = Some(cx.waker().clone());
            Poll::<()>::Pending
        });
        let (notified, join) = unowned(future, pool.clone(), Id::next());
        notified.assert_unowned().run();
        drop(join);
        let waker = kept.lock().unwrap().take();
        stays_inside("dropping the waker", || drop(waker));
        FREED.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn a_shutdown_goes_on_after_a_bomb() {
    fn test<S: Scheduler>() {
        let scheduler = S::start();
        let joins: Vec<_> = (0..3)
            .map(|_| {
                let panics = Panics {
                    in_poll: false,
                    bomb: Some(Bomb),
                };
                scheduler.spawn(async move {
                    let _panics = panics;
                    pending::<()>().await;
                })
            })
            .collect();
        scheduler.run();
        stays_inside("the shutdown", || scheduler.shutdown());
        for join in &joins {
            INSIDE.check(join.is_finished(), "a task was left out by the shutdown");
        }
        for mut join in joins {
            let polled = Pin::new(&mut join).poll(&mut Context::from_waker(Waker::noop()));
            match polled {
                // The bomb is ours now, and is not to go off.
                Poll::Ready(Err(error)) => mem::forget(error.into_panic()),
                _ => INSIDE.fail("the handle does not tell the panic of the future's drop"),
            }
        }
        FREED.check_eq("handles on the scheduler", scheduler.handles(), 1);
    }
    on_all_schedulers(
        "a shutdown",
        [test::<Pool>, test::<Local>, test::<Elsewhere>],
    );
}
