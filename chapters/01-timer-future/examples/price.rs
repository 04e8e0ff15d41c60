//! What a thread per timer costs: 1, 100 and 10 000 timers that all end at the same moment.
//!
//! A system may refuse to start so many threads, and a process may even be ended for it. That is an
//! answer too, and this program prints it.

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use timer_future::{AsyncTimerFuture, block_on};

fn main() {
    if let Some(timers) = env::args().nth(1) {
        measure(timers.parse().expect("usage: price [TIMERS]"));
        return;
    }

    println!(
        "{:>7}  {:>9}  {:>9}  {:>9}  {:>11}  {:>9}",
        "timers", "to start", "threads", "memory", "reserved", "to wake"
    );
    for timers_wanted in [1, 100, 10_000] {
        measure_in_a_process_of_its_own(timers_wanted);
    }
    println!();
    println!("to start  until every timer's thread slept");
    println!("threads   in the process, the main thread included");
    println!("memory    in use (VmRSS), more than before the timers were started");
    println!("reserved  address space (VmSize), likewise: stacks, and room for the allocator");
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

fn measure(timers_wanted: usize) {
    let before = Usage::now();
    // All threads sleep until we say so, so that they are all there when we count.
    let alarm = Arc::new(Alarm::default());

    let begin = Instant::now();
    let mut timers = Vec::with_capacity(timers_wanted);
    let mut refusal = None;
    while timers.len() < timers_wanted {
        let thread_alarm = Arc::clone(&alarm);
        let sleep = move |_: Duration| thread_alarm.wait();
        match AsyncTimerFuture::with_sleep(Duration::from_secs(1), sleep) {
            Ok(timer) => timers.push(timer),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
    }
    alarm.wait_for_sleepers(timers.len());
    let to_start = begin.elapsed();
    let during = Usage::now();

    let begin = Instant::now();
    let timers_started = timers.len();
    alarm.ring();
    block_on(async {
        for timer in timers {
            timer.await;
        }
    });
    let to_wake = begin.elapsed();

    println!(
        "{timers_started:>7}  {:>6} ms  {:>9}  {:>9}  {:>11}  {:>6} ms",
        to_start.as_millis(),
        during.threads(),
        during.memory(&before),
        during.reserved(&before),
        to_wake.as_millis(),
    );
    if let Some(error) = refusal {
        println!("         the next of {timers_wanted} was refused: {error}");
    }
}

/// What every timer's thread sleeps on in place of the clock.
#[derive(Default)]
struct Alarm {
    state: Mutex<AlarmState>,
    changed: Condvar,
}

#[derive(Default)]
struct AlarmState {
    sleepers: usize,
    rung: bool,
}

impl Alarm {
    fn wait(&self) {
        let mut state = self.state.lock().unwrap();
        state.sleepers += 1;
        self.changed.notify_all();
        let woken = self.changed.wait_while(state, |state| !state.rung);
        drop(woken.unwrap());
    }

    fn wait_for_sleepers(&self, sleepers: usize) {
        let state = self.state.lock().unwrap();
        let all = self
            .changed
            .wait_while(state, |state| state.sleepers < sleepers);
        drop(all.unwrap());
    }

    fn ring(&self) {
        self.state.lock().unwrap().rung = true;
        self.changed.notify_all();
    }
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
