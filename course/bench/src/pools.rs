//! Runtimes with two workers: chapter 10's pool against tokio's multi_thread and smol's executor on two threads, and against our own
//! scheduler for one thread, which a pool should never be slower than.
//!
//! Time is that on the clock, since two threads work; the processor time of all threads is beside it. They take turns, as in the other tables,
//! and a ratio is that of one round.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::AcqRel};
use std::thread;
use std::time::{Duration, Instant};

use futures_channel::{mpsc, oneshot};
use futures_util::{SinkExt, StreamExt};

use crate::measure::{processor_time, quartiles};
use crate::memory;
use crate::racers::{Ours, OursMt, Racer, SmolMt, TokioMt};
use crate::timers::{self, Timers};

/// What is measured.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    /// How many operations there are in a batch.
    n: usize,
    /// How many batches a task does one after the other. A pool is asleep when a sample begins, and to wake it takes as long as some hundred
    /// short operations. `mt_block_on` measures that, and so it is not to be in the others.
    batches: usize,
    /// What an operation is.
    operation: &'static str,
}

#[rustfmt::skip]
const ROWS: [Row; 19] = [
    row("mt_spawn_local", 10_000, 10, "task, spawned by a task, run, dropped"),
    row("mt_spawn_join", 10_000, 10, "task, spawned and awaited among others"),
    row("mt_spawn_remote", 10_000, 1, "task, spawned from another thread"),
    row("mt_spawn_remote4", 10_000, 1, "task, spawned from one of four other threads"),
    row("mt_yield", 100_000, 10, "yield of one of 200 tasks"),
    row("mt_ping_pong", 2_000, 10, "pair of tasks, with a channel each way"),
    row("mt_pair_loop", 20_000, 10, "round of two tasks that wake each other"),
    row("mt_chained", 10_000, 10, "task that spawns the next one"),
    row("mt_join_loop", 10_000, 10, "task, spawned and awaited alone"),
    row("mt_block_on", 1_000, 1, "task, spawned and awaited by the root future"),
    row("mt_mpsc_1p", 20_000, 10, "value through a bounded channel"),
    row("mt_mpsc_4p", 20_000, 10, "value through a bounded channel, of four senders"),
    row("mt_steal_cpu", 500, 1, "task of 20 µs, spawned by one task; 10 µs would be ideal"),
    row("mt_stalled_child", 50, 1, "time until a task runs whose parent goes on for 1 ms"),
    row("mt_timers_cancel", 100_000, 1, "sleep, boxed, polled once and dropped, among 100 000"),
    row("mt_timeout_churn", 100_000, 1, "timeout around a future that is pending once"),
    row("mt_timeout_ready", 1_000_000, 1, "timeout around a future that is ready"),
    row("mt_timers_fire", 100_000, 1, "task among 100 000 that sleeps for 1 to 50 ms; its processor time counts"),
    row("mt_start_stop", 100, 1, "runtime with all drivers, started and stopped"),
];

const fn row(name: &'static str, n: usize, batches: usize, operation: &'static str) -> Row {
    Row {
        name,
        n,
        batches,
        operation,
    }
}

/// What one racer needed, per operation, round by round.
struct Lane {
    name: &'static str,
    time: Vec<f64>,
    cpu: Vec<f64>,
}

/// Returns the time that counts, if it is not that of the whole.
type Run = Box<dyn Fn() -> Option<Duration>>;

