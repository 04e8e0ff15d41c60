//! What a runtime counts, on both flavors.

#![cfg(not(loom))]

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use reveille::runtime::{
    Builder, Handle, HistogramConfiguration, InvalidHistogramConfiguration, LogHistogram, Runtime,
    RuntimeMetrics,
};
use reveille::steps::PollTimes;
use reveille::sync::oneshot;
use reveille::task::{block_in_place, consume_budget, unconstrained, yield_now};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const ALIVE: Rule =
    EX.rule("A task is alive from its spawn to its end, and has ended before its handle is told.");
const QUEUED: Rule = EX.rule("Each task that waits is in one queue, and is counted there.");
const PARKS: Rule = EX.rule("A worker counts its sleeps, and its count is odd while it sleeps.");
const STEALS: Rule = EX.rule("A task that another worker takes is counted by that worker.");
const POLLS: Rule = EX.rule("Each turn of a task is counted once.");
const BUSY: Rule = EX.rule("A worker is busy while it is awake, also in the middle of a poll.");
const THREADS: Rule = EX.rule("A worker tells which thread it is on.");
const BLOCKING: Rule = EX.rule("The blocking pool tells its threads and its jobs.");
const BUDGET: Rule = EX.rule("A poll that is made to give way is counted once.");
const SOURCES: Rule =
    EX.rule("A source is counted when it comes, when it goes, and for each of its events.");
const TIMES: Rule = EX.rule("A poll is in the bucket of its time.");
const WORKER: Rule = EX.rule("A worker that is not there is asked for in vain.");

/// One thread, and pools of one and of two.
fn builders() -> [(&'static str, Builder); 3] {
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

fn flavors() -> [(&'static str, Runtime); 3] {
    builders().map(|(name, mut builder)| (name, builder.build().expect("there is room")))
}

fn pool(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(workers)
        .build()
        .expect("there is room")
}

fn sum(metrics: &RuntimeMetrics, of: impl Fn(&RuntimeMetrics, usize) -> u64) -> u64 {
    (0..metrics.num_workers())
        .map(|worker| of(metrics, worker))
        .sum()
}

/// Waits for something that other threads are about to do.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

/// All workers of a pool sleep.
fn until_parked(metrics: &RuntimeMetrics) {
    until(|| {
        (0..metrics.num_workers())
            .all(|worker| !metrics.worker_park_unpark_count(worker).is_multiple_of(2))
    });
}

/// How often the workers of a pool slept, and how often without a poll, at a moment when all of them sleep.
fn sleeps_of(metrics: &RuntimeMetrics) -> (u64, u64) {
    loop {
        until_parked(metrics);
        let parks = sum(metrics, RuntimeMetrics::worker_park_count);
        let noops = sum(metrics, RuntimeMetrics::worker_noop_count);
        until_parked(metrics);
        // One may have been woken in between, to watch over the others.
        if sum(metrics, RuntimeMetrics::worker_park_count) == parks {
            return (parks, noops);
        }
    }
}

/// Keeps all workers of a pool busy until what it returns is dropped.
fn occupy(runtime: &Runtime) -> Vec<mpsc::Sender<()>> {
    let (up, is_up) = mpsc::channel();
    let workers = runtime.metrics().num_workers();
    let ends = (0..workers)
        .map(|_| {
            let (end, is_end) = mpsc::channel::<()>();
            let up = up.clone();
            runtime.spawn(async move {
                up.send(()).unwrap();
                let _ = is_end.recv();
            });
            end
        })
        .collect();
    (0..workers).for_each(|_| is_up.recv().unwrap());
    ends
}

#[test]
fn workers() {
    EX.within("counting workers", || {
        let counts = flavors().map(|(_, runtime)| runtime.metrics().num_workers());
        THREADS.check_eq("the numbers of workers", counts, [1, 1, 2]);
    });
}

#[test]
fn tasks_that_are_alive() {
    EX.within("spawning, ending, aborting, dropping", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);
            let inner = metrics.clone();
            let task = runtime.spawn(async move { inner.num_alive_tasks() });
            ALIVE.check_eq(name, runtime.block_on(task).unwrap(), 1);
            // Without a wait: its handle was told afterwards.
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);

            let mut tasks: Vec<_> = (0..3).map(|_| runtime.spawn(pending::<()>())).collect();
            let nested =
                runtime.block_on(runtime.spawn(async { [reveille::spawn(pending::<()>())] }));
            tasks.extend(nested.unwrap());
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 4);
            let aborted = tasks.pop().unwrap();
            aborted.abort();
            assert!(runtime.block_on(aborted).unwrap_err().is_cancelled());
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 3);
            ALIVE.check_eq(name, metrics.spawned_tasks_count(), 6);

            let handle = runtime.handle().clone();
            drop(runtime);
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);
            // It is refused, and has ended.
            drop(handle.spawn(async {}));
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);
            ALIVE.check_eq(name, metrics.spawned_tasks_count(), 7);
        }
    });
}

