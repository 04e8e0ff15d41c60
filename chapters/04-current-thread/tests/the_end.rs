//! 4.8: a runtime is dropped, and with it every future it has.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "handles leave the block_on they were made in"
)]

mod parks;

use std::future::{Future, pending};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};
use std::time::Duration;

use current_thread::{Handle, JoinHandle, Park, Runtime, spawn, yield_now};
use harness::context;
use testkit::{Exercise, PanicMessage, Rule, TestWaker, drop_counter};

use parks::{NoPark, Unparks};

const EX: Exercise = Exercise::new("4.8", "current-thread/shutdown.md");

const DROPPED: Rule = EX.rule("A runtime that is dropped drops each of its futures, once.");
const TOLD: Rule =
    EX.rule("Who awaits a task of a runtime that is gone is told that it was cancelled.");
const INSIDE: Rule = EX.rule("A future is dropped within the runtime that it belongs to.");
const REFUSED: Rule = EX.rule("What is spawned after the doors are closed is shut down at once.");
const FOREIGN: Rule = EX.rule(
    "Foreign Code Last: the core is borrowed for single steps, and never while a future is dropped.",
);
const WOKEN: Rule = EX.rule("A deferred wake may be for another task: none is lost.");
const AT_LAST: Rule = EX.rule("What the driver defers as it shuts down is woken.");

/// Calls `f` when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Never ends, and calls `f` when it is dropped.
fn until_dropped(f: impl FnMut() + Send + 'static) -> impl Future<Output = ()> + Send {
    let held = OnDrop(f);
    async move {
        let _held = held;
        pending::<()>().await;
    }
}

/// Runtimes that are not dropped, since their end is not what is tested.
static STAYING: Mutex<Vec<Runtime>> = Mutex::new(Vec::new());

/// Ends a runtime. The panic of whoever finds the core borrowed comes out, and names who came second.
fn end<T>(f: impl FnOnce() -> T) -> T {
    let payload = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(value) => return value,
        Err(payload) => payload,
    };
    if !PanicMessage::of(&*payload).contains("borrowed") {
        resume_unwind(payload);
    }
    let saw = "the core was borrowed, and is borrowed still; this is who came second:";
    FOREIGN.returns(|| resume_unwind(payload), saw)
}

fn is_cancelled<T>(join: JoinHandle<T>) -> bool {
    TOLD.check(join.is_finished(), "the task is not finished");
    let waiting = Runtime::new();
    let handle = waiting.handle().clone();
    STAYING.lock().unwrap().push(waiting);
    match handle.block_on(join) {
        Ok(_) => false,
        Err(error) => error.is_cancelled(),
    }
}

#[test]
fn tasks_in_every_state_are_dropped() {
    EX.within("dropping a runtime", || {
        let rt = Runtime::new();
        let names = ["idle", "yields", "queued", "from outside"];
        let (tokens, drops): (Vec<_>, Vec<_>) = names.map(drop_counter).into_iter().unzip();
        let mut tokens = tokens.into_iter();
        let mut joins = rt.block_on(async {
            let [idle, yields, queued] = [(); 3].map(|()| tokens.next().unwrap());
            let idle = spawn(async move {
                let _idle = idle;
                pending::<()>().await;
            });
            let yields = spawn(async move {
                let _yields = yields;
                loop {
                    yield_now().await;
                }
            });
            yield_now().await;
            let queued = spawn(async move { drop(queued) });
            vec![idle, yields, queued]
        });
        let outside = tokens.next().unwrap();
        joins.push(rt.spawn(async move { drop(outside) }));
        end(|| drop(rt));
        for drops in drops {
            drops.dropped_once(DROPPED);
        }
        for join in joins {
            TOLD.check(is_cancelled(join), "the handle has another result");
        }
    });
}

/// More than are taken out of the inject queue at once.
#[test]
fn all_that_came_from_outside_is_dropped() {
    EX.within("dropping a runtime with 200 new tasks", || {
        let rt = Runtime::new();
        let held = Arc::new(());
        let joins: Vec<_> = (0..200)
            .map(|_| {
                let held = Arc::clone(&held);
                rt.spawn(async move { drop(held) })
            })
            .collect();
        end(|| drop(rt));
        let left = Arc::strong_count(&held) - 1;
        DROPPED.check_eq("futures that are still there", left, 0);
        for join in joins {
            TOLD.check(join.is_finished(), "a handle was not told");
        }
    });
}

#[test]
fn futures_are_dropped_inside() {
    EX.within("dropping a future that asks for its runtime", || {
        let rt = Runtime::new();
        let is_inside = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&is_inside);
        drop(rt.spawn(until_dropped(move || {
            *seen.lock().unwrap() = Some(Handle::try_current().is_ok());
        })));
        end(|| drop(rt));
        let is_inside = *is_inside.lock().unwrap();
        INSIDE.check_eq("whether the drop found a runtime", is_inside, Some(true));
    });
}

