//! A thousand sleeps by the system's clock: how many were early, and how late the others were.

use std::time::Duration;

use current_thread::{Runtime, ThreadPark, spawn};
use timer_wheel::{Instant, TimePark, sleep_until};

const SLEEPS: u64 = 1_000;

fn main() {
    let rt = Runtime::with_park(TimePark::new(ThreadPark::new()));
    let mut late = rt.block_on(async {
        let started = Instant::now();
        let tasks: Vec<_> = (0..SLEEPS)
            .map(|number| {
                // Spread over a fifth of a second, and over the microseconds of a tick.
                let deadline = started + Duration::from_micros(1_000 + number * 199);
                spawn(async move {
                    sleep_until(deadline).await;
                    let now = Instant::now();
                    now.checked_duration_since(deadline)
                })
            })
            .collect();
        let mut late = Vec::new();
        for task in tasks {
            late.push(task.await.expect("it has not panicked"));
        }
        late
    });
    late.sort();
    let early = late.iter().filter(|late| late.is_none()).count();
    assert_eq!(early, 0, "a timer was early");
    println!("sleeps                  {SLEEPS:>6}");
    println!("early                   {early:>6}");
    for (what, per_mille) in [
        ("late, the least", 0),
        ("late, half of them", 500),
        ("late, nine out of ten", 900),
    ] {
        let late = late[(late.len() - 1) * per_mille / 1_000].unwrap_or_default();
        println!("{what:<22}  {:>6} us", late.as_micros());
    }
}
