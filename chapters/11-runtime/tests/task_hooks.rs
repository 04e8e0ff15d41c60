//! What a program has called around its tasks, on both flavors and on a runtime that stays on its thread.

#![cfg(not(loom))]

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use reveille::runtime::{Builder, Handle, LocalOptions, Runtime, TaskMeta};
use reveille::task::{
    Id, JoinSet, LocalSet, block_in_place, spawn_blocking, spawn_local, try_id, yield_now,
};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const PAIRED: Rule =
    EX.rule("Each task has one call of the spawn hook, and later one of the terminate hook.");
const ORDER: Rule =
    EX.rule("The hooks of a task come in order, and the end before its handle is told.");
const TURNS: Rule = EX.rule("Each turn of a task is between two hooks.");
const PANICS: Rule = EX.rule("A panic in a hook ends in the hook.");
const WITHIN: Rule = EX.rule("A hook runs within the runtime, with nothing held.");
const NAMED: Rule = EX.rule("A hook is told which task it is about.");
const TASKS: Rule = EX.rule("Hooks are called for tasks of the runtime, and for nothing else.");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Spawn,
    Before,
    After,
    Terminate,
    /// Not a hook: the future is polled.
    Poll,
    /// Not a hook: the future is dropped.
    Drop,
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(Event, Id)>>>);

impl Log {
    fn add(&self, event: Event, id: Id) {
        self.0.lock().unwrap().push((event, id));
    }

    fn of(&self, id: Id) -> Vec<Event> {
        let log = self.0.lock().unwrap();
        let of_task = log.iter().filter(|(_, of)| *of == id);
        of_task.map(|(event, _)| *event).collect()
    }

    fn count(&self, event: Event) -> usize {
        let log = self.0.lock().unwrap();
        log.iter().filter(|(it, _)| *it == event).count()
    }

    fn hook(&self, event: Event) -> impl Fn(&TaskMeta<'_>) + Send + Sync + 'static {
        let log = self.clone();
        move |meta| log.add(event, meta.id())
    }

    fn on<'a>(&self, builder: &'a mut Builder) -> &'a mut Builder {
        builder
            .on_task_spawn(self.hook(Event::Spawn))
            .on_before_task_poll(self.hook(Event::Before))
            .on_after_task_poll(self.hook(Event::After))
            .on_task_terminate(self.hook(Event::Terminate))
    }
}

/// Tells the log when a future is dropped.
struct Noisy(Log, Id);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.add(Event::Drop, self.1);
    }
}

/// A future that gives way `yields` times.
async fn turns(log: Log, yields: usize) {
    let id = try_id().expect("it is a task");
    let _noisy = Noisy(log.clone(), id);
    log.add(Event::Poll, id);
    for _ in 0..yields {
        yield_now().await;
        log.add(Event::Poll, id);
    }
}