/// By both ways: on the scheduler's own thread, and as if from another one.
#[test]
fn what_a_drop_spawns_is_refused() {
    EX.within("dropping a future that spawns", || {
        let rt = Runtime::new();
        let joins = Arc::new(Mutex::new(Vec::new()));
        let spawned = Arc::clone(&joins);
        drop(rt.spawn(until_dropped(move || {
            let inside = spawn(async {});
            let handle = Handle::current();
            let outside = std::thread::spawn(move || handle.spawn(async {}));
            let outside = outside.join().unwrap();
            spawned.lock().unwrap().extend([
                ("from inside", inside.is_finished(), inside),
                ("from outside", outside.is_finished(), outside),
            ]);
        })));
        end(|| drop(rt));
        let joins = std::mem::take(&mut *joins.lock().unwrap());
        DROPPED.check_eq("tasks that the drop spawned", joins.len(), 2);
        for (from, was_finished, join) in joins {
            REFUSED.check(
                was_finished,
                format_args!("spawned {from}, it was taken in"),
            );
            REFUSED.check(is_cancelled(join), format_args!("{from}: another result"));
        }
    });
}

#[test]
fn a_spawn_after_the_end_is_refused() {
    EX.within("a spawn on a runtime that is gone", || {
        let rt = Runtime::new();
        let handle = rt.handle().clone();
        end(|| drop(rt));
        let (token, drops) = drop_counter("too late");
        let join = handle.spawn(async move { drop(token) });
        REFUSED.check(drops.is_dropped(), "the future is kept");
        drops.dropped_once(DROPPED);
        REFUSED.check(is_cancelled(join), "the handle has another result");
    });
}

#[test]
fn what_a_drop_defers_is_woken() {
    EX.within("dropping a future that defers a wake", || {
        let rt = Runtime::new();
        let waker = TestWaker::new("another task");
        let deferred = waker.waker();
        drop(rt.spawn(until_dropped(move || context::defer(&deferred))));
        end(|| drop(rt));
        WOKEN.check_eq("wakes", waker.wakes(), 1);
        WOKEN.check_eq("wakers that are kept", waker.held(), 0);
    });
}

#[test]
fn a_deferred_waker_panics() {
    EX.within("dropping a future that defers three wakes", || {
        let rt = Runtime::new();
        let wakers = ["first", "panics", "last"].map(TestWaker::new);
        wakers[1].on_wake(|| panic!("expected by the test"));
        let deferred = wakers.each_ref().map(TestWaker::waker);
        drop(rt.spawn(until_dropped(move || {
            deferred.iter().for_each(context::defer)
        })));
        WOKEN.returns(
            || end(|| drop(rt)),
            "the panic of a waker came out of the runtime's drop",
        );
        let wakes = wakers.each_ref().map(TestWaker::wakes);
        WOKEN.check_eq("wakes", wakes, [1; 3]);
    });
}

/// Two tasks, each of which wakes the other when it is dropped, and a third one that does not end.
#[test]
fn tasks_that_wake_each_other_as_they_go() {
    EX.within("dropping two tasks that wake each other", || {
        let rt = Runtime::new();
        let (token, drops) = drop_counter("the third");
        let aborts = Arc::new(Mutex::new(Vec::new()));
        rt.block_on(async {
            for _ in 0..2 {
                let others = Arc::clone(&aborts);
                let join = spawn(until_dropped(move || {
                    let others = std::mem::take(&mut *others.lock().unwrap());
                    for other in others {
                        let other: current_thread::AbortHandle = other;
                        other.abort();
                    }
                }));
                aborts.lock().unwrap().push(join.abort_handle());
            }
            drop(spawn(async move {
                let _token = token;
                pending::<()>().await;
            }));
            yield_now().await;
        });
        end(|| drop(rt));
        drops.dropped_once(DROPPED);
        DROPPED.check_eq(
            "references to what they shared",
            Arc::strong_count(&aborts),
            1,
        );
    });
}

/// Those who wait for the driver are woken when it shuts down. A wake that one of them defers has no later turn.
#[test]
fn what_the_drivers_end_defers_is_woken() {
    struct Defers(Waker);
    impl Wake for Defers {
        fn wake(self: Arc<Defers>) {
            context::defer(&self.0);
        }
    }
    /// Something to sleep on with one that waits for it.
    struct Waited(NoPark, Option<Waker>);
    impl Park for Waited {
        type Unpark = Unparks;
        fn unparker(&self) -> Unparks {
            self.0.unparker()
        }
        fn park(&mut self) {}
        fn park_timeout(&mut self, _: Duration) {}
        fn shutdown(&mut self) {
            if let Some(waker) = self.1.take() {
                waker.wake();
            }
        }
    }
    EX.within("a driver that shuts down", || {
        let waker = TestWaker::new("deferred by the driver's end");
        let deferred = Waker::from(Arc::new(Defers(waker.waker())));
        drop(Runtime::with_park(Waited(NoPark::new().0, Some(deferred))));
        AT_LAST.check_eq("wakes", waker.wakes(), 1);
    });
}
