//! 9.8: intervals, when they tick, and what they do about ticks that were missed.

#![cfg(not(loom))]

mod kit;

use std::pin::pin;
use std::time::Duration;

use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Instant, Interval, MissedTickBehavior, advance, interval, interval_at};

use kit::{MS, ms, paused};

const EX: Exercise = Exercise::new("9.8", "timer-wheel/interval.md");

const TICKS: Rule =
    EX.rule("An interval ticks at once, and then a period after each tick was due.");
const MISSED: Rule = EX.rule("What follows a missed tick is for the owner to say.");
const RESETS: Rule = EX.rule("A reset decides when the next tick comes, and the period stays.");
const FAR: Rule = EX.rule("No period is too long, and none has no length.");
const LATEST: Rule = EX.rule("A tick that is awaited by another task wakes that one.");

/// When the next `n` ticks come, since `started`, each awaited.
async fn ticks(interval: &mut Interval, started: Instant, n: usize) -> Vec<(u64, u64)> {
    let mut ticks = Vec::new();
    for _ in 0..n {
        let due = interval.tick().await - started;
        ticks.push((due.as_millis() as u64, started.elapsed().as_millis() as u64));
    }
    ticks
}

#[test]
fn one_tick_per_period() {
    EX.within("ticks", || {
        paused().block_on(async {
            let started = Instant::now();
            // ANCHOR: per-period
            let mut interval = interval(ms(10));
            let first = interval.tick().await;
            let second = interval.tick().await;
            TICKS.check_eq("from tick to tick", second - first, ms(10));
            // ANCHOR_END: per-period
            interval.reset_immediately();
            let started = started + ms(10);
            let seen = ticks(&mut interval, started, 4).await;
            TICKS.check_eq("ticks", seen, vec![(0, 0), (10, 10), (20, 20), (30, 30)]);
            let started = started - ms(10);
            let mut later = interval_at(started + ms(100), ms(50));
            let seen = ticks(&mut later, started, 3).await;
            TICKS.check_eq("ticks", seen, vec![(100, 100), (150, 150), (200, 200)]);
            TICKS.check_eq("period", later.period(), ms(50));
        });
    });
}

/// A tick that is due at 10 is taken at 34.
#[test]
fn three_ways_to_go_on() {
    let cases = [
        (
            MissedTickBehavior::Burst,
            vec![(10, 34), (20, 34), (30, 34), (40, 40), (50, 50)],
        ),
        (
            MissedTickBehavior::Delay,
            vec![(10, 34), (44, 44), (54, 54), (64, 64), (74, 74)],
        ),
        (
            MissedTickBehavior::Skip,
            vec![(10, 34), (40, 40), (50, 50), (60, 60), (70, 70)],
        ),
    ];
    EX.within("missed ticks", move || {
        for (behavior, expected) in cases {
            paused().block_on(async {
                let started = Instant::now();
                let mut interval = interval(ms(10));
                MISSED.check_eq(
                    "default",
                    interval.missed_tick_behavior(),
                    MissedTickBehavior::Burst,
                );
                interval.set_missed_tick_behavior(behavior);
                MISSED.check_eq("chosen", interval.missed_tick_behavior(), behavior);
                interval.tick().await;
                advance(ms(34)).await;
                let seen = ticks(&mut interval, started, 5).await;
                MISSED.check_eq(&format!("{behavior:?}"), seen, expected);
            });
        }
    });
}

/// A tick that is as late as timers are is no missed one.
#[test]
fn a_little_late_is_not_missed() {
    paused().block_on(async {
        for behavior in [MissedTickBehavior::Delay, MissedTickBehavior::Skip] {
            let started = Instant::now();
            let mut interval = interval(ms(10));
            interval.set_missed_tick_behavior(behavior);
            interval.tick().await;
            advance(ms(15)).await;
            let seen = ticks(&mut interval, started, 3).await;
            MISSED.check_eq("ticks", seen, vec![(10, 15), (20, 20), (30, 30)]);
        }
    });
}

/// Just a multiple of the period late: the next tick is a whole period away.
#[test]
fn skip_by_whole_periods() {
    paused().block_on(async {
        let started = Instant::now();
        let mut interval = interval(ms(10));
        interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
        interval.tick().await;
        advance(ms(50)).await;
        let seen = ticks(&mut interval, started, 2).await;
        MISSED.check_eq("ticks", seen, vec![(10, 50), (60, 60)]);
    });
}

#[test]
fn resets() {
    EX.within("resets", || {
        paused().block_on(async {
            let started = Instant::now();
            let mut interval = interval(ms(10));
            interval.tick().await;
            advance(ms(4)).await;
            interval.reset();
            RESETS.check_eq(
                "reset",
                ticks(&mut interval, started, 2).await,
                vec![(14, 14), (24, 24)],
            );
            interval.reset_immediately();
            RESETS.check_eq(
                "at once",
                ticks(&mut interval, started, 2).await,
                vec![(24, 24), (34, 34)],
            );
            interval.reset_after(ms(3));
            RESETS.check_eq(
                "after",
                ticks(&mut interval, started, 2).await,
                vec![(37, 37), (47, 47)],
            );
            interval.reset_at(started + ms(50));
            RESETS.check_eq(
                "at",
                ticks(&mut interval, started, 2).await,
                vec![(50, 50), (60, 60)],
            );
        });
    });
}

#[test]
fn periods_without_end_and_without_length() {
    paused().block_on(async {
        for behavior in [
            MissedTickBehavior::Burst,
            MissedTickBehavior::Delay,
            MissedTickBehavior::Skip,
        ] {
            for period in [
                Duration::MAX,
                Duration::from_secs(u64::MAX),
                Duration::from_nanos(u64::MAX),
            ] {
                for late in [0, 20] {
                    let mut interval = interval(period);
                    interval.set_missed_tick_behavior(behavior);
                    advance(ms(late)).await;
                    interval.tick().await;
                    let task = TestWaker::new("task");
                    FAR.pending(task.poll(pin!(interval.tick())), "it ticks already");
                }
            }
        }
        for make in [interval as fn(Duration) -> Interval, |period| {
            interval_at(Instant::now(), period)
        }] {
            let message = FAR.panics(|| make(Duration::ZERO), "a period without length");
            FAR.check(message.contains("`period` must be non-zero."), message);
        }
    });
}

/// A tick is not lost with the future that waits for it.
#[test]
fn a_tick_is_awaited_again() {
    EX.within("a tick that is awaited by two tasks", || {
        paused().block_on(async {
            let mut interval = interval_at(Instant::now() + MS * 2, MS * 2);
            let [a, b] = ["A", "B"].map(TestWaker::new);
            LATEST.pending(a.poll(pin!(interval.tick())), "it ticks already");
            advance(MS).await;
            LATEST.pending(b.poll(pin!(interval.tick())), "it ticks already");
            advance(MS).await;
            LATEST.check_eq("wakes of A and B", (a.wakes(), b.wakes()), (0, 1));
            LATEST.ready(b.poll(pin!(interval.tick())), "it was due");
        });
    });
}