#[test]
fn many_tasks_from_many_threads() {
    EX.within("spawning on three threads", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            let spawn = |handle: Handle| {
                move || {
                    (0..100)
                        .map(|_| handle.spawn(yield_now()))
                        .collect::<Vec<_>>()
                }
            };
            let threads = [(); 3].map(|()| thread::spawn(spawn(runtime.handle().clone())));
            let tasks: Vec<_> = threads
                .into_iter()
                .flat_map(|it| it.join().unwrap())
                .collect();
            runtime.block_on(async {
                for task in tasks {
                    task.await.unwrap();
                }
            });
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);
            ALIVE.check_eq(name, metrics.spawned_tasks_count(), 300);
            QUEUED.check_eq(name, metrics.remote_schedule_count(), 300);
            QUEUED.check_eq(name, metrics.global_queue_depth(), 0);
            drop(runtime);
            POLLS.check_eq(name, sum(&metrics, RuntimeMetrics::worker_poll_count), 600);
            // Each has yielded once.
            let local = sum(&metrics, RuntimeMetrics::worker_local_schedule_count);
            QUEUED.check_eq(name, local, 300);
        }
    });
}

#[test]
fn the_queue_for_all() {
    EX.within("spawning while no worker can take", || {
        let idle = Builder::new_current_thread().build().unwrap();
        let metrics = idle.metrics();
        for spawned in 0..10 {
            QUEUED.check_eq("one thread", metrics.global_queue_depth(), spawned);
            idle.spawn(async {});
        }
        idle.block_on(yield_now());
        QUEUED.check_eq("after a turn", metrics.global_queue_depth(), 0);
        QUEUED.check_eq("remote", metrics.remote_schedule_count(), 10);

        for workers in [1, 2] {
            let runtime = pool(workers);
            let metrics = runtime.metrics();
            let occupied = occupy(&runtime);
            let before = metrics.remote_schedule_count();
            QUEUED.check_eq("the occupants", before, workers as u64);
            for spawned in 0..10 {
                QUEUED.check_eq("a pool", metrics.global_queue_depth(), spawned);
                runtime.spawn(async {});
            }
            QUEUED.check_eq("remote", metrics.remote_schedule_count(), before + 10);
            drop(occupied);
            until(|| metrics.num_alive_tasks() == 0);
            QUEUED.check_eq("all have run", metrics.global_queue_depth(), 0);
            QUEUED.check_eq("remote", metrics.remote_schedule_count(), before + 10);
        }
    });
}

/// Counts what is left when the runtime ends, too.
#[test]
fn the_queue_for_all_at_the_end() {
    EX.within("ending with tasks in the queue", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            let occupied = match name {
                "one thread" => Vec::new(),
                _ => occupy(&runtime),
            };
            let before = metrics.remote_schedule_count();
            (0..5).for_each(|_| drop(runtime.spawn(async {})));
            drop(occupied);
            drop(runtime);
            QUEUED.check_eq(name, metrics.global_queue_depth(), 0);
            QUEUED.check_eq(name, metrics.remote_schedule_count(), before + 5);
            ALIVE.check_eq(name, metrics.num_alive_tasks(), 0);
        }
    });
}

