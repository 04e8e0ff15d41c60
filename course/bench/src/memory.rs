//! Bytes and allocations of a task that waits, and of a timer.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::env;
use std::future::pending;
use std::io;
use std::process::Command;

use crate::racers::{Ours, OursMt, Racer, Smol, Tokio, TokioMt};
use crate::timers::{self, Timers};

/// The system's allocator, and a count of what is asked of it.
pub struct Counting;

thread_local! {
    /// Blocks, and their bytes, that this thread has allocated and not freed.
    static LIVE: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

/// What a task takes, or a timer.
pub struct Memory {
    pub name: &'static str,
    pub allocations: f64,
    /// Asked of the allocator.
    pub asked: f64,
    /// By how much the heap has grown: with what the allocator needs itself, and with the gaps that
    /// it has to leave where a cell is aligned to more than a word.
    pub heap: f64,
}

const TASKS: usize = 100_000;

/// For each runtime, in a process of its own, with a heap of its own.
pub fn all() -> io::Result<Vec<Memory>> {
    [Tokio::NAME, Ours::NAME, Smol::NAME]
        .into_iter()
        .map(|name| measure_elsewhere("--memory", name))
        .collect()
}

/// The same for runtimes with two workers.
pub fn of_pools() -> io::Result<Vec<Memory>> {
    [TOKIO_MT, OURS_MT]
        .into_iter()
        .map(|name| measure_elsewhere("--memory", name))
        .collect()
}

const TOKIO_MT: &str = "tokio 2";
const OURS_MT: &str = "ours 2";

/// The same for timers.
pub fn all_timers() -> io::Result<Vec<Memory>> {
    [Tokio::NAME, Ours::NAME, Smol::NAME]
        .into_iter()
        .map(|name| measure_elsewhere("--timer-memory", name))
        .collect()
}

/// What a process that is being measured does: prints the three numbers.
pub fn run_one(racer: &str) {
    let (allocations, asked, heap) = match racer {
        Tokio::NAME => measure::<Tokio>(),
        Ours::NAME => measure::<Ours>(),
        TOKIO_MT => measure::<TokioMt>(),
        OURS_MT => measure::<OursMt>(),
        _ => measure::<Smol>(),
    };
    println!("{allocations} {asked} {heap}");
}

/// The same for timers: boxed sleeps that wait.
pub fn run_one_of_timers(racer: &str) {
    let (allocations, asked, heap) = match racer {
        Tokio::NAME => measure_timers::<timers::Tokio>(),
        Ours::NAME => measure_timers::<timers::Ours>(),
        _ => measure_timers::<timers::Smol>(),
    };
    println!("{allocations} {asked} {heap}");
}

fn measure_timers<R: Timers>() -> (isize, isize, isize) {
    let rt = R::start();
    // What is there once, whatever the number of timers.
    drop(timers::keep(&rt, 1));
    let (before, heap_before) = (LIVE.get(), heap());
    let sleeps = timers::keep(&rt, TASKS);
    let (after, heap_after) = (LIVE.get(), heap());
    // The vector that keeps them is no part of them.
    let vector = (sleeps.capacity() * size_of::<usize>()) as isize;
    let heap = heap_after - heap_before - vector;
    (after.0 - before.0 - 1, after.1 - before.1 - vector, heap)
}

fn measure_elsewhere(what: &str, name: &'static str) -> io::Result<Memory> {
    let output = Command::new(env::current_exe()?)
        .args([what, name])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let per_task: Vec<f64> = text
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .map(|total: f64| total / TASKS as f64)
        .collect();
    match per_task[..] {
        [allocations, asked, heap] => Ok(Memory {
            name,
            allocations,
            asked,
            heap,
        }),
        _ => Err(io::Error::other(format!("{name} measured nothing"))),
    }
}

/// The future of each task holds 16 bytes, as a small one does.
fn measure<R: Racer>() -> (isize, isize, isize) {
    let rt = R::start();
    rt.block_on(async {
        let (before, heap_before) = (LIVE.get(), heap());
        spawn_pending::<R>(TASKS);
        let (after, heap_after) = (LIVE.get(), heap());
        let heap = heap_after - heap_before;
        (after.0 - before.0, after.1 - before.1, heap)
    })
}

/// What the heap has from the system.
fn heap() -> isize {
    // SAFETY: it only reads the allocator's own counts.
    let info = unsafe { libc::mallinfo2() };
    (info.arena + info.hblkhd) as isize
}

fn spawn_pending<R: Racer>(n: usize) {
    for i in 0..n {
        let held = [i, n];
        R::detach(R::spawn(async move {
            pending::<()>().await;
            std::hint::black_box(held);
        }));
    }
}

fn count(blocks: isize, bytes: isize) {
    let live = LIVE.get();
    LIVE.set((live.0 + blocks, live.1 + bytes));
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as isize);
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-1, -(layout.size() as isize));
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}
