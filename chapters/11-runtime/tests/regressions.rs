//! Faults that published runtimes have had at their ends, each by its number, on every flavor.

use std::future::{pending, poll_fn};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use reveille::net::UdpSocket;
use reveille::runtime::{Builder, Handle, Runtime};
use reveille::sync::oneshot;
use reveille::task::{JoinHandle, yield_now};
use testkit::{Exercise, Rule, drop_counter};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const ENDS: Rule = EX.rule("A runtime ends, whatever is woken or spawned meanwhile.");
const CONTEXT: Rule = EX.rule("The futures of a runtime are dropped within it.");
const RESOLVED: Rule = EX.rule("The handle of a job is always told.");

/// One builder of each flavor, with a test for it.
fn on_each_flavor(what: &'static str, test: impl Fn(&mut Builder) + Copy + Send + 'static) {
    EX.within(what, move || {
        test(Builder::new_current_thread().enable_all());
        for workers in [1, 2] {
            let mut builder = Builder::new_multi_thread();
            test(builder.worker_threads(workers).enable_all());
        }
    });
}

fn built(builder: &mut Builder) -> Runtime {
    builder.build().expect("the system has threads")
}

/// Lets the tasks that are there begin.
fn begin_all(runtime: &Runtime, begun: &AtomicUsize, tasks: usize) {
    runtime.block_on(async {
        while begun.load(Relaxed) < tasks {
            yield_now().await;
        }
    });
}

#[test]
fn tasks_that_wake_one_another_when_they_are_dropped() {
    // tokio-rs/tokio#2046, #2074: the end waited for a lock that was held while tasks were dropped.
    on_each_flavor("ending with tasks that wake others", |builder| {
        for _ in 0..20 {
            let runtime = built(builder);
            let begun = Arc::new(AtomicUsize::new(0));
            let (mut senders, mut receivers) = (Vec::new(), Vec::new());
            for _ in 0..8 {
                let (sender, receiver) = oneshot::channel::<()>();
                senders.push(sender);
                receivers.push(receiver);
            }
            // Each waits for the next one, the last for the first: whichever is dropped first wakes another.
            receivers.rotate_left(1);
            for (sender, receiver) in senders.into_iter().zip(receivers) {
                let begun = Arc::clone(&begun);
                runtime.spawn(async move {
                    begun.fetch_add(1, Relaxed);
                    let _ = receiver.await;
                    drop(sender);
                });
            }
            begin_all(&runtime, &begun, 8);
            drop(runtime);
            ENDS.check(begun.load(Relaxed) == 8, "all tasks have begun");
        }
    });
}

#[test]
fn wakes_from_another_thread_while_the_runtime_ends() {
    // tokio-rs/tokio#2061, #2119, #2789: a wake at the wrong moment, and a worker slept for ever.
    on_each_flavor("ending while a thread wakes tasks", |builder| {
        for _ in 0..20 {
            let runtime = built(builder);
            let begun = Arc::new(AtomicUsize::new(0));
            let (senders, receivers): (Vec<_>, Vec<_>) =
                (0..8).map(|_| oneshot::channel::<()>()).unzip();
            let joins: Vec<JoinHandle<()>> = receivers
                .into_iter()
                .map(|receiver| {
                    let begun = Arc::clone(&begun);
                    runtime.spawn(async move {
                        begun.fetch_add(1, Relaxed);
                        let _ = receiver.await;
                        pending::<()>().await;
                    })
                })
                .collect();
            begin_all(&runtime, &begun, 8);
            let barrier = Arc::new(Barrier::new(2));
            let waker = {
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || {
                    barrier.wait();
                    senders.into_iter().for_each(|sender| {
                        let _ = sender.send(());
                    });
                })
            };
            barrier.wait();
            drop(runtime);
            waker.join().expect("it does not panic");
            for join in joins {
                ENDS.check(join.is_finished(), "a task of the runtime is left");
            }
        }
    });
}

#[test]
fn futures_are_dropped_within_the_runtime() {
    // tokio-rs/tokio#3869, #3870, #4213: `Handle::current` panicked in the drop of a future.
    struct Asks(Arc<Mutex<Vec<Option<String>>>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            let name = Handle::try_current()
                .ok()
                .and_then(|it| it.name().map(str::to_owned));
            self.0.lock().expect("no panic").push(name);
        }
    }
    on_each_flavor("ending with a future that asks where it is", |builder| {
        let runtime = built(builder.name("mine"));
        let begun = Arc::new(AtomicUsize::new(0));
        let said = Arc::new(Mutex::new(Vec::new()));
        for _ in 0..3 {
            let (asks, begun) = (Asks(Arc::clone(&said)), Arc::clone(&begun));
            runtime.spawn(async move {
                let _asks = asks;
                begun.fetch_add(1, Relaxed);
                pending::<()>().await;
            });
        }
        // One that never runs, or that does: either way it is dropped here.
        let asks = Asks(Arc::clone(&said));
        let job = runtime.spawn_blocking(move || drop(asks));
        begin_all(&runtime, &begun, 3);
        drop((runtime, job));
        let said = said.lock().expect("no panic");
        CONTEXT.check_eq(
            "where they were dropped",
            &*said,
            &vec![Some("mine".to_owned()); 4],
        );
    });
}

