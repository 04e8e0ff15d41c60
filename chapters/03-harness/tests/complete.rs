//! 3.6: the end of a task whose future is done.

#![cfg(not(loom))]

mod schedulers;

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use harness::{AbortHandle, Id, JoinHandle, Notified, OwnedTasks, Schedule, Task};
use schedulers::Pool;
use testkit::{Exercise, Rule, TestWaker, drop_counter, memory};

testkit::quarantine!();

const EX: Exercise = Exercise::new("3.6", "harness/complete.md");

const OUTPUT: Rule = EX.rule("The output waits for the handle, and is the handle's.");
const UNWANTED: Rule = EX.rule("An output that no handle will take is dropped when the task ends.");
const WOKEN: Rule = EX.rule("A task that awaits the output is woken once, when it is there.");
const ALL_GIVEN_UP: Rule =
    EX.rule("A task that is done gives up the ticket's reference and the list's.");
const STILL_OURS: Rule = EX.rule(
    "What is done with the task comes before COMPLETE: then its references are gone, and its cell \
     may be.",
);
const FREED: Rule = EX.rule(
    "The thread that takes the count to zero frees the cell, and does not touch it afterwards.",
);
const CONTAINED: Rule = EX.rule("A panic in a foreign waker ends where the waker was called.");

#[test]
fn the_output_waits_for_the_handle() {
    EX.within("joining a task that is done", || {
        let pool = Pool::new();
        let (token, drops) = drop_counter("output");
        let mut join = pool.spawn(async move { token });
        pool.run();
        OUTPUT.check_eq("drops of the output", drops.count(), 0);
        OUTPUT.check(join.is_finished(), "the task is not finished");
        let polled = Pin::new(&mut join).poll(&mut Context::from_waker(Waker::noop()));
        let output = OUTPUT.ready(polled, "the task is done, and the handle pending");
        OUTPUT.check(output.is_ok(), "there was no output");
        drop(output);
        OUTPUT.check_eq("drops of the output", drops.count(), 1);
    });
}

