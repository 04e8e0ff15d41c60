//! A look at all tasks of a runtime, of both flavors.

use std::collections::BTreeMap;
use std::future::pending;
use std::panic::Location;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use reveille::runtime::dump::{Dump, Kind, Leaf, State, Task};
use reveille::runtime::{Builder, Handle, Runtime};
use reveille::select;
use reveille::sync::{
    Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
};
use reveille::task::{Id, JoinSet, yield_now};
use reveille::time::{interval, sleep, timeout};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const STUCK: Rule = EX.rule("A dump names each task that waits, and the line that spawned it.");
const LEAF: Rule = EX.rule(
    "A dump names the leaf that a task waits for, and the line of the program that awaits it.",
);
const DUE: Rule = EX.rule("A dump tells a task that is due from one that waits.");
const ASKED: Rule = EX.rule("A dump can be asked for on any thread.");
const ENDED: Rule = EX.rule("A runtime that has ended has no task.");

fn flavors() -> [Runtime; 2] {
    let one = Builder::new_current_thread().enable_all().build();
    let many = (Builder::new_multi_thread().worker_threads(2))
        .enable_all()
        .build();
    [one, many].map(|runtime| runtime.expect("there is room for two threads"))
}

fn states(dump: &Dump) -> BTreeMap<Id, State> {
    (dump.tasks().iter())
        .map(|task| (task.id(), task.state()))
        .collect()
}

/// A task that waits for ever.
struct Stuck {
    /// What for, in words.
    name: &'static str,
    task: Id,
    /// The leaves, as a dump names them.
    leaves: &'static [&'static str],
    /// The line of its entry below.
    line: u32,
}

/// Spawns a task for each entry.
macro_rules! stuck {
    ($all:ident, $name:literal, [$($leaf:literal),*], $future:expr) => {
        let future = $future;
        $all.push(Stuck {
            name: $name,
            task: reveille::spawn(future).id(),
            leaves: &[$($leaf),*],
            line: line!(),
        });
    };
}

/// One task stuck in each. What they wait for lives as long as the tasks.
async fn stuck_in_each() -> Vec<Stuck> {
    let mut all = Vec::new();
    let mutex = Arc::new(Mutex::new(()));
    let held = Arc::clone(&mutex).lock_owned().await;
    stuck!(all, "a mutex", ["Mutex::lock"], async move {
        let _held = held;
        drop(mutex.lock().await);
    });
    let mutex = Arc::new(Mutex::new(()));
    let held = Arc::clone(&mutex).lock_owned().await;
    stuck!(
        all,
        "a mutex in an Arc",
        ["Mutex::lock_owned"],
        async move {
            let _held = held;
            drop(mutex.lock_owned().await);
        }
    );
    let lock = Arc::new(RwLock::new(()));
    let held = Arc::clone(&lock).write_owned().await;
    stuck!(all, "a reader", ["RwLock::read"], async move {
        let _held = held;
        drop(lock.read().await);
    });
    let lock = Arc::new(RwLock::new(()));
    let held = Arc::clone(&lock).read_owned().await;
    stuck!(all, "a writer", ["RwLock::write"], async move {
        let _held = held;
        drop(lock.write().await);
    });
    stuck!(all, "a semaphore", ["Semaphore::acquire"], async {
        drop(Semaphore::new(0).acquire().await);
    });
    stuck!(all, "a notify", ["Notify::notified"], async {
        Notify::new().notified().await
    });
    stuck!(all, "a barrier", ["Barrier::wait"], async {
        Barrier::new(2).wait().await;
    });
    stuck!(
        all,
        "the value of a cell",
        ["OnceCell::get_or_init"],
        async {
            OnceCell::new().get_or_init(pending::<()>).await;
        }
    );
    stuck!(all, "a cell that is set once", ["SetOnce::wait"], async {
        SetOnce::<()>::new().wait().await;
    });
    let (sender, receiver) = oneshot::channel::<()>();
    stuck!(all, "a oneshot", ["oneshot::Receiver"], async move {
        let _sender = sender;
        drop(receiver.await);
    });
    let (mut sender, receiver) = oneshot::channel::<()>();
    stuck!(
        all,
        "the end of a oneshot",
        ["oneshot::Sender::closed"],
        async move {
            let _receiver = receiver;
            sender.closed().await;
        }
    );
    let (sender, mut receiver) = mpsc::channel::<()>(1);
    stuck!(
        all,
        "a channel that is empty",
        ["mpsc::Receiver::recv"],
        async move {
            let _sender = sender;
            receiver.recv().await;
        }
    );
    let (sender, receiver) = mpsc::channel::<()>(1);
    stuck!(
        all,
        "a channel that is full",
        ["mpsc::Sender::send"],
        async move {
            let _receiver = receiver;
            while sender.send(()).await.is_ok() {}
        }
    );
    let (sender, mut receiver) = mpsc::unbounded_channel::<()>();
    stuck!(
        all,
        "a channel without bounds",
        ["mpsc::UnboundedReceiver::recv"],
        async move {
            let _sender = sender;
            receiver.recv().await;
        }
    );
    let (sender, mut receiver) = watch::channel(());
    stuck!(all, "a watch", ["watch::Receiver::changed"], async move {
        let _sender = sender;
        drop(receiver.changed().await);
    });
    let (sender, mut receiver) = broadcast::channel::<()>(1);
    stuck!(
        all,
        "a broadcast",
        ["broadcast::Receiver::recv"],
        async move {
            let _sender = sender;
            drop(receiver.recv().await);
        }
    );
    stuck!(all, "a timer", ["sleep"], async { sleep(HOUR).await });
    stuck!(
        all,
        "a timer without a block around it",
        ["sleep"],
        sleep(HOUR)
    );
    stuck!(all, "a time-out", ["Notify::notified", "timeout"], async {
        let _ = timeout(HOUR, Notify::new().notified()).await;
    });
    stuck!(all, "a tick", ["Interval::tick"], async {
        let mut ticks = interval(HOUR);
        loop {
            ticks.tick().await;
        }
    });
    let waits_for = reveille::spawn(pending::<()>());
    stuck!(all, "a task", ["JoinHandle"], async move {
        drop(waits_for.await)
    });
    stuck!(all, "a set of tasks", ["JoinSet::join_next"], async {
        let mut tasks = JoinSet::new();
        tasks.spawn(pending::<()>());
        tasks.join_next().await;
    });
    stuck!(all, "one of two", ["Notify::notified", "sleep"], async {
        let bell = Notify::new();
        select! {
            biased;
            () = bell.notified() => {}
            () = sleep(HOUR) => {}
        }
    });
    stuck!(all, "the second of two", ["Barrier::wait"], async {
        select! {
            biased;
            () = sleep(HOUR) => {}
            () = async {} => {}
        }
        Barrier::new(2).wait().await;
    });
    stuck!(all, "a future of somebody else", [], async {
        pending::<()>().await
    });
    all
}

