//! Wrong frees, found by the allocator.
#![cfg(not(miri))]

mod support;

use std::alloc::{Layout, alloc, dealloc};
use std::hint::black_box;
use std::mem;
use std::panic;
use std::sync::mpsc;
use std::thread;

use support::{EX, Failure, RULE, failure_of};
use testkit::{TestWaker, memory};

testkit::quarantine!();

const LAYOUT: Layout = Layout::new::<[u64; 12]>();

/// A block that is to be freed by hand.
fn block() -> *mut u8 {
    // SAFETY: the layout's size is not zero.
    let block = unsafe { alloc(LAYOUT) };
    assert!(!block.is_null());
    black_box(block)
}

fn free(block: *mut u8, layout: Layout) {
    // SAFETY: none: these tests free what they must not. The allocator is made to bear that.
    unsafe { dealloc(black_box(block), layout) };
}

/// Fails a check on memory with `f`.
fn failure_in(f: fn()) -> Failure {
    failure_of(move || memory::check(RULE, f))
}

#[track_caller]
fn aborted(failure: &Failure) {
    assert!(
        failure.status.unwrap().code() != Some(101),
        "a panic, not an abort: {failure:#?}"
    );
    assert!(
        failure.steps.starts_with("The rule under test.\t"),
        "{failure:#?}"
    );
    assert!(
        failure.output.contains("broken rule: The rule under test."),
        "{failure:#?}"
    );
}

#[test]
fn all_freed() {
    memory::check(RULE, || {
        let text = format!("{}", black_box(7));
        let mut numbers = Vec::new();
        for number in 0..1000 {
            numbers.push(number);
        }
        drop(Box::new((text, numbers)));
    });
}

#[test]
fn a_leak() {
    failure_in(|| mem::forget(Box::new([7_u64; 12])))
        .names_rule(RULE.sentence())
        .says("leak: a block of memory was never freed the block: 96 bytes, allocated at")
        .says("tests/memory.rs:")
        .says(&EX.to_string());
}

#[test]
fn a_double_free() {
    let failure = failure_in(|| {
        let block = block();
        free(block, LAYOUT);
        free(block, LAYOUT);
    });
    failure
        .names_rule(RULE.sentence())
        .says("double free: a block was freed a second time the block: 96 bytes")
        .says("this call to free came from")
        .says("tests/memory.rs:");
    aborted(&failure);
}

#[test]
fn a_double_free_with_a_thousand_blocks_in_between() {
    let failure = failure_in(|| {
        let block = block();
        free(block, LAYOUT);
        for _ in 0..1000 {
            drop(black_box(Box::new([1_u64; 12])));
        }
        free(block, LAYOUT);
    });
    failure.says("double free: a block was freed a second time the block: 96 bytes");
    aborted(&failure);
}

#[test]
fn a_free_of_what_is_no_block() {
    let failure = failure_in(|| free(block().wrapping_add(8), LAYOUT));
    failure.says("a block of 96 bytes was freed that is not allocated");
    aborted(&failure);
}

#[test]
fn a_free_as_another_type() {
    let failure = failure_in(|| free(block(), Layout::new::<[u64; 4]>()));
    failure.says("a block was freed as 32 bytes aligned to 8, but it was allocated as 96 bytes");
    aborted(&failure);
}

#[test]
fn a_write_after_the_free() {
    failure_in(|| {
        let block = block();
        free(block, LAYOUT);
        // SAFETY: none; the block is the allocator's, which keeps it for this case.
        unsafe { block.cast::<u64>().write(1) };
    })
    .says("use after free: a block of memory was written to after being freed the block: 96 bytes")
    .says("freed at");
}

#[test]
fn a_step_names_its_own_rule() {
    let failure = failure_in(|| {
        let block = block();
        free(block, LAYOUT);
        EX.rule("A more exact rule.")
            .step("dropping the last reference again");
        free(block, LAYOUT);
    });
    failure
        .names_rule("A more exact rule.")
        .says("while dropping the last reference again");
    let last = failure.steps.lines().last();
    assert_eq!(
        last,
        Some("A more exact rule.\tdropping the last reference again")
    );
}

#[test]
fn what_the_kit_and_the_library_keep_is_no_leak() {
    memory::check(RULE, || {
        println!("printing keeps a buffer");
        let waker = TestWaker::new("A");
        let (future, seen) = testkit::probe("task 1", testkit::yield_times(2));
        let (gate, opened) = testkit::gate::<()>("gate");
        let (token, drops) = testkit::drop_counter("token");
        waker.on_wake(|| {});
        let mut future = Box::pin(future);
        assert!(waker.poll(future.as_mut()).is_pending());
        drop((future, seen, gate, opened, token, drops));

        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || sender.send(Box::new(1)).unwrap());
        assert_eq!(*receiver.recv().unwrap(), 1);
        thread.join().unwrap();

        let caught = panic::catch_unwind(|| panic!("a panic keeps nothing: {}", black_box(1)));
        drop(caught);
    });
}

#[test]
fn what_other_threads_allocate_is_not_counted() {
    memory::check(RULE, || {
        thread::spawn(|| mem::forget(Box::new([7_u64; 12])))
            .join()
            .unwrap();
    });
}

#[test]
fn a_panic_inside_is_passed_on() {
    let message = RULE.panics(
        || memory::check(RULE, || panic!("from inside")),
        "the panic was lost",
    );
    assert_eq!(message, "from inside");
}

#[test]
fn more_memory_than_is_kept() {
    let mut sum = 0;
    for round in 0..200 {
        let block = black_box(vec![round as u8; 1 << 20]);
        sum += usize::from(block[round]);
    }
    assert_eq!(sum, (0..200).sum());
}

#[test]
fn a_number_from_freed_memory_is_not_shown_as_one() {
    let failure = failure_of(|| {
        let freed = usize::from_ne_bytes([0xDE; size_of::<usize>()]);
        RULE.check_eq("references", freed - 1, 1);
    });
    if cfg!(target_pointer_width = "64") {
        failure.says(
            "references: this was read from memory that has been freed already, but expected 1",
        );
    }
}
