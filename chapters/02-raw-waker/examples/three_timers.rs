//! Chapter 1's timers in tasks of this chapter's executor. Each timer sleeps on a thread of its own
//! and wakes its task from there; the tasks share the one thread that polls.

use std::thread;
use std::time::{Duration, Instant};

use raw_waker::{Executor, Spawner};
use timer_future::AsyncTimerFuture;

fn main() {
    let clock = Clock(Instant::now());
    let executor = Executor::new();
    for (name, delay_ms) in [("slow", 300), ("fast", 100), ("middle", 200)] {
        executor.spawn(wait(clock, name, delay_ms));
    }
    executor.spawn(spawns_another(clock, executor.spawner()));
    clock.event("main", "has spawned four tasks; none has run");
    let report = executor.run();
    clock.event("main", &format!("is back: {report:?}"));
}

async fn wait(clock: Clock, name: &str, delay_ms: u64) {
    clock.event(name, &format!("waits {delay_ms} ms"));
    AsyncTimerFuture::new(Duration::from_millis(delay_ms)).await;
    clock.event(name, "is done");
}

async fn spawns_another(clock: Clock, spawner: Spawner) {
    clock.event("parent", "waits 50 ms");
    AsyncTimerFuture::new(Duration::from_millis(50)).await;
    clock.event("parent", "spawns a child, and is done");
    spawner.spawn(wait(clock, "child", 100));
}

/// Prints what happens: when, on which thread, in which task.
#[derive(Clone, Copy)]
struct Clock(Instant);

impl Clock {
    fn event(self, task: &str, what: &str) {
        let thread = thread::current();
        let name = thread.name().unwrap_or("?");
        println!(
            "{:>4} ms  thread {name:<6} {task:<7} {what}",
            self.0.elapsed().as_millis()
        );
    }
}
