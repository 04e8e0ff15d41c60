//! Five philosophers at a round table, a fork between any two of them. To eat takes both neighbours'
//! forks, and each fork is a mutex.
//!
//! If all take their left fork first, all have one and wait for the other: for ever. The tasks wait
//! for one another in a ring, and nothing in the program is wrong but the order. Two ways out: an
//! order among the forks, in which everybody takes them; or a semaphore that lets only four sit down,
//! so that one of them has a neighbour who is not there.
//!
//!     cargo run -p sync --example philosophers_solved

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use current_thread::{JoinHandle, Runtime, spawn, yield_now};
use locks::{Mutex, Semaphore};

const PHILOSOPHERS: usize = 5;
const MEALS: usize = 3;

/// What is on the table, and what an observer sees.
struct Table {
    forks: [Mutex<()>; PHILOSOPHERS],
    /// How many may sit down at a time.
    seats: Semaphore,
    meals: [AtomicUsize; PHILOSOPHERS],
    /// What each is doing: the fork that it has, if any, and the one that it waits for.
    doing: std::sync::Mutex<[Doing; PHILOSOPHERS]>,
    /// Counts whatever happens.
    events: AtomicUsize,
}

#[derive(Clone, Copy, Default)]
struct Doing {
    has: Option<usize>,
    waits_for: Option<usize>,
}

fn main() {
    dine(
        "Each takes the fork on the left first:",
        PHILOSOPHERS,
        |i| (i, (i + 1) % PHILOSOPHERS),
    );
    dine(
        "Each takes the fork with the lower number first:",
        PHILOSOPHERS,
        |i| {
            let (left, right) = (i, (i + 1) % PHILOSOPHERS);
            (left.min(right), left.max(right))
        },
    );
    dine("Only four sit down at a time:", PHILOSOPHERS - 1, |i| {
        (i, (i + 1) % PHILOSOPHERS)
    });
}

/// Lets all eat, and says how it went. `forks_of` says which two forks, in which order.
fn dine(what: &str, seats: usize, forks_of: fn(usize) -> (usize, usize)) {
    println!("{what}");
    let table = Arc::new(Table {
        forks: Default::default(),
        seats: Semaphore::new(seats),
        meals: Default::default(),
        doing: std::sync::Mutex::default(),
        events: AtomicUsize::new(0),
    });
    Runtime::new().block_on(async {
        let philosophers: Vec<_> = (0..PHILOSOPHERS)
            .map(|i| spawn(live(Arc::clone(&table), i, forks_of(i))))
            .collect();
        if watch(&table, &philosophers).await {
            let meals: Vec<_> = table.meals.iter().map(|m| m.load(Relaxed)).collect();
            println!("    all have eaten: {meals:?}");
        } else {
            table.diagnose();
            for philosopher in philosophers {
                philosopher.abort();
            }
        }
    });
}

/// The life of philosopher `i`, who takes the forks in this order.
async fn live(table: Arc<Table>, i: usize, (first, second): (usize, usize)) {
    for _ in 0..MEALS {
        let _seat = table.seats.acquire().await.expect("the table stays open");
        table.note(i, None, Some(first));
        let _first = table.forks[first].lock().await;
        table.note(i, Some(first), None);
        // Reaching for the other one takes a while.
        yield_now().await;
        table.note(i, Some(first), Some(second));
        let _second = table.forks[second].lock().await;
        table.meals[i].fetch_add(1, Relaxed);
        table.note(i, None, None);
        yield_now().await;
    }
}

/// Whether all come to an end. They do not if nothing happens while each of them could have had its
/// turn: this scheduler has nothing else to wait for.
async fn watch(table: &Table, philosophers: &[JoinHandle<()>]) -> bool {
    loop {
        if philosophers.iter().all(JoinHandle::is_finished) {
            return true;
        }
        let before = table.events.load(Relaxed);
        for _ in 0..2 * PHILOSOPHERS {
            yield_now().await;
        }
        if table.events.load(Relaxed) == before {
            return false;
        }
    }
}

impl Table {
    fn note(&self, i: usize, has: Option<usize>, waits_for: Option<usize>) {
        self.doing.lock().expect("nobody panics")[i] = Doing { has, waits_for };
        self.events.fetch_add(1, Relaxed);
    }

    fn diagnose(&self) {
        let doing = *self.doing.lock().expect("nobody panics");
        for (i, philosopher) in doing.iter().enumerate() {
            let Doing {
                has: Some(has),
                waits_for: Some(waits_for),
            } = philosopher
            else {
                continue;
            };
            let holder = doing.iter().position(|other| other.has == Some(*waits_for));
            let holder = holder.expect("somebody has the fork that another waits for");
            println!("    {i} has fork {has} and waits for fork {waits_for}, which {holder} has");
        }
        let meals: usize = self.meals.iter().map(|m| m.load(Relaxed)).sum();
        println!("    nobody can ever go on; meals eaten: {meals}");
    }
}