#[test]
fn a_task_that_owns_the_socket_it_waits_for() {
    // tokio-rs/tokio#3477: the driver kept the waker, the waker the task, and the task the socket. None was freed.
    on_each_flavor("ending while tasks wait for their own sockets", |builder| {
        let runtime = built(builder.enable_all());
        let begun = Arc::new(AtomicUsize::new(0));
        let mut counters = Vec::new();
        for _ in 0..3 {
            let (guard, counter) = drop_counter("what the task owns");
            counters.push(counter);
            let begun = Arc::clone(&begun);
            runtime.spawn(async move {
                let _guard = guard;
                let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
                begun.fetch_add(1, Relaxed);
                let mut message = [0; 8];
                // Once with a place in the list of all who wait, and once as the latest that asks.
                match begun.load(Relaxed) % 2 {
                    0 => drop(socket.recv(&mut message).await),
                    _ => drop(poll_fn(|cx| socket.poll_recv(cx, &mut message)).await),
                }
            });
        }
        begin_all(&runtime, &begun, 3);
        drop(runtime);
        for counter in counters {
            counter.dropped_once(CONTEXT);
        }
    });
}

#[test]
fn a_wait_for_a_socket_that_begins_after_the_end() {
    // tokio-rs/tokio#2903: the end woke those that waited. One that came a moment later slept for ever.
    on_each_flavor("waiting for a socket whose runtime has ended", |builder| {
        let runtime = built(builder.enable_all());
        let socket = runtime.block_on(UdpSocket::bind("127.0.0.1:0"));
        let socket = socket.expect("a port");
        drop(runtime);
        let other = built(&mut Builder::new_current_thread());
        let said = other.block_on(socket.readable());
        ENDS.check(said.is_err(), "the socket is taken to be readable");
        let said = other.block_on(poll_fn(|cx| socket.poll_recv_ready(cx)));
        ENDS.check(said.is_err(), "the socket is taken to be readable");
    });
}

#[test]
fn a_job_that_is_spawned_by_a_drop_at_the_end() {
    // tokio-rs/tokio#1853, #1875, #1978: its handle waited for ever.
    struct Spawns(Arc<Mutex<Option<JoinHandle<u32>>>>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            *self.0.lock().expect("no panic") = Some(reveille::task::spawn_blocking(|| 7));
        }
    }
    on_each_flavor("spawning a job at the end", |builder| {
        let runtime = built(builder);
        let begun = Arc::new(AtomicUsize::new(0));
        let job = Arc::new(Mutex::new(None));
        let (spawns, has_begun) = (Spawns(Arc::clone(&job)), Arc::clone(&begun));
        runtime.spawn(async move {
            let _spawns = spawns;
            has_begun.fetch_add(1, Relaxed);
            pending::<()>().await;
        });
        begin_all(&runtime, &begun, 1);
        drop(runtime);
        let job = job
            .lock()
            .expect("no panic")
            .take()
            .expect("it was dropped");
        RESOLVED.check(job.is_finished(), "neither run nor cancelled");
    });
}

#[test]
fn jobs_that_are_spawned_while_the_runtime_ends() {
    on_each_flavor("spawning jobs from another thread at the end", |builder| {
        for _ in 0..20 {
            let runtime = built(builder);
            let handle = runtime.handle().clone();
            let barrier = Arc::new(Barrier::new(2));
            let ready = Arc::clone(&barrier);
            let spawner = thread::spawn(move || {
                ready.wait();
                let jobs: Vec<_> = (0..50)
                    .map(|_| {
                        let (guard, counter) = drop_counter("what the job owns");
                        (handle.spawn_blocking(move || drop(guard)), counter)
                    })
                    .collect();
                jobs
            });
            barrier.wait();
            drop(runtime);
            for (job, counter) in spawner.join().expect("it does not panic") {
                RESOLVED.check(job.is_finished(), "neither run nor cancelled");
                counter.dropped_once(RESOLVED);
            }
        }
    });
}

#[test]
fn workers_run_no_jobs() {
    // tokio-rs/tokio#8406: no thread could be started, and the workers, which never take a job, were counted as
    // threads that would come to it.
    EX.within(
        "a job on a runtime that has workers and no other threads",
        || {
            let runtime = built(
                Builder::new_multi_thread()
                    .worker_threads(2)
                    .threads_that_start(2),
            );
            let job = runtime.spawn_blocking(|| 7);
            let (sends, sent) = std::sync::mpsc::channel();
            runtime.spawn(async move { sends.send(job.await.ok()) });
            let ended = sent.recv().expect("the task goes on");
            // Who starts the workers is the flavor's own affair. Without them there are threads for the job.
            RESOLVED.check(matches!(ended, None | Some(7)), "neither run nor cancelled");
        },
    );
}