#[test]
fn the_queue_of_a_worker() {
    EX.within("spawning in a task", || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let metrics = runtime.metrics();
        runtime.block_on(async {
            (0..100).for_each(|_| drop(reveille::spawn(async {})));
            QUEUED.check_eq("on its thread", metrics.worker_local_queue_depth(0), 100);
            let seen = thread::scope(|scope| {
                let look = scope.spawn(|| metrics.worker_local_queue_depth(0));
                look.join().unwrap()
            });
            QUEUED.check_eq("from elsewhere, of the last turn", seen, 0);
            while 0 < metrics.num_alive_tasks() {
                yield_now().await;
            }
        });
        QUEUED.check_eq("scheduled", metrics.worker_local_schedule_count(0), 100);
        QUEUED.check_eq("remote", metrics.remote_schedule_count(), 0);
        QUEUED.check_eq("left", metrics.worker_local_queue_depth(0), 0);
        QUEUED.check_eq("it always has room", metrics.worker_overflow_count(0), 0);

        let runtime = pool(1);
        let metrics = runtime.metrics();
        let inner = metrics.clone();
        let parent = runtime.spawn(async move {
            let mut depths = Vec::new();
            for _ in 0..300 {
                depths.push(inner.worker_local_queue_depth(0));
                reveille::spawn(async {});
            }
            (
                depths,
                inner.worker_local_queue_depth(0),
                inner.worker_overflow_count(0),
            )
        });
        let (depths, all, overflows) = runtime.block_on(parent).unwrap();
        QUEUED.check_eq("depths", depths, (0..300).collect::<Vec<_>>());
        QUEUED.check_eq("what has no room counts", all, 300);
        QUEUED.check_eq("overflows", overflows, 1);
        until(|| metrics.num_alive_tasks() == 0);
        QUEUED.check_eq("left", metrics.worker_local_queue_depth(0), 0);
        QUEUED.check_eq("scheduled", metrics.worker_local_schedule_count(0), 300);
        QUEUED.check_eq("remote", metrics.remote_schedule_count(), 1);
    });
}

#[test]
fn wakes_on_a_worker_and_from_elsewhere() {
    EX.within("a task that is woken by both", || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let metrics = runtime.metrics();
        let (near, is_near) = oneshot::channel();
        let (far, is_far) = oneshot::channel();
        let elsewhere = runtime.block_on(async {
            let task = reveille::spawn(async {
                is_near.await.unwrap();
                is_far.await.unwrap();
            });
            yield_now().await;
            near.send(()).unwrap();
            let elsewhere = thread::spawn(move || far.send(()).unwrap());
            task.await.unwrap();
            elsewhere
        });
        elsewhere.join().unwrap();
        // Its spawn and the near wake; and the other one, unless it came before the task looked.
        QUEUED.check_eq("local", metrics.worker_local_schedule_count(0), 2);
        QUEUED.check(
            metrics.remote_schedule_count() <= 1,
            "more remote wakes than one",
        );
        let polls = 2 + metrics.remote_schedule_count();
        POLLS.check_eq("polls", metrics.worker_poll_count(0), polls);
    });
}

#[test]
fn sleeps() {
    EX.within("sleeping, and being woken", || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let metrics = runtime.metrics();
        PARKS.check_eq("before", metrics.worker_park_unpark_count(0), 0);
        let (sender, receiver) = oneshot::channel();
        let seen = metrics.clone();
        let waker = thread::spawn(move || {
            // Asleep.
            until(|| seen.worker_park_unpark_count(0) == 1);
            sender.send(()).unwrap();
        });
        runtime.block_on(receiver).unwrap();
        waker.join().unwrap();
        let parks = metrics.worker_park_count(0);
        PARKS.check(1 <= parks, "it has slept");
        PARKS.check_eq("awake", metrics.worker_park_unpark_count(0), 2 * parks);
        PARKS.check_eq("it polled no task", metrics.worker_noop_count(0), parks);

        for workers in [1, 2] {
            let runtime = pool(workers);
            let metrics = runtime.metrics();
            let (before, noops) = sleeps_of(&metrics);
            PARKS.check(workers as u64 <= before, "each has slept");
            PARKS.check_eq("there was nothing to poll", noops, before);
            runtime.block_on(runtime.spawn(async {})).unwrap();
            let (after, noops) = sleeps_of(&metrics);
            PARKS.check(before < after, "one was woken, and sleeps again");
            PARKS.check_eq("one sleep came after a poll", noops, after - 1);
            drop(runtime);
            for worker in 0..workers {
                let count = metrics.worker_park_unpark_count(worker);
                PARKS.check(count.is_multiple_of(2), "a worker ends awake");
            }
        }
    });
}

