//! Waking a task through a waker that is kept.

use std::future::pending;
use std::mem::ManuallyDrop;
use std::task::Waker;
use std::thread;

use raw_waker::state::ToIdle;
use raw_waker::{Task, new_task, queue, run_queue};
use testkit::{DropCounter, Exercise, Rule, drop_counter, memory, probe};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.4", "raw-waker/wake-by-ref.md");
const BORROWS: Rule = EX.rule("`wake_by_ref` borrows the waker: its reference stays where it is.");
const ONCE: Rule = EX.rule("A task that is woken twice is queued once.");
const QUEUES: Rule = EX.rule("Waking a task that waits queues it.");
const ONLY_QUEUES: Rule = EX.rule("A wake queues the task; only the executor polls it.");
const COMPLETE: Rule = EX.rule("A wake after completion does nothing.");

struct Idle {
    /// Our own reference.
    task: ManuallyDrop<Task>,
    /// The reference of a waker.
    waker: ManuallyDrop<Waker>,
    queue: queue::Receiver,
}

impl Idle {
    /// Gives up both references, once the counts are known to be right.
    fn give_up(self) {
        drop(ManuallyDrop::into_inner(self.waker));
        drop(ManuallyDrop::into_inner(self.task));
    }
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
        waker: ManuallyDrop::new(waker),
        queue,
    }
}

fn counted() -> (impl Future<Output = ()> + Send + 'static, DropCounter) {
    let (token, drops) = drop_counter("the future");
    let future = async move {
        let _token = token;
        pending::<()>().await;
    };
    (future, drops)
}

#[test]
fn a_waiting_task_is_queued() {
    EX.within("waking a task that waits", || {
        let idle = idle_task(pending());
        idle.waker.wake_by_ref();
        let Some(notified) = idle.queue.try_pop() else {
            QUEUES.fail("the task was woken and is not in the queue");
        };
        QUEUES.check(
            notified.task().state().load().is_notified(),
            format_args!("the task is in the queue and {:?}", idle.task.state()),
        );
        drop(notified);
        idle.give_up();
    });
}

#[test]
fn the_queue_gets_a_reference_of_its_own() {
    EX.within("counting references after a wake by reference", || {
        let idle = idle_task(pending());
        BORROWS.check_eq(
            "references before the wake: ours, the waker's",
            idle.task.ref_count(),
            2,
        );
        idle.waker.wake_by_ref();
        BORROWS.check_eq(
            "references after it: ours, the waker's, and the queue's",
            idle.task.ref_count(),
            3,
        );
        drop(idle.queue.try_pop());
        BORROWS.check_eq(
            "references after the queue was emptied",
            idle.task.ref_count(),
            2,
        );
        idle.give_up();
    });
}

#[test]
fn woken_twice_is_queued_once() {
    EX.within("waking a task twice before it is polled", || {
        let idle = idle_task(pending());
        idle.waker.wake_by_ref();
        idle.waker.wake_by_ref();
        let first = idle.queue.try_pop();
        ONCE.check(
            first.is_some(),
            "the task was woken and is not in the queue",
        );
        let second = idle.queue.try_pop().map(ManuallyDrop::new);
        ONCE.check(
            second.is_none(),
            "the task was woken twice and is in the queue twice",
        );
        ONCE.check_eq(
            "references after the second wake: ours, the waker's, and the queue's",
            idle.task.ref_count(),
            3,
        );
        drop(first);
        idle.give_up();
    });
}

#[test]
fn a_wake_does_not_poll() {
    EX.within("waking a task that waits", || {
        let (future, seen) = probe("the task", pending());
        let idle = idle_task(future);
        idle.waker.wake_by_ref();
        ONLY_QUEUES.check_eq("polls during the wake", seen.polls(), 0);
        drop(idle.queue.try_pop());
        idle.give_up();
    });
}

#[test]
fn a_late_wake_does_nothing() {
    EX.within("waking a task whose ticket was dropped", || {
        let idle = idle_task(pending());
        idle.waker.wake_by_ref();
        // The ticket is dropped without having been run, and that ends the task.
        drop(idle.queue.try_pop());
        idle.waker.wake_by_ref();
        let second = idle.queue.try_pop().map(ManuallyDrop::new);
        COMPLETE.check(second.is_none(), "a finished task was queued");
        COMPLETE.check_eq("references: ours, the waker's", idle.task.ref_count(), 2);
        idle.give_up();
    });
}

#[test]
fn any_thread_may_wake() {
    EX.within("waking one task from four threads", || {
        let (future, drops) = counted();
        let idle = idle_task(future);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| idle.waker.wake_by_ref());
            }
        });
        let first = idle.queue.try_pop();
        QUEUES.check(
            first.is_some(),
            "the task was woken and is not in the queue",
        );
        let second = idle.queue.try_pop().map(ManuallyDrop::new);
        ONCE.check(
            second.is_none(),
            "four wakes have queued the task more than once",
        );
        drop(first);
        idle.give_up();
        BORROWS.check_eq(
            "drops of the future, with no reference left",
            drops.count(),
            1,
        );
    });
}

#[test]
fn waking_leaves_nothing_behind() {
    EX.within("waking and dropping", || {
        memory::check(BORROWS, || {
            let (future, _drops) = counted();
            let idle = idle_task(future);
            BORROWS.step("waking a task by reference, twice");
            idle.waker.wake_by_ref();
            idle.waker.wake_by_ref();
            BORROWS.step("dropping what is in the queue, and then the waker");
            drop(idle.queue.try_pop());
            idle.give_up();
        });
    });
}

#[test]
fn without_an_executor_the_future_is_dropped() {
    EX.within("waking a task whose executor is gone", || {
        let (future, drops) = counted();
        let Idle { task, waker, queue } = idle_task(future);
        drop(queue);
        waker.wake_by_ref();
        QUEUES.check_eq(
            "drops of a future that can never run again",
            drops.count(),
            1,
        );
        drop(ManuallyDrop::into_inner(waker));
        drop(ManuallyDrop::into_inner(task));
    });
}
