//! References to a task, made and given up.

use std::future::pending;
use std::thread;

use raw_waker::{Task, new_task, run_queue};
use testkit::{DropCounter, Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.1", "raw-waker/drop-reference.md");
const LAST: Rule =
    EX.rule("The owner that gives up the last reference frees the task, and no other does.");
const ISOLATED: Rule = EX
    .rule("A panic in a future's drop does not reach the thread that dropped the last reference.");

/// The only reference to a task whose future is never polled, and the drops of that future.
fn task() -> (Task, DropCounter) {
    let (token, drops) = drop_counter("the future");
    let (sender, _receiver) = run_queue();
    let future = async move {
        let _token = token;
        pending::<()>().await;
    };
    (new_task(future, sender).into_task(), drops)
}

#[test]
fn the_last_reference_drops_the_future() {
    EX.within("dropping the only reference", || {
        let (task, drops) = task();
        LAST.step("dropping the only reference to a task");
        drop(task);
        LAST.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn a_reference_that_is_left_keeps_the_future() {
    EX.within("dropping three of four references", || {
        let (task, drops) = task();
        let clones = [task.clone(), task.clone(), task.clone()];
        LAST.check_eq("references", task.ref_count(), 4);
        LAST.step("dropping three of four references to a task");
        drop(clones);
        LAST.check_eq("references", task.ref_count(), 1);
        LAST.check_eq(
            "drops of the future, with one reference left",
            drops.count(),
            0,
        );
        LAST.step("dropping the last reference to a task");
        drop(task);
        LAST.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn references_are_given_up_on_any_thread() {
    EX.within("four threads that clone and drop references", || {
        let (task, drops) = task();
        LAST.step("dropping references to one task on four threads");
        let threads = [(); 4].map(|()| {
            let task = task.clone();
            thread::spawn(move || {
                for _ in 0..100 {
                    drop(task.clone());
                }
            })
        });
        drop(task);
        for thread in threads {
            thread.join().unwrap();
        }
        LAST.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn the_memory_is_freed_once() {
    EX.within("dropping two references", || {
        memory::check(LAST, || {
            let (task, _drops) = task();
            let clone = task.clone();
            LAST.step("dropping the first of two references to a task");
            drop(task);
            LAST.step("dropping the second of two references to a task");
            drop(clone);
        });
    });
}

#[test]
fn a_panic_in_the_futures_drop_is_kept_in() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("this is the future's drop");
        }
    }

    EX.within(
        "dropping a task whose future panics as it is dropped",
        || {
            let panics = PanicsOnDrop;
            let future = async move {
                let _panics = panics;
                pending::<()>().await;
            };
            let (sender, _receiver) = run_queue();
            let task = new_task(future, sender).into_task();
            let dropping = thread::spawn(move || drop(task));
            ISOLATED.check(
                dropping.join().is_ok(),
                "the thread that dropped the last reference has panicked",
            );
        },
    );
}
