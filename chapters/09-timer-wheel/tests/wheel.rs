//! 9.2: the wheel against a sorted map: the same timers, in the same order of deadlines.

#![cfg(not(loom))]

use std::collections::BTreeMap;
use std::pin::Pin;
use std::ptr::NonNull;
use std::{mem, thread};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use testkit::{Exercise, Rule};
use timer_wheel::wheel::{Elapsed, Timer, Wheel};

const EX: Exercise = Exercise::new("9.2", "timer-wheel/cascade.md");

const DUE: Rule = EX.rule("A timer is handed out when it is due, not before and not after.");
const NEXT: Rule = EX.rule("No timer is due before the tick that the wheel names as its next.");
const REFUSED: Rule = EX.rule("What is due already is refused, and nothing else is.");
const ORDER: Rule = EX.rule("Timers of one tick are handed out in the order in which they came.");
const ELAPSED: Rule =
    EX.rule("When nothing more is due, the wheel has come to the time it was asked for.");

/// A wheel, the timers that were made for it, and what a sorted map says of them.
struct Pair {
    wheel: Wheel<usize>,
    timers: Vec<Pin<Box<Timer<usize>>>>,
    /// By deadline, and then by number.
    model: BTreeMap<(u64, usize), ()>,
    elapsed: u64,
}

impl Pair {
    fn starting_at(elapsed: u64) -> Pair {
        Pair {
            wheel: Wheel::starting_at(elapsed),
            timers: Vec::new(),
            model: BTreeMap::new(),
            elapsed,
        }
    }

    fn pointer(&self, number: usize) -> NonNull<Timer<usize>> {
        NonNull::from(&*self.timers[number])
    }

    fn insert(&mut self, when: u64) {
        let number = self.timers.len();
        self.timers.push(Box::pin(Timer::new(number)));
        // SAFETY: a new timer, which stays in its box until `drop`, and that empties the wheel first.
        let inserted = unsafe { self.wheel.insert(self.pointer(number), when) };
        let expected = if when <= self.elapsed {
            Err(Elapsed)
        } else {
            Ok(())
        };
        REFUSED.check_eq("what `insert` said", inserted, expected);
        if inserted.is_ok() {
            self.model.insert((when, number), ());
        }
        self.check_next();
    }

    /// Takes out one of those that are in.
    fn remove(&mut self, choice: usize) {
        if self.model.is_empty() {
            return;
        }
        let nth = choice % self.model.len();
        let key = *self
            .model
            .keys()
            .nth(nth)
            .expect("it is less than the length");
        self.model.remove(&key);
        // SAFETY: the map says that it is in the wheel.
        unsafe { self.wheel.remove(self.pointer(key.1)) };
        self.check_next();
    }

    /// Takes one timer that is due, if there is one.
    fn poll_once(&mut self, now: u64) -> bool {
        let due = self.model.keys().next().copied().filter(|key| key.0 <= now);
        let Some(timer) = self.wheel.poll(now) else {
            DUE.check(
                due.is_none(),
                format_args!("{due:?} was not handed out at {now}"),
            );
            self.elapsed = self.elapsed.max(now);
            ELAPSED.check_eq("elapsed", self.wheel.elapsed(), self.elapsed);
            self.check_next();
            return false;
        };
        // SAFETY: the timer is in its box.
        let timer = unsafe { timer.as_ref() };
        // SAFETY: it is out of the wheel.
        let (number, when) = (*timer.value(), unsafe { timer.when() });
        let earliest = due.map(|key| key.0);
        DUE.check_eq("the deadline that was handed out", Some(when), earliest);
        let is_known = self.model.remove(&(when, number)).is_some();
        DUE.check(
            is_known,
            format_args!("timer {number} was handed out twice"),
        );
        self.elapsed = when;
        self.check_next();
        true
    }

    fn poll(&mut self, now: u64) {
        while self.poll_once(now) {}
    }