/// One thread, and pools of one and of two.
fn flavors() -> [(&'static str, Builder); 3] {
    let pool = |workers| {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(workers);
        builder
    };
    [
        ("one thread", Builder::new_current_thread()),
        ("a pool of 1", pool(1)),
        ("a pool of 2", pool(2)),
    ]
}

/// A runtime of each flavor, with a log.
fn with_logs(mut f: impl FnMut(&str, Runtime, Log)) {
    for (name, mut builder) in flavors() {
        let log = Log::default();
        let runtime = log.on(&mut builder).build().expect("there is room");
        f(name, runtime, log);
    }
}

#[test]
fn in_order() {
    EX.within("a task that gives way once", || {
        use Event::*;
        with_logs(|name, runtime, log| {
            let task = runtime.spawn(turns(log.clone(), 1));
            let id = task.id();
            runtime.block_on(task).unwrap();
            // The handle is told after the end, and the last hook comes when the task has left its thread.
            let told = log.of(id);
            let told = told.strip_suffix(&[After]).unwrap_or(&told);
            let all = [Spawn, Before, Poll, After, Before, Poll, Drop, Terminate];
            ORDER.check_eq(name, told, &all[..]);
            drop(runtime);
            TURNS.check_eq(name, log.of(id).last(), Some(&After));
            TURNS.check_eq(name, log.count(Before), log.count(After));
        });
    });
}

#[test]
fn by_every_way_to_spawn() {
    EX.within(
        "spawning from outside, from a task, from another thread",
        || {
            with_logs(|name, runtime, log| {
                let outside = runtime.spawn(async {});
                let handle = runtime.handle().clone();
                let elsewhere = thread::spawn(move || handle.spawn(async {}))
                    .join()
                    .unwrap();
                runtime.block_on(async {
                    outside.await.unwrap();
                    elsewhere.await.unwrap();
                    reveille::spawn(async { reveille::spawn(async {}).await.unwrap() })
                        .await
                        .unwrap();
                    let mut set = JoinSet::new();
                    (0..10).for_each(|_| drop(set.spawn(yield_now())));
                    set.join_all().await;
                });
                PAIRED.check_eq(name, log.count(Event::Spawn), 14);
                PAIRED.check_eq(name, log.count(Event::Terminate), 14);
            });
        },
    );
}

#[test]
fn of_a_task_that_panics() {
    EX.within("a task that panics", || {
        use Event::*;
        with_logs(|name, runtime, log| {
            let task = runtime.spawn(async { panic!("as it should") });
            let id = task.id();
            assert!(runtime.block_on(task).unwrap_err().is_panic());
            drop(runtime);
            ORDER.check_eq(name, log.of(id), vec![Spawn, Before, Terminate, After]);
        });
    });
}

#[test]
fn of_a_task_that_is_aborted_before_its_first_poll() {
    EX.within("aborting a task that is due", || {
        use Event::*;
        let log = Log::default();
        let mut builder = Builder::new_current_thread();
        let runtime = log.on(&mut builder).build().unwrap();
        let task = runtime.spawn(turns(log.clone(), 0));
        let id = task.id();
        task.abort();
        ORDER.check_eq("an abort", log.of(id), vec![Spawn]);
        assert!(runtime.block_on(task).unwrap_err().is_cancelled());
        // Its future was never polled, so it has not left its noise.
        TURNS.check_eq(
            "one turn, without a poll",
            log.of(id),
            vec![Spawn, Before, Terminate, After],
        );
    });
}

#[test]
fn of_a_task_that_is_aborted_while_it_waits() {
    EX.within("aborting a task that waits", || {
        use Event::*;
        with_logs(|name, runtime, log| {
            let (sender, is_up) = mpsc::channel();
            let inner = log.clone();
            let task = runtime.spawn(async move {
                let _noisy = Noisy(inner, try_id().unwrap());
                sender.send(()).unwrap();
                pending::<()>().await;
            });
            let id = task.id();
            runtime.block_on(yield_now());
            is_up.recv().unwrap();
            task.abort();
            assert!(runtime.block_on(task).unwrap_err().is_cancelled());
            drop(runtime);
            // If the abort came during the first poll, that poll's turn is the last.
            let told = log.of(id);
            let one = [Spawn, Before, Drop, Terminate, After];
            let two = [Spawn, Before, After, Before, Drop, Terminate, After];
            ORDER.check(
                told == one || told == two,
                format!("{name}: the hooks were {told:?}"),
            );
        });
    });
}

#[test]
fn of_tasks_that_end_with_the_runtime() {
    EX.within("dropping a runtime that has tasks", || {
        use Event::*;
        with_logs(|name, runtime, log| {
            let (sender, is_up) = mpsc::channel();
            let polled = runtime.spawn(async move {
                sender.send(()).unwrap();
                pending::<()>().await;
            });
            runtime.block_on(yield_now());
            is_up.recv().unwrap();
            let handle = runtime.handle().clone();
            drop(runtime);
            let of_polled = log.of(polled.id());
            ORDER.check_eq(name, of_polled, vec![Spawn, Before, After, Terminate]);
            assert!(polled.is_finished());
            // It is refused, and its future dropped on this thread.
            let late = handle.spawn(turns(log.clone(), 0));
            PAIRED.check_eq(name, log.of(late.id()), vec![Spawn, Terminate]);
            assert!(late.is_finished());
        });
        let log = Log::default();
        let mut builder = Builder::new_current_thread();
        let runtime = log.on(&mut builder).build().unwrap();
        let unpolled = runtime.spawn(turns(log.clone(), 0));
        drop(runtime);
        let of_unpolled = log.of(unpolled.id());
        PAIRED.check_eq("never polled", of_unpolled, vec![Spawn, Terminate]);
    });
}

#[test]
fn on_a_local_runtime() {
    EX.within("tasks that stay on their thread", || {
        use Event::*;
        let log = Log::default();
        let mut builder = Builder::new_current_thread();
        let runtime = log
            .on(&mut builder)
            .build_local(LocalOptions::default())
            .unwrap();
        let idle = runtime.spawn_local(turns(log.clone(), 0));
        let sent = runtime.handle().spawn(turns(log.clone(), 0));
        let ids = runtime.block_on(async {
            let within = spawn_local(turns(log.clone(), 0));
            let ids = [idle.id(), sent.id(), within.id()];
            for task in [idle, sent, within] {
                task.await.unwrap();
            }
            ids
        });
        drop(runtime);
        for id in ids {
            let all = vec![Spawn, Before, Poll, Drop, Terminate, After];
            ORDER.check_eq("a task of a local runtime", log.of(id), all);
        }
    });
}

#[test]
fn not_of_what_is_no_task_of_the_runtime() {
    EX.within("a set, a blocking job, and a root", || {
        with_logs(|name, runtime, log| {
            let set = LocalSet::new();
            set.spawn_local(async {});
            set.block_on(&runtime, async {
                spawn_local(yield_now()).await.unwrap();
                spawn_blocking(|| {}).await.unwrap();
                yield_now().await;
            });
            drop(set);
            drop(runtime);
            TASKS.check_eq(name, log.0.lock().unwrap().len(), 0);
        });
    });
}

#[test]
fn a_panic_in_any_hook() {
    EX.within("four hooks that panic", || {
        for (name, mut builder) in flavors() {
            let calls = Arc::new([const { AtomicUsize::new(0) }; 4]);
            let hook = |which: usize| {
                let calls = Arc::clone(&calls);
                move |_: &TaskMeta<'_>| {
                    calls[which].fetch_add(1, SeqCst);
                    panic!("a hook that panics");
                }
            };
            let runtime = builder
                .on_task_spawn(hook(0))
                .on_before_task_poll(hook(1))
                .on_after_task_poll(hook(2))
                .on_task_terminate(hook(3))
                .build()
                .unwrap();
            let outputs = runtime.block_on(async {
                let one = reveille::spawn(async { 1 });
                let two = reveille::spawn(async { reveille::spawn(async { 2 }).await.unwrap() });
                (one.await.unwrap(), two.await.unwrap())
            });
            PANICS.check_eq(name, outputs, (1, 2));
            drop(runtime);
            let calls: Vec<usize> = calls.iter().map(|calls| calls.load(SeqCst)).collect();
            PANICS.check_eq(name, calls[0], 3);
            PANICS.check_eq(name, calls[3], 3);
            PANICS.check(3 <= calls[1], name);
            PANICS.check_eq(name, calls[1], calls[2]);
        }
    });
}

