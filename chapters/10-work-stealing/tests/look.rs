//! A look at all tasks of a pool.

#![cfg(not(loom))]

use std::future::pending;
use std::sync::mpsc;

use harness::Id;
use testkit::{Exercise, Rule};
use work_stealing::{JoinHandle, Runtime, spawn};

const EX: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const ALL: Rule = EX.rule("A look at the tasks of a pool names each that is not done, once.");
const PLACE: Rule = EX.rule("A task knows the line that spawned it, on a worker and elsewhere.");
const ENDS: Rule = EX.rule("A look ends when the pool does.");

fn pool() -> Runtime {
    Runtime::new(2).expect("there is room for two threads")
}

fn ids(tasks: &[JoinHandle<()>]) -> Vec<Id> {
    tasks.iter().map(JoinHandle::id).collect()
}

#[test]
fn each_task_is_named_once() {
    EX.within("looking at tasks of both workers and of none", || {
        let pool = pool();
        let outside: Vec<_> = (0..3).map(|_| pool.spawn(pending())).collect();
        let inside = pool.spawn(async { (0..3).map(|_| spawn(pending())).collect::<Vec<_>>() });
        let inside = pool.block_on(inside).expect("it does not panic");
        let mut expected = ids(&outside);
        expected.extend(ids(&inside));
        expected.sort();
        // From a thread outside, and from a worker.
        for is_inside in [false, true] {
            let handle = pool.handle().clone();
            let asks = async move { handle.tasks().await };
            let (tasks, own) = match is_inside {
                false => (pool.block_on(asks), None),
                true => {
                    let task = pool.spawn(asks);
                    let id = task.id();
                    (pool.block_on(task).expect("it does not panic"), Some(id))
                }
            };
            let mut seen: Vec<_> = tasks.iter().map(|(id, ..)| *id).collect();
            if let Some(own) = own {
                ALL.check(seen.contains(&own), "the task that asks is not named");
                seen.retain(|id| *id != own);
            }
            seen.sort();
            ALL.check_eq("the tasks", &seen, &expected);
        }
        (outside.iter().chain(&inside)).for_each(JoinHandle::abort);
        for task in outside.into_iter().chain(inside) {
            ALL.check(pool.block_on(task).is_err(), "it was aborted");
        }
        let left = pool.block_on(pool.handle().tasks());
        ALL.check(left.is_empty(), "tasks that are done are named");
    });
}

#[test]
fn a_task_knows_where_it_was_spawned() {
    EX.within("spawning in three ways", || {
        let pool = pool();
        let outside = (pool.spawn(pending::<()>()), line!());
        let by_handle = (pool.handle().spawn(pending::<()>()), line!());
        let inside = pool.spawn(async { (spawn(pending::<()>()), line!()) });
        let inside = pool.block_on(inside).expect("it does not panic");
        let tasks = pool.block_on(pool.handle().tasks());
        for (task, line) in [&outside, &by_handle, &inside] {
            let (.., place) = (tasks.iter().find(|(id, ..)| *id == task.id())).expect("it waits");
            // Without the feature `spawn-places` there is none.
            if let Some(place) = place.location() {
                PLACE.check_eq("the file", place.file(), file!());
                PLACE.check_eq("the line", place.line(), *line);
            }
        }
    });
}

#[test]
fn a_look_ends_with_the_pool() {
    EX.within("asking while a worker is stuck, and shutting down", || {
        let pool = pool();
        let handle = pool.handle().clone();
        let (release, stuck) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel();
        drop(pool.spawn(async move {
            begun.send(()).expect("the test waits");
            // A poll that lasts until the test says so.
            let _ = stuck.recv();
        }));
        has_begun.recv().expect("it is polled");
        let asks = std::thread::spawn(move || handle.block_on(handle.tasks()).len());
        pool.shutdown_background();
        drop(release);
        let seen = asks.join().expect("it does not panic");
        ENDS.check(seen <= 1, "there was one task");
    });
}
