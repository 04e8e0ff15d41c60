//! A runtime that stays on its thread.

use std::cell::Cell;
use std::future::pending;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use reveille::runtime::{Builder, LocalOptions, LocalRuntime};
use reveille::task::{spawn_blocking, spawn_local};
use reveille::time::{Instant, sleep};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const LOCAL: Rule = EX.rule("A task of a local runtime stays on its thread.");
const DRIVEN: Rule = EX.rule("A local runtime has drivers, and threads that may block.");
const ENDS: Rule = EX.rule("The end of a runtime drops each future once, within its context.");
const ONE: Rule = EX.rule("A local runtime has one thread.");

fn local(builder: &mut Builder) -> LocalRuntime {
    let built = builder.build_local(LocalOptions::default());
    built.expect("nothing is asked of the system")
}

#[test]
fn tasks_stay_on_the_thread() {
    EX.within("spawning from here and from another thread", || {
        let runtime = local(&mut Builder::new_current_thread());
        let polled_on = Rc::new(Cell::new(None));
        let for_task = Rc::clone(&polled_on);
        // While no thread drives, and by a task.
        let idle = runtime.spawn_local(async move { for_task.set(Some(thread::current().id())) });
        let handle = runtime.handle().clone();
        let elsewhere = thread::spawn(move || handle.spawn(async { thread::current().id() }));
        let elsewhere = elsewhere.join().expect("it does not panic");
        let here = thread::current().id();
        runtime.block_on(async {
            idle.await.expect("it does not panic");
            LOCAL.check_eq("the thread of a task", polled_on.take(), Some(here));
            let shared = Rc::clone(&polled_on);
            spawn_local(async move { shared.set(Some(thread::current().id())) })
                .await
                .expect("it does not panic");
            LOCAL.check_eq("the thread of its child", polled_on.take(), Some(here));
            LOCAL.check_eq("of a task from elsewhere", elsewhere.await.ok(), Some(here));
        });
    });
}

#[test]
fn a_guard_is_enough_to_spawn() {
    EX.within("spawning within a guard, before anything runs", || {
        let runtime = local(&mut Builder::new_current_thread());
        let polled_on = Rc::new(Cell::new(None));
        let for_task = Rc::clone(&polled_on);
        let guard = runtime.enter();
        let task = spawn_local(async move { for_task.set(Some(thread::current().id())) });
        drop(guard);
        runtime.block_on(task).expect("it does not panic");
        let here = thread::current().id();
        LOCAL.check_eq("the thread of the task", polled_on.take(), Some(here));

        let handle = runtime.handle().clone();
        let elsewhere = thread::spawn(move || {
            let _guard = handle.enter();
            LOCAL.panics(
                || spawn_local(async {}),
                "another thread has spawned a task that must stay on ours",
            )
        });
        LOCAL.check_eq(
            "the panic",
            elsewhere.join().expect("it was caught").as_str(),
            "Local tasks can only be spawned on a LocalRuntime from the thread the runtime was created on",
        );
    });
}

#[test]
fn timers_and_blocking_jobs() {
    EX.within("sleeping for an hour on a paused clock", || {
        let runtime = local(
            Builder::new_current_thread()
                .enable_time()
                .start_paused(true),
        );
        let slept = runtime.block_on(async {
            let begin = Instant::now();
            let task = spawn_local(sleep(Duration::from_secs(3600)));
            task.await.expect("it does not panic");
            begin.elapsed()
        });
        DRIVEN.check_eq("the time that passed", slept, Duration::from_secs(3600));
        let here = thread::current().id();
        let other = runtime.block_on(spawn_job());
        DRIVEN.check(
            other != here,
            "a blocking job ran on the thread of the tasks",
        );
        let other = runtime.block_on(runtime.spawn_blocking(|| thread::current().id()));
        DRIVEN.check(
            other.ok() != Some(here),
            "a job ran on the thread of the tasks",
        );
    });
}

async fn spawn_job() -> thread::ThreadId {
    let job = spawn_blocking(|| thread::current().id());
    job.await.expect("it does not panic")
}

#[test]
fn the_end_drops_futures_in_context() {
    struct SpawnsWhenDropped(Rc<Cell<u32>>);
    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
            // Too late, and allowed: the task is dropped at once.
            drop(spawn_local(async {}));
        }
    }
    EX.within("ending a runtime with a task that waits", || {
        for in_background in [false, true] {
            let runtime = local(&mut Builder::new_current_thread());
            let drops = Rc::new(Cell::new(0));
            let guard = SpawnsWhenDropped(Rc::clone(&drops));
            drop(runtime.spawn_local(async move {
                let _guard = guard;
                pending::<()>().await;
            }));
            runtime.block_on(reveille::task::yield_now());
            match in_background {
                true => runtime.shutdown_background(),
                false => drop(runtime),
            }
            ENDS.check_eq("drops", drops.get(), 1);
        }
    });
}

#[test]
fn not_with_several_threads() {
    EX.within("asking for a local runtime with several threads", || {
        let said = ONE.panics(
            || Builder::new_multi_thread().build_local(LocalOptions::default()),
            "a local runtime with several threads was built",
        );
        ONE.check_eq(
            "the panic",
            said.as_str(),
            "multi_thread is not supported for LocalRuntime",
        );
    });
}
