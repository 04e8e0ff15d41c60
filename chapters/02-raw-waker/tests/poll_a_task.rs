//! One task and its polls, without an executor.

use std::future::{pending, poll_fn, ready};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Poll, Waker};
use std::thread;

use raw_waker::{Notified, Ran, Task, new_task, queue, run_queue};
use testkit::{Exercise, Rule, drop_counter, gate, memory, panics_on_poll, probe, yield_times};

testkit::quarantine!();

const EX: Exercise = Exercise::new("2.7", "raw-waker/run.md");
const ONCE_PER_TICKET: Rule = EX.rule("A ticket is good for one poll.");
const ANSWERED: Rule = EX.rule("A task that is woken while it is being polled is polled again.");
const QUEUED: Rule = EX.rule(
    "A task that is woken while it is being polled goes back into the queue, and is not polled on \
     the spot.",
);
const TICKETED: Rule = EX.rule(
    "The future is dropped by the holder of the ticket, and the task is complete after that.",
);
const DROPPED: Rule =
    EX.rule("A future is dropped when it is done, and not when the last waker is.");
const COMPLETE: Rule = EX.rule("A future that has returned Ready is never polled again.");
const ISOLATED: Rule = EX.rule("A panic in a task ends that task and nothing else.");
const PANICKED: Rule = EX.rule("A future that has panicked is dropped and never polled again.");
const FREE: Rule = EX.rule("A poll costs no reference.");
const FORGOTTEN: Rule = EX.rule("A task that cannot be woken any more is freed.");

fn task(future: impl Future<Output = ()> + Send + 'static) -> (Notified, queue::Receiver) {
    let (sender, queue) = run_queue();
    (new_task(future, sender), queue)
}

/// A place where a future leaves its waker.
#[derive(Clone, Default)]
struct Post(Arc<Mutex<Option<Waker>>>);

impl Post {
    fn leave(&self, waker: &Waker) {
        let waker = waker.clone();
        let before = self.0.lock().unwrap().replace(waker);
        drop(before);
    }

    fn take(&self) -> Waker {
        self.0
            .lock()
            .unwrap()
            .take()
            .expect("the future left its waker")
    }
}

#[test]
fn a_ready_future_completes() {
    EX.within("running a task whose future is ready", || {
        let (future, seen) = probe("the task", ready(()));
        let (notified, queue) = task(future);
        ONCE_PER_TICKET.check_eq("what became of the task", notified.run(), Ran::Complete);
        ONCE_PER_TICKET.check_eq("polls", seen.polls(), 1);
        ONCE_PER_TICKET.check(queue.try_pop().is_none(), "a finished task is in the queue");
    });
}

#[test]
fn a_pending_task_waits_for_its_wake() {
    EX.within("running a task that waits, and waking it", || {
        let (gate, future) = gate("the gate");
        let (future, seen) = probe("the task", future);
        let (notified, queue) = task(future);
        ONCE_PER_TICKET.check_eq("what became of the task", notified.run(), Ran::Pending);
        ONCE_PER_TICKET.check_eq("polls for the first ticket", seen.polls(), 1);
        ONCE_PER_TICKET.check(
            queue.try_pop().is_none(),
            "nobody has woken the task, and it is in the queue",
        );
        ONCE_PER_TICKET.check_eq("drops of a future that waits", seen.drops(), 0);

        gate.open(());
        let Some(notified) = queue.try_pop() else {
            ONCE_PER_TICKET.fail("the task waits, was woken, and is not in the queue");
        };
        ONCE_PER_TICKET.check_eq("what became of the task", notified.run(), Ran::Complete);
        ONCE_PER_TICKET.check_eq("polls for two tickets", seen.polls(), 2);
    });
}

#[test]
fn woken_while_polled_is_queued_again() {
    EX.within("running a task that wakes itself in its poll", || {
        let (future, seen) = probe("the task", yield_times(1));
        let (notified, queue) = task(future);
        let first = notified.run();
        QUEUED.check_eq(
            "what became of the task at its first poll",
            first,
            Ran::Pending,
        );
        QUEUED.check_eq("polls", seen.polls(), 1);
        let Some(notified) = queue.try_pop() else {
            ANSWERED.fail("the task was woken during its poll, and is not in the queue after it");
        };
        ANSWERED.check_eq(
            "what became of the task at its second poll",
            notified.run(),
            Ran::Complete,
        );
        ANSWERED.check(
            queue.try_pop().is_none(),
            "one wake has queued the task twice",
        );
    });
}

