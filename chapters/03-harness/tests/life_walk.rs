//! A task's life against a plain model of it: random walks of wakes, polls, aborts and joins.

#![cfg(not(loom))]

use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use harness::{AbortHandle, Id, JoinHandle, Notified, Schedule, Task, unowned};
use testkit::{DropCounter, Exercise, Rule, TestWaker, drop_counter};

const EX: Exercise = Exercise::chapter("3", "harness/index.md").may_be("one of 3.1 to 3.7");

const TICKET: Rule =
    EX.rule("A task has one ticket at most, and has one as long as a wake is not answered.");
const POLLED: Rule =
    EX.rule("A ticket is good for one poll, or for the end of a task that was aborted.");
const DROPPED: Rule = EX
    .rule("The future is dropped once: when the task ends, or when nothing can wake it any more.");
const TOLD: Rule = EX
    .rule("The end of a task wakes the handle's latest waker, once, and is there for the handle.");
const FREED: Rule =
    EX.rule("A cell is there as long as a ticket, a waker or a handle is, and no longer.");

/// Queues tickets, for the walk to take.
#[derive(Clone, Default)]
struct Queue(Arc<Mutex<VecDeque<Notified<Queue>>>>);

impl Schedule for Queue {
    fn schedule(task: Notified<Queue>) {
        let queue = task.scheduler().clone();
        queue.0.lock().unwrap().push_back(task);
    }

    fn release(&self, _: &Task<Queue>) -> Option<Task<Queue>> {
        None
    }
}

/// What the future does in its next poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Wait,
    WakeItself,
    AbortItself,
    Finish,
    Panic,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Runs the ticket, if there is one.
    Run(Act),
    /// Clones the waker of this place among those that are kept.
    CloneWaker(usize),
    DropWaker(usize),
    Wake(usize),
    WakeByRef(usize),
    /// By the handle, or by an abort handle.
    Abort(bool),
    DropAbortHandle,
    /// Polls the handle with one of two wakers.
    Join(usize),
    DropJoin,
}

/// How a task has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Output,
    Cancelled,
    Panicked,
}

/// What is to be true of the task.
#[derive(Debug)]
struct Model {
    is_queued: bool,
    is_aborted: bool,
    end: Option<End>,
    polls: usize,
    /// Which of the two wakers the handle was polled with last.
    joined_by: Option<usize>,
    wakes: [usize; 2],
}

/// What the future shares with the walk.
#[derive(Default)]
struct Shared {
    next: Mutex<Option<Act>>,
    polls: Mutex<usize>,
    /// Each poll leaves a clone of its waker here.
    wakers: Mutex<Vec<Waker>>,
    abort: Mutex<Option<AbortHandle>>,
}

/// A task with all that points to it, and the model.
struct Walk {
    queue: Queue,
    shared: Arc<Shared>,
    future: DropCounter,
    join: Option<JoinHandle<u32>>,
    joining: [TestWaker; 2],
    model: Model,
}

impl Walk {
    fn begin() -> Walk {
        let queue = Queue::default();
        let shared = Arc::<Shared>::default();
        let (token, future) = drop_counter("the future");
        let body = {
            let shared = Arc::clone(&shared);
            poll_fn(move |cx| {
                let _ = &token;
                *shared.polls.lock().unwrap() += 1;
                shared.wakers.lock().unwrap().push(cx.waker().clone());
                let act = shared.next.lock().unwrap().take();
                match act.expect("the walk says what to do") {
                    Act::Wait => {}
                    Act::WakeItself => cx.waker().wake_by_ref(),
                    Act::AbortItself => {
                        let abort = shared.abort.lock().unwrap();
                        abort.iter().for_each(AbortHandle::abort);
                    }
                    Act::Finish => return Poll::Ready(7),
                    // Not `panic!`: the hook would print each of them.
                    Act::Panic => resume_unwind(Box::new("as it should")),
                }
                Poll::Pending
            })
        };
        let (ticket, join) = unowned(body, queue.clone(), Id::next());
        *shared.abort.lock().unwrap() = Some(join.abort_handle());
        Queue::schedule(ticket);
        Walk {
            queue,
            shared,
            future,
            join: Some(join),
            joining: ["A", "B"].map(TestWaker::new),
            model: Model {
                is_queued: true,
                is_aborted: false,
                end: None,
                polls: 0,
                joined_by: None,
                wakes: [0; 2],
            },
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Run(act) => self.run(act),
            Step::CloneWaker(which) => {
                let mut wakers = self.shared.wakers.lock().unwrap();
                if let Some(waker) = nth(&wakers, which) {
                    let clone = wakers[waker].clone();
                    wakers.push(clone);
                }
            }
            Step::DropWaker(which) => drop(self.take_waker(which)),
            Step::Wake(which) => {
                if let Some(waker) = self.take_waker(which) {
                    waker.wake();
                    self.model.wake();
                }
            }
            Step::WakeByRef(which) => {
                if let Some(waker) = self.take_waker(which) {
                    waker.wake_by_ref();
                    self.model.wake();
                    self.shared.wakers.lock().unwrap().push(waker);
                }
            }
            Step::Abort(is_by_join) => match (&self.join, &*self.shared.abort.lock().unwrap()) {
                (Some(join), _) if is_by_join => {
                    join.abort();
                    self.model.abort();
                }
                (_, Some(abort)) => {
                    abort.abort();
                    self.model.abort();
                }
                _ => {}
            },
            Step::DropAbortHandle => drop(self.shared.abort.lock().unwrap().take()),
            Step::Join(by) => self.poll_join(by),
            Step::DropJoin => {
                self.join = None;
                self.model.joined_by = None;
            }
        }
        self.check();
    }