    fn check_next(&self) {
        let next = self.wheel.next_expiration();
        let earliest = self.model.keys().next().map(|key| key.0);
        NEXT.check_eq(
            "something is to be done",
            next.is_some(),
            earliest.is_some(),
        );
        NEXT.check_eq("it is empty", self.wheel.is_empty(), earliest.is_none());
        if let (Some(next), Some(earliest)) = (next, earliest) {
            NEXT.check(
                next <= earliest,
                format_args!("{next} comes after {earliest}"),
            );
            NEXT.check(
                self.elapsed <= next,
                format_args!("{next} is before {}", self.elapsed),
            );
        }
    }

    /// To the end of time, step by step as a driver would go.
    fn run_out(&mut self) {
        while let Some(next) = self.wheel.next_expiration() {
            self.poll(next);
        }
        DUE.check(self.model.is_empty(), "some were never handed out");
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        if thread::panicking() {
            // What the wheel has wrong is not to end the process: its timers stay.
            mem::forget(mem::take(&mut self.timers));
            return;
        }
        for &(_, number) in self.model.keys() {
            // SAFETY: the map says that it is in the wheel.
            unsafe { self.wheel.remove(self.pointer(number)) };
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// So many ticks from now.
    Insert(u64),
    Remove(usize),
    /// Takes one timer at most, so that others come and go in between.
    PollOnce(u64),
    Poll(u64),
    /// To the next tick at which there is something to do.
    Next,
}

/// Numbers of every size, most of them beside a power of 64.
fn distances() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..200_u64,
        (0..11_u32, -2..=2_i64, 1..3_u64).prop_map(|(digits, beside, times)| {
            (1_u64 << (6 * digits).min(63))
                .wrapping_mul(times)
                .wrapping_add_signed(beside)
        }),
        (0..64_u32).prop_flat_map(|bits| 0..=u64::MAX >> bits),
    ]
}

fn starts() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        distances(),
        distances().prop_map(|distance| u64::MAX - distance),
        distances().prop_map(|distance| (1_u64 << 36).wrapping_sub(distance)),
        distances().prop_map(|distance| (u64::MAX / 2).wrapping_add(distance)),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => distances().prop_map(Step::Insert),
        2 => any::<usize>().prop_map(Step::Remove),
        2 => distances().prop_map(Step::PollOnce),
        1 => distances().prop_map(Step::Poll),
        2 => Just(Step::Next),
    ]
}

/// The cases get longer one by one, so the first that fails is short. They are the same in each run.
#[test]
fn as_a_sorted_map() {
    EX.within("timers that come and go", || {
        let cases = if cfg!(miri) { 12 } else { 500_usize };
        let mut runner = TestRunner::deterministic();
        for case in 0..cases {
            let steps = prop::collection::vec(steps(), 1..3 + case / 6);
            let drawn = (starts(), steps).new_tree(&mut runner);
            let (start, steps) = drawn.expect("nothing is filtered").current();
            let _told = ToldOnPanic(start, &steps);
            walk(start, &steps);
        }
    });
}

fn walk(start: u64, steps: &[Step]) {
    let mut pair = Pair::starting_at(start);
    for step in steps {
        let after = |distance: &u64| pair.elapsed.saturating_add(*distance);
        match step {
            Step::Insert(distance) => pair.insert(after(distance)),
            Step::Remove(choice) => pair.remove(*choice),
            Step::PollOnce(distance) => drop(pair.poll_once(after(distance))),
            Step::Poll(distance) => pair.poll(after(distance)),
            Step::Next => {
                if let Some(next) = pair.wheel.next_expiration() {
                    pair.poll(next);
                }
            }
        }
    }
    pair.run_out();
}

/// Prints the walk that failed.
struct ToldOnPanic<'a>(u64, &'a [Step]);

impl Drop for ToldOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("a wheel that starts at {}, and then {:?}", self.0, self.1);
        }
    }
}

