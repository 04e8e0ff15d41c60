//! Blocking jobs, from outside: where they run, how they end, and what becomes of them with the runtime.

use std::cell::Cell;
use std::io;
use std::num::NonZeroUsize;
use std::panic::panic_any;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::{self, ThreadId};
use std::time::Duration;

use reveille::runtime::{Builder, Handle, Runtime};
use reveille::task::{JoinHandle, spawn_blocking};
use reveille::time::{Instant, sleep};
use testkit::{Exercise, Rule, drop_counter};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const APART: Rule =
    EX.rule("A blocking job runs on a thread that runs no tasks, within the runtime.");
const TASK: Rule =
    EX.rule("A blocking job is a task: it has a handle, an id, and panics end in it.");
const ABORT: Rule = EX.rule("A job that has not begun can be aborted, and one that has cannot.");
const CAP: Rule = EX.rule("There are never more threads than allowed, and jobs beyond them wait.");
const NEED: Rule = EX.rule("Jobs that wait for one another each get a thread.");
const RESOLVED: Rule = EX.rule("The handle of a job is always told.");
const WAITS: Rule = EX.rule("The end of a runtime waits for the jobs that have begun.");
const CLOCK: Rule = EX.rule("A paused clock stands still while a job runs.");
const HOOKS: Rule =
    EX.rule("Threads have the name that they were given, and say when they begin and end.");
const SEAM: Rule = EX.rule("Code of any chapter can have a closure run by the pool.");

fn runtime() -> Runtime {
    built(&mut Builder::new_current_thread())
}

fn built(builder: &mut Builder) -> Runtime {
    builder.build().expect("nothing is asked of the system")
}

/// A job that has begun, and ends when the sender is dropped.
fn begun(runtime: &Runtime) -> (Sender<()>, JoinHandle<ThreadId>) {
    let (begins, has_begun) = channel();
    let (end, ends) = channel::<()>();
    let join = runtime.spawn_blocking(move || {
        begins.send(()).expect("the test waits");
        let _ = ends.recv();
        thread::current().id()
    });
    has_begun.recv().expect("the job begins");
    (end, join)
}

fn is_cancelled<T>(rule: Rule, runtime: &Runtime, join: JoinHandle<T>) {
    let error = runtime.block_on(join).err();
    let is_cancelled = error.is_some_and(|error| error.is_cancelled());
    rule.check(
        is_cancelled,
        "the handle does not say that the job was cancelled",
    );
}

#[test]
fn a_job_runs_elsewhere_within_the_runtime() {
    EX.within("one job", || {
        let runtime = runtime();
        let id = runtime.handle().id();
        let here = thread::current().id();
        let there = runtime.block_on(async move {
            spawn_blocking(move || {
                APART.check_eq("the runtime", Handle::current().id(), id);
                // It may block, also for a task of its own runtime.
                let sum = Handle::current().block_on(reveille::spawn(async { 40 + 2 }));
                APART.check_eq("the output of a task", sum.ok(), Some(42));
                thread::current().id()
            })
            .await
        });
        APART.check(
            there.is_ok_and(|there| there != here),
            "it ran on the thread of the tasks",
        );
    });
}

#[test]
fn a_job_is_a_task() {
    EX.within("jobs that end in every way", || {
        let runtime = runtime();
        let join = runtime.spawn_blocking(reveille::task::id);
        let id = join.id();
        TASK.check_eq("the id", runtime.block_on(join).ok(), Some(id));

        let join = runtime.spawn_blocking(|| panic_any(7u32));
        let payload = runtime.block_on(join).unwrap_err().into_panic();
        TASK.check_eq("the payload", payload.downcast_ref().copied(), Some(7u32));

        let large = runtime.spawn_blocking({
            let large = [7u8; 20_000];
            move || large
        });
        TASK.check(
            runtime
                .block_on(large)
                .is_ok_and(|large| large[19_999] == 7),
            "other bytes",
        );

        // No budget: a job of many steps is not to give way to anyone.
        let steps = runtime.spawn_blocking(|| {
            let (sender, mut receiver) = reveille::sync::mpsc::unbounded_channel();
            (0..1000).for_each(|n| sender.send(n).expect("it is open"));
            (0..1000).filter(|_| receiver.try_recv().is_ok()).count()
        });
        TASK.check_eq("steps", runtime.block_on(steps).ok(), Some(1000));
    });
}

