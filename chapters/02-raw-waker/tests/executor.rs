//! The executor from its first task to its last.

use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use raw_waker::{Executor, Report};
use testkit::{
    Exercise, Rest, Rule, WatchedThread, drop_counter, gate, memory, panics_on_poll, probe,
    yield_times,
};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.8", "raw-waker/executor.md");
const ENDS: Rule = EX.rule("The executor ends when the last task does.");
const OPEN: Rule = EX.rule("Open While Unfinished: `run` ends when no unfinished task is left.");
const SLEEPS: Rule = EX.rule("An executor with nothing to poll sleeps until a task is queued.");
const WAITS: Rule = EX.rule("The executor ends when no task is left, and not when none is due.");
const FORGOTTEN: Rule = EX.rule(
    "A task whose last waker is dropped can never run again, and `run` does not wait for it.",
);
const LEAKED: Rule = EX.rule("A waker of a finished task does not keep the executor.");
const ISOLATED: Rule = EX.rule("A panic in a task ends that task and nothing else.");
const IN_TURN: Rule = EX.rule("Tasks are polled in the order in which they were queued.");
const SPAWNED: Rule = EX.rule("A task may be spawned from inside of a task, and from any thread.");
const CLOSED: Rule = EX.rule("A future that can never run is dropped.");

/// Runs `f`, under a rule for the case that it hangs although no future is left.
fn within<T: Send + 'static>(what: &str, f: impl FnOnce() -> T + Send + 'static) -> T {
    let meaning = "all tasks are done, and `run` still waits: some code holds a `Sender`, so that the \
                   queue stays open";
    OPEN.within(what, meaning, f)
}

/// The report of an executor whose tasks have all completed.
fn completed(tasks: usize) -> Report {
    Report {
        completed: tasks,
        panicked: 0,
    }
}

#[test]
fn run_ends_with_the_last_task() {
    within("an executor with three tasks", || {
        let executor = Executor::new();
        for n in 0..3 {
            let (future, _seen) = probe(&format!("task {n}"), yield_times(n));
            executor.spawn(future);
        }
        ENDS.check_eq("the report", executor.run(), completed(3));
    });
}

#[test]
fn without_a_task_it_ends_at_once() {
    within("an executor without tasks", || {
        ENDS.check_eq("the report", Executor::new().run(), completed(0));
    });
}

#[test]
fn an_empty_queue_is_not_the_end() {
    within("a task that another thread wakes", || {
        let (gate, future) = gate("the gate");
        let (future, seen) = probe("the task", future);
        let executor = Executor::new();
        executor.spawn(future);
        let (ended, has_ended) = mpsc::channel();
        let executing = WatchedThread::this();
        let waking = thread::spawn(move || {
            while !gate.keeps_waker() {
                thread::yield_now();
            }
            // The task waits, and the queue is empty. An executor that takes this for the end has
            // told so before its thread sleeps, for then it waits for this one; one that is right
            // sleeps until the gate opens. Where the system does not tell who sleeps, it is given
            // time: then a mistake may stay unseen, but nothing correct is blamed.
            let early = match executing.rest() {
                Rest::Unknown => has_ended.recv_timeout(Duration::from_millis(100)).is_ok(),
                _ => has_ended.try_recv().is_ok(),
            };
            gate.open(());
            early
        });
        let report = executor.run();
        let _ = ended.send(());
        let early = waking.join().unwrap();
        WAITS.check(
            !early,
            "`run` has returned, and a task is still waiting to be woken",
        );
        WAITS.check_eq("the report", report, completed(1));
        WAITS.check_eq("polls", seen.polls(), 2);
    });
}

#[test]
fn it_sleeps_while_its_task_waits() {
    within("a task that another thread wakes", || {
        let (gate, future) = gate("the gate");
        let executor = Executor::new();
        executor.spawn(future);
        let watched = WatchedThread::this();
        let waking = thread::spawn(move || {
            while !gate.keeps_waker() {
                thread::yield_now();
            }
            let rest = watched.rest();
            gate.open(());
            rest
        });
        let report = executor.run();
        let rest = waking.join().unwrap();
        SLEEPS.check(
            rest != Rest::Busy,
            "the only task waits, the queue is empty, and `run` keeps a processor busy: it asks \
             the queue again and again, where `pop` would sleep",
        );
        SLEEPS.check(
            rest != Rest::Naps,
            "the only task waits, the queue is empty, and `run` looks into it at intervals: `pop` \
             would sleep until there is something",
        );
        SLEEPS.check_eq("the report", report, completed(1));
    });
}

#[test]
fn tasks_are_polled_in_turn() {
    within("three tasks that yield", || {
        let executor = Executor::new();
        let order = Arc::new(Mutex::new(String::new()));
        for name in ['A', 'B', 'C'] {
            let order = Arc::clone(&order);
            executor.spawn(async move {
                for _ in 0..3 {
                    order.lock().unwrap().push(name);
                    yield_times(1).await;
                }
            });
        }
        IN_TURN.check_eq("the report", executor.run(), completed(3));
        let order = order.lock().unwrap();
        IN_TURN.check_eq("the order of polls", order.as_str(), "ABCABCABC");
    });
}