#[test]
fn a_hook_may_do_what_a_task_may() {
    EX.within("hooks that spawn, wake and abort", || {
        for (name, mut builder) in flavors() {
            let has_spawned = Arc::new(AtomicBool::new(false));
            let (sender, children) = mpsc::channel();
            let victim: Arc<Mutex<Option<reveille::task::AbortHandle>>> = Arc::default();
            let (for_spawn, for_end) = (Arc::clone(&has_spawned), Arc::clone(&victim));
            let runtime = builder
                .on_task_spawn(move |_| {
                    // Without this there would be no end to it.
                    if !for_spawn.swap(true, SeqCst) {
                        let child = reveille::spawn(async { 7 });
                        sender.send((child, Handle::current().id())).unwrap();
                    }
                })
                .on_task_terminate(move |_| {
                    let victim = for_end.lock().unwrap().take();
                    if let Some(victim) = victim {
                        victim.abort();
                        Handle::current().spawn(async {});
                    }
                })
                .build()
                .unwrap();
            // From a thread that is in no runtime.
            let task = runtime.spawn(pending::<()>());
            let (child, current) = children.recv().unwrap();
            WITHIN.check_eq(name, current, runtime.handle().id());
            WITHIN.check_eq(name, runtime.block_on(child).unwrap(), 7);
            *victim.lock().unwrap() = Some(task.abort_handle());
            runtime.block_on(async { reveille::spawn(async {}).await.unwrap() });
            WITHIN.check(runtime.block_on(task).unwrap_err().is_cancelled(), name);
        }
    });
}