/// Prints the table.
pub fn race(rounds: usize, only: Option<&str>) {
    println!(
        "{WORKERS} workers; ratios to tokio, time and processor time; medians of {rounds} rounds (quartiles)\n",
        WORKERS = crate::racers::WORKERS
    );
    println!(
        "{:<17} {:>9}  {:<24} {:<24} {:<24} {:<18}",
        "", "tokio ns", "ours", "smol", "ours, on one thread", "pool/one thread"
    );
    for row in ROWS {
        let name = row.name;
        let operations = (row.n * row.batches) as f64;
        if only.is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let mut lanes = lanes(row);
        for round in 0..=rounds {
            for turn in 0..lanes.len() {
                let place = (round + turn) % lanes.len();
                let (lane, run) = &mut lanes[place];
                if lane.name == "one" && !has_one_thread(name) {
                    continue;
                }
                let (cpu, begun) = (processor_time(), Instant::now());
                let told = run();
                let time = told.unwrap_or_else(|| begun.elapsed());
                let cpu = processor_time() - cpu;
                if 0 < round {
                    lane.time.push(time.as_nanos() as f64 / operations);
                    lane.cpu.push(cpu.as_nanos() as f64 / operations);
                }
                // Those that spin or watch still are not to disturb the next.
                thread::sleep(Duration::from_millis(5));
            }
        }
        let [tokio, ours, smol, one] = lanes.map(|(lane, _)| lane);
        println!(
            "{:<17} {:>9.1}  {:<24} {:<24} {:<24} {:<18}",
            name,
            quartiles(tokio.time.clone()).median,
            against(&ours, &tokio),
            against(&smol, &tokio),
            against(&one, &tokio),
            ratio(&ours.time, &one.time),
        );
    }
    if only.is_none_or(|only| MEMORY.contains(only)) {
        print_memory();
    }
}

const MEMORY: &str = "mt_mem_task";

fn print_memory() {
    match memory::of_pools().as_deref() {
        Ok([tokio, ours]) => println!(
            "{MEMORY:<17} {:>9.1}  {:.2}: bytes of the heap for a task that waits",
            tokio.heap,
            ours.heap / tokio.heap
        ),
        Ok(_) => unreachable!("there are two"),
        Err(error) => println!("{MEMORY}: {error}"),
    }
}

/// On one thread nothing runs beside a poll.
fn has_one_thread(name: &str) -> bool {
    name != "mt_stalled_child"
}

fn against(lane: &Lane, tokio: &Lane) -> String {
    if lane.time.is_empty() {
        return "-".to_owned();
    }
    let cpu = quartiles(ratios(&lane.cpu, &tokio.cpu)).median;
    format!("{} cpu {cpu:.2}", ratio(&lane.time, &tokio.time))
}

fn ratio(ours: &[f64], theirs: &[f64]) -> String {
    if ours.is_empty() || theirs.is_empty() {
        return "-".to_owned();
    }
    let of = quartiles(ratios(ours, theirs));
    format!("{:.2} ({:.2}-{:.2})", of.median, of.low, of.high)
}

fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter()
        .zip(theirs)
        .map(|(ours, theirs)| ours / theirs)
        .collect()
}

/// tokio, ours, smol, and ours on one thread.
fn lanes(row: Row) -> [(Lane, Run); 4] {
    if is_of_timers(row.name) {
        return [
            timers_lane::<timers::TokioMt>(row, "tokio"),
            timers_lane::<timers::OursMt>(row, "ours"),
            timers_lane::<timers::SmolMt>(row, "smol"),
            timers_lane::<timers::Ours>(row, "one"),
        ];
    }
    [
        lane::<TokioMt>(row, "tokio"),
        lane::<OursMt>(row, "ours"),
        lane::<SmolMt>(row, "smol"),
        lane::<Ours>(row, "one"),
    ]
}

fn lane<R: Racer>(row: Row, name: &'static str) -> (Lane, Run) {
    let rt = R::start();
    (Lane::new(name), Box::new(move || run(&rt, row)))
}

fn timers_lane<R: Timers>(row: Row, name: &'static str) -> (Lane, Run) {
    let rt = R::start();
    (Lane::new(name), Box::new(move || run_timers(&rt, row)))
}

impl Lane {
    fn new(name: &'static str) -> Lane {
        Lane {
            name,
            time: Vec::new(),
            cpu: Vec::new(),
        }
    }
}

/// Whether the row is one of runtimes with drivers.
fn is_of_timers(name: &str) -> bool {
    name.starts_with("mt_time") || name == "mt_start_stop"
}

