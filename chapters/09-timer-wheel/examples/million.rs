//! Chapter 1's table again, on one thread: 1, 100, 10 000 and a million timers that all end at the same moment.
//!
//! The clock is held, and moved when all timers are there, as the alarm of chapter 1's example is.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use std::{env, fs, process};

use current_thread::{Runtime, ThreadPark};
use timer_wheel::{Clock, Sleep, TimePark, advance, sleep};

const SECOND: Duration = Duration::from_secs(1);

fn main() {
    if let Some(timers) = env::args().nth(1) {
        measure(timers.parse().expect("usage: million [TIMERS]"));
        return;
    }

    println!(
        "{:>7}  {:>9}  {:>9}  {:>9}  {:>11}  {:>9}",
        "timers", "to start", "threads", "memory", "reserved", "to wake"
    );
    for timers_wanted in [1, 100, 10_000, 1_000_000] {
        measure_in_a_process_of_its_own(timers_wanted);
    }
    println!();
    println!("to start  until each timer was in the wheel");
    println!("threads   in the process");
    println!("memory    in use (VmRSS), more than before the timers were made");
    println!("reserved  address space (VmSize), likewise");
    println!("to wake   from the end of the time until the last timer was awaited");
}

/// So that no row finds what an earlier row has left behind, and so that we outlive a process that
/// is ended for its threads.
fn measure_in_a_process_of_its_own(timers_wanted: usize) {
    let child = env::current_exe().and_then(|program| {
        process::Command::new(program)
            .arg(timers_wanted.to_string())
            .output()
    });
    match child {
        Ok(child) => {
            print!("{}", String::from_utf8_lossy(&child.stdout));
            if !child.status.success() {
                println!(
                    "{timers_wanted:>7}  the process was ended: {}",
                    child.status
                );
                print!("{}", String::from_utf8_lossy(&child.stderr));
            }
        }
        Err(error) => println!("{timers_wanted:>7}  no process could be started: {error}"),
    }
}

fn measure(count: usize) {
    let rt = Runtime::with_park(TimePark::with_clock(ThreadPark::new(), Clock::paused()));
    rt.block_on(async {
        let before = Usage::now();
        let begin = Instant::now();
        let mut timers: Vec<_> = (0..count).map(|_| Box::pin(sleep(SECOND))).collect();
        start(&mut timers).await;
        // The end of this turn puts them into the wheel.
        advance(SECOND / 2).await;
        let to_start = begin.elapsed();
        let during = Usage::now();

        let begin = Instant::now();
        advance(SECOND / 2).await;
        for timer in timers {
            timer.await;
        }
        let to_wake = begin.elapsed();
        println!(
            "{count:>7}  {:>6} ms  {:>9}  {:>9}  {:>11}  {:>6} ms",
            to_start.as_millis(),
            during.threads(),
            during.memory(&before),
            during.reserved(&before),
            to_wake.as_millis(),
        );
    });
}

/// Polls each of them once: a timer joins the others with its first poll.
async fn start(timers: &mut [Pin<Box<Sleep>>]) {
    poll_fn(|cx| {
        for timer in &mut *timers {
            assert!(timer.as_mut().poll(cx).is_pending());
        }
        Poll::Ready(())
    })
    .await;
}

/// What the operating system says about this process, where it says it in `/proc`.
struct Usage {
    status: Option<String>,
}

impl Usage {
    fn now() -> Self {
        Self {
            status: fs::read_to_string("/proc/self/status").ok(),
        }
    }

    fn threads(&self) -> String {
        self.field("Threads:")
            .map_or_else(not_available, |threads| threads.to_string())
    }

    fn memory(&self, before: &Self) -> String {
        self.more_than(before, "VmRSS:")
    }

    fn reserved(&self, before: &Self) -> String {
        self.more_than(before, "VmSize:")
    }

    fn more_than(&self, before: &Self, name: &str) -> String {
        let (Some(now_kb), Some(before_kb)) = (self.field(name), before.field(name)) else {
            return not_available();
        };
        format!("{:.1} MB", now_kb.saturating_sub(before_kb) as f64 / 1024.0)
    }

    fn field(&self, name: &str) -> Option<u64> {
        let line = self
            .status
            .as_ref()?
            .lines()
            .find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

fn not_available() -> String {
    "n/a".to_owned()
}