#[test]
fn abort_works_until_the_job_begins() {
    EX.within("aborting", || {
        let runtime = built(Builder::new_current_thread().max_blocking_threads(1));
        let (end, running) = begun(&runtime);
        let (guard, counter) = drop_counter("what the queued job owns");
        let queued = runtime.spawn_blocking(move || drop(guard));
        queued.abort();
        running.abort();
        ABORT.check(!counter.is_dropped(), "an abort drops nothing on the spot");
        drop(end);
        ABORT.check(
            runtime.block_on(running).is_ok(),
            "it had begun, and was aborted",
        );
        is_cancelled(ABORT, &runtime, queued);
        counter.dropped_once(ABORT);
    });
}

#[test]
fn jobs_that_wait_for_one_another_run() {
    EX.within("twenty jobs that meet", || {
        let runtime = runtime();
        let barrier = Arc::new(Barrier::new(20));
        let joins: Vec<_> = (0..20)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                runtime.spawn_blocking(move || barrier.wait().is_leader())
            })
            .collect();
        let leaders = runtime.block_on(async {
            let mut leaders = 0;
            for join in joins {
                leaders += u32::from(join.await.expect("no job fails"));
            }
            leaders
        });
        NEED.check_eq("leaders", leaders, 1);
    });
}

#[test]
fn no_more_threads_than_allowed() {
    EX.within("a hundred jobs on two threads", || {
        let started = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&started);
        let runtime = built(
            Builder::new_current_thread()
                .max_blocking_threads(2)
                .on_thread_start(move || {
                    count.fetch_add(1, Relaxed);
                }),
        );
        let at_once = Arc::new(AtomicUsize::new(0));
        let joins: Vec<_> = (0..100)
            .map(|_| {
                let at_once = Arc::clone(&at_once);
                runtime.spawn_blocking(move || {
                    let now = at_once.fetch_add(1, Relaxed) + 1;
                    thread::yield_now();
                    at_once.fetch_sub(1, Relaxed);
                    now
                })
            })
            .collect();
        runtime.block_on(async {
            for join in joins {
                let now = join.await.expect("no job fails");
                CAP.check(now <= 2, format!("{now} jobs at once"));
            }
        });
        CAP.check(
            (1..=2).contains(&started.load(Relaxed)),
            "other threads than allowed",
        );
        let said = CAP.panics(
            || {
                Builder::new_current_thread()
                    .max_blocking_threads(0)
                    .build()
            },
            "a pool without threads",
        );
        CAP.check(
            said.contains("Max blocking threads cannot be set to 0"),
            &said,
        );
    });
}

#[test]
fn jobs_that_have_not_begun_are_cancelled_at_the_end() {
    // tokio-rs/tokio#1853, #1875, #1978: they were dropped, or stayed in the queue, and their handles waited for
    // ever.
    EX.within("the end of a runtime", || {
        let outer = runtime();
        let runtime = built(Builder::new_current_thread().max_blocking_threads(1));
        let handle = runtime.handle().clone();
        let (end, running) = begun(&runtime);
        let (guard, counter) = drop_counter("what the queued job owns");
        let queued = runtime.spawn_blocking(move || drop(guard));
        runtime.shutdown_background();
        // The job that has begun goes on, and the other one is told at once.
        is_cancelled(RESOLVED, &outer, queued);
        counter.dropped_once(RESOLVED);
        let (guard, counter) = drop_counter("what the job owns that is too late");
        is_cancelled(RESOLVED, &outer, handle.spawn_blocking(move || drop(guard)));
        counter.dropped_once(RESOLVED);
        RESOLVED.check(!running.is_finished(), "it was not waited for");
        drop(end);
        RESOLVED.check(outer.block_on(running).is_ok(), "the job that had begun");
    });
}