/// A hook, the task that it was told of, and the task that it was in.
type Seen = (Event, Id, Option<Id>);

#[test]
fn which_task_a_hook_is_in() {
    EX.within("asking for the id in a hook", || {
        for (name, mut builder) in flavors() {
            let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
            let hook = |event| {
                let seen = Arc::clone(&seen);
                move |meta: &TaskMeta<'_>| seen.lock().unwrap().push((event, meta.id(), try_id()))
            };
            let runtime = builder
                .on_task_spawn(hook(Event::Spawn))
                .on_before_task_poll(hook(Event::Before))
                .on_after_task_poll(hook(Event::After))
                .on_task_terminate(hook(Event::Terminate))
                .build()
                .unwrap();
            let parent = runtime.spawn(async {
                let child = reveille::spawn(async {});
                let id = child.id();
                child.await.unwrap();
                id
            });
            let parent_id = parent.id();
            let child_id = runtime.block_on(parent).unwrap();
            drop(runtime);
            for &(event, id, current) in &*seen.lock().unwrap() {
                let expected = (event == Event::Spawn && id == child_id).then_some(parent_id);
                NAMED.check_eq(&format!("{name}, {event:?}"), current, expected);
                NAMED.check([parent_id, child_id].contains(&id), name);
            }
            NAMED.check(8 <= seen.lock().unwrap().len(), name);
        }
    });
}

/// The thread has given its core away by then, and is still the one that polls the task.
#[test]
fn around_a_poll_that_blocks_in_place() {
    EX.within("blocking in place", || {
        for workers in [1, 2] {
            let threads: Arc<Mutex<Vec<(Event, thread::ThreadId)>>> = Arc::default();
            let hook = |event| {
                let threads = Arc::clone(&threads);
                move |_: &TaskMeta<'_>| {
                    threads
                        .lock()
                        .unwrap()
                        .push((event, thread::current().id()));
                }
            };
            let runtime = Builder::new_multi_thread()
                .worker_threads(workers)
                .on_before_task_poll(hook(Event::Before))
                .on_after_task_poll(hook(Event::After))
                .on_task_terminate(hook(Event::Terminate))
                .build()
                .unwrap();
            let (go, may_go) = mpsc::channel();
            let (other, is_other_done) = mpsc::channel();
            let blocks = runtime.spawn(async move {
                block_in_place(|| may_go.recv().unwrap());
                thread::current().id()
            });
            runtime.spawn(async move { other.send(()).unwrap() });
            is_other_done.recv().unwrap();
            go.send(()).unwrap();
            let here = runtime.block_on(blocks).unwrap();
            drop(runtime);
            let threads = threads.lock().unwrap();
            let of_task: Vec<Event> = (threads.iter())
                .filter(|(_, thread)| *thread == here)
                .map(|(event, _)| *event)
                .collect();
            TURNS.check(
                of_task.ends_with(&[Event::Before, Event::Terminate, Event::After]),
                format!("on the thread of the task the hooks were {of_task:?}"),
            );
        }
    });
}

