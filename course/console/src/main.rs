//! A program for [tokio-console](https://github.com/tokio-rs/console) to watch. Its tasks are on our runtime.
//!
//! ```text
//! cargo install tokio-console
//! cd course/console && cargo run      from there, as cargo reads its flags where it is started
//! tokio-console                       in another terminal
//! ```
//!
//! With a path, as in `cargo run -- /tmp/console.socket`, it is reached by a socket at that place:
//! `tokio-console file://localhost/tmp/console.socket`. Its test does that.
//!
//! With the feature `tracing` a task is a span, and what becomes of its wakers are events, with the names that the console looks for. It shows how long
//! each task was busy, how long it waited to be polled after a wake, and who keeps its wakers; and it warns of the task that wakes itself, and of the
//! one whose waker is gone.
//!
//! The subscriber has a thread of its own, on which it talks to the console. It uses tokio for that; this program does not.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use console_subscriber::ConsoleLayer;
use reveille::runtime::Builder;
use reveille::spawn;
use reveille::sync::mpsc;
use reveille::task::yield_now;
use reveille::time::{interval, sleep};

fn main() {
    let console = ConsoleLayer::builder().with_default_env();
    match std::env::args_os().nth(1) {
        None => console.init(),
        Some(path) => console.server_addr(PathBuf::from(path)).init(),
    }
    let runtime = (Builder::new_multi_thread().worker_threads(2))
        .enable_all()
        .build()
        .expect("there is room for two threads");
    runtime
        .block_on(async {
            let (jobs, queue) = mpsc::channel(4);
            spawn(producer(jobs));
            spawn(consumer(queue));
            spawn(gives_way());
            spawn(forgets_its_waker());
            spawn(computes());
            spawn(ends());
            println!("Six tasks run until you press Ctrl-C. Watch them with `tokio-console`.");
            spawn(std::future::pending::<()>()).await
        })
        .expect("it waits for ever");
}

/// A job every tenth of a second.
async fn producer(jobs: mpsc::Sender<u32>) {
    let mut ticks = interval(Duration::from_millis(100));
    for job in 0.. {
        ticks.tick().await;
        if jobs.send(job).await.is_err() {
            return;
        }
    }
}

/// Takes a little time for each.
async fn consumer(mut queue: mpsc::Receiver<u32>) {
    while let Some(job) = queue.recv().await {
        sleep(Duration::from_millis(u64::from(job % 100))).await;
    }
}

/// Wakes itself more often than others do: the console warns of it.
async fn gives_way() {
    loop {
        yield_now().await;
        sleep(Duration::from_millis(50)).await;
        for _ in 0..10 {
            yield_now().await;
        }
    }
}

/// No waker of it is left after its first poll, so it waits for ever: the console warns of it.
async fn forgets_its_waker() {
    std::future::pending::<()>().await;
}

/// Has its thread for itself for a fifth of a second, each second.
async fn computes() {
    loop {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(200) {
            std::hint::spin_loop();
        }
        sleep(Duration::from_millis(800)).await;
    }
}

/// The console says of it that it is done.
async fn ends() {
    sleep(Duration::from_millis(100)).await;
}
