//! An allocator that keeps what is freed, to recognize those who do not let go of it.
//!
//! ```text
//!            alloc             dealloc                64 MiB freed later
//!  System ---------->  live  ---------->  poisoned  ---------------------> System
//!                                             |  dealloc again: double free, abort
//!                                             |  pattern damaged: written after free
//! ```
//!
//! # Invariants
//!
//! **Table Or Inside**: a block is in the table if and only if it was allocated while its thread
//! was not inside the table's code. The table's own memory is allocated and freed inside, so the
//! table never asks about itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process;
use std::ptr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::memory::blocks::{Blocks, Findings, Record, Refusal};
use crate::memory::trace::{self, Traces};
use crate::words::lock::Lock;
use crate::words::own::{self, KIT, NOBODY};
use crate::words::report::{self, Report};

/// The allocator that [`quarantine!`](crate::quarantine!) installs.
#[derive(Debug)]
pub struct Quarantine;

static BLOCKS: Lock<Blocks> = Lock::new(Blocks::new());

static INSTALLED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// In the table's code: allocate from the system, and leave no trace.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

// SAFETY: memory comes from `System` with the layout that was asked for, and goes back to it with
// that layout, once: when it is deallocated or later, and nobody else gets it before.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout` is passed on.
        let block = unsafe { System.alloc(layout) };
        add(block, layout, own::counter());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout` is passed on.
        let block = unsafe { System.alloc_zeroed(layout) };
        add(block, layout, own::counter());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if INSIDE.get() {
            // SAFETY: it was allocated inside, so by `System` (invariant: Table Or Inside).
            unsafe { System.dealloc(block, layout) };
            return;
        }
        let traces = match inside(|| BLOCKS.lock().get(block)) {
            Some(record) => Traces {
                freed: take_trace(record.counted_by),
                ..record.traces
            },
            None => Traces::default(),
        };
        if let Err(refusal) = inside(|| BLOCKS.lock().free(block, layout, traces)) {
            abort(layout, &refusal);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if INSIDE.get() {
            // SAFETY: as in `dealloc`; the caller's promises are passed on.
            return unsafe { System.realloc(block, layout, new_size) };
        }
        // SAFETY: the caller promises a size that is not too large when it is rounded up.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the caller promises a size above zero.
        let new_block = unsafe { System.alloc(new_layout) };
        if new_block.is_null() {
            return new_block;
        }
        // Always moves, so pointers to the old place are found out. Whoever counted the old block
        // counts the new one.
        let old = inside(|| BLOCKS.lock().get(block));
        add(
            new_block,
            new_layout,
            old.map_or(NOBODY, |record| record.counted_by),
        );
        // SAFETY: both have at least that many bytes, and the new block is no part of the old one.
        unsafe { ptr::copy_nonoverlapping(block, new_block, layout.size().min(new_size)) };
        // SAFETY: the caller gives the block up to us.
        unsafe { self.dealloc(block, layout) };
        new_block
    }
}

/// Whether the quarantine is this process's allocator.
pub(crate) fn is_installed() -> bool {
    // ORDERING: Relaxed; set long before any test runs.
    INSTALLED.load(Relaxed)
}

/// What is wrong with the blocks that were counted by `check`.
pub(crate) fn findings(check: u32) -> Findings {
    inside(|| BLOCKS.lock().findings(check))
}

/// Runs the table's code.
fn inside<T>(f: impl FnOnce() -> T) -> T {
    let was_inside = INSIDE.replace(true);
    let value = f();
    INSIDE.set(was_inside);
    value
}

/// Notes a block that was just allocated.
fn add(block: *mut u8, layout: Layout, counted_by: u32) {
    if block.is_null() || INSIDE.get() {
        return;
    }
    // ORDERING: Relaxed; see `is_installed`.
    INSTALLED.store(true, Relaxed);
    let traces = Traces {
        allocated: take_trace(counted_by),
        freed: None,
    };
    let record = Record {
        layout,
        counted_by,
        is_freed: false,
        traces,
    };
    inside(|| BLOCKS.lock().add(block, record));
}

/// Notes the place, for a block that a check counts. Not from within the kit: the standard library
/// has a lock on traces, and the thread may just be printing one, for a panic.
fn take_trace(counted_by: u32) -> Option<&'static Backtrace> {
    if matches!(counted_by, NOBODY | KIT) || own::counter() == KIT {
        return None;
    }
    own::uncounted(trace::take)
}

/// Reports a wrong free and ends the process: its heap is not to be trusted any more.
fn abort(layout: Layout, refusal: &Refusal) -> ! {
    own::uncounted_from_now_on();
    let mut saw = describe(layout, refusal);
    if let Some(place) = trace::place(&Backtrace::force_capture()) {
        _ = write!(saw, "\nthis call to free came from {place}");
    }
    let report = match report::last_step() {
        Some((rule, doing)) => {
            _ = write!(saw, "\nwhile {doing}");
            Report::wrong(Some(rule.exercise()), rule.sentence(), saw)
        }
        None => Report::wrong(None, "Every block of memory is freed once.", saw),
    };
    report.write();
    // Not by `eprintln!`: the test harness would catch that, and lose it.
    _ = io::stderr().write_all(format!("\n{report}\n").as_bytes());
    process::abort()
}

fn describe(layout: Layout, refusal: &Refusal) -> String {
    let size = layout.size();
    match refusal {
        Refusal::Unknown => format!(
            "wrong free: a block of {size} bytes was freed that is not allocated: it never was, or \
             was freed long ago",
        ),
        Refusal::Twice(record) => {
            format!(
                "double free: a block was freed a second time\n{}",
                record.words()
            )
        }
        Refusal::OtherLayout(record) => format!(
            "wrong free: a block was freed as {size} bytes aligned to {}, but it was allocated as \
             {} bytes aligned to {}\n{}",
            layout.align(),
            record.layout.size(),
            record.layout.align(),
            record.words(),
        ),
        Refusal::Written(record) => format!(
            "use after free: a block was written to after it was freed\n{}",
            record.words(),
        ),
    }
}