fn run_timers<R: Timers>(rt: &R, Row { name, n, .. }: Row) -> Option<Duration> {
    match name {
        "mt_timers_cancel" => timers::run(rt, "timers_cancel", n),
        "mt_timeout_churn" => timers::run(rt, "timers_churn", n),
        "mt_timeout_ready" => timers::run(rt, "timers_ready", n),
        "mt_timers_fire" => rt.block_on(async {
            let (left, is_done) = Left::new(n);
            for number in 0..n {
                let left = Arc::clone(&left);
                R::spawn(async move {
                    R::sleep(Duration::from_millis(1 + number as u64 % 50)).await;
                    left.count_down();
                });
            }
            is_done.await.expect("all are done");
        }),
        "mt_start_stop" => (0..n).for_each(|_| R::start().block_on(async {})),
        unknown => panic!("no row is called {unknown}"),
    }
    None
}

/// Counts tasks that are done, and tells when all are.
struct Left {
    left: AtomicUsize,
    done: std::sync::Mutex<Option<oneshot::Sender<()>>>,
}

impl Left {
    fn new(n: usize) -> (Arc<Left>, oneshot::Receiver<()>) {
        let (done, is_done) = oneshot::channel();
        let left = Left {
            left: AtomicUsize::new(n),
            done: std::sync::Mutex::new(Some(done)),
        };
        (Arc::new(left), is_done)
    }

    fn count_down(&self) {
        if self.left.fetch_sub(1, AcqRel) == 1 {
            let done = self.done.lock().expect("no one panics").take();
            let _ = done.expect("it is told once").send(());
        }
    }
}

/// Runs a row of one racer alone, so many times, and says how long an operation took: for a profiler.
pub fn run_one(racer: &str, row: &str, times: usize) {
    let Some(row) = ROWS.into_iter().find(|known| known.name == row) else {
        panic!("no row is called {row}");
    };
    let Some((_, run)) = lanes(row).into_iter().find(|(lane, _)| lane.name == racer) else {
        panic!("no racer is called {racer}");
    };
    let begun = Instant::now();
    for _ in 0..times {
        run();
    }
    let each = begun.elapsed().as_nanos() as f64 / (times * row.n * row.batches) as f64;
    println!("{each:.1} ns: {}", row.operation);
}

/// Runs a row once.
fn run<R: Racer>(rt: &R, row: Row) -> Option<Duration> {
    let Row { n, batches, .. } = row;
    match row.name {
        "mt_spawn_local" => inside(rt, batches, move || spawn_local::<R>(n)),
        "mt_spawn_join" => inside(rt, batches, move || spawn_join::<R>(n)),
        "mt_spawn_remote" => spawn_remote(rt, n, 1),
        "mt_spawn_remote4" => spawn_remote(rt, n, 4),
        "mt_yield" => inside(rt, batches, move || yields::<R>(n)),
        "mt_ping_pong" => inside(rt, batches, move || ping_pong::<R>(n)),
        "mt_pair_loop" => inside(rt, batches, move || pair_loop::<R>(n)),
        "mt_chained" => inside(rt, batches, move || chained::<R>(n)),
        "mt_join_loop" => inside(rt, batches, move || join_loop::<R>(n)),
        "mt_block_on" => rt.block_on(async {
            for i in 0..n {
                R::spawn(async move { i }).await;
            }
        }),
        "mt_mpsc_1p" => inside(rt, batches, move || mpsc_of::<R>(n, 1)),
        "mt_mpsc_4p" => inside(rt, batches, move || mpsc_of::<R>(n, 4)),
        "mt_steal_cpu" => inside(rt, batches, move || steal_cpu::<R>(n)),
        "mt_stalled_child" => {
            return Some(rt.block_on(async { R::spawn(stalled_child::<R>(n)).await }));
        }
        unknown => panic!("no row is called {unknown}"),
    }
    None
}

