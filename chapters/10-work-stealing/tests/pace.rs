//! Whose tasks are worth stealing: the judgement, on counts and times given by hand.

#![cfg(not(loom))]

use std::time::Duration;

use testkit::{Exercise, Rule};
use work_stealing::pace::{LONG, Look, Pace, STUCK, Verdict, WORTH_STEALING};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const VERDICT: Rule = CHAPTER.rule(
    "A worker is open to thieves if its polls are long on average, and it has not slept for most of the time.",
);
const LOOT: Rule = CHAPTER.rule(
    "A thief goes on stealing from a worker unless what it stole were many polls, and short ones.",
);

const TICK: Duration = Duration::from_nanos(1);

/// Two looks with so much time, so many polls and so much sleep in between.
fn looks(elapsed: Duration, polls: u32, sleeps: &[Duration]) -> (Look, Look) {
    let pace = Pace::new();
    // It had a life before.
    let mut now = Duration::ZERO;
    let mut sleep = |pace: &Pace, duration| {
        pace.fall_asleep(now);
        now += duration;
        pace.wake_up(now);
        pace.count_sleep();
        now
    };
    let begin = (0..3).map(|_| {
        pace.count_poll();
        sleep(&pace, Duration::from_secs(1))
    });
    let begin = begin.last().expect("three of them");
    let before = pace.look(begin);
    for _ in 0..polls {
        pace.count_poll();
    }
    for &duration in sleeps {
        sleep(&pace, duration);
    }
    (before, pace.look(begin + elapsed))
}

#[test]
fn a_victim_is_judged_by_its_polls() {
    VERDICT.holds("pairs of looks", || {
        let half = STUCK * 5;
        // The poll that was going on at the first look counts, too: so it is one more than those that began.
        for (polls, sleeps, elapsed, verdict) in [
            (0, vec![], STUCK, Verdict::Stuck),
            (9, vec![], LONG * 10 - TICK * 10, Verdict::Short),
            (9, vec![], LONG * 10, Verdict::Long),
            (9, vec![], STUCK * 10 - TICK * 10, Verdict::Long),
            (9, vec![], STUCK * 10, Verdict::Stuck),
            // Time to spare.
            (
                0,
                vec![Duration::from_secs(1)],
                Duration::from_secs(1),
                Verdict::Short,
            ),
            (9, vec![half + TICK], half * 2, Verdict::Short),
            (9, vec![half], half * 2, Verdict::Long),
            // Some sleeps that are none.
            (9, vec![TICK; 9], LONG * 10 + TICK * 9, Verdict::Long),
            (9, vec![TICK; 9], LONG * 10 - TICK, Verdict::Short),
        ] {
            let (before, now) = looks(elapsed, polls, &sleeps);
            VERDICT.check_eq(
                &format!("the verdict on {polls} polls and sleeps of {sleeps:?} in {elapsed:?}"),
                Look::verdict(before, now),
                verdict,
            );
        }
    });
}

#[test]
fn a_sleep_counts_while_it_lasts() {
    VERDICT.holds("a look at a worker that sleeps", || {
        let pace = Pace::new();
        let before = pace.look(Duration::ZERO);
        for _ in 0..9 {
            pace.count_poll();
        }
        pace.fall_asleep(STUCK);
        let verdict = Look::verdict(before, pace.look(STUCK * 10));
        VERDICT.check_eq("the verdict", verdict, Verdict::Short);
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
            let (before, now) = looks(elapsed, polls, &vec![TICK; sleeps]);
            LOOT.check_eq(
                &format!("whether {polls} polls and {sleeps} sleeps in {elapsed:?} are worth it"),
                Look::is_worth_it(before, now),
                is_worth_it,
            );
        }
    });
}
