//! A worker's queue against a plain one: the same values, in the same order.

#![cfg(not(loom))]

use std::cell::RefCell;
use std::collections::VecDeque;

use proptest::prelude::*;
use testkit::{Exercise, Rule};
use work_stealing::ring::{
    CAPACITY, Drained, Missed, Overflow, Owner, Thief, Word, ring_starting_at,
};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const FIFO: Rule = CHAPTER.rule("The owner takes the values in the order in which it queued them.");
const HALF: Rule = CHAPTER.rule("A thief takes the older half, rounded up, and in order.");
const OVERFLOW: Rule = CHAPTER
    .rule("A full queue gives away its older half, and the new value behind it, in one batch.");
const ONCE: Rule = CHAPTER.rule("A value is handed out once, or dropped once.");

/// A value of its own, so that a second drop is seen by Miri.
#[derive(Debug, PartialEq, Eq)]
struct Value(Box<usize>);

// SAFETY: a box is a pointer, and is made of it once.
unsafe impl Word for Value {
    fn into_word(self) -> *mut () {
        Box::into_raw(self.0).cast()
    }

    unsafe fn from_word(word: *mut ()) -> Value {
        // SAFETY: as our caller promises.
        Value(unsafe { Box::from_raw(word.cast()) })
    }
}

#[derive(Default)]
struct Spill(RefCell<VecDeque<usize>>);

impl Overflow<Value> for Spill {
    fn push_batch(&self, batch: Drained<'_, Value>) {
        self.0.borrow_mut().extend(batch.map(|value| *value.0));
    }
}

/// Two queues, and what plain ones say of them.
struct Pair {
    owner: Owner<Value>,
    thief: Thief<Value>,
    other: Owner<Value>,
    plain: VecDeque<usize>,
    spill: Spill,
    plain_spill: VecDeque<usize>,
    next: usize,
}

impl Pair {
    fn starting_at(start: u64) -> Pair {
        let (owner, thief) = ring_starting_at(start);
        let (other, _) = ring_starting_at(start.wrapping_add(1));
        Pair {
            owner,
            thief,
            other,
            plain: VecDeque::new(),
            spill: Spill::default(),
            plain_spill: VecDeque::new(),
            next: 0,
        }
    }

    fn push(&mut self) {
        let value = self.next;
        self.next += 1;
        self.owner.push(Value(Box::new(value)), &self.spill);
        if self.plain.len() < CAPACITY {
            self.plain.push_back(value);
        } else {
            self.plain_spill.extend(self.plain.drain(..CAPACITY / 2));
            self.plain_spill.push_back(value);
        }
        let spill = self.spill.0.borrow();
        OVERFLOW.check_eq("what was given away", &*spill, &self.plain_spill);
    }

    fn pop(&mut self) {
        let popped = self.owner.pop().map(|value| *value.0);
        FIFO.check_eq("what the owner takes", popped, self.plain.pop_front());
    }

    fn steal(&mut self) {
        let half = self.plain.len().div_ceil(2);
        let expected: Vec<_> = self.plain.drain(..half).collect();
        let mut stolen = Vec::new();
        match self.thief.steal_half(&mut self.other) {
            Ok(first) => stolen.push(*first.0),
            Err(missed) => HALF.check_eq("why nothing is stolen", missed, Missed::Empty),
        }
        stolen.extend(std::iter::from_fn(|| self.other.pop()).map(|value| *value.0));
        HALF.check_eq("what the thief takes", stolen, expected);
    }

