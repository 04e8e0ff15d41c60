//! What a task costs on the heap: one allocation, of a few words more than its future.

#![cfg(not(loom))]

mod schedulers;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::pending;

use schedulers::Pool;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const CHEAP: Rule = CHAPTER.rule("A task is one allocation, a few words more than its future.");

struct Counting;

thread_local! {
    /// Allocations of this thread, and their bytes.
    static COUNT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (allocations, bytes) = COUNT.get();
        COUNT.set((allocations + 1, bytes + layout.size()));
        // SAFETY: as our caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as our caller promises.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Allocations and bytes of one spawn.
fn cost_of<F>(future: F) -> (usize, usize)
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let pool = Pool::new();
    let before = COUNT.get();
    let join = pool.spawn(future);
    let after = COUNT.get();
    drop(join);
    pool.shutdown();
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn a_task_is_one_allocation() {
    CHEAP.holds("a task is one allocation", || {
        let small = async { pending::<()>().await };
        assert!(size_of_val(&small) <= 16);
        let (allocations, bytes) = cost_of(small);
        println!("{bytes} bytes for a future of at most 16");
        assert_eq!(allocations, 1);
        assert!(bytes <= 104, "{bytes}");

        // Where a word has 32 bits both are smaller.
        if cfg!(target_pointer_width = "64") {
            let words = [1_u64; 4];
            let middle = async move { words };
            assert_eq!(size_of_val(&middle), 40);
            let (allocations, bytes) = cost_of(middle);
            println!("{bytes} bytes for a future of 40");
            assert_eq!(allocations, 1);
            assert_eq!(bytes, 128);
        }

        let large = [0_u8; 1000];
        let (allocations, bytes) = cost_of(async move { large.len() });
        println!("{bytes} bytes for a future of about 1000");
        assert_eq!(allocations, 1);
        assert!(bytes <= 1000 + 104, "{bytes}");
    });
}
