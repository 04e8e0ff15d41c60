//! Four ways to keep timers, and what the same timers cost in each.
//!
//! Each round makes timers with deadlines in the next minute, cancels nine out of ten of them in another order, as
//! a server does with its timeouts, and then lets the time come for the rest. A thread that sleeps cannot be
//! cancelled; it is only not waited for.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

use timer_future::{AsyncTimerFuture, block_on};
use timer_wheel::wheel::{Timer, Wheel};

/// Deadlines are in the next minute, in milliseconds.
const MINUTE: u64 = 60_000;

fn main() {
    println!("microseconds for each timer");
    println!(
        "{:>7}  {:>14}  {:>14}  {:>14}  {:>14}",
        "timers", "a thread each", "a sorted list", "a heap", "the wheel"
    );
    for count in [100, 1_000, 10_000, 100_000] {
        let round = Round::new(count);
        let threads = (count <= 1_000).then(|| threads(&round));
        let list = (count <= 10_000).then(|| measure(&round, SortedList::new(count)));
        let heap = Some(measure(&round, Heap::new(count)));
        let wheel = Some(measure(&round, OnWheel::new(count)));
        let cells = [threads, list, heap, wheel].map(|time| match time {
            Some(time) => format!("{:.2}", time.as_secs_f64() * 1e6 / count as f64),
            None => "-".to_owned(),
        });
        let [threads, list, heap, wheel] = cells;
        println!("{count:>7}  {threads:>14}  {list:>14}  {heap:>14}  {wheel:>14}");
    }
}

/// The same deadlines and cancellations for all of them.
struct Round {
    deadlines: Vec<u64>,
    /// The numbers of the timers that are cancelled, in this order.
    cancelled: Vec<usize>,
}