    fn run(&mut self, act: Act) {
        let ticket = self.queue.0.lock().unwrap().pop_front();
        let Some(ticket) = ticket else {
            return;
        };
        *self.shared.next.lock().unwrap() = Some(act);
        ticket.assert_unowned().run();
        let can_abort = self.shared.abort.lock().unwrap().is_some();
        self.model.run(act, can_abort);
    }

    fn poll_join(&mut self, by: usize) {
        let Some(join) = &mut self.join else {
            return;
        };
        let polled = self.joining[by].poll(Pin::new(join));
        let end = match polled {
            Poll::Pending => None,
            Poll::Ready(Ok(output)) => {
                TOLD.check_eq("the output", output, 7);
                Some(End::Output)
            }
            Poll::Ready(Err(error)) if error.is_cancelled() => Some(End::Cancelled),
            Poll::Ready(Err(_)) => Some(End::Panicked),
        };
        TOLD.check_eq("what the handle says of the end", end, self.model.end);
        self.model.joined_by = Some(by);
        if end.is_some() {
            self.join = None;
        }
    }

    fn take_waker(&mut self, which: usize) -> Option<Waker> {
        let mut wakers = self.shared.wakers.lock().unwrap();
        let which = nth(&wakers, which)?;
        Some(wakers.swap_remove(which))
    }

    /// Whether something points to the task.
    fn is_alive(&self) -> bool {
        self.model.is_queued
            || self.join.is_some()
            || self.shared.abort.lock().unwrap().is_some()
            || !self.shared.wakers.lock().unwrap().is_empty()
    }

    fn check(&self) {
        let (model, is_alive) = (&self.model, self.is_alive());
        let tickets = self.queue.0.lock().unwrap().len();
        TICKET.check_eq("tickets", tickets, usize::from(model.is_queued));
        POLLED.check_eq("polls", *self.shared.polls.lock().unwrap(), model.polls);
        let is_over = model.end.is_some() || !is_alive;
        DROPPED.check_eq(
            "drops of the future",
            self.future.count(),
            usize::from(is_over),
        );
        let wakes = [self.joining[0].wakes(), self.joining[1].wakes()];
        TOLD.check_eq("wakes of those who wait for the task", wakes, model.wakes);
        if let Some(join) = &self.join {
            TOLD.check_eq("it is finished", join.is_finished(), model.end.is_some());
        }
        // One is ours, and the cell has the other.
        let handles = Arc::strong_count(&self.queue.0);
        FREED.check_eq(
            "handles on the scheduler",
            handles,
            1 + usize::from(is_alive),
        );
    }

    /// Nothing points to the task any more.
    fn end(mut self) {
        self.step(Step::DropJoin);
        self.step(Step::DropAbortHandle);
        while self.model.is_queued {
            self.step(Step::Run(Act::Wait));
        }
        while let Some(waker) = self.take_waker(0) {
            drop(waker);
            self.check();
        }
        for task in &self.joining {
            task.none_held(TOLD);
        }
    }
}

impl Model {
    fn wake(&mut self) {
        self.is_queued |= self.end.is_none();
    }

    fn abort(&mut self) {
        self.is_aborted |= self.end.is_none();
        self.wake();
    }

    fn run(&mut self, act: Act, can_abort: bool) {
        self.is_queued = false;
        if self.is_aborted {
            return self.end(End::Cancelled);
        }
        self.polls += 1;
        match act {
            Act::Wait => {}
            Act::WakeItself => self.is_queued = true,
            // It need not be polled again to learn that.
            Act::AbortItself if can_abort => self.end(End::Cancelled),
            Act::AbortItself => {}
            Act::Finish => self.end(End::Output),
            Act::Panic => self.end(End::Panicked),
        }
    }

    fn end(&mut self, end: End) {
        self.end = Some(end);
        if let Some(by) = self.joined_by {
            self.wakes[by] += 1;
        }
    }
}

fn nth<T>(all: &[T], which: usize) -> Option<usize> {
    which.checked_rem(all.len())
}

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }

    fn step(&mut self) -> Step {
        let which = self.below(8);
        match self.below(16) {
            0..5 => Step::Run(self.act()),
            5 => Step::CloneWaker(which),
            6 | 7 => Step::DropWaker(which),
            8 | 9 => Step::Wake(which),
            10 | 11 => Step::WakeByRef(which),
            12 => Step::Abort(which < 4),
            13 if which == 0 => Step::DropJoin,
            13 => Step::DropAbortHandle,
            _ => Step::Join(which % 2),
        }
    }

    fn act(&mut self) -> Act {
        match self.below(12) {
            0 => Act::Finish,
            1 => Act::Panic,
            2 => Act::AbortItself,
            3..6 => Act::WakeItself,
            _ => Act::Wait,
        }
    }
}

/// Prints the walk that failed.
struct ToldOnPanic<'a>(&'a [Step]);

impl Drop for ToldOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("the walk: {:?}", self.0);
        }
    }
}

/// The walks get longer one by one, so the first that fails is short.
#[test]
fn as_a_plain_model() {
    EX.within("random walks", || {
        let mut random = Random(14);
        let walks = if cfg!(miri) { 25 } else { 4_000 };
        for length in (0..walks).map(|walk| 1 + walk * 40 / walks) {
            let steps: Vec<Step> = (0..length).map(|_| random.step()).collect();
            let told = ToldOnPanic(&steps);
            let mut walk = Walk::begin();
            for &step in &steps {
                walk.step(step);
            }
            walk.end();
            drop(told);
        }
    });
}
