//! Two threads give up the last two references, in every order that there is.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use raw_waker::{Task, new_task, run_queue};
use testkit::Exercise;

const EX: Exercise = Exercise::new("2.1", "raw-waker/drop-reference.md");

/// Memory that a task owns, and that may be used through each reference to the task.
struct Memory(UnsafeCell<usize>);

// SAFETY: whether its uses are ordered is what loom finds out.
unsafe impl Sync for Memory {}

impl Memory {
    fn use_it(&self) {
        // SAFETY: read only, unless `free` runs at the same time, which loom would report.
        assert_eq!(self.0.with(|memory| unsafe { *memory }), 7);
    }

    fn free(&self) {
        // SAFETY: nobody uses it any more, or loom reports it.
        self.0.with_mut(|memory| unsafe { *memory = 0 });
    }
}

/// What a task's future owns: frees the memory when it is dropped.
struct Owner {
    memory: Arc<Memory>,
    drops: Arc<AtomicUsize>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Relaxed);
        self.memory.free();
    }
}

/// One reference to a task that owns the memory, and the count of drops of its future.
fn task_that_owns(memory: &Arc<Memory>) -> (Task, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    let owner = Owner {
        memory: Arc::clone(memory),
        drops: Arc::clone(&drops),
    };
    let (sender, _receiver) = run_queue();
    let task = new_task(async move { drop(owner) }, sender).into_task();
    (task, drops)
}

#[test]
fn the_last_reference_frees_after_every_use_of_the_others() {
    EX.rule("The owner of the last reference frees the task, after all that was done through the others.")
        .model(|| {
            let memory = Arc::new(Memory(UnsafeCell::new(7)));
            let (task, drops) = task_that_owns(&memory);

            let other = thread::spawn({
                let (task, memory) = (task.clone(), Arc::clone(&memory));
                move || {
                    memory.use_it();
                    drop(task);
                }
            });
            memory.use_it();
            drop(task);
            other.join().unwrap();
            assert_eq!(
                drops.load(Relaxed),
                1,
                "drops of the future, with no reference left"
            );
        });
}

#[test]
fn a_clone_made_beside_a_drop_keeps_the_task() {
    EX.rule("A task is not freed while a reference is left.")
        .model(|| {
            let memory = Arc::new(Memory(UnsafeCell::new(7)));
            let (task, drops) = task_that_owns(&memory);

            let other = thread::spawn({
                let task = task.clone();
                move || {
                    let clone = task.clone();
                    drop(task);
                    clone
                }
            });
            drop(task);
            let clone = other.join().unwrap();
            assert_eq!(
                drops.load(Relaxed),
                0,
                "drops of the future, with a clone left"
            );
            assert_eq!(clone.ref_count(), 1, "references");
            drop(clone);
            assert_eq!(
                drops.load(Relaxed),
                1,
                "drops of the future, with no reference left"
            );
        });
}
