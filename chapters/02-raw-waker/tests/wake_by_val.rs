//! Waking a task through a waker that is used up.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::task::Waker;
use std::thread;

use raw_waker::state::ToIdle;
use raw_waker::{Task, new_task, queue, run_queue};
use testkit::{Exercise, Rule, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.5", "raw-waker/wake-by-val.md");
const HANDS_OVER: Rule =
    EX.rule("`wake` uses the waker up: its reference goes into the queue, or is given up.");
const ONCE: Rule = EX.rule("A task that is woken twice is queued once.");

struct Idle {
    /// Our own reference.
    task: ManuallyDrop<Task>,
    /// The reference of a waker.
    waker: Waker,
    queue: queue::Receiver,
}

/// A task that waits, as after a first poll.
fn idle_task(future: impl Future<Output = ()> + Send + 'static) -> Idle {
    let (sender, queue) = run_queue();
    let task = new_task(future, sender).into_task();
    task.state().transition_to_running();
    assert_eq!(task.state().transition_to_idle(), ToIdle::Idle);
    let waker = task.clone().into_waker();
    Idle {
        task: ManuallyDrop::new(task),
        waker,
        queue,
    }
}

#[test]
fn the_reference_goes_into_the_queue() {
    EX.within("waking a task that waits, by value", || {
        let Idle { task, waker, queue } = idle_task(pending());
        HANDS_OVER.check_eq(
            "references before the wake: ours, the waker's",
            task.ref_count(),
            2,
        );
        waker.wake();
        HANDS_OVER.check_eq(
            "references after it: ours, the queue's",
            task.ref_count(),
            2,
        );
        let notified = queue.try_pop().map(ManuallyDrop::new);
        let Some(notified) = notified else {
            HANDS_OVER.fail("the task was woken and is not in the queue");
        };
        drop(ManuallyDrop::into_inner(notified));
        HANDS_OVER.check_eq(
            "references after the queue was emptied",
            task.ref_count(),
            1,
        );
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn a_wake_with_nothing_to_do_gives_its_reference_up() {
    EX.within("waking a task that is queued already, by value", || {
        let Idle { task, waker, queue } = idle_task(pending());
        let second = Task::clone(&task).into_waker();
        waker.wake();
        HANDS_OVER.check_eq(
            "references: ours, the queue's, and the other waker's",
            task.ref_count(),
            3,
        );
        second.wake();
        HANDS_OVER.check_eq(
            "references after the other waker was used up: ours, the queue's",
            task.ref_count(),
            2,
        );
        let first = queue.try_pop();
        let again = queue.try_pop().map(ManuallyDrop::new);
        ONCE.check(
            again.is_none(),
            "the task was woken twice and is in the queue twice",
        );
        drop(first);
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn the_last_waker_frees_a_finished_task() {
    EX.within("waking a finished task through its last waker", || {
        let (token, drops) = drop_counter("the future");
        let future = async move {
            let _token = token;
            pending::<()>().await;
        };
        let Idle { task, waker, queue } = idle_task(future);
        // Without an executor the ticket is dropped, and that ends the task.
        drop(queue);
        let last = Task::clone(&task).into_waker();
        waker.wake();
        HANDS_OVER.check_eq(
            "drops of a future that can never run again",
            drops.count(),
            1,
        );
        HANDS_OVER.check_eq(
            "references: ours, and the last waker's",
            task.ref_count(),
            2,
        );
        drop(ManuallyDrop::into_inner(task));
        HANDS_OVER.step("waking a finished task through its last waker");
        last.wake();
    });
}

#[test]
fn any_thread_may_wake() {
    EX.within("waking one task from four threads, by value", || {
        let Idle { task, waker, queue } = idle_task(pending());
        let threads = [(); 3].map(|()| {
            let waker = Task::clone(&task).into_waker();
            thread::spawn(move || waker.wake())
        });
        waker.wake();
        for thread in threads {
            thread.join().unwrap();
        }
        HANDS_OVER.check_eq(
            "references after four wakes: ours, the queue's",
            task.ref_count(),
            2,
        );
        let first = queue.try_pop();
        let again = queue.try_pop().map(ManuallyDrop::new);
        ONCE.check(
            again.is_none(),
            "four wakes have queued the task more than once",
        );
        drop(first);
        drop(ManuallyDrop::into_inner(task));
    });
}

#[test]
fn waking_leaves_nothing_behind() {
    EX.within("waking by value and dropping", || {
        memory::check(HANDS_OVER, || {
            let Idle { task, waker, queue } = idle_task(pending());
            let second = Task::clone(&task).into_waker();
            HANDS_OVER.step("waking a task by value, twice");
            waker.wake();
            second.wake();
            HANDS_OVER.step("dropping what is in the queue, and then our reference");
            drop(queue.try_pop());
            drop(ManuallyDrop::into_inner(task));
        });
    });
}
