//! The books of who is awake, against plain ones.

#![cfg(not(loom))]

use proptest::prelude::*;
use testkit::{Exercise, Rule};
use work_stealing::idle::{Claimed, Counts, Idle, Was};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

/// tokio-rs/tokio#8372.
const BOOKS: Rule = CHAPTER.rule(
    "After each change the number awake is that of the workers without a bit, and no worker is woken twice.",
);

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Running,
    Searching,
    Parked,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Park(usize),
    Retract(usize),
    Claim,
    Search(usize),
    Find(usize),
}

fn steps(workers: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..workers).prop_map(Step::Park),
        1 => (0..workers).prop_map(Step::Retract),
        2 => Just(Step::Claim),
        1 => (0..workers).prop_map(Step::Search),
        1 => (0..workers).prop_map(Step::Find),
    ];
    prop::collection::vec(step, 1..200)
}

fn take(idle: &Idle, states: &mut [State], step: Step) {
    match step {
        Step::Park(worker) => {
            let was = match states[worker] {
                State::Running => Was::Running,
                State::Searching => Was::Searching,
                State::Parked => return,
            };
            idle.announce(worker, was);
            states[worker] = State::Parked;
        }
        Step::Retract(worker) => {
            // One that is not parked was claimed before.
            let is_parked = states[worker] == State::Parked;
            BOOKS.check_eq(
                "whether it comes up by itself",
                idle.retract(worker, Was::Running),
                is_parked,
            );
            if is_parked {
                states[worker] = State::Running;
            }
        }
        Step::Claim => match idle.claim() {
            Some(Claimed(worker)) => {
                BOOKS.check_eq("what is claimed", states[worker], State::Parked);
                states[worker] = State::Searching;
            }
            None => {
                let is_any = states.contains(&State::Parked);
                BOOKS.check_eq("whether one could be claimed", is_any, false);
            }
        },
        Step::Search(worker) => {
            if states[worker] == State::Running && idle.try_search() {
                states[worker] = State::Searching;
            }
        }
        Step::Find(worker) => {
            if states[worker] == State::Searching {
                idle.end_search();
                states[worker] = State::Running;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 3 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// More workers than one word has bits.
    #[test]
    fn as_plain_books((workers, steps) in (1..150_usize).prop_flat_map(|n| (Just(n), steps(n)))) {
        let idle = Idle::new(workers);
        let mut states = vec![State::Running; workers];
        for step in steps {
            take(&idle, &mut states, step);
            let count = |state| states.iter().filter(|&&it| it == state).count();
            let searching = count(State::Searching);
            let expected = Counts {
                awake: searching + count(State::Running),
                searching,
            };
            BOOKS.check_eq("the counts", idle.counts(), expected);
            BOOKS.check_eq("whether any is parked", idle.is_any_parked(), 0 < count(State::Parked));
        }
    }
}

/// At most half of the workers that are awake search.
#[test]
fn few_search() {
    BOOKS.holds("four workers that would all search", || {
        let idle = Idle::new(4);
        let search: Vec<_> = (0..4).map(|_| idle.try_search()).collect();
        assert_eq!(search, [true, true, false, false]);
    });
}