impl Round {
    fn new(count: usize) -> Round {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let deadlines = (0..count).map(|_| 1 + random.below(MINUTE)).collect();
        let mut numbers: Vec<usize> = (0..count).collect();
        for n in (1..count).rev() {
            numbers.swap(n, random.below(n as u64 + 1) as usize);
        }
        numbers.truncate(count * 9 / 10);
        Round {
            deadlines,
            cancelled: numbers,
        }
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// Something that keeps timers, each known by its number.
trait Timers {
    fn insert(&mut self, number: usize, deadline: u64);
    fn cancel(&mut self, number: usize);
    /// Takes out all that is left, earliest first. Returns how many, and the sum of all deadlines that were out
    /// of order, which has to be 0.
    fn run_out(&mut self) -> (usize, u64);
}

fn measure(round: &Round, mut timers: impl Timers) -> Duration {
    let begin = Instant::now();
    for (number, deadline) in round.deadlines.iter().enumerate() {
        timers.insert(number, *deadline);
    }
    for number in &round.cancelled {
        timers.cancel(*number);
    }
    let (fired, out_of_order) = timers.run_out();
    let elapsed = begin.elapsed();
    assert_eq!(fired, round.deadlines.len() - round.cancelled.len());
    assert_eq!(out_of_order, 0);
    elapsed
}

/// Chapter 1's timers, each with a thread. To wait for their deadlines would take a minute, so each sleeps for a
/// millisecond only.
fn threads(round: &Round) -> Duration {
    let begin = Instant::now();
    let timers: Vec<_> = round
        .deadlines
        .iter()
        .map(|_| AsyncTimerFuture::new(Duration::from_millis(1)))
        .collect();
    block_on(async {
        for timer in timers {
            timer.await;
        }
    });
    begin.elapsed()
}

/// A list in the order of the deadlines, linked in both directions: a new timer walks to its place.
struct SortedList {
    /// By number, and after the last one the end of the list, which is its begin as well.
    nodes: Vec<Node>,
}

#[derive(Clone, Copy)]
struct Node {
    deadline: u64,
    before: usize,
    after: usize,
}

impl SortedList {
    fn new(count: usize) -> SortedList {
        let end = Node {
            deadline: u64::MAX,
            before: count,
            after: count,
        };
        SortedList {
            nodes: vec![end; count + 1],
        }
    }

    fn end(&self) -> usize {
        self.nodes.len() - 1
    }
}

impl Timers for SortedList {
    // ANCHOR: list
    fn insert(&mut self, number: usize, deadline: u64) {
        let mut after = self.nodes[self.end()].after;
        while self.nodes[after].deadline <= deadline {
            after = self.nodes[after].after;
        }
        let before = self.nodes[after].before;
        self.nodes[number] = Node {
            deadline,
            before,
            after,
        };
        self.nodes[before].after = number;
        self.nodes[after].before = number;
    }

    fn cancel(&mut self, number: usize) {
        let Node { before, after, .. } = self.nodes[number];
        self.nodes[before].after = after;
        self.nodes[after].before = before;
    }
    // ANCHOR_END: list

    fn run_out(&mut self) -> (usize, u64) {
        let (mut fired, mut now, mut wrong) = (0, 0, 0);
        loop {
            let first = self.nodes[self.end()].after;
            if first == self.end() {
                return (fired, wrong);
            }
            let deadline = self.nodes[first].deadline;
            wrong += if deadline < now { deadline } else { 0 };
            now = deadline;
            fired += 1;
            self.cancel(first);
        }
    }
}

/// A heap. A timer that is cancelled is only marked: to take it out, one would have to find it.
struct Heap {
    heap: BinaryHeap<Reverse<(u64, usize)>>,
    is_cancelled: Vec<bool>,
}

impl Heap {
    fn new(count: usize) -> Heap {
        Heap {
            heap: BinaryHeap::new(),
            is_cancelled: vec![false; count],
        }
    }
}

impl Timers for Heap {
    // ANCHOR: heap
    fn insert(&mut self, number: usize, deadline: u64) {
        self.heap.push(Reverse((deadline, number)));
    }

    fn cancel(&mut self, number: usize) {
        self.is_cancelled[number] = true;
    }
    // ANCHOR_END: heap

    fn run_out(&mut self) -> (usize, u64) {
        let (mut fired, mut now, mut wrong) = (0, 0, 0);
        while let Some(Reverse((deadline, number))) = self.heap.pop() {
            if self.is_cancelled[number] {
                continue;
            }
            wrong += if deadline < now { deadline } else { 0 };
            now = deadline;
            fired += 1;
        }
        (fired, wrong)
    }
}

/// This chapter's wheel.
struct OnWheel {
    wheel: Wheel<()>,
    /// They stay where they are.
    timers: Box<[Timer<()>]>,
}

impl OnWheel {
    fn new(count: usize) -> OnWheel {
        OnWheel {
            wheel: Wheel::new(),
            timers: (0..count).map(|_| Timer::new(())).collect(),
        }
    }
}

impl Timers for OnWheel {
    fn insert(&mut self, number: usize, deadline: u64) {
        let timer = NonNull::from(&self.timers[number]);
        // SAFETY: a timer that is in no list, in a box that lives as long as the wheel. `run_out` takes out all that
        // are left.
        let inserted = unsafe { self.wheel.insert(timer, deadline) };
        inserted.expect("deadlines are in the future");
    }

    fn cancel(&mut self, number: usize) {
        let timer = NonNull::from(&self.timers[number]);
        // SAFETY: it was put in, and is cancelled once.
        unsafe { self.wheel.remove(timer) };
    }

    fn run_out(&mut self) -> (usize, u64) {
        let (mut fired, mut now, mut wrong) = (0, 0, 0);
        while let Some(next) = self.wheel.next_expiration() {
            while let Some(timer) = self.wheel.poll(next) {
                // SAFETY: it is in its box.
                let timer = unsafe { timer.as_ref() };
                // SAFETY: it is out of the wheel.
                let deadline = unsafe { timer.when() };
                wrong += if deadline < now { deadline } else { 0 };
                now = deadline;
                fired += 1;
            }
        }
        (fired, wrong)
    }
}