#[test]
fn a_finished_task_is_freed_with_its_handle() {
    EX.within("dropping the handle of a task that is done", || {
        let pool = Pool::new();
        let join = pool.spawn(async {});
        pool.run();
        ALL_GIVEN_UP.check(pool.is_empty(), "the task is still listed");
        drop(join);
        ALL_GIVEN_UP.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn a_detached_task_is_freed_at_its_end() {
    EX.within("running a task without a handle", || {
        let pool = Pool::new();
        drop(pool.spawn(async {}));
        pool.run();
        ALL_GIVEN_UP.check(pool.is_empty(), "the task is still listed");
        ALL_GIVEN_UP.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn an_unwanted_output_is_dropped_though_somebody_has_a_waker() {
    EX.within("a task without a handle, and with a waker", || {
        let pool = Pool::new();
        let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
        let kept = Arc::clone(&waker);
        let (token, drops) = drop_counter("output");
        let mut token = Some(token);
        drop(pool.spawn(poll_fn(move |cx| {
            *kept.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(token.take())
        })));
        pool.run();
        UNWANTED.check_eq("drops of the output", drops.count(), 1);
        drop(waker.lock().unwrap().take());
        ALL_GIVEN_UP.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

#[test]
fn whoever_awaits_is_woken_when_the_output_is_there() {
    EX.within("awaiting a task", || {
        let pool = Pool::new();
        let task = TestWaker::new("the awaiting task");
        let mut join = pool.spawn(async {});
        OUTPUT.pending(task.poll(Pin::new(&mut join)), "the task has not run yet");
        let abort = join.abort_handle();
        let was_finished = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&was_finished);
        task.on_wake(move || seen.store(abort.is_finished(), Relaxed));
        pool.run();
        WOKEN.check_eq("wakes", task.wakes(), 1);
        WOKEN.check(
            was_finished.load(Relaxed),
            "it was woken while the task was not finished, and will find nothing",
        );
        WOKEN.check_eq("wakers held after the wake", task.held(), 0);
        OUTPUT
            .ready(task.poll(Pin::new(&mut join)), "the task is done")
            .unwrap();
    });
}

#[test]
fn a_waker_that_panics_harms_nobody() {
    EX.within("completing a task whose join waker panics", || {
        let pool = Pool::new();
        let task = TestWaker::new("panics");
        let mut join = pool.spawn(async {});
        OUTPUT.pending(task.poll(Pin::new(&mut join)), "the task has not run yet");
        task.on_wake(|| panic!("expected by the test"));
        let run = std::panic::AssertUnwindSafe(|| pool.run());
        let ran = std::panic::catch_unwind(run);
        CONTAINED.check(ran.is_ok(), "the scheduler was hit by a panic of a waker");
        drop(join);
        ALL_GIVEN_UP.check_eq("handles on the scheduler", pool.handles(), 1);
    });
}

/// Asks, in each step of a task's end that is foreign code, whether the task is finished already.
#[derive(Clone)]
struct Looks(Arc<Looking>);

struct Looking {
    tasks: OwnedTasks<Looks>,
    abort: Mutex<Option<AbortHandle>>,
    /// What `release` found.
    released_finished: AtomicBool,
}

impl Schedule for Looks {
    fn schedule(task: Notified<Looks>) {
        drop(task);
    }

    fn release(&self, task: &Task<Looks>) -> Option<Task<Looks>> {
        self.0.released_finished.store(self.is_finished(), Relaxed);
        self.0.tasks.remove(task)
    }
}

impl Looks {
    fn new() -> Looks {
        Looks(Arc::new(Looking {
            tasks: OwnedTasks::new(),
            abort: Mutex::new(None),
            released_finished: AtomicBool::new(false),
        }))
    }

    /// Spawns a task, and returns its handle and its ticket.
    fn spawn<F>(&self, future: F) -> (JoinHandle<F::Output>, Notified<Looks>)
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (join, ticket) = self.0.tasks.bind(future, self.clone(), Id::next());
        *self.0.abort.lock().unwrap() = Some(join.abort_handle());
        (join, ticket.expect("the list is open"))
    }

    fn run(&self, ticket: Notified<Looks>) {
        self.0.tasks.assert_owner(ticket).run();
    }

    fn is_finished(&self) -> bool {
        let abort = self.0.abort.lock().unwrap();
        abort.as_ref().is_some_and(AbortHandle::is_finished)
    }

    /// The task has a handle on the scheduler, and the scheduler one on the task.
    fn forget(&self) {
        self.0.abort.lock().unwrap().take();
    }
}

#[test]
fn it_leaves_its_list_before_it_is_complete() {
    EX.within("a list that looks at the task", || {
        for is_awaited in [true, false] {
            let looks = Looks::new();
            let (join, ticket) = looks.spawn(async {});
            let join = is_awaited.then_some(join);
            looks.run(ticket);
            STILL_OURS.check(looks.is_finished(), "the task is not finished");
            let was_finished = looks.0.released_finished.load(Relaxed);
            STILL_OURS.check(
                !was_finished,
                "the list was asked for its reference when the task was complete already",
            );
            drop(join);
            looks.forget();
        }
    });
}

#[test]
fn an_unwanted_output_is_dropped_before_the_task_is_complete() {
    struct Output(Looks, Arc<AtomicBool>);
    impl Drop for Output {
        fn drop(&mut self) {
            self.1.store(self.0.is_finished(), Relaxed);
        }
    }
    EX.within("an output that looks at the task", || {
        let looks = Looks::new();
        let was_finished = Arc::new(AtomicBool::new(false));
        let mut output = Some(Output(looks.clone(), Arc::clone(&was_finished)));
        let (join, ticket) = looks.spawn(poll_fn(move |_| Poll::Ready(output.take())));
        drop(join);
        looks.run(ticket);
        STILL_OURS.check(looks.is_finished(), "the task is not finished");
        STILL_OURS.check(
            !was_finished.load(Relaxed),
            "the output was dropped when the task was complete, and its references were gone",
        );
        looks.forget();
    });
}

/// The drop of the output gives up a reference too, and perhaps the last but ours.
#[test]
fn an_unwanted_output_may_hold_the_last_waker() {
    EX.within("a task whose output holds its own last waker", || {
        memory::check(FREED, || {
            let pool = Pool::new();
            let (token, drops) = drop_counter("output");
            let mut token = Some(token);
            drop(pool.spawn(poll_fn(move |cx| {
                Poll::Ready((cx.waker().clone(), token.take()))
            })));
            pool.run();
            FREED.check_eq("drops of the output", drops.count(), 1);
            FREED.check_eq("handles on the scheduler", pool.handles(), 1);
        });
    });
}