/// Each side of each edge, from each side of each edge.
#[test]
fn at_the_edges_of_the_levels() {
    EX.within("timers beside the edges", || {
        let edges: Vec<u64> = (0..=10_u32)
            .map(|digits| 1_u64 << (6 * digits).min(63))
            .flat_map(|edge| [edge - 1, edge, edge + 1])
            .chain([u64::MAX - 64, u64::MAX - 1, u64::MAX])
            .collect();
        // Miri takes a tenth of a second for each timer.
        let step = if cfg!(miri) { 7 } else { 1 };
        for &start in edges.iter().step_by(step) {
            let mut pair = Pair::starting_at(start);
            for &when in &edges {
                pair.insert(when);
                pair.insert(start.saturating_add(when));
            }
            pair.run_out();
        }
    });
}

/// The last ticks there are: none is a sentinel, and the sums do not overflow.
#[test]
fn at_the_end_of_time() {
    EX.within("the last ticks", last_ticks);
}

fn last_ticks() {
    let mut pair = Pair::starting_at(u64::MAX - 3);
    for before in (0..=4).rev() {
        pair.insert(u64::MAX - before);
    }
    pair.run_out();
    DUE.check_eq("elapsed", pair.elapsed, u64::MAX);
    pair.insert(u64::MAX);
    let mut pair = Pair::starting_at(0);
    pair.insert(u64::MAX);
    pair.poll(u64::MAX - 1);
    pair.insert(u64::MAX);
    pair.poll(u64::MAX);
    DUE.check(pair.model.is_empty(), "the last tick never came");
}

/// While timers are handed out, the wheel is at the last of them, and not at the time that it was asked for.
#[test]
fn a_timer_that_comes_between_two_calls() {
    EX.within("a timer that comes between two calls", || {
        let mut pair = Pair::starting_at(0);
        pair.insert(10);
        pair.insert(30);
        assert!(pair.poll_once(50), "the first is due");
        pair.insert(20);
        pair.poll(50);
        DUE.check(pair.model.is_empty(), "some were never handed out");
    });
}

/// All timers of a level go through the levels below, each at most once.
#[test]
fn a_timer_cascades_at_most_once_per_level() {
    EX.within("one timer through six levels", one_through_all);
}

fn one_through_all() {
    let mut pair = Pair::starting_at(0);
    let when = (1 << 36) - 1;
    pair.insert(when);
    let mut looks = 0;
    while let Some(next) = pair.wheel.next_expiration() {
        pair.poll(next);
        looks += 1;
    }
    DUE.check(
        looks <= 6,
        format_args!("{looks} looks for one timer, and there are six levels"),
    );
    DUE.check_eq("elapsed", pair.elapsed, when);
}

/// Those of one tick are handed out in the order in which they came, whatever levels they went through.
#[test]
fn first_come_first_served() {
    for when in [7, 70, 5_000, 1 << 20] {
        let mut pair = Pair::starting_at(0);
        for _ in 0..5 {
            pair.insert(when);
        }
        let numbers: Vec<_> = std::iter::from_fn(|| pair.wheel.poll(when))
            // SAFETY: the timer is in its box.
            .map(|timer| *unsafe { timer.as_ref() }.value())
            .collect();
        pair.model.clear();
        ORDER.check_eq("numbers", numbers, vec![0, 1, 2, 3, 4]);
    }
}

/// The example of the page: a timer goes from level 2 to level 1 to level 0, and others stay.
#[test]
fn one_slot_is_spread() {
    EX.within("a cascade", || {
        let mut pair = Pair::starting_at(0);
        for when in [4_096, 4_100, 4_170, 8_200] {
            pair.insert(when);
        }
        let looks: Vec<u64> = std::iter::from_fn(|| {
            let next = pair.wheel.next_expiration()?;
            pair.poll(next);
            Some(next)
        })
        .collect();
        DUE.check(pair.model.is_empty(), "some were never handed out");
        DUE.check_eq("the last look", looks.last().copied(), Some(8_200));
    });
}