#[test]
fn tasks_that_are_stolen() {
    EX.within("a task that waits for its child, in the same poll", || {
        let runtime = pool(2);
        let metrics = runtime.metrics();
        let parent = runtime.spawn(async {
            let (sender, receiver) = mpsc::channel();
            reveille::spawn(async move { sender.send(()).unwrap() });
            receiver.recv().unwrap();
        });
        runtime.block_on(parent).unwrap();
        drop(runtime);
        STEALS.check_eq(
            "tasks",
            sum(&metrics, RuntimeMetrics::worker_steal_count),
            1,
        );
        STEALS.check_eq(
            "times",
            sum(&metrics, RuntimeMetrics::worker_steal_operations),
            1,
        );

        for (name, runtime) in flavors().into_iter().take(2) {
            let metrics = runtime.metrics();
            runtime
                .block_on(runtime.spawn(async { reveille::spawn(async {}).await.unwrap() }))
                .unwrap();
            drop(runtime);
            STEALS.check_eq(name, metrics.worker_steal_operations(0), 0);
        }
    });
}

#[test]
fn polls() {
    EX.within("polls of tasks, and of none", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            runtime.block_on(async {
                for _ in 0..5 {
                    reveille::spawn(async {
                        yield_now().await;
                        yield_now().await;
                    })
                    .await
                    .unwrap();
                }
            });
            let aborted = runtime.spawn(async { pending::<()>().await });
            aborted.abort();
            let _ = runtime.block_on(aborted);
            drop(runtime);
            // A task that was aborted before its first poll has a turn, and one that was polled before has two.
            let polls = sum(&metrics, RuntimeMetrics::worker_poll_count);
            POLLS.check((16..=17).contains(&polls), format!("{name}: {polls} polls"));
        }
        // More than the driver waits for, so it is brought up to date in between.
        let runtime = Builder::new_current_thread()
            .event_interval(8)
            .build()
            .unwrap();
        let metrics = runtime.metrics();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..20).map(|_| reveille::spawn(async {})).collect();
            for task in tasks {
                task.await.unwrap();
            }
            let polls = metrics.worker_poll_count(0);
            POLLS.check((8..=20).contains(&polls), format!("{polls} polls"));
        });
        POLLS.check_eq("in the end", metrics.worker_poll_count(0), 20);
    });
}

#[test]
fn busy_time() {
    EX.within("being busy, and not", || {
        let begun = Instant::now();
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            let busy = |metrics: &RuntimeMetrics| {
                (0..metrics.num_workers())
                    .map(|it| metrics.worker_total_busy_duration(it))
                    .sum::<Duration>()
            };
            if name == "one thread" {
                BUSY.check_eq("before it begins", busy(&metrics), Duration::ZERO);
                BUSY.check_eq("no poll", metrics.worker_mean_poll_time(0), Duration::ZERO);
                // Its clock begins after the first poll of the future.
                runtime.block_on(async {
                    let begun = Instant::now();
                    until(|| Duration::from_micros(10) <= begun.elapsed());
                });
                BUSY.check_eq("ready at once", busy(&metrics), Duration::ZERO);
            }
            let inner = metrics.clone();
            let took = runtime.block_on(runtime.spawn(async move {
                let (begun, before) = (Instant::now(), busy(&inner));
                // It goes on within a poll.
                until(|| before < busy(&inner));
                until(|| Duration::from_millis(1) <= begun.elapsed());
                begun.elapsed()
            }));
            let took = took.unwrap();
            if name != "one thread" {
                until_parked(&metrics);
            }
            let total = busy(&metrics);
            BUSY.check(
                took <= total,
                format!("{name}: busy for {total:?}, in a poll for {took:?}"),
            );
            let workers = metrics.num_workers() as u32;
            BUSY.check(
                total <= workers * begun.elapsed(),
                format!("{name}: busy for {total:?}"),
            );
            // Its one poll is the mean of its polls.
            let mean = (0..metrics.num_workers())
                .map(|it| metrics.worker_mean_poll_time(it))
                .max();
            BUSY.check(
                mean >= Some(took),
                format!("{name}: a poll took {took:?}, the mean is {mean:?}"),
            );
            drop(runtime);
            let total = busy(&metrics);
            until(|| Duration::from_micros(10) <= begun.elapsed());
            BUSY.check_eq(name, busy(&metrics), total);
        }
    });
}