#[test]
fn a_hook_that_is_set_again() {
    EX.within("setting a hook twice", || {
        for (name, mut builder) in flavors() {
            let (first, second) = (Log::default(), Log::default());
            first.on(&mut builder);
            let runtime = second.on(&mut builder).build().unwrap();
            runtime.block_on(runtime.spawn(async {})).unwrap();
            drop(runtime);
            TASKS.check_eq(name, first.0.lock().unwrap().len(), 0);
            TASKS.check_eq(name, second.0.lock().unwrap().len(), 4);
            // The builder keeps them for its next runtime.
            let another = builder.build().unwrap();
            another.block_on(another.spawn(async {})).unwrap();
            drop(another);
            TASKS.check_eq(name, second.0.lock().unwrap().len(), 8);
        }
    });
}

/// Tasks that are stolen have hooks as well, and no call is lost between threads.
#[test]
fn of_many_tasks_on_many_threads() {
    EX.within("a thousand tasks on a pool of 4", || {
        let log = Log::default();
        let mut builder = Builder::new_multi_thread();
        let runtime = log.on(builder.worker_threads(4)).build().unwrap();
        let polls = Arc::new(AtomicUsize::new(0));
        runtime.block_on(async {
            let tasks: Vec<_> = (0..1000)
                .map(|i: u64| {
                    let polls = Arc::clone(&polls);
                    reveille::spawn(async move {
                        if i.is_multiple_of(64) {
                            thread::sleep(Duration::from_micros(200));
                        }
                        let mut left = i % 3;
                        poll_fn(move |cx| {
                            polls.fetch_add(1, SeqCst);
                            if left == 0 {
                                return Poll::Ready(());
                            }
                            left -= 1;
                            cx.waker().wake_by_ref();
                            Poll::Pending
                        })
                        .await;
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        PAIRED.check_eq("spawns", log.count(Event::Spawn), 1000);
        PAIRED.check_eq("ends", log.count(Event::Terminate), 1000);
        drop(runtime);
        TURNS.check_eq("before", log.count(Event::Before), polls.load(SeqCst));
        TURNS.check_eq("after", log.count(Event::After), polls.load(SeqCst));
    });
}

#[cfg(feature = "spawn-places")]
#[test]
fn the_line_that_spawned_the_task() {
    EX.within("asking where a task was spawned", || {
        for (name, mut builder) in flavors() {
            let places: Arc<Mutex<Vec<(Event, u32)>>> = Arc::default();
            let hook = |event| {
                let places = Arc::clone(&places);
                move |meta: &TaskMeta<'_>| {
                    let place = meta.spawned_at();
                    assert_eq!(place.file(), file!());
                    places.lock().unwrap().push((event, place.line()));
                }
            };
            let runtime = builder
                .on_task_spawn(hook(Event::Spawn))
                .on_before_task_poll(hook(Event::Before))
                .on_after_task_poll(hook(Event::After))
                .on_task_terminate(hook(Event::Terminate))
                .build()
                .unwrap();
            let line = line!() + 1;
            let task = runtime.spawn(async {});
            runtime.block_on(task).unwrap();
            let inner = runtime.block_on(async {
                let line = line!() + 1;
                reveille::spawn(async {}).await.unwrap();
                line
            });
            drop(runtime);
            let places = places.lock().unwrap();
            let all = [Event::Spawn, Event::Before, Event::Terminate, Event::After];
            for event in all {
                NAMED.check(places.contains(&(event, line)), name);
                NAMED.check(places.contains(&(event, inner)), name);
            }
            NAMED.check_eq(name, places.len(), 8);
        }
    });
}
