//! An allocator that keeps what is freed, to recognize those who do not let go of it.
//!
//! ```text
//!            alloc                    dealloc                     64 MiB freed later
//!  System ---------> Live (in table) ---------> Freed (poisoned) -------------------> System
//!                                                 |  dealloc again: double free, abort
//!                                                 |  pattern damaged: written after free
//! ```
//!
//! # Invariants
//!
//! **Inside Or In Table**: a block is in the table if and only if it was allocated while its
//! thread was not inside the table's code. The table's own memory is allocated and freed inside,
//! so the table never asks about itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Display;
use std::io::{self, Write};
use std::mem;
use std::process;
use std::ptr;
use std::slice;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use crate::lock::Lock;
use crate::memory;
use crate::report::{self, Report};

/// The allocator that [`quarantine!`](crate::quarantine!) installs.
#[derive(Debug)]
pub struct Quarantine;

/// What [`memory::check`] wants to know of a block.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) size: usize,
    /// Where, in the source, if that is known.
    pub(crate) allocated: Option<String>,
    pub(crate) freed: Option<String>,
}

/// What was wrong with the blocks of a check.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) leaked: usize,
    pub(crate) written: usize,
    /// A few of them.
    pub(crate) examples: Vec<Block>,
}

struct Table {
    blocks: BTreeMap<usize, Record>,
    /// The addresses of the freed ones, the oldest first, and their size in all.
    freed: VecDeque<usize>,
    freed_bytes: usize,
    traces: usize,
}

struct Record {
    layout: Layout,
    /// The check that counts it; 0 for none.
    check: u32,
    is_freed: bool,
    allocated: Option<Box<Backtrace>>,
    freed: Option<Box<Backtrace>>,
}

/// Why a block cannot be freed.
enum Refusal {
    Unknown,
    Twice {
        size: usize,
    },
    OtherLayout {
        allocated: Layout,
    },
    /// Another block, which has been freed long ago, was written to since.
    Written {
        size: usize,
    },
}

const POISON: u8 = 0xDE;

/// How much freed memory is kept.
const FREED_BYTES_MAX: usize = 64 << 20;
const FREED_BLOCKS_MAX: usize = 200_000;

/// Freed blocks of this size are not kept: they would push all others out.
const LARGE: usize = 4 << 20;

/// How many places of allocation and of freeing are kept, in all.
const TRACES_MAX: usize = 5_000;

const EXAMPLES_MAX: usize = 4;

static TABLE: Lock<Table> = Lock::new(Table {
    blocks: BTreeMap::new(),
    freed: VecDeque::new(),
    freed_bytes: 0,
    traces: 0,
});

static INSTALLED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// In the table's code: allocate from the system, and leave no trace.
    static INSIDE: Cell<bool> = const { Cell::new(false) };

    /// The check whose closure this thread runs; 0 for none.
    static CHECK: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: memory comes from `System` with the layout asked for, and goes back to it with that
// layout, once: on `dealloc`, or later, and until then nobody else gets it.
unsafe impl GlobalAlloc for Quarantine {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise on `layout` is passed on.
        let block = unsafe { System.alloc(layout) };
        added(block, layout, CHECK.get())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise on `layout` is passed on.
        let block = unsafe { System.alloc_zeroed(layout) };
        added(block, layout, CHECK.get())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if INSIDE.get() {
            // SAFETY: allocated inside, so by `System` (invariant: Inside Or In Table).
            unsafe { System.dealloc(block, layout) };
            return;
        }
        let result = inside(|| {
            let trace = traced(check_of(block));
            TABLE.lock().free(block, layout, trace)
        });
        if let Err(refusal) = result {
            abort(block, layout, &refusal);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if INSIDE.get() {
            // SAFETY: as in `dealloc`; the caller's promises are passed on.
            return unsafe { System.realloc(block, layout, new_size) };
        }
        // Always moves, so that pointers to the old place are found out, too. The new block is
        // counted where the old one was.
        let check = inside(|| check_of(block));
        // SAFETY: the caller promises a size above zero, and below the maximum when rounded up.
        let new_layout = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the size is above zero, as promised.
        let new_block = unsafe { System.alloc(new_layout) };
        if new_block.is_null() {
            return new_block;
        }
        added(new_block, new_layout, check);
        // SAFETY: both have at least that many bytes, and the new block is no part of the old.
        unsafe { ptr::copy_nonoverlapping(block, new_block, layout.size().min(new_size)) };
        // SAFETY: the caller gave the block up to us.
        unsafe { self.dealloc(block, layout) };
        new_block
    }
}