#[test]
fn threads_of_workers() {
    EX.within("asking for threads", || {
        let runtime = Builder::new_current_thread().build().unwrap();
        let metrics = runtime.metrics();
        THREADS.check_eq("before", metrics.worker_thread_id(0), None);
        runtime.block_on(async {});
        let here = thread::current().id();
        THREADS.check_eq("here", metrics.worker_thread_id(0), Some(here));
        let there = thread::scope(|scope| {
            let there = scope.spawn(|| {
                runtime.block_on(async {});
                thread::current().id()
            });
            there.join().unwrap()
        });
        THREADS.check_eq("elsewhere", metrics.worker_thread_id(0), Some(there));

        for workers in [1, 2] {
            let runtime = pool(workers);
            let metrics = runtime.metrics();
            runtime
                .block_on(runtime.spawn(async move {
                    let this = thread::current().id();
                    let here = Some(this);
                    let place = (0..workers).find(|it| metrics.worker_thread_id(*it) == here);
                    let worker = place.expect("a task is polled by a worker");
                    // Another thread takes its place.
                    block_in_place(|| until(|| metrics.worker_thread_id(worker) != here));
                    THREADS.check_eq("this one is none", thread::current().id(), this);
                }))
                .unwrap();
        }
    });
}

#[test]
fn the_blocking_pool() {
    EX.within("jobs that wait for one thread", || {
        for (name, mut builder) in builders() {
            let runtime = builder.max_blocking_threads(1).build().unwrap();
            let metrics = runtime.metrics();
            let all = |metrics: &RuntimeMetrics| {
                let (threads, idle) = (
                    metrics.num_blocking_threads(),
                    metrics.num_idle_blocking_threads(),
                );
                (threads, idle, metrics.blocking_queue_depth())
            };
            BLOCKING.check_eq(name, all(&metrics), (0, 0, 0));
            let (up, is_up) = mpsc::channel();
            let (end, is_end) = mpsc::channel::<()>();
            let first = runtime.spawn_blocking(move || {
                up.send(()).unwrap();
                let _ = is_end.recv();
            });
            is_up.recv().unwrap();
            BLOCKING.check_eq(name, all(&metrics), (1, 0, 0));
            let second = runtime.spawn_blocking(|| {});
            BLOCKING.check_eq(name, all(&metrics), (1, 0, 1));
            drop(end);
            runtime.block_on(async {
                first.await.unwrap();
                second.await.unwrap();
            });
            until(|| metrics.num_idle_blocking_threads() == 1);
            BLOCKING.check_eq(name, all(&metrics), (1, 1, 0));
            ALIVE.check_eq("a job is no task", metrics.spawned_tasks_count(), 0);
            drop(runtime);
            BLOCKING.check_eq(name, all(&metrics), (0, 0, 0));
        }
    });
}

