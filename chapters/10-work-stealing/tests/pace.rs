//! Whose tasks are worth stealing: the judgement, on counts and times given by hand.

#![cfg(not(loom))]

use std::time::Duration;

use testkit::{Exercise, Rule};
use work_stealing::pace::{LONG, Look, Pace, STUCK, Verdict, WORTH_STEALING};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const VERDICT: Rule = CHAPTER.rule(
    "A worker is open to thieves if its polls are long on average, and it has not slept meanwhile.",
);
const LOOT: Rule = CHAPTER.rule(
    "A thief goes on stealing from a worker unless what it stole were many polls, and short ones.",
);

const TICK: Duration = Duration::from_nanos(1);

/// Two looks, with so many polls and sleeps in between.
fn looks(polls: u32, sleeps: u32) -> (Look, Look) {
    let pace = Pace::new();
    // It had a life before.
    for _ in 0..3 {
        pace.count_poll();
        pace.count_sleep();
    }
    let before = pace.look();
    for _ in 0..polls {
        pace.count_poll();
    }
    for _ in 0..sleeps {
        pace.count_sleep();
    }
    (before, pace.look())
}

#[test]
fn a_victim_is_judged_by_its_polls() {
    VERDICT.holds("pairs of looks", || {
        // The poll that was going on at the first look counts, too: so it is one more than those that began.
        for (polls, sleeps, elapsed, verdict) in [
            (0, 0, Duration::from_micros(50), Verdict::Stuck),
            (0, 1, Duration::from_secs(1), Verdict::Short),
            (9, 0, LONG * 10 - TICK * 10, Verdict::Short),
            (9, 0, LONG * 10, Verdict::Long),
            (9, 0, STUCK * 10 - TICK * 10, Verdict::Long),
            (9, 0, STUCK * 10, Verdict::Stuck),
            (9, 1, STUCK * 10, Verdict::Short),
        ] {
            let (before, now) = looks(polls, sleeps);
            VERDICT.check_eq(
                &format!("the verdict on {polls} polls and {sleeps} sleeps in {elapsed:?}"),
                Look::verdict(before, now, elapsed),
                verdict,
            );
        }
    });
}

#[test]
fn a_thief_judges_what_it_stole() {
    LOOT.holds("pairs of looks", || {
        for (polls, sleeps, elapsed, is_worth_it) in [
            // Few: one of them may have been waited for.
            (1, 0, TICK, true),
            (16, 0, TICK, true),
            (17, 0, TICK, false),
            (128, 0, WORTH_STEALING * 128 - TICK * 128, false),
            (128, 0, WORTH_STEALING * 128, true),
            // It slept, so the time says nothing.
            (128, 1, TICK, true),
        ] {
            let (before, now) = looks(polls, sleeps);
            LOOT.check_eq(
                &format!("whether {polls} polls and {sleeps} sleeps in {elapsed:?} are worth it"),
                Look::is_worth_it(before, now, elapsed),
                is_worth_it,
            );
        }
    });
}
