//! A pipeline whose middle is too slow for a while: how long its queue gets, with room for any number of
//! values and with room for eight.
//!
//! A source makes a value in each turn, for 60 turns. A sink takes one in each turn as well, but for a
//! while it needs four turns for each. So a queue builds up, and is worked off when the source is done.
//!
//!     cargo run -p sync --example pipeline_solved

use std::cell::RefCell;
use std::rc::Rc;

use channels::mpsc::{
    Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel,
};
use current_thread::{LocalRuntime, spawn_local, yield_now};

/// How many values the source makes.
const VALUES: usize = 60;
/// How many of them the bounded channel has room for.
const ROOM: usize = 8;
/// The values that the sink needs more turns for, and how many.
const SLOW: std::ops::Range<usize> = 10..25;
const SLOW_TURNS: usize = 4;

/// The two kinds of channel, for a pipeline that does not care.
enum Source {
    Bounded(Sender<usize>),
    Unbounded(UnboundedSender<usize>),
}

enum Sink {
    Bounded(Receiver<usize>),
    Unbounded(UnboundedReceiver<usize>),
}

impl Source {
    async fn send(&self, value: usize) {
        match self {
            Source::Bounded(sender) => sender.send(value).await.expect("the sink receives"),
            Source::Unbounded(sender) => sender.send(value).expect("the sink receives"),
        }
    }
}

impl Sink {
    async fn recv(&mut self) -> Option<usize> {
        match self {
            Sink::Bounded(receiver) => receiver.recv().await,
            Sink::Unbounded(receiver) => receiver.recv().await,
        }
    }

    fn len(&self) -> usize {
        match self {
            Sink::Bounded(receiver) => receiver.len(),
            Sink::Unbounded(receiver) => receiver.len(),
        }
    }
}

/// What was seen in each turn.
#[derive(Default)]
struct Seen {
    /// How many values were in the channel.
    lengths: Vec<usize>,
    /// When it was done, in turns.
    source_done: Option<usize>,
}

fn main() {
    let (sender, receiver) = unbounded_channel();
    let unbounded = run(Source::Unbounded(sender), Sink::Unbounded(receiver));
    let (sender, receiver) = channel(ROOM);
    let bounded = run(Source::Bounded(sender), Sink::Bounded(receiver));
    draw("unbounded", &unbounded);
    println!();
    draw(&format!("room for {ROOM}"), &bounded);
}

/// Runs the pipeline, and looks at the queue once in each turn.
fn run(source: Source, mut sink: Sink) -> Seen {
    let seen = Rc::new(RefCell::new(Seen::default()));
    let rt = LocalRuntime::new();
    rt.block_on(async {
        let source_seen = Rc::clone(&seen);
        drop(spawn_local(async move {
            for value in 0..VALUES {
                source.send(value).await;
                yield_now().await;
            }
            let mut seen = source_seen.borrow_mut();
            seen.source_done = Some(seen.lengths.len());
        }));
        let sink_seen = Rc::clone(&seen);
        let sinking = spawn_local(async move {
            while let Some(value) = sink.recv().await {
                let turns = if SLOW.contains(&value) { SLOW_TURNS } else { 1 };
                for _ in 0..turns {
                    sink_seen.borrow_mut().lengths.push(sink.len());
                    yield_now().await;
                }
            }
        });
        sinking.await.expect("it does not panic");
    });
    drop(rt);
    Rc::into_inner(seen).expect("both are done").into_inner()
}

/// The length of the queue over time: a column for every two turns, a row for every four values.
fn draw(name: &str, seen: &Seen) {
    let longest = seen.lengths.iter().copied().max().unwrap_or(0);
    println!("{name}: at most {longest} values in the channel");
    let columns: Vec<usize> = seen
        .lengths
        .chunks(2)
        .map(|turns| turns.iter().copied().max().unwrap_or(0))
        .collect();
    for row in (0..longest.div_ceil(4)).rev() {
        let floor = row * 4;
        let line: String = columns
            .iter()
            .map(|&length| match length.saturating_sub(floor) {
                0 => ' ',
                1 | 2 => '.',
                _ => '#',
            })
            .collect();
        println!("{:>4} |{}", floor + 4, line.trim_end());
    }
    println!("   0 +{}", "-".repeat(columns.len()));
    let done = seen.source_done.expect("the source is done");
    println!(
        "      {} turns, the source was done after {done}",
        seen.lengths.len()
    );
}
