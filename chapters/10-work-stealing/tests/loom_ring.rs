//! A worker's queue, its owner and its thieves: every interleaving.
//!
//! The queue has four places here, and its counters start a little before they come round.

#![cfg(loom)]

use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use work_stealing::ring::{CAPACITY, Drained, Missed, Overflow, Thief, Word, ring_starting_at};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const ONCE: Rule = CHAPTER.rule("A value is handed out once, whoever takes it, and none is lost.");

/// A box, so that loom sees what was written before it was queued; see `Seen`.
struct Value(Box<Seen>);

struct Seen {
    number: usize,
    /// Read by the taker: a race unless the queue hands over what was written before the push.
    cell: model::loom::cell::UnsafeCell<usize>,
}

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

// SAFETY: the cell is touched by the one that has the value.
unsafe impl Send for Value {}

impl Value {
    fn new(number: usize) -> Value {
        Value(Box::new(Seen {
            number,
            cell: model::loom::cell::UnsafeCell::new(number),
        }))
    }

    fn number(self) -> usize {
        // SAFETY: we have the value.
        let seen = self.0.cell.with_mut(|cell| unsafe { *cell });
        assert_eq!(seen, self.0.number, "the value is another one");
        seen
    }
}

#[derive(Clone, Default)]
struct Spill(Arc<std::sync::Mutex<Vec<usize>>>);

impl Overflow<Value> for Spill {
    fn push_batch(&self, batch: Drained<'_, Value>) {
        self.0.lock().unwrap().extend(batch.map(Value::number));
    }
}

/// Steals once, and takes out what came with it.
fn steal(thief: &Thief<Value>) -> Vec<usize> {
    let (mut mine, _) = ring_starting_at(u64::MAX);
    let mut taken = Vec::new();
    match thief.steal_half(&mut mine) {
        Ok(first) => taken.push(first.number()),
        Err(Missed::Empty | Missed::Raced) => {}
    }
    while let Some(value) = mine.pop() {
        taken.push(value.number());
    }
    taken
}

/// Steals one value twice.
fn steal_ones(thief: &Thief<Value>) -> Vec<usize> {
    let one = |_| thief.steal_one().ok().map(Value::number);
    (0..2).filter_map(one).collect()
}

/// The owner pushes and pops so often, beside so many thieves that each steal once.
fn conserves(before: usize, pushes: usize, pops: usize, thieves: usize) {
    conserves_beside(before, pushes, pops, &vec![steal as Steal; thieves]);
}

type Steal = fn(&Thief<Value>) -> Vec<usize>;

fn conserves_beside(before: usize, pushes: usize, pops: usize, thieves: &[Steal]) {
    let (mut owner, thief) = ring_starting_at(u64::MAX - 2);
    let spill = Spill::default();
    lane("the owner");
    for i in 0..before {
        owner.push(Value::new(i), &spill);
    }
    let all = Arc::new(Mutex::new(Vec::new()));
    let threads: Vec<_> = thieves
        .iter()
        .map(|&steal| {
            let (thief, all) = (thief.clone(), all.clone());
            thread::spawn(move || {
                lane("a thief");
                let taken = steal(&thief);
                all.lock().unwrap().extend(taken);
            })
        })
        .collect();
    let mut taken = Vec::new();
    for i in before..before + pushes {
        owner.push(Value::new(i), &spill);
    }
    for _ in 0..pops {
        taken.extend(owner.pop().map(Value::number));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    while let Some(value) = owner.pop() {
        taken.push(value.number());
    }
    taken.extend(spill.0.lock().unwrap().drain(..));
    taken.extend(all.lock().unwrap().drain(..));
    taken.sort_unstable();
    let expected: Vec<_> = (0..before + pushes).collect();
    assert_eq!(taken, expected, "a value is lost, or was handed out twice");
}

#[test]
fn the_last_value_has_one_taker() {
    ONCE.model(|| conserves(1, 0, 1, 2));
}

#[test]
fn a_pop_beside_a_thief() {
    ONCE.model(|| conserves(3, 0, 2, 1));
}

/// The thief copies while the owner may come round to the same places.
#[test]
fn pushes_come_round_beside_a_thief() {
    ONCE.model(|| conserves(CAPACITY - 1, 3, 1, 1));
}

#[test]
fn pushes_come_round_beside_a_thief_of_single_values() {
    ONCE.model(|| conserves_beside(CAPACITY - 1, 3, 1, &[steal_ones]));
}

#[test]
fn a_pop_beside_thieves_of_both_kinds() {
    ONCE.model(|| conserves_beside(2, 1, 1, &[steal, steal_ones]));
}

#[test]
fn an_overflow_beside_a_thief() {
    ONCE.model(|| conserves(CAPACITY, 1, 1, 1));
}

#[test]
fn an_overflow_beside_two_thieves() {
    ONCE.model(|| conserves(CAPACITY, 1, 0, 2));
}

#[test]
fn pushes_and_pops_beside_two_thieves() {
    ONCE.model(|| conserves(1, 2, 2, 2));
}