const HOUR: Duration = Duration::from_secs(3600);

/// This file.
const SOURCE: &str = include_str!("dump.rs");

/// What those have as words that a line of this file waits with.
fn is_a_wait(place: &Location<'_>) -> bool {
    let line = SOURCE.lines().nth(place.line() as usize - 1);
    let rest = line.and_then(|line| line.get(place.column() as usize - 1..));
    rest.is_some_and(|rest| {
        ["await", "select!", "stuck!"]
            .iter()
            .any(|word| rest.starts_with(word))
    })
}

/// A dump, once all tasks wait. Nothing wakes them, so that is as soon as each has been polled. Each worker answers at a time of its
/// own, and one may spawn a task after its answer; so the first dump in which all wait is not yet the one.
async fn dump_at_rest() -> Dump {
    let is_at_rest =
        |task: &Task| task.kind() == Kind::BlockingJob || task.state() == State::Waiting;
    let mut was_at_rest = false;
    loop {
        let dump = Handle::current().dump().await;
        let all_wait = dump.tasks().iter().all(is_at_rest);
        if was_at_rest && all_wait {
            return dump;
        }
        was_at_rest = all_wait;
        yield_now().await;
    }
}

fn check_stuck(stuck: &[Stuck], dump: &Dump) {
    for (
        index,
        Stuck {
            name,
            task,
            leaves,
            line,
        },
    ) in stuck.iter().enumerate()
    {
        let seen = (dump.tasks().iter()).find(|seen| seen.id() == *task);
        let Some(seen) = seen else {
            STUCK.fail(format_args!(
                "the task that is stuck in {name} is not named"
            ));
        };
        // Without the feature `spawn-places` there is none.
        if let Some(place) = seen.spawned_at() {
            STUCK.check_eq(name, (place.file(), place.line()), (file!(), *line));
            let said = seen.to_string();
            let first = said.lines().next().unwrap_or_default();
            STUCK.check(first.ends_with(&place.to_string()), &said);
        }
        if cfg!(not(feature = "dump")) {
            continue;
        }
        let names: Vec<&str> = seen.leaves().map(Leaf::name).collect();
        LEAF.check_eq(name, names, leaves.to_vec());
        let next = stuck.get(index + 1).map_or(u32::MAX, |next| next.line);
        for leaf in seen.leaves() {
            let place = leaf.place();
            LEAF.check(
                place.file() == file!()
                    && (*line..next).contains(&place.line())
                    && is_a_wait(place),
                format_args!("{name}: {} is awaited at {place}", leaf.name()),
            );
        }
        let counts = (seen.polls().unwrap_or(0), seen.wakes().unwrap_or(0));
        // Only the tick may have been woken, to wait for the next one.
        let is_right = 1 <= counts.0 && counts.0 <= counts.1 + 1;
        LEAF.check(
            is_right,
            format_args!("{name}: polls and wakes are {counts:?}"),
        );
    }
}

#[test]
fn a_task_stuck_in_each_primitive() {
    for runtime in flavors() {
        EX.within("looking at tasks that are stuck", move || {
            let stuck = runtime.spawn(stuck_in_each());
            let stuck = runtime.block_on(stuck).expect("it does not panic");
            let dump = runtime.block_on(dump_at_rest());
            check_stuck(&stuck, &dump);
            // They, the one that another waits for, and the one in a set.
            STUCK.check_eq("tasks", dump.tasks().iter().count(), stuck.len() + 2);
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