/// Spends the budget, and is told twice that there is none.
async fn spend() {
    let mut refusals = 0;
    poll_fn(|cx| {
        while refusals < 2 {
            if pin!(consume_budget()).poll(cx).is_pending() {
                refusals += 1;
                if refusals == 2 {
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(())
    })
    .await;
}

#[test]
fn polls_that_are_made_to_give_way() {
    EX.within("spending the budget", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            runtime.block_on(spend());
            BUDGET.check_eq(name, metrics.budget_forced_yield_count(), 1);
            runtime.block_on(runtime.spawn(spend())).unwrap();
            BUDGET.check_eq(name, metrics.budget_forced_yield_count(), 2);
            // Two leaves of one poll.
            runtime.block_on(async {
                reveille::join!(spend(), spend());
            });
            BUDGET.check_eq(name, metrics.budget_forced_yield_count(), 3);
            // A poll that stops at the end of its budget by itself, and one without.
            runtime.block_on(async {
                for _ in 0..128 {
                    consume_budget().await;
                }
                unconstrained(async {
                    for _ in 0..1000 {
                        consume_budget().await;
                    }
                })
                .await;
            });
            BUDGET.check_eq(name, metrics.budget_forced_yield_count(), 3);
            runtime.block_on(async {
                for _ in 0..3 * 128 + 1 {
                    consume_budget().await;
                }
            });
            BUDGET.check_eq(name, metrics.budget_forced_yield_count(), 6);
        }
    });
}

#[cfg(not(miri))]
#[test]
fn sources_of_events() {
    use reveille::io::{AsyncReadExt, AsyncWriteExt};
    use reveille::net::{TcpListener, TcpStream};

    EX.within("opening and closing sockets", || {
        for (name, mut builder) in builders() {
            let runtime = builder.enable_io().build().unwrap();
            let metrics = runtime.metrics();
            let fds = |metrics: &RuntimeMetrics| {
                let gone = metrics.io_driver_fd_deregistered_count();
                (metrics.io_driver_fd_registered_count(), gone)
            };
            SOURCES.check_eq(name, fds(&metrics), (0, 0));
            SOURCES.check_eq(name, metrics.io_driver_ready_count(), 0);
            let (near, far) = runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                SOURCES.check_eq(name, fds(&metrics), (1, 0));
                let address = listener.local_addr().unwrap();
                let mut near = TcpStream::connect(address).await.unwrap();
                let (mut far, _) = listener.accept().await.unwrap();
                SOURCES.check_eq(name, fds(&metrics), (3, 0));
                let before = metrics.io_driver_ready_count();
                let waits = reveille::spawn(async move {
                    far.read_exact(&mut [0]).await.unwrap();
                    far
                });
                near.write_all(b"!").await.unwrap();
                let far = waits.await.unwrap();
                // The listener's, and those by which it was connected and read, unless they were ready at once.
                SOURCES.check(before <= metrics.io_driver_ready_count(), name);
                (near, far)
            });
            SOURCES.check(1 <= metrics.io_driver_ready_count(), name);
            SOURCES.check_eq(name, fds(&metrics), (3, 1));
            drop(near);
            // On a thread that is in no runtime.
            thread::spawn(move || drop(far)).join().unwrap();
            SOURCES.check_eq(name, fds(&metrics), (3, 3));
        }
    });
}

fn polls_in(metrics: &RuntimeMetrics, bucket: usize) -> u64 {
    sum(metrics, |metrics, worker| {
        metrics.poll_time_histogram_bucket_count(worker, bucket)
    })
}

#[test]
fn poll_times() {
    EX.within("polls that are short and long", || {
        for (name, mut builder) in builders() {
            let linear = HistogramConfiguration::linear(Duration::from_millis(1), 3);
            let runtime = builder
                .enable_metrics_poll_time_histogram()
                .metrics_poll_time_histogram_configuration(linear)
                .build()
                .unwrap();
            let metrics = runtime.metrics();
            TIMES.check(metrics.poll_time_histogram_enabled(), name);
            TIMES.check_eq(name, metrics.poll_time_histogram_num_buckets(), 3);
            runtime.block_on(async {
                for _ in 0..10 {
                    reveille::spawn(yield_now()).await.unwrap();
                }
                reveille::spawn(async {
                    let begun = Instant::now();
                    until(|| Duration::from_millis(2) <= begun.elapsed());
                })
                .await
                .unwrap();
            });
            drop(runtime);
            TIMES.check(1 <= polls_in(&metrics, 2), name);
            let all: u64 = (0..3).map(|bucket| polls_in(&metrics, bucket)).sum();
            TIMES.check_eq(name, all, 21);
            POLLS.check_eq(name, sum(&metrics, RuntimeMetrics::worker_poll_count), 21);
            let ranges = [0, 1, 2].map(|bucket| metrics.poll_time_histogram_bucket_range(bucket));
            let at = Duration::from_millis;
            let end = Duration::from_nanos(u64::MAX);
            TIMES.check_eq(name, ranges, [at(0)..at(1), at(1)..at(2), at(2)..end]);
        }
    });
}