/// Whether the quarantine is this process's allocator.
pub(crate) fn is_installed() -> bool {
    // ORDERING: Relaxed; set long before any test runs.
    INSTALLED.load(Relaxed)
}

/// Runs `f` with the blocks this thread allocates counted for `check`.
pub(crate) fn counting<T>(check: u32, f: impl FnOnce() -> T) -> T {
    let _restore = Restore(CHECK.replace(check));
    f()
}

/// Runs `f` with what it allocates not counted: the kit's own. Never to be wrapped around foreign
/// code.
pub(crate) fn uncounted<T>(f: impl FnOnce() -> T) -> T {
    counting(0, f)
}

struct Restore(u32);

impl Drop for Restore {
    fn drop(&mut self) {
        CHECK.set(self.0);
    }
}

/// What is wrong with the blocks that were counted for `check`.
pub(crate) fn findings(check: u32) -> Findings {
    let found: &Findings = inside(|| {
        // Leaked, as what is allocated inside must not be freed outside.
        Box::leak(Box::new(TABLE.lock().findings(check)))
    });
    let copied = |block: &Block| Block {
        size: block.size,
        allocated: block.allocated.clone(),
        freed: block.freed.clone(),
    };
    Findings {
        leaked: found.leaked,
        written: found.written,
        examples: found.examples.iter().map(copied).collect(),
    }
}

/// Runs the table's code.
fn inside<T>(f: impl FnOnce() -> T) -> T {
    let was_inside = INSIDE.replace(true);
    let value = f();
    INSIDE.set(was_inside);
    value
}

/// Notes a block that was just allocated, and returns it.
fn added(block: *mut u8, layout: Layout, check: u32) -> *mut u8 {
    if block.is_null() || INSIDE.get() {
        return block;
    }
    inside(|| {
        // ORDERING: Relaxed; see `is_installed`.
        INSTALLED.store(true, Relaxed);
        let allocated = traced(check);
        let record = Record {
            layout,
            check,
            is_freed: false,
            allocated,
            freed: None,
        };
        TABLE
            .lock()
            .blocks
            .insert(block.expose_provenance(), record);
    });
    block
}

/// The check that counts a block; 0 for none, or if there is no such block.
fn check_of(block: *mut u8) -> u32 {
    TABLE
        .lock()
        .blocks
        .get(&block.addr())
        .map_or(0, |record| record.check)
}

/// The place in the code, if a check is on and not too many were taken.
fn traced(check: u32) -> Option<Box<Backtrace>> {
    if check == 0 {
        return None;
    }
    let mut table = TABLE.lock();
    if TRACES_MAX <= table.traces {
        return None;
    }
    table.traces += 1;
    drop(table);
    Some(Box::new(Backtrace::force_capture()))
}

impl Table {
    fn free(
        &mut self,
        block: *mut u8,
        layout: Layout,
        trace: Option<Box<Backtrace>>,
    ) -> Result<(), Refusal> {
        let Some(record) = self.blocks.get_mut(&block.addr()) else {
            return Err(Refusal::Unknown);
        };
        if record.is_freed {
            return Err(Refusal::Twice {
                size: record.layout.size(),
            });
        }
        if record.layout != layout {
            return Err(Refusal::OtherLayout {
                allocated: record.layout,
            });
        }
        if LARGE <= layout.size() {
            self.release(block.addr());
            return Ok(());
        }
        record.is_freed = true;
        record.freed = trace;
        // SAFETY: the block is live and has that size, and its owner has just given it up.
        unsafe { ptr::write_bytes(block, POISON, layout.size()) };
        self.freed.push_back(block.addr());
        self.freed_bytes += layout.size();
        self.release_oldest()
    }

    fn release_oldest(&mut self) -> Result<(), Refusal> {
        while FREED_BYTES_MAX < self.freed_bytes || FREED_BLOCKS_MAX < self.freed.len() {
            let Some(address) = self.freed.pop_front() else {
                break;
            };
            let record = &self.blocks[&address];
            let size = record.layout.size();
            self.freed_bytes -= size;
            let intact = record.is_intact(address);
            self.release(address);
            if !intact {
                return Err(Refusal::Written { size });
            }
        }
        Ok(())
    }

