//! A task that ends away from home, and the worker that has its list: every interleaving.

#![cfg(loom)]

use current_thread::{Park, ThreadPark, Unpark};
use harness::{Id, JoinHandle, Notified, OwnedTasks, Schedule, Task, TaskList, owned};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, drop_counter, lane};
use work_stealing::ended::{FULL, Left};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const HOME: Rule =
    CHAPTER.rule("A task that ends away from home is freed once, and its list does not keep it.");
const BOUNDED: Rule =
    CHAPTER.rule("A worker that sleeps is woken when many of its tasks have ended elsewhere.");

/// A pool with one home, as far as the end of a task is concerned.
#[derive(Clone)]
struct Pool(Arc<Shared>);

struct Shared {
    tasks: OwnedTasks<Pool>,
    left: Left<Pool>,
    /// Wakes the worker.
    unpark: <ThreadPark as Park>::Unpark,
}

impl Schedule for Pool {
    fn schedule(task: Notified<Pool>) {
        drop(task);
    }

    fn release(&self, task: &Task<Pool>) -> Option<Task<Pool>> {
        assert_eq!(self.0.tasks.home_of(task), Some(0), "it has a home");
        if self.0.left.leave(task.ended()) {
            self.0.unpark.unpark();
        }
        None
    }
}

/// The pool, the worker's list, and where the worker sleeps.
fn pool() -> (Pool, TaskList<Pool>, ThreadPark) {
    let (tasks, mut homes) = OwnedTasks::with_homes(1, 1);
    let park = ThreadPark::new();
    let shared = Shared {
        tasks,
        left: Left::new(),
        unpark: park.unparker(),
    };
    (Pool(Arc::new(shared)), homes.remove(0), park)
}

/// A task at home, and its ticket.
fn spawn<F>(
    pool: &Pool,
    home: &mut TaskList<Pool>,
    future: F,
) -> (Notified<Pool>, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let (task, ticket, join) = owned(future, pool.clone(), home.id(), Id::next());
    home.insert(task);
    (ticket, join)
}

/// Takes those out of the list that have ended.
fn take_in(pool: &Pool, home: &mut TaskList<Pool>) {
    for ended in pool.0.left.take() {
        drop(home.remove_ended(&ended));
    }
}

#[test]
fn an_end_beside_the_worker_and_beside_the_end_of_the_pool() {
    HOME.model(|| {
        let (pool, mut home, _park) = pool();
        let (token, drops) = drop_counter("the future");
        let (ticket, join) = spawn(&pool, &mut home, async move { drop(token) });
        drop(join);
        let thief = {
            let pool = pool.clone();
            thread::spawn(move || {
                lane("a thief");
                pool.0.tasks.assert_owner(ticket).run();
            })
        };
        lane("the worker at home");
        take_in(&pool, &mut home);
        // The end of the pool: the list is told no more, and what is in it is shut down.
        drop(pool.0.left.close());
        while let Some(task) = home.pop() {
            task.shutdown();
        }
        thief.join().unwrap();
        drops.dropped_once(HOME);
        assert!(home.is_empty(), "the list keeps a task");
        // Each task has a handle on the pool: the cell was freed if none is left but ours.
        assert_eq!(Arc::strong_count(&pool.0), 1, "a cell was not freed");
    });
}

#[test]
fn many_ends_wake_the_worker() {
    BOUNDED.model(|| {
        let (pool, mut home, mut park) = pool();
        let tickets: Vec<_> = (0..FULL)
            .map(|_| spawn(&pool, &mut home, async {}).0)
            .collect();
        let thief = {
            let pool = pool.clone();
            thread::spawn(move || {
                lane("a thief");
                for ticket in tickets {
                    pool.0.tasks.assert_owner(ticket).run();
                }
            })
        };
        lane("the worker at home");
        while !pool.0.left.is_full() {
            park.park();
        }
        take_in(&pool, &mut home);
        assert!(home.is_empty(), "the list keeps a task");
        thief.join().unwrap();
        assert_eq!(Arc::strong_count(&pool.0), 1, "a cell was not freed");
    });
}