#[test]
fn poll_times_that_are_not_kept() {
    EX.within("configuring, and not enabling", || {
        for (name, mut builder) in builders() {
            let linear = HistogramConfiguration::linear(Duration::from_millis(1), 3);
            let runtime = builder
                .metrics_poll_time_histogram_configuration(linear)
                .build()
                .unwrap();
            let metrics = runtime.metrics();
            runtime.block_on(runtime.spawn(async {})).unwrap();
            TIMES.check(!metrics.poll_time_histogram_enabled(), name);
            TIMES.check_eq(name, metrics.poll_time_histogram_num_buckets(), 0);
            TIMES.check_eq(name, metrics.poll_time_histogram_bucket_count(0, 7), 0);
            TIMES.check(metrics.poll_time_histogram_bucket_range(7).is_empty(), name);
        }
    });
}

/// Another thread is the worker by the end of the poll, and counts in its place.
#[test]
fn a_poll_that_blocks_in_place() {
    EX.within("blocking in place", || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_metrics_poll_time_histogram()
            .build()
            .unwrap();
        let metrics = runtime.metrics();
        let inner = metrics.clone();
        let blocks = runtime.spawn(async move {
            let here = Some(thread::current().id());
            block_in_place(|| until(|| inner.worker_thread_id(0) != here));
        });
        runtime.block_on(blocks).unwrap();
        runtime.block_on(runtime.spawn(async {})).unwrap();
        ALIVE.check_eq("ended where no worker is", metrics.num_alive_tasks(), 0);
        drop(runtime);
        POLLS.check_eq("polls", metrics.worker_poll_count(0), 2);
        let buckets = metrics.poll_time_histogram_num_buckets();
        let all: u64 = (0..buckets).map(|bucket| polls_in(&metrics, bucket)).sum();
        TIMES.check_eq("the time of the other", all, 1);
    });
}

fn ranges(configuration: HistogramConfiguration) -> Vec<std::ops::Range<Duration>> {
    let runtime = Builder::new_current_thread()
        .enable_metrics_poll_time_histogram()
        .metrics_poll_time_histogram_configuration(configuration)
        .build()
        .unwrap();
    let metrics = runtime.metrics();
    (0..metrics.poll_time_histogram_num_buckets())
        .map(|bucket| metrics.poll_time_histogram_bucket_range(bucket))
        .collect()
}

