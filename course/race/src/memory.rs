//! Bytes of a task that waits: what the runtime asks of the allocator for it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::future::pending;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicIsize;
use std::sync::atomic::Ordering::Relaxed;

use crate::racers::Racer;

/// The system's allocator, and a count of what is asked of it while one is wanted.
pub struct Counting;

/// So that a race pays for a look at a flag only.
// ORDERING: Relaxed for both. One thread turns the count on, asks for memory, and reads the count.
static IS_WANTED: AtomicBool = AtomicBool::new(false);
/// Bytes that were asked for and not given back.
static LIVE: AtomicIsize = AtomicIsize::new(0);

const TASKS: usize = 100_000;

/// The future of each task holds 16 bytes, as a small one does.
pub fn of_a_task<R: Racer>() -> f64 {
    let rt = R::start();
    IS_WANTED.store(true, Relaxed);
    let before = LIVE.load(Relaxed);
    let taken = rt.block_on(async {
        for i in 0..TASKS {
            let held = [i, TASKS];
            R::detach(R::spawn(async move {
                pending::<()>().await;
                std::hint::black_box(held);
            }));
        }
        LIVE.load(Relaxed) - before
    });
    IS_WANTED.store(false, Relaxed);
    taken as f64 / TASKS as f64
}

fn count(bytes: isize) {
    if IS_WANTED.load(Relaxed) {
        LIVE.fetch_add(bytes, Relaxed);
    }
}

// SAFETY: each call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: our caller promises what `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: our caller promises what `System` asks for.
        unsafe { System.dealloc(block, layout) }
    }
}
