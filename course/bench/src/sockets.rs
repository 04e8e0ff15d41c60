//! Echo: clients and servers of one runtime, on one thread or on two workers, talk over loopback.
//!
//! Each connection has one message of 64 bytes on its way, there and back. So with one connection the
//! runtime does nothing but go to sleep and wake up, and with many it has a batch of events each time.
//! Most of what is measured is the kernel's: the floor is a loop that reads and writes by hand.

mod echo;
mod floor;
mod ours;
mod ours_mt;
mod smol;
mod tokio;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use crate::measure::{Quartiles, processor_time, quartiles};

pub use floor::Floor;
pub use ours::Ours;
pub use ours_mt::OursMt;
pub use smol::Smol;
pub use tokio::{Tokio, TokioMt};

/// The length of a message.
pub const MESSAGE: usize = 64;

/// A runtime with sockets.
pub trait Sockets: Sized + 'static {
    const NAME: &'static str;

    type Stream: Send + 'static;

    /// Connects so many clients to an echo server, all of them tasks of this runtime.
    fn start(connections: usize) -> Echo<Self>;

    /// Each client sends `n` messages, and the time that each takes there and back is added to
    /// `times`. Returns the clients.
    fn run(
        &self,
        clients: Vec<Self::Stream>,
        n: usize,
        times: &mut Vec<Duration>,
    ) -> Vec<Self::Stream>;
}

/// A runtime with its connections.
pub struct Echo<S: Sockets> {
    pub runtime: S,
    pub clients: RefCell<Vec<S::Stream>>,
}

/// What came out of one round.
#[derive(Clone, Copy)]
struct Outcome {
    /// Of each message: on the clock, and of the processor.
    wall: f64,
    processor: f64,
    p50: f64,
    p99: f64,
}

/// How many messages there are in a round.
const MESSAGES: usize = 10_000;

type Run = Box<dyn Fn(usize) -> Outcome>;

fn lane<S: Sockets>(connections: usize) -> (&'static str, Run) {
    let echo = S::start(connections);
    let run = move |n: usize| {
        let mut times = Vec::with_capacity(n);
        let clients = echo.clients.take();
        let (clock, processor) = (Instant::now(), processor_time());
        let each = n / clients.len();
        let clients = echo.runtime.run(clients, each, &mut times);
        let (clock, processor) = (clock.elapsed(), processor_time() - processor);
        echo.clients.replace(clients);
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_nanos() as f64;
        Outcome {
            wall: clock.as_nanos() as f64 / times.len() as f64,
            processor: processor.as_nanos() as f64 / times.len() as f64,
            p50: at(50),
            p99: at(99),
        }
    };
    (S::NAME, Box::new(run))
}

/// Races all, for each number of connections.
pub fn race(threads: Threads, connections: &[&str], rounds: usize) {
    println!(
        "{:<10} {:<7} {:>9} {:>24} {:>24} {:>9} {:>9} {:>24}",
        "echo", "", "msgs/s", "time/tokio", "processor/tokio", "p50 us", "p99 us", "p99/tokio"
    );
    for connections in connections {
        let connections: usize = connections.parse().expect("a number of connections");
        race_with(threads, connections, rounds);
    }
}

/// How many threads run tasks.
#[derive(Clone, Copy)]
pub enum Threads {
    One,
    Two,
}

/// The first is what the others are compared with.
fn race_with(threads: Threads, connections: usize, rounds: usize) {
    let lanes = match threads {
        Threads::One => vec![
            lane::<Tokio>(connections),
            lane::<Ours>(connections),
            lane::<Smol>(connections),
            lane::<Floor>(connections),
        ],
        Threads::Two => vec![
            lane::<TokioMt>(connections),
            lane::<OursMt>(connections),
            lane::<Ours>(connections),
        ],
    };
    let mut outcomes: Vec<Vec<Outcome>> = lanes.iter().map(|_| Vec::new()).collect();
    // One round more than is counted, to warm up.
    for round in 0..=rounds {
        for turn in 0..lanes.len() {
            let lane = (round + turn) % lanes.len();
            let outcome = lanes[lane].1(MESSAGES.max(4 * connections));
            if 0 < round {
                outcomes[lane].push(outcome);
            }
        }
    }
    for ((name, _), own) in lanes.iter().zip(&outcomes) {
        let median = |of: fn(&Outcome) -> f64| quartiles(own.iter().map(of).collect()).median;
        let ratio = |of: fn(&Outcome) -> f64| {
            let rounds = own.iter().zip(&outcomes[0]);
            let ratios = quartiles(rounds.map(|(own, tokio)| of(own) / of(tokio)).collect());
            let Quartiles { low, median, high } = ratios;
            format!("{median:.2} ({low:.2}..{high:.2})")
        };
        println!(
            "{:<10} {:<7} {:>9.0} {:>24} {:>24} {:>9.1} {:>9.1} {:>24}",
            connections,
            name,
            1e9 / median(|outcome| outcome.wall),
            ratio(|outcome| outcome.wall),
            ratio(|outcome| outcome.processor),
            median(|outcome| outcome.p50) / 1e3,
            median(|outcome| outcome.p99) / 1e3,
            ratio(|outcome| outcome.p99),
        );
    }
}

/// Runs one racer once, to be looked at from outside.
pub fn run_one(racer: &str, connections: usize, n: usize) {
    let lane = match racer {
        "tokio" => lane::<Tokio>(connections),
        "tokio-mt" => lane::<TokioMt>(connections),
        "ours-mt" => lane::<OursMt>(connections),
        "ours" => lane::<Ours>(connections),
        "smol" => lane::<Smol>(connections),
        "floor" => lane::<Floor>(connections),
        _ => panic!("no such racer: {racer}"),
    };
    lane.1(n);
}
