//! The waker that a task lends for a poll.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::task::Waker;

use raw_waker::state::ToIdle;
use raw_waker::{Task, new_task, run_queue, waker_ref};
use testkit::{DropCounter, Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.6", "raw-waker/waker-ref.md");
const FREE: Rule = EX.rule("A borrowed waker has no reference of its own, and gives none up.");
const SAME_TASK: Rule = EX.rule("A borrowed waker and an owned one are the same two words.");
const KEPT: Rule =
    EX.rule("A clone of a borrowed waker may be kept, so it has a reference of its own.");
const WAKES: Rule = EX.rule("A borrowed waker wakes its task.");

fn task() -> (ManuallyDrop<Task>, DropCounter) {
    let (token, drops) = drop_counter("the future");
    let (sender, _receiver) = run_queue();
    let future = async move {
        let _token = token;
        pending::<()>().await;
    };
    let task = new_task(future, sender).into_task();
    (ManuallyDrop::new(task), drops)
}

#[test]
fn lending_costs_no_reference() {
    EX.within("borrowing a waker a hundred times", || {
        let (task, drops) = task();
        for _ in 0..100 {
            {
                let _lent = waker_ref(&task);
                FREE.check_eq("references while a waker is lent", task.ref_count(), 1);
            }
            FREE.check_eq("references after that", task.ref_count(), 1);
        }
        FREE.check_eq(
            "drops of the future, with one reference left",
            drops.count(),
            0,
        );
        drop(ManuallyDrop::into_inner(task));
        FREE.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn a_borrowed_waker_equals_an_owned_one() {
    EX.within("comparing wakers of one task", || {
        let (task, _drops) = task();
        let lent = waker_ref(&task);
        let owned = ManuallyDrop::new(Task::clone(&task).into_waker());
        SAME_TASK.check(
            lent.data() == owned.data(),
            "the data pointer is not the one that an owned waker has",
        );
        SAME_TASK.check(
            std::ptr::eq(lent.vtable(), owned.vtable()),
            "the table is not the one that an owned waker has, so `will_wake` is always false",
        );
        SAME_TASK.check(lent.will_wake(&owned), "`will_wake` is false");
        SAME_TASK.check(
            waker_ref(&task).will_wake(&lent),
            "two borrowed wakers of one task differ",
        );
        drop(ManuallyDrop::into_inner(owned));
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn a_clone_has_a_reference_of_its_own() {
    EX.within("keeping a clone of a borrowed waker", || {
        let (task, drops) = task();
        let clone = ManuallyDrop::new(Waker::clone(&waker_ref(&task)));
        KEPT.check_eq("references: ours, the clone's", task.ref_count(), 2);
        drop(ManuallyDrop::into_inner(task));
        KEPT.check_eq("drops of the future, with a clone left", drops.count(), 0);
        drop(ManuallyDrop::into_inner(clone));
        KEPT.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn it_wakes_its_task() {
    EX.within("waking a task through a borrowed waker", || {
        let (sender, queue) = run_queue();
        let task = ManuallyDrop::new(new_task(pending(), sender).into_task());
        task.state().transition_to_running();
        assert_eq!(task.state().transition_to_idle(), ToIdle::Idle);

        waker_ref(&task).wake_by_ref();
        WAKES.check_eq("references: ours, the queue's", task.ref_count(), 2);
        let notified = queue.try_pop();
        WAKES.check(notified.is_some(), "the task is not in the queue");
        drop(notified);
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn lending_leaves_nothing_behind() {
    EX.within("borrowing, cloning and dropping wakers", || {
        memory::check(FREE, || {
            let (task, _drops) = task();
            FREE.step("borrowing wakers of a task, and cloning one");
            let clone = Waker::clone(&waker_ref(&task));
            let _ = waker_ref(&task);
            FREE.step("dropping the task, and then the clone");
            drop(ManuallyDrop::into_inner(task));
            drop(clone);
        });
    });
}