#[test]
fn woken_while_polled_waits_its_turn() {
    EX.within("running two tasks that wake themselves", || {
        let (sender, queue) = run_queue();
        let order = Arc::new(Mutex::new(String::new()));
        for name in ['A', 'B'] {
            let order = Arc::clone(&order);
            let mut polls = 0;
            let future = poll_fn(move |cx| {
                order.lock().unwrap().push(name);
                polls += 1;
                if polls == 3 {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            });
            new_task(future, Arc::clone(&sender)).schedule();
        }
        drop(sender);
        while let Some(notified) = queue.pop() {
            let _ = notified.run();
        }
        let order = order.lock().unwrap();
        QUEUED.check_eq("the order of polls", order.as_str(), "ABABAB");
    });
}

#[test]
fn a_finished_future_is_dropped_at_once() {
    EX.within("running a task whose waker is kept", || {
        let post = Post::default();
        let (token, drops) = drop_counter("the future");
        let future = {
            let post = post.clone();
            async move {
                let _token = token;
                poll_fn(|cx| {
                    post.leave(cx.waker());
                    Poll::Ready(())
                })
                .await;
                // What an `async` block has in its variables it drops as it ends. What was moved
                // into the future but not into a variable goes with the future itself.
            }
        };
        let (guard, guard_drops) = drop_counter("what the future owns");
        let mut future = Box::pin(future);
        let future = poll_fn(move |cx| {
            let _ = &guard;
            future.as_mut().poll(cx)
        });

        let (notified, _queue) = task(future);
        let observer = Task::clone(notified.task());
        DROPPED.check_eq("what became of the task", notified.run(), Ran::Complete);
        DROPPED.check_eq("drops of the future's variables", drops.count(), 1);
        DROPPED.check_eq("drops of the finished future", guard_drops.count(), 1);
        DROPPED.check(
            guard_drops.thread() == Some(thread::current().id()),
            "the future was not dropped by the thread that polled it",
        );
        DROPPED.check(
            observer.state().load().is_complete(),
            format_args!("the finished task is {:?}", observer.state().load()),
        );
        drop(post.take());
        DROPPED.check_eq("references: ours", observer.ref_count(), 1);
    });
}

#[test]
fn a_wake_after_completion_does_nothing() {
    EX.within("waking a finished task", || {
        let post = Post::default();
        let (future, seen) = probe("the task", {
            let post = post.clone();
            poll_fn(move |cx| {
                post.leave(cx.waker());
                Poll::Ready(())
            })
        });
        let (notified, queue) = task(future);
        COMPLETE.check_eq("what became of the task", notified.run(), Ran::Complete);
        let waker = post.take();
        waker.wake_by_ref();
        waker.wake();
        COMPLETE.check(
            queue.try_pop().map(std::mem::forget).is_none(),
            "a finished task was woken and is in the queue",
        );
        COMPLETE.check_eq("polls", seen.polls(), 1);
    });
}

#[test]
fn a_panic_ends_its_task_only() {
    EX.within("running a task that panics", || {
        let (token, drops) = drop_counter("the future");
        let future = async move {
            let _token = token;
            panics_on_poll("this is the task").await;
        };
        let (notified, queue) = task(future);
        let observer = Task::clone(notified.task());
        let runner = thread::spawn(move || notified.run());
        let Ok(ran) = runner.join() else {
            ISOLATED.fail("the panic has left `run` and ended the thread that called it");
        };
        ISOLATED.check_eq("what became of the task", ran, Ran::Panicked);
        ISOLATED.check_eq("drops of the future", drops.count(), 1);
        ISOLATED.check(
            queue.try_pop().is_none(),
            "a task that panicked is in the queue",
        );
        ISOLATED.check_eq("references: ours", observer.ref_count(), 1);
    });
}

#[test]
fn a_panicked_future_is_not_polled_again() {
    EX.within("waking a task that panicked", || {
        let post = Post::default();
        let (guard, drops) = drop_counter("what the future owns");
        let future = {
            let post = post.clone();
            poll_fn(move |cx| {
                let _ = &guard;
                post.leave(cx.waker());
                cx.waker().wake_by_ref();
                panic!("this is the task");
            })
        };
        let (notified, queue) = task(future);
        PANICKED.check_eq("what became of the task", notified.run(), Ran::Panicked);
        PANICKED.check(
            queue.try_pop().map(std::mem::forget).is_none(),
            "the task woke itself, panicked, and is in the queue",
        );
        PANICKED.check_eq("drops of the future", drops.count(), 1);
        post.take().wake();
        PANICKED.check(
            queue.try_pop().map(std::mem::forget).is_none(),
            "the task panicked, was woken, and is in the queue",
        );
    });
}

#[test]
fn a_panic_in_drop_is_reported_too() {
    struct PanicsOnDrop;
    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("this is the future's drop");
        }
    }

    EX.within(
        "running a task whose future panics as it is dropped",
        || {
            let panics = PanicsOnDrop;
            let (notified, _queue) = task(poll_fn(move |_| {
                let _ = &panics;
                Poll::Ready(())
            }));
            let runner = thread::spawn(move || notified.run());
            let Ok(ran) = runner.join() else {
                ISOLATED.fail("the panic has left `run` and ended the thread that called it");
            };
            ISOLATED.check_eq("what became of the task", ran, Ran::Panicked);
        },
    );
}

