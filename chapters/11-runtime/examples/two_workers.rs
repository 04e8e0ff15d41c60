//! A task that spawns others and then computes, so that a second worker steals them. The picture of a trace in
//! `book/src/architecture.md` is drawn from it:
//!
//!     REVEILLE_TRACE=target/two_workers cargo run -p reveille --features trace --example two_workers
//!     cargo course trace target/two_workers

use std::hint::black_box;
use std::time::{Duration, Instant};

use reveille::runtime::Builder;
use reveille::spawn;

/// Computes for so long.
fn compute(duration: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < duration {
        black_box(begin);
    }
}

fn main() {
    let runtime = (Builder::new_multi_thread().worker_threads(2))
        .thread_name("worker")
        .build()
        .expect("there is room for two threads");
    let parent = runtime.spawn(async {
        let children: Vec<_> = (0..3)
            .map(|_| spawn(async { compute(Duration::from_millis(1)) }))
            .collect();
        // Long enough for the other worker to look what it can steal.
        compute(Duration::from_millis(5));
        for child in children {
            child.await.expect("it does not panic");
        }
    });
    runtime.block_on(parent).expect("it does not panic");
    println!("all are done");
}