    fn check_len(&self) {
        FIFO.check_eq("the length", self.owner.len(), self.plain.len());
        FIFO.check_eq(
            "whether it is empty",
            self.thief.is_empty(),
            self.plain.is_empty(),
        );
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Push(usize),
    Pop(usize),
    Steal,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..CAPACITY).prop_map(Step::Push),
        (1..CAPACITY).prop_map(Step::Pop),
        Just(Step::Steal),
    ];
    let most = if cfg!(miri) { 8 } else { 40 };
    prop::collection::vec(step, 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 3 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Some start a little before the counters come round.
    #[test]
    fn as_a_plain_queue(steps in steps(), before_the_end in 0..1000_u64, is_near in any::<bool>()) {
        let start = if is_near { u64::MAX - before_the_end } else { before_the_end };
        let mut pair = Pair::starting_at(start);
        for step in steps {
            match step {
                Step::Push(n) => (0..n).for_each(|_| pair.push()),
                Step::Pop(n) => (0..n).for_each(|_| pair.pop()),
                Step::Steal => pair.steal(),
            }
            pair.check_len();
        }
    }
}

/// What is left is dropped with the queue; Miri reports what is not, and what is dropped twice.
#[test]
fn what_is_left_is_dropped() {
    ONCE.holds("a queue that is dropped with values in it", || {
        let mut pair = Pair::starting_at(u64::MAX - 3);
        (0..10).for_each(|_| pair.push());
        pair.pop();
        pair.steal();
    });
}

/// A mark is reached when all that was queued before it is out, and what comes after it does not count.
#[test]
fn a_mark_is_a_place_in_the_order() {
    FIFO.holds("a mark, near the end of the counters", || {
        let mut pair = Pair::starting_at(u64::MAX - 2);
        (0..5).for_each(|_| pair.push());
        let mark = pair.owner.mark();
        (0..5).for_each(|_| pair.push());
        for _ in 0..5 {
            FIFO.check_eq(
                "whether it is reached early",
                pair.owner.has_reached(mark),
                false,
            );
            pair.pop();
        }
        FIFO.check_eq("whether it is reached", pair.owner.has_reached(mark), true);
        (0..5).for_each(|_| pair.pop());
        FIFO.check_eq(
            "whether it stays reached",
            pair.owner.has_reached(mark),
            true,
        );
    });
}

/// All values of a million, through four thieves, once.
#[test]
fn thieves_and_an_owner_conserve() {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    #[derive(Default)]
    struct Shared(Mutex<Vec<usize>>);

    impl Overflow<Value> for &Shared {
        fn push_batch(&self, batch: Drained<'_, Value>) {
            self.0.lock().unwrap().extend(batch.map(|value| *value.0));
        }
    }

    let n = if cfg!(miri) { 1000 } else { 1_000_000 };
    ONCE.holds("an owner and three thieves", move || {
        let (mut owner, thief) = ring_starting_at::<Value>(u64::MAX - n as u64 / 2);
        let all = Shared::default();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                let (all, is_done, thief) = (&all, &is_done, thief.clone());
                scope.spawn(move || {
                    let (mut mine, _) = ring_starting_at(7);
                    let mut taken = Vec::new();
                    loop {
                        let is_last = is_done.load(Relaxed);
                        match thief.steal_half(&mut mine) {
                            Ok(first) => taken.push(*first.0),
                            Err(Missed::Raced) => continue,
                            Err(Missed::Empty) if is_last => break,
                            Err(Missed::Empty) => std::thread::yield_now(),
                        }
                        taken.extend(std::iter::from_fn(|| mine.pop()).map(|value| *value.0));
                    }
                    all.0.lock().unwrap().extend(taken);
                });
            }
            let mut taken = Vec::new();
            for i in 0..n {
                owner.push(Value(Box::new(i)), &&all);
                if i % 3 == 0 {
                    taken.extend(owner.pop().map(|value| *value.0));
                }
            }
            taken.extend(std::iter::from_fn(|| owner.pop()).map(|value| *value.0));
            is_done.store(true, Relaxed);
            all.0.lock().unwrap().extend(taken);
        });
        let mut all = all.0.into_inner().unwrap();
        all.sort_unstable();
        ONCE.check_eq("how many came out", all.len(), n);
        ONCE.check_eq(
            "each of them",
            all.iter().enumerate().all(|(i, &value)| i == value),
            true,
        );
    });
}