/// Against a search through the ranges.
#[test]
fn each_time_is_in_its_bucket() {
    EX.within("times of all lengths", || {
        let log = LogHistogram::builder;
        let all = [
            HistogramConfiguration::default(),
            HistogramConfiguration::linear(Duration::from_nanos(7), 5),
            HistogramConfiguration::linear(Duration::MAX, 2),
            HistogramConfiguration::log(log()),
            HistogramConfiguration::log(log().precision_exact(0).max_value(Duration::MAX)),
            HistogramConfiguration::log(log().precision_exact(10).min_value(Duration::ZERO)),
            HistogramConfiguration::log(log().max_error(0.01).min_value(Duration::from_micros(3))),
            // The minimum is above the maximum.
            HistogramConfiguration::log(
                log()
                    .min_value(Duration::MAX)
                    .max_value(Duration::from_nanos(1)),
            ),
        ];
        for configuration in all {
            let ranges = ranges(configuration.clone());
            TIMES.check_eq("the first", ranges[0].start, Duration::ZERO);
            TIMES.check_eq(
                "the last",
                ranges.last().unwrap().end.as_nanos(),
                u128::from(u64::MAX),
            );
            for pair in ranges.windows(2) {
                TIMES.check_eq("no time is left out", pair[0].end, pair[1].start);
            }
            let times = PollTimes::new(configuration.clone(), 1);
            let mut expected = vec![0; ranges.len()];
            for bit in 0..64 {
                for near in [0_u64, 1, 3, 5, 7] {
                    for nanos in [
                        (1_u64 << bit).wrapping_sub(near),
                        (1 << bit) + near,
                        (1 << bit) | (near << bit.max(3) >> 3),
                    ] {
                        let time = Duration::from_nanos(nanos);
                        times.add(0, time);
                        // The last has no end, though a range must have one.
                        let last = ranges.len() - 1;
                        let bucket = ranges.iter().position(|range| range.contains(&time));
                        expected[bucket.unwrap_or(last)] += 1;
                    }
                }
            }
            let counts: Vec<u64> = (0..ranges.len())
                .map(|bucket| times.count(0, bucket))
                .collect();
            TIMES.check_eq(&format!("{configuration:?}"), counts, expected);
        }
    });
}

#[test]
fn the_shape_of_a_log_histogram() {
    EX.within("the buckets of a log histogram", || {
        let of_default = ranges(HistogramConfiguration::log(LogHistogram::default()));
        TIMES.check_eq("buckets", of_default.len(), 119);
        TIMES.check_eq("the first", of_default[0].end, Duration::from_nanos(96));
        TIMES.check_eq("the second", of_default[1].end, Duration::from_nanos(112));
        TIMES.check(
            of_default[118].start >= Duration::from_secs(60),
            "the last begins too early",
        );
        TIMES.check(
            of_default[117].start < Duration::from_secs(60),
            "the last but one begins too late",
        );

        let coarse = LogHistogram::builder()
            .min_value(Duration::from_micros(20))
            .max_value(Duration::from_millis(4))
            .precision_exact(0);
        let doubling = ranges(HistogramConfiguration::log(coarse));
        TIMES.check_eq("buckets", doubling.len(), 10);
        for (i, range) in doubling.iter().enumerate().take(9).skip(1) {
            let width = (range.end - range.start).as_nanos();
            TIMES.check_eq("each is twice as wide", width, 16384 << (i - 1));
        }
        let fine = LogHistogram::builder().max_error(0.02);
        let fine = ranges(HistogramConfiguration::log(fine));
        for range in &fine[1..fine.len() - 1] {
            let width = (range.end - range.start).as_nanos() as f64;
            let bound = (range.start.as_nanos() as f64 * 0.02).max(1.0);
            TIMES.check(width <= bound, format!("{range:?} is too wide"));
        }
        let refused = LogHistogram::builder().max_buckets(118).unwrap_err();
        let InvalidHistogramConfiguration::TooManyBuckets {
            required_bucket_count,
        } = refused;
        TIMES.check_eq("buckets", required_bucket_count, 119);
        TIMES.check(
            LogHistogram::builder().max_buckets(119).is_ok(),
            "there is room for all",
        );
    });
}

#[test]
fn a_worker_that_is_not_there() {
    EX.within("asking for one worker too many", || {
        for (name, runtime) in flavors() {
            let metrics = runtime.metrics();
            let workers = metrics.num_workers();
            let asks: [fn(&RuntimeMetrics, usize); 5] = [
                |metrics, worker| _ = metrics.worker_park_count(worker),
                |metrics, worker| _ = metrics.worker_poll_count(worker),
                |metrics, worker| _ = metrics.worker_local_queue_depth(worker),
                |metrics, worker| _ = metrics.worker_overflow_count(worker),
                |metrics, worker| _ = metrics.worker_thread_id(worker),
            ];
            for ask in asks {
                let said = WORKER.panics(|| ask(&metrics, workers), name);
                WORKER.check(said.contains(&format!("no worker {workers}")), &said);
            }
        }
    });
}
