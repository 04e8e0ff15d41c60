//! Every block of memory of the process, live or freed: what the [quarantine](crate::memory::quarantine)
//! knows.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::ptr;
use std::slice;

use crate::memory::trace::{self, Traces};
use crate::words::poison::POISON;

/// The blocks, by address.
pub(crate) struct Blocks {
    records: BTreeMap<usize, Record>,
    /// The addresses of the freed ones, the oldest first, and their size in all.
    freed: VecDeque<usize>,
    freed_bytes: usize,
}

/// What is known of a block.
#[derive(Clone, Copy)]
pub(crate) struct Record {
    pub(crate) layout: Layout,
    /// What counts it. See [`quarantine`](crate::memory::quarantine).
    pub(crate) counted_by: u32,
    pub(crate) is_freed: bool,
    pub(crate) traces: Traces,
}

/// Why a block cannot be freed.
pub(crate) enum Refusal {
    Unknown,
    Twice(Record),
    OtherLayout(Record),
    /// Another block, which was freed before, was written to since.
    Written(Record),
}

/// What was wrong with the blocks that someone counts.
#[derive(Default)]
pub(crate) struct Findings {
    /// Live at the end.
    pub(crate) leaked: usize,
    /// Freed, and written to since.
    pub(crate) written: usize,
    /// A few of them.
    pub(crate) examples: [Option<Record>; 4],
}

/// How much freed memory is kept.
const FREED_BYTES_MAX: usize = 64 << 20;
const FREED_BLOCKS_MAX: usize = 200_000;

/// Blocks of this size and above are not kept when they are freed: a few of them would push all
/// others out.
const LARGE: usize = 4 << 20;

impl Blocks {
    pub(crate) const fn new() -> Blocks {
        Blocks {
            records: BTreeMap::new(),
            freed: VecDeque::new(),
            freed_bytes: 0,
        }
    }

    pub(crate) fn get(&self, block: *mut u8) -> Option<Record> {
        self.records.get(&block.addr()).copied()
    }

    /// Notes a block that `System` has just allocated.
    pub(crate) fn add(&mut self, block: *mut u8, record: Record) {
        self.records.insert(block.expose_provenance(), record);
    }

    /// Poisons and keeps a block that its owner gives up, and gives the oldest ones back to
    /// `System` if there are too many.
    pub(crate) fn free(
        &mut self,
        block: *mut u8,
        layout: Layout,
        traces: Traces,
    ) -> Result<(), Refusal> {
        let Some(record) = self.records.get_mut(&block.addr()) else {
            return Err(Refusal::Unknown);
        };
        if record.is_freed {
            return Err(Refusal::Twice(*record));
        }
        if record.layout != layout {
            return Err(Refusal::OtherLayout(*record));
        }
        record.is_freed = true;
        record.traces = traces;
        if LARGE <= layout.size() {
            self.release(block.addr());
            return Ok(());
        }
        // SAFETY: the block is live and has that size, and its owner has just given it up.
        unsafe { ptr::write_bytes(block, POISON, layout.size()) };
        self.freed.push_back(block.addr());
        self.freed_bytes += layout.size();
        self.release_oldest()
    }

    /// What is wrong with the blocks that `counter` counts.
    pub(crate) fn findings(&self, counter: u32) -> Findings {
        let mut findings = Findings::default();
        let mut examples = findings.examples.iter_mut();
        for (&address, record) in &self.records {
            if record.counted_by != counter {
                continue;
            }
            if !record.is_freed && record.is_of_bytes() {
                continue;
            }
            if record.is_freed && record.is_intact(address) {
                continue;
            }
            let number = if record.is_freed {
                &mut findings.written
            } else {
                &mut findings.leaked
            };
            *number += 1;
            if let Some(example) = examples.next() {
                *example = Some(*record);
            }
        }
        findings
    }

    fn release_oldest(&mut self) -> Result<(), Refusal> {
        while FREED_BYTES_MAX < self.freed_bytes || FREED_BLOCKS_MAX < self.freed.len() {
            let Some(address) = self.freed.pop_front() else {
                break;
            };
            let record = self.records[&address];
            self.freed_bytes -= record.layout.size();
            let is_intact = record.is_intact(address);
            self.release(address);
            if !is_intact {
                return Err(Refusal::Written(record));
            }
        }
        Ok(())
    }

    /// Gives a block back to `System`.
    fn release(&mut self, address: usize) {
        let record = self
            .records
            .remove(&address)
            .expect("only known blocks are released");
        let block = ptr::with_exposed_provenance_mut(address);
        // SAFETY: `System` allocated it with this layout, and as it is no longer in the table, it
        // will not be given back a second time.
        unsafe { System.dealloc(block, record.layout) };
    }
}

impl Record {
    /// One line on a block: "the block: 64 bytes, allocated at src/task.rs:42:9".
    pub(crate) fn words(&self) -> String {
        let mut text = format!("the block: {} bytes", self.layout.size());
        if let Some(place) = self.traces.allocated.and_then(trace::place) {
            _ = write!(text, ", allocated at {place}");
        }
        if let Some(place) = self.traces.freed.and_then(trace::place) {
            _ = write!(text, ", freed at {place}");
        }
        text
    }

    /// A buffer of text, most likely. Printing keeps one.
    fn is_of_bytes(&self) -> bool {
        self.layout.align() == 1
    }

    /// Whether a freed block still holds the pattern.
    fn is_intact(&self, address: usize) -> bool {
        let block = ptr::with_exposed_provenance::<u8>(address);
        // SAFETY: the block is in the table, so not given back to `System`, and was filled when it
        // was freed. Nobody may write to it; if someone does, that is what we are looking for.
        let bytes = unsafe { slice::from_raw_parts(block, self.layout.size()) };
        bytes.iter().all(|byte| *byte == POISON)
    }
}