    /// Gives a block back to the system.
    fn release(&mut self, address: usize) {
        let record = self
            .blocks
            .remove(&address)
            .expect("only known blocks are released");
        // SAFETY: it was allocated by `System` with this layout, and is taken from the table here,
        // so not given back a second time.
        unsafe { System.dealloc(ptr::with_exposed_provenance_mut(address), record.layout) };
    }

    fn findings(&self, check: u32) -> Findings {
        let mut findings = Findings::default();
        for (&address, record) in &self.blocks {
            if record.check != check {
                continue;
            }
            if record.is_freed {
                if record.is_intact(address) {
                    continue;
                }
                findings.written += 1;
            } else {
                if record.layout.align() == 1 {
                    continue;
                }
                findings.leaked += 1;
            }
            if findings.examples.len() < EXAMPLES_MAX {
                findings.examples.push(record.describe());
            }
        }
        findings
    }
}

impl Record {
    /// Whether a freed block still holds the pattern.
    fn is_intact(&self, address: usize) -> bool {
        let block = ptr::with_exposed_provenance::<u8>(address);
        // SAFETY: the block is in the table, so not given back to the system, and was filled when
        // it was freed. Nobody may write to it; if someone does, that is what we are looking for.
        let bytes = unsafe { slice::from_raw_parts(block, self.layout.size()) };
        bytes.iter().all(|byte| *byte == POISON)
    }

    fn describe(&self) -> Block {
        Block {
            size: self.layout.size(),
            allocated: self.allocated.as_deref().and_then(place),
            freed: self.freed.as_deref().and_then(place),
        }
    }
}

/// The innermost line of a trace that is neither the standard library's nor the kit's.
fn place(trace: &Backtrace) -> Option<String> {
    let text = trace.to_string();
    let mut places = text
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("at "));
    let foreign = ["/rustc/", "/library/", "/testkit/src/", "/.cargo/"];
    let own = places.find(|place| !foreign.iter().any(|part| place.contains(part)))?;
    Some(own.strip_prefix("./").unwrap_or(own).to_owned())
}

/// Reports a wrong free, and ends the process: the heap is not to be trusted any more.
fn abort(block: *mut u8, layout: Layout, refusal: &Refusal) -> ! {
    // From here on the table is left alone; what is allocated is never freed.
    INSIDE.set(true);
    let known = TABLE
        .try_lock()
        .and_then(|table| Some(table.blocks.get(&block.addr())?.describe()));
    let mut saw = match refusal {
        Refusal::Unknown => format!(
            "a block of {} bytes was freed that is not allocated: it never was, or was freed long \
             ago",
            layout.size(),
        ),
        Refusal::Twice { size } => format!("double free: a block of {size} bytes was freed again"),
        Refusal::OtherLayout { allocated } => format!(
            "a block was freed as {} bytes aligned to {}, but it was allocated as {} bytes aligned \
             to {}",
            layout.size(),
            layout.align(),
            allocated.size(),
            allocated.align(),
        ),
        Refusal::Written { size } => {
            format!("use after free: a block of {size} bytes was written to after it was freed")
        }
    };
    if let (Some(known), false) = (known, matches!(refusal, Refusal::Written { .. })) {
        saw += &line("the block: ", Some(memory::sentence(&known)));
    }
    saw += &line("this time freed at ", place(&Backtrace::force_capture()));
    let report = match report::last_step() {
        Some((rule, doing)) => {
            saw += &line("while ", Some(doing));
            Report::wrong(Some(rule.exercise()), rule.sentence(), saw)
        }
        None => Report::wrong(None, "Every block of memory is freed once.", saw),
    };
    report.write();
    // Not by `eprintln!`, as the harness would catch that and lose it.
    print(&report);
    mem::forget(report);
    process::abort()
}

fn line(what: &str, text: Option<impl Display>) -> String {
    text.map(|text| format!("\n{what}{text}"))
        .unwrap_or_default()
}

fn print(report: &Report) {
    let text = format!("\n{report}\n");
    _ = io::stderr().write_all(text.as_bytes());
}
