//! A look at all tasks of a runtime, of both flavors.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use reveille::runtime::dump::{Dump, State};
use reveille::runtime::{Builder, Handle, Runtime};
use reveille::sync::{Barrier, Mutex, Notify, RwLock, Semaphore, broadcast, mpsc, oneshot, watch};
use reveille::task::{Id, JoinHandle, yield_now};
use reveille::time::sleep;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const STUCK: Rule = EX.rule("A dump names each task that waits, and the line that spawned it.");
const DUE: Rule = EX.rule("A dump tells a task that is due from one that waits.");
const ASKED: Rule = EX.rule("A dump can be asked for on any thread.");
const ENDED: Rule = EX.rule("A runtime that has ended has no task.");

fn flavors() -> [Runtime; 2] {
    let one = Builder::new_current_thread().enable_time().build();
    let many = (Builder::new_multi_thread().worker_threads(2))
        .enable_time()
        .build();
    [one, many].map(|runtime| runtime.expect("there is room for two threads"))
}

fn states(dump: &Dump) -> BTreeMap<Id, State> {
    (dump.tasks().iter())
        .map(|task| (task.id(), task.state()))
        .collect()
}

/// One task stuck in each, with the line that spawned it. What they wait for lives as long as the tasks.
async fn stuck_in_each() -> Vec<(&'static str, JoinHandle<()>, u32)> {
    let mut stuck = Vec::new();
    macro_rules! stuck {
        ($name:literal, $future:expr) => {
            let future = $future;
            stuck.push(($name, reveille::spawn(future), line!()));
        };
    }
    let mutex = Arc::new(Mutex::new(()));
    let held = Arc::clone(&mutex).lock_owned().await;
    stuck!("a mutex", async move {
        let _held = held;
        drop(mutex.lock().await);
    });
    let lock = Arc::new(RwLock::new(()));
    let held = Arc::clone(&lock).write_owned().await;
    stuck!("a reader", async move {
        let _held = held;
        drop(lock.read().await);
    });
    stuck!("a semaphore", async {
        drop(Semaphore::new(0).acquire().await);
    });
    stuck!("a notify", async { Notify::new().notified().await });
    stuck!("a barrier", async {
        Barrier::new(2).wait().await;
    });
    let (sender, receiver) = oneshot::channel::<()>();
    stuck!("a oneshot", async move {
        let _sender = sender;
        drop(receiver.await);
    });
    let (sender, mut receiver) = mpsc::channel::<()>(1);
    stuck!("a channel that is empty", async move {
        let _sender = sender;
        receiver.recv().await;
    });
    let (sender, receiver) = mpsc::channel::<()>(1);
    stuck!("a channel that is full", async move {
        let _receiver = receiver;
        while sender.send(()).await.is_ok() {}
    });
    let (sender, mut receiver) = watch::channel(());
    stuck!("a watch", async move {
        let _sender = sender;
        drop(receiver.changed().await);
    });
    let (sender, mut receiver) = broadcast::channel::<()>(1);
    stuck!("a broadcast", async move {
        let _sender = sender;
        drop(receiver.recv().await);
    });
    stuck!("a timer", sleep(Duration::from_secs(3600)));
    let waits_for = reveille::spawn(pending::<()>());
    stuck!("a task", async move { drop(waits_for.await) });
    stuck
}

#[test]
fn a_task_stuck_in_each_primitive() {
    for runtime in flavors() {
        EX.within("looking at tasks that are stuck", move || {
            let stuck = runtime.spawn(stuck_in_each());
            let stuck = runtime.block_on(stuck).expect("it does not panic");
            let dump = runtime.block_on(async {
                // They wait as soon as each has been polled: nothing wakes them.
                loop {
                    let dump = Handle::current().dump().await;
                    if states(&dump).values().all(|state| *state == State::Waiting) {
                        return dump;
                    }
                    yield_now().await;
                }
            });
            for (name, task, line) in &stuck {
                let seen = (dump.tasks().iter()).find(|seen| seen.id() == task.id());
                let Some(seen) = seen else {
                    STUCK.fail(format_args!(
                        "the task that is stuck in {name} is not named"
                    ));
                };
                // Without the feature `spawn-places` there is none.
                if let Some(place) = seen.spawned_at() {
                    STUCK.check_eq(name, (place.file(), place.line()), (file!(), *line));
                    let said = seen.to_string();
                    STUCK.check(said.ends_with(&place.to_string()), &said);
                }
            }
            // They, and the one that another waits for.
            STUCK.check_eq("tasks", dump.tasks().iter().count(), stuck.len() + 1);
        });
    }
}

#[test]
fn due_and_waiting() {
    EX.within("looking at two tasks of one thread", || {
        let [runtime, _] = flavors();
        runtime.block_on(async {
            let waiting = reveille::spawn(pending::<()>());
            yield_now().await;
            let due = reveille::spawn(async {});
            let seen = states(&Handle::current().dump().await);
            let expected = [(waiting.id(), State::Waiting), (due.id(), State::Due)];
            DUE.check_eq("the states", seen, BTreeMap::from(expected));
            due.await.expect("it does not panic");
            let seen = states(&Handle::current().dump().await);
            let expected = BTreeMap::from([(waiting.id(), State::Waiting)]);
            DUE.check_eq("the states, when one is done", seen, expected);
        });
    });
}

#[test]
fn another_thread_asks() {
    for runtime in flavors() {
        EX.within("asking on a thread outside", move || {
            let waiting = runtime.spawn(pending::<()>());
            let handle = runtime.handle().clone();
            let (answer, answered) = oneshot::channel();
            let asks = thread::spawn(move || {
                let dump = handle.block_on(handle.dump());
                answer.send(states(&dump)).expect("the test waits");
            });
            let seen = runtime.block_on(answered).expect("it does not panic");
            asks.join().expect("it does not panic");
            let seen: Vec<_> = seen.into_keys().collect();
            ASKED.check_eq("the tasks", seen, vec![waiting.id()]);
        });
    }
}

#[test]
fn after_the_end() {
    for runtime in flavors() {
        EX.within("asking a runtime that has ended", move || {
            let handle = runtime.handle().clone();
            drop(runtime.spawn(pending::<()>()));
            drop(runtime);
            let dump = handle.block_on(handle.dump());
            ENDED.check_eq("tasks", dump.tasks().iter().count(), 0);
        });
    }
}