#[test]
fn no_thread_at_all() {
    // tokio-rs/tokio#8406: the system had no thread left, and the handle waited for ever.
    EX.within("a system without threads", || {
        let runtime = built(Builder::new_current_thread().threads_that_start(0));
        let (guard, counter) = drop_counter("what the job owns");
        is_cancelled(
            RESOLVED,
            &runtime,
            runtime.spawn_blocking(move || drop(guard)),
        );
        counter.dropped_once(RESOLVED);
        if cfg!(miri) {
            return;
        }
        // No system gives a thread such a stack.
        let runtime = built(Builder::new_current_thread().thread_stack_size(usize::MAX / 4));
        is_cancelled(RESOLVED, &runtime, runtime.spawn_blocking(|| ()));
    });
}

#[test]
fn one_thread_and_no_more() {
    EX.within("a system with one thread", || {
        let runtime = built(Builder::new_current_thread().threads_that_start(1));
        let (end, running) = begun(&runtime);
        let queued: Vec<_> = (0..3).map(|n| runtime.spawn_blocking(move || n)).collect();
        drop(end);
        RESOLVED.check(runtime.block_on(running).is_ok(), "the first job");
        for (n, join) in queued.into_iter().enumerate() {
            RESOLVED.check_eq("a job that waited", runtime.block_on(join).ok(), Some(n));
        }
    });
}

#[test]
fn the_end_waits_for_what_has_begun() {
    EX.within("dropping a runtime", || {
        let runtime = runtime();
        let (end, running) = begun(&runtime);
        let ender = thread::spawn(move || {
            // What the job does before it ends, the thread that drops the runtime sees.
            drop(end);
        });
        drop(runtime);
        WAITS.check(
            running.is_finished(),
            "the runtime has ended, and the job has not",
        );
        ender.join().expect("it does not panic");
    });
}

#[test]
fn a_task_that_a_job_waits_for_is_dropped_first() {
    EX.within("a job that waits for a task", || {
        let runtime = runtime();
        let (sender, receiver) = reveille::sync::oneshot::channel::<()>();
        runtime.spawn(async move {
            let _sender = sender;
            std::future::pending::<()>().await;
        });
        let (begins, has_begun) = channel();
        let join = runtime.spawn_blocking(move || {
            begins.send(()).expect("the test waits");
            receiver.blocking_recv().is_err()
        });
        has_begun.recv().expect("the job begins");
        drop(runtime);
        WAITS.check(
            join.is_finished(),
            "it waits for a task of a runtime that has ended",
        );
    });
}

#[test]
fn the_end_waits_for_so_long() {
    EX.within("a job that does not end", || {
        let runtime = runtime();
        let (end, running) = begun(&runtime);
        runtime.shutdown_timeout(Duration::from_millis(5));
        WAITS.check(!running.is_finished(), "it cannot have ended");
        drop(end);
    });
}

#[test]
fn a_runtime_that_is_dropped_by_its_own_job() {
    EX.within("dropping the runtime in its own job", || {
        let runtime = Arc::new(runtime());
        let (give, take): (Sender<Arc<Runtime>>, Receiver<_>) = channel();
        let (done, is_done) = channel();
        drop(runtime.spawn_blocking(move || {
            let runtime = take.recv().expect("the test sends it");
            let runtime = Arc::into_inner(runtime).expect("there is no other");
            drop(runtime);
            done.send(()).expect("the test waits");
        }));
        give.send(runtime).expect("the job waits");
        WAITS.check(is_done.recv().is_ok(), "the job did not get past the drop");
    });
}

#[test]
fn a_runtime_that_is_dropped_by_async_code() {
    EX.within("dropping a runtime in a task", || {
        let outer = runtime();
        let inner = runtime();
        let (guard, counter) = drop_counter("what a task of the inner one owns");
        inner.spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        let said = WAITS.panics(
            || outer.block_on(async move { drop(inner) }),
            "the thread would have waited",
        );
        WAITS.check(
            said.contains("Cannot drop a runtime in a context where blocking is not allowed"),
            &said,
        );
        // It has ended all the same.
        counter.dropped_once(WAITS);
    });
}

