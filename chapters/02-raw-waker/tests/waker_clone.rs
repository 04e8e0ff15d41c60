//! Wakers cloned and dropped, with a task behind them that is never polled.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::task::Waker;
use std::thread;

use raw_waker::{Task, new_task, run_queue};
use testkit::{DropCounter, Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.2", "raw-waker/waker-clone.md");
const ONE_EACH: Rule = EX.rule("Each waker has one reference of its own.");
const SAME_TASK: Rule = EX.rule("A waker and its clone are the same two words.");

/// A reference to a task, a waker of it, and the drops of its future. The caller decides what is
/// dropped, and when: nothing is until the counts are known to be right.
fn task() -> (ManuallyDrop<Task>, ManuallyDrop<Waker>, DropCounter) {
    let (token, drops) = drop_counter("the future");
    let (sender, _receiver) = run_queue();
    let future = async move {
        let _token = token;
        pending::<()>().await;
    };
    let task = new_task(future, sender).into_task();
    let waker = task.clone().into_waker();
    (ManuallyDrop::new(task), ManuallyDrop::new(waker), drops)
}

#[test]
fn a_clone_is_one_more_reference() {
    EX.within("cloning a waker", || {
        let (task, waker, _drops) = task();
        ONE_EACH.check_eq("references of a task and a waker", task.ref_count(), 2);
        let clone = ManuallyDrop::new(Waker::clone(&waker));
        let references = task.ref_count();
        ONE_EACH.check(
            3 <= references,
            format_args!(
                "references after the waker was cloned: {references}, but expected 3: all in all \
                 `clone` has counted none. Either it counts none, or what it counted is given up \
                 at its end: is there a `Task` that goes out of scope there, the borrowed one or \
                 the new one?"
            ),
        );
        ONE_EACH.check_eq("references after the waker was cloned", references, 3);
        drop(ManuallyDrop::into_inner(clone));
        ONE_EACH.check_eq(
            "references after the clone was dropped",
            task.ref_count(),
            2,
        );
        drop(ManuallyDrop::into_inner(waker));
        ONE_EACH.check_eq(
            "references after the waker was dropped",
            task.ref_count(),
            1,
        );
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn a_clone_would_wake_the_same_task() {
    EX.within("comparing a waker with its clone", || {
        let (task, waker, _drops) = task();
        let clone = ManuallyDrop::new(Waker::clone(&waker));
        SAME_TASK.check(
            clone.data() == waker.data(),
            "the clone's data pointer is not the waker's",
        );
        SAME_TASK.check(
            std::ptr::eq(clone.vtable(), waker.vtable()),
            "the clone has another table, so `will_wake` says that it would wake another task",
        );
        SAME_TASK.check(clone.will_wake(&waker), "`will_wake` is false");
        drop(ManuallyDrop::into_inner(clone));
        drop(ManuallyDrop::into_inner(waker));
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn a_clone_outlives_the_original() {
    EX.within("a clone that is dropped last, on another thread", || {
        let (task, waker, drops) = task();
        let clone = ManuallyDrop::new(Waker::clone(&waker));
        ONE_EACH.check_eq("references after the waker was cloned", task.ref_count(), 3);
        drop(ManuallyDrop::into_inner(waker));
        drop(ManuallyDrop::into_inner(task));
        ONE_EACH.check_eq("drops of the future, with a clone left", drops.count(), 0);

        ONE_EACH.step("dropping the last waker of a task, on another thread");
        let last = thread::spawn(move || drop(ManuallyDrop::into_inner(clone)));
        let thread = last.thread().id();
        last.join().unwrap();
        ONE_EACH.check_eq("drops of the future, with no waker left", drops.count(), 1);
        ONE_EACH.check(
            drops.thread() == Some(thread),
            "the future was not dropped by the thread that dropped the last waker",
        );
    });
}

#[test]
fn clones_leave_nothing_behind() {
    EX.within("cloning and dropping wakers", || {
        memory::check(ONE_EACH, || {
            let (task, waker, _drops) = task();
            ONE_EACH.step("cloning and dropping wakers of one task");
            let clones = [(); 3].map(|()| Waker::clone(&waker));
            drop(ManuallyDrop::into_inner(waker));
            let more = clones.clone();
            drop(clones);
            drop(ManuallyDrop::into_inner(task));
            drop(more);
        });
    });
}