#[test]
fn a_task_spawns_tasks() {
    within("a task that spawns a task that spawns a task", || {
        let executor = Executor::new();
        let spawner = executor.spawner();
        let (future, seen) = probe("the innermost task", yield_times(1));
        executor.spawn(async move {
            let inner = spawner.clone();
            spawner.spawn(async move {
                inner.spawn(future);
            });
        });
        SPAWNED.check_eq("the report", executor.run(), completed(3));
        SPAWNED.check(seen.is_ready(), "the innermost task was not run to its end");
    });
}

#[test]
fn other_threads_spawn_tasks() {
    within("a thread that spawns while the executor runs", || {
        let executor = Executor::new();
        let spawner = executor.spawner();
        let (gate, waits) = gate("until the other thread is done");
        executor.spawn(waits);
        let spawning = thread::spawn(move || {
            for _ in 0..10 {
                spawner.spawn(yield_times(1));
            }
            gate.open(());
        });
        SPAWNED.check_eq("the report", executor.run(), completed(11));
        spawning.join().unwrap();
    });
}

#[test]
fn a_spawner_does_not_keep_it() {
    within("an executor with a spawner left over", || {
        let executor = Executor::new();
        let spawner = executor.spawner();
        executor.spawn(ready(()));
        ENDS.check_eq("the report", executor.run(), completed(1));

        let (token, drops) = drop_counter("a future spawned too late");
        spawner.spawn(async move {
            let _token = token;
            pending::<()>().await;
        });
        CLOSED.check_eq("drops of a future spawned after the end", drops.count(), 1);
    });
}

#[test]
fn a_leaked_waker_does_not_keep_it() {
    within("a finished task whose waker is still held", || {
        let post: Arc<Mutex<Option<Waker>>> = Arc::default();
        let executor = Executor::new();
        executor.spawn({
            let post = Arc::clone(&post);
            poll_fn(move |cx| {
                *post.lock().unwrap() = Some(cx.waker().clone());
                Poll::Ready(())
            })
        });
        LEAKED.check_eq("the report", executor.run(), completed(1));
        let waker = post.lock().unwrap().take();
        LEAKED.step("waking a finished task when the executor is gone");
        waker.expect("the task left it").wake();
    });
}

#[test]
fn a_task_that_can_never_be_woken_is_not_waited_for() {
    within("a pending task that keeps no waker", || {
        let (token, drops) = drop_counter("the future");
        let executor = Executor::new();
        executor.spawn(async move {
            let _token = token;
            testkit::forgetful("the forgetful task").await;
        });
        FORGOTTEN.check_eq("the report", executor.run(), completed(0));
        FORGOTTEN.check_eq("drops of the future", drops.count(), 1);
    });
}

#[test]
fn the_last_waker_may_be_dropped_elsewhere() {
    within("a waker dropped by another thread", || {
        let (to_other, from_task) = mpsc::channel::<Waker>();
        let (token, drops) = drop_counter("the future");
        let executor = Executor::new();
        executor.spawn(poll_fn(move |cx| {
            let _ = &token;
            to_other.send(cx.waker().clone()).unwrap();
            Poll::Pending
        }));
        let other = thread::spawn(move || drop(from_task.recv().unwrap()));
        FORGOTTEN.check_eq("the report", executor.run(), completed(0));
        other.join().unwrap();
        FORGOTTEN.check_eq("drops of the future", drops.count(), 1);
    });
}

#[test]
fn a_panic_ends_its_task_only() {
    within("a task that panics between two that do not", || {
        let executor = Executor::new();
        executor.spawn(yield_times(2));
        executor.spawn(panics_on_poll("this is the task in the middle"));
        executor.spawn(yield_times(2));
        let runner = thread::spawn(move || executor.run());
        let Ok(report) = runner.join() else {
            ISOLATED.fail("the panic has ended the executor");
        };
        let expected = Report {
            completed: 2,
            panicked: 1,
        };
        ISOLATED.check_eq("the report", report, expected);
    });
}

#[test]
fn dropping_it_drops_what_is_queued() {
    within("dropping an executor that was never run", || {
        let (first, first_drops) = drop_counter("the first future");
        let (second, second_drops) = drop_counter("the second future");
        let executor = Executor::new();
        let spawner = executor.spawner();
        executor.spawn(async move {
            let _first = first;
            pending::<()>().await;
        });
        executor.spawn(async move {
            let _second = second;
            pending::<()>().await;
        });
        drop(executor);
        CLOSED.check_eq("drops of the first future", first_drops.count(), 1);
        CLOSED.check_eq("drops of the second future", second_drops.count(), 1);
        let (token, drops) = drop_counter("a future spawned too late");
        spawner.spawn(async move { drop(token) });
        CLOSED.check_eq("drops of a future spawned after that", drops.count(), 1);
    });
}

#[test]
fn the_end_leaves_nothing_behind() {
    within("an executor run to its end, and one dropped", || {
        memory::check(CLOSED, || {
            let executor = Executor::new();
            let spawner = executor.spawner();
            executor.spawn(yield_times(2));
            executor.spawn(async move { spawner.spawn(yield_times(1)) });
            CLOSED.step("running two tasks and one that is spawned by them");
            let _ = executor.run();

            let executor = Executor::new();
            let spawner = executor.spawner();
            executor.spawn(pending());
            // A future that owns the way to its own queue.
            executor.spawn(async move {
                let _spawner = spawner;
                pending::<()>().await;
            });
            CLOSED.step("dropping an executor with two queued tasks");
            drop(executor);
        });
    });
}