#[test]
fn a_future_may_wake_itself_as_it_is_dropped() {
    struct WakesOnDrop(Post);
    impl Drop for WakesOnDrop {
        fn drop(&mut self) {
            self.0.take().wake();
        }
    }

    EX.within(
        "running a task that wakes itself in its future's drop",
        || {
            let wakes = WakesOnDrop(Post::default());
            let (notified, queue) = task(poll_fn(move |cx| {
                wakes.0.leave(cx.waker());
                Poll::Ready(())
            }));
            let observer = Task::clone(notified.task());
            COMPLETE.check_eq("what became of the task", notified.run(), Ran::Complete);
            COMPLETE.check(
                queue.try_pop().map(std::mem::forget).is_none(),
                "a task that ends was woken, and is in the queue",
            );
            COMPLETE.check_eq("references: ours", observer.ref_count(), 1);
        },
    );
}

#[test]
fn a_task_is_complete_when_its_future_is_gone() {
    struct LooksOnDrop {
        task: Arc<OnceLock<Task>>,
        was_complete: Arc<Mutex<Vec<bool>>>,
    }
    impl Drop for LooksOnDrop {
        fn drop(&mut self) {
            let task = self.task.get().expect("set before the first poll");
            let is_complete = task.state().load().is_complete();
            self.was_complete.lock().unwrap().push(is_complete);
        }
    }

    EX.within(
        "running tasks that look at their state in their futures' drop",
        || {
            for (ends, expected) in [("is Ready", Ran::Complete), ("panics", Ran::Panicked)] {
                let (task_of_looks, was_complete) = (Arc::default(), Arc::default());
                let looks = LooksOnDrop {
                    task: Arc::clone(&task_of_looks),
                    was_complete: Arc::clone(&was_complete),
                };
                let (notified, _queue) = task(poll_fn(move |_| {
                    let _ = &looks;
                    assert_eq!(ends, "is Ready", "this is the task");
                    Poll::Ready(())
                }));
                let observer = Task::clone(notified.task());
                task_of_looks.set(Task::clone(&observer)).unwrap();
                TICKETED.check_eq("what became of the task", notified.run(), expected);
                TICKETED.check_eq(
                    &format!("while the drop of a future that {ends} runs, the task is complete"),
                    was_complete.lock().unwrap().as_slice(),
                    &[false],
                );
                TICKETED.check(
                    observer.state().load().is_complete(),
                    format_args!("after it the task is {:?}", observer.state().load()),
                );
            }
        },
    );
}

#[test]
fn a_poll_costs_no_reference() {
    EX.within("counting references during a poll", || {
        let observer: Arc<OnceLock<Task>> = Arc::default();
        let counts: Arc<Mutex<Vec<usize>>> = Arc::default();
        let future = {
            let (observer, counts) = (Arc::clone(&observer), Arc::clone(&counts));
            let mut polls = 0;
            poll_fn(move |cx| {
                let task = observer.get().expect("set before the first poll");
                counts.lock().unwrap().push(task.ref_count());
                polls += 1;
                if polls == 3 {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
        };
        let (notified, queue) = task(future);
        observer.set(Task::clone(notified.task())).unwrap();
        notified.schedule();
        while let Some(notified) = queue.try_pop() {
            let _ = notified.run();
        }
        let counts = counts.lock().unwrap();
        FREE.check_eq(
            "references in each poll: ours, and the ticket's",
            counts.as_slice(),
            &[2, 2, 2],
        );
        let task = observer.get().unwrap();
        FREE.check_eq("references after the last poll: ours", task.ref_count(), 1);
    });
}

#[test]
fn a_task_that_nobody_can_wake_is_freed() {
    EX.within("running a task that keeps no waker", || {
        let (token, drops) = drop_counter("the future");
        let (notified, _queue) = task(async move {
            let _token = token;
            testkit::forgetful("the task").await;
        });
        FORGOTTEN.check_eq("what became of the task", notified.run(), Ran::Pending);
        FORGOTTEN.check_eq("drops of a future that nobody can wake", drops.count(), 1);
    });
}

#[test]
fn polling_leaves_nothing_behind() {
    EX.within("running tasks to each of their ends", || {
        memory::check(DROPPED, || {
            let (sender, queue) = run_queue();
            let post = Post::default();
            new_task(yield_times(3), Arc::clone(&sender)).schedule();
            new_task(pending(), Arc::clone(&sender)).schedule();
            new_task(
                {
                    let post = post.clone();
                    poll_fn(move |cx| {
                        post.leave(cx.waker());
                        Poll::Ready(())
                    })
                },
                sender,
            )
            .schedule();
            DROPPED.step("running three tasks");
            while let Some(notified) = queue.pop() {
                let _ = notified.run();
            }
            DROPPED.step("dropping the waker of a finished task");
            drop(post);
        });
    });
}