#[test]
fn the_clock_stands_still_while_a_job_runs() {
    EX.within("a job beside a timer of an hour", || {
        let runtime = built(
            Builder::new_current_thread()
                .enable_time()
                .start_paused(true),
        );
        let (end, running) = begun(&runtime);
        runtime.block_on(async {
            let begin = Instant::now();
            let timer = reveille::spawn(sleep(Duration::from_secs(3600)));
            // All tasks wait, and for a paused clock that would be the moment to move.
            let ender = thread::spawn(move || drop(end));
            CLOCK.check(running.await.is_ok(), "the job");
            CLOCK.check_eq("the time that passed", begin.elapsed(), Duration::ZERO);
            CLOCK.check(timer.await.is_ok(), "the timer");
            CLOCK.check_eq(
                "the time that passed",
                begin.elapsed(),
                Duration::from_secs(3600),
            );
            ender.join().expect("it does not panic");
        });
    });
}

#[test]
fn threads_have_names_and_hooks() {
    EX.within("naming threads", || {
        let (says, said) = channel();
        let stops = says.clone();
        let runtime = built(
            Builder::new_current_thread()
                .name("the runtime")
                .thread_name("the thread")
                .on_thread_start(move || says.send("start").expect("the test waits"))
                .on_thread_stop(move || {
                    stops.send("stop").expect("the test waits");
                    panic!("a hook that panics is not the end of anything");
                }),
        );
        HOOKS.check_eq(
            "the runtime's name",
            runtime.handle().name(),
            Some("the runtime"),
        );
        let name = runtime.spawn_blocking(|| thread::current().name().map(str::to_owned));
        let name = runtime.block_on(name).expect("it does not panic");
        HOOKS.check_eq("the thread's name", name.as_deref(), Some("the thread"));
        HOOKS.check_eq("what was called first", said.recv().ok(), Some("start"));
        drop(runtime);
        HOOKS.check_eq("what was called at the end", said.recv().ok(), Some("stop"));
        HOOKS.check(said.recv().is_err(), "there was one thread");
    });
}

#[test]
fn a_hook_before_the_sleep_may_wake_a_task() {
    // tokio-rs/tokio#7835: the hook had a waker deferred, and the thread slept beside it.
    EX.within("a hook that spawns", || {
        thread_local!(static SPAWNED: Cell<u32> = const { Cell::new(0) });
        let (sender, mut receiver) = reveille::sync::mpsc::unbounded_channel();
        let runtime = built(Builder::new_current_thread().on_thread_park(move || {
            if SPAWNED.get() < 3 {
                SPAWNED.set(SPAWNED.get() + 1);
                let sender = sender.clone();
                reveille::spawn(async move {
                    reveille::task::yield_now().await;
                    sender.send(SPAWNED.get()).expect("the test waits");
                });
            }
        }));
        let got = runtime.block_on(async {
            let mut got = Vec::new();
            for _ in 0..3 {
                got.extend(receiver.recv().await);
            }
            got
        });
        HOOKS.check_eq("what was sent", got, vec![1, 2, 3]);
    });
}

#[test]
fn a_closure_for_the_pool() {
    EX.within("the seam of chapter 3", || {
        let run = harness::context::run_blocking;
        SEAM.check(run(Box::new(|| ())).is_err(), "there is no runtime here");
        let runtime = runtime();
        let _entered = runtime.enter();
        let (sends, sent) = channel();
        let job = run(Box::new(move || {
            sends.send(thread::current().id()).expect("the test waits");
            panic!("nobody is told");
        }));
        SEAM.check(job.is_ok(), "the runtime is there");
        let there = sent.recv().expect("the closure runs");
        SEAM.check(there != thread::current().id(), "it ran here");
        runtime.shutdown_background();
        SEAM.check(run(Box::new(|| ())).is_err(), "the runtime has ended");
    });
}

#[test]
fn many_runtimes_leave_nothing_behind() {
    fn threads() -> io::Result<usize> {
        Ok(std::fs::read_dir("/proc/self/task")?.count())
    }
    if cfg!(miri) || threads().is_err() {
        return;
    }
    EX.within("a thousand runtimes", || {
        // Two threads each at most, beside those of the tests that run at the same time.
        let others = thread::available_parallelism().map_or(64, NonZeroUsize::get) * 64;
        for _ in 0..1000 {
            let runtime = runtime();
            let join = runtime.spawn_blocking(|| 1);
            WAITS.check_eq("the output", runtime.block_on(join).ok(), Some(1));
        }
        let left = threads().expect("it was there before");
        WAITS.check(left < others, format!("{left} threads are left"));
    });
}