/// Runs the batches in a task, so that they are on a worker.
fn inside<R, F>(rt: &R, batches: usize, batch: impl Fn() -> F + Send + 'static)
where
    R: Racer,
    F: Future<Output = ()> + Send + 'static,
{
    rt.block_on(async {
        R::spawn(async move {
            for _ in 0..batches {
                batch().await;
            }
        })
        .await
    });
}

async fn spawn_local<R: Racer>(n: usize) {
    let (left, is_done) = Left::new(n);
    for _ in 0..n {
        let left = Arc::clone(&left);
        R::detach(R::spawn(async move { left.count_down() }));
    }
    is_done.await.expect("all are done");
}

async fn spawn_join<R: Racer>(n: usize) {
    let joins: Vec<_> = (0..n).map(|i| R::spawn(async move { i })).collect();
    for join in joins {
        join.await;
    }
}

fn spawn_remote<R: Racer>(rt: &R, n: usize, threads: usize) {
    let (left, is_done) = Left::new(n);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (remote, left) = (rt.remote(), Arc::clone(&left));
            scope.spawn(move || {
                for _ in 0..n / threads {
                    let left = Arc::clone(&left);
                    R::spawn_remote(&remote, async move { left.count_down() });
                }
            });
        }
        rt.block_on(is_done).expect("all are done");
    });
}

async fn yields<R: Racer>(n: usize) {
    const TASKS: usize = 200;
    let (left, is_done) = Left::new(TASKS);
    for _ in 0..TASKS {
        let left = Arc::clone(&left);
        R::detach(R::spawn(async move {
            for _ in 0..n / TASKS {
                R::yield_now().await;
            }
            left.count_down();
        }));
    }
    is_done.await.expect("all are done");
}

async fn ping_pong<R: Racer>(n: usize) {
    let (left, is_done) = Left::new(n);
    for _ in 0..n {
        let left = Arc::clone(&left);
        R::detach(R::spawn(async move {
            let (to_pong, from_ping) = oneshot::channel();
            let (to_ping, from_pong) = oneshot::channel();
            R::detach(R::spawn(async move {
                from_ping.await.expect("ping sends");
                to_ping.send(()).expect("ping waits");
            }));
            to_pong.send(()).expect("pong waits");
            from_pong.await.expect("pong sends");
            left.count_down();
        }));
    }
    is_done.await.expect("all are done");
}

async fn pair_loop<R: Racer>(n: usize) {
    let (left, is_done) = Left::new(2);
    let (to_pong, mut from_ping) = mpsc::unbounded::<usize>();
    let (to_ping, mut from_pong) = mpsc::unbounded::<usize>();
    let pong = Arc::clone(&left);
    R::detach(R::spawn(async move {
        while let Some(i) = from_ping.next().await {
            to_ping.unbounded_send(i).expect("ping waits");
        }
        pong.count_down();
    }));
    R::detach(R::spawn(async move {
        for i in 0..n {
            to_pong.unbounded_send(i).expect("pong waits");
            from_pong.next().await;
        }
        drop(to_pong);
        left.count_down();
    }));
    is_done.await.expect("all are done");
}

async fn chained<R: Racer>(n: usize) {
    fn link<R: Racer>(left: usize, done: oneshot::Sender<()>) {
        match left {
            0 => done.send(()).expect("the first waits"),
            _ => R::detach(R::spawn(async move { link::<R>(left - 1, done) })),
        }
    }
    let (done, is_done) = oneshot::channel();
    link::<R>(n, done);
    is_done.await.expect("all are done");
}

async fn join_loop<R: Racer>(n: usize) {
    for i in 0..n {
        R::spawn(async move { i }).await;
    }
}

async fn mpsc_of<R: Racer>(n: usize, senders: usize) {
    let (sender, mut receiver) = mpsc::channel::<usize>(100);
    for _ in 0..senders {
        let mut sender = sender.clone();
        R::detach(R::spawn(async move {
            for i in 0..n / senders {
                sender.send(i).await.expect("the receiver is there");
            }
        }));
    }
    drop(sender);
    while receiver.next().await.is_some() {}
}

/// Computes for so long.
fn compute(duration: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < duration {
        black_box(());
    }
}

async fn steal_cpu<R: Racer>(n: usize) {
    let joins: Vec<_> = (0..n)
        .map(|_| R::spawn(async { compute(Duration::from_micros(20)) }))
        .collect();
    for join in joins {
        join.await;
    }
}

/// The sum of the times until the children ran.
async fn stalled_child<R: Racer>(n: usize) -> Duration {
    let mut sum = Duration::ZERO;
    for _ in 0..n {
        let spawned = Instant::now();
        let child = R::spawn(async move { spawned.elapsed() });
        compute(Duration::from_millis(1));
        sum += child.await;
    }
    sum
}
