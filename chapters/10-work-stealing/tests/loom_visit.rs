//! A thread that asks the workers for their tasks, against a worker that comes by, and against the end: every interleaving.

#![cfg(loom)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use current_thread::{Park, ThreadPark, Unpark};
use model::loom::sync::Arc;
use model::loom::thread;
use testkit::{Exercise, Rule, TestWaker, lane};
use work_stealing::visit::{Question, Visits};

const CHAPTER: Exercise = Exercise::chapter("10", "work-stealing/index.md");

const RUNG: Rule = CHAPTER.rule("A worker that is woken for a question finds its share.");
const OVER: Rule =
    CHAPTER.rule("A question is over when the last share is gone, and then its task is woken.");
const CLOSED: Rule =
    CHAPTER.rule("A share that is left at the end of the pool is answered or dropped.");

/// A worker sleeps until it has seen the share: it would sleep for ever if a ring could be seen before what it is for.
#[test]
fn a_worker_that_sleeps_finds_its_share() {
    RUNG.model(|| {
        let visits = Arc::new(Visits::new());
        let mut park = ThreadPark::new();
        let bell = park.unparker();
        let question = Question::new(Vec::new());
        let share = question.share();
        let asks = {
            let visits = Arc::clone(&visits);
            thread::spawn(move || {
                lane("asks");
                visits.leave(share);
                bell.unpark();
            })
        };
        lane("the worker");
        while !visits.has_any() {
            park.park();
        }
        assert_eq!(visits.take().len(), 1, "shares that were left");
        assert!(!visits.has_any(), "there is one left");
        asks.join().unwrap();
        assert!(is_over(question), "the share was dropped");
    });
}

/// The last of two shares goes while the task that asks looks.
#[test]
fn the_last_share_wakes_the_task_that_asks() {
    OVER.model(|| {
        let question = Question::new(Vec::new());
        let shares = [question.share(), question.share()];
        let workers = shares.map(|share| {
            thread::spawn(move || {
                lane("a worker");
                share.add(Vec::new());
                drop(share);
            })
        });
        lane("asks");
        let task = TestWaker::new("the task that asks");
        let mut answer = pin!(question.answer());
        let was_ready = task.poll(answer.as_mut()).is_ready();
        for worker in workers {
            worker.join().unwrap();
        }
        if !was_ready {
            assert_eq!(task.wakes(), 1, "wakes of the task that asks");
            assert!(
                task.poll(answer).is_ready(),
                "no share is left, and it waits"
            );
        }
    });
}

#[test]
fn a_share_against_the_end() {
    CLOSED.model(|| {
        let visits = Arc::new(Visits::new());
        let question = Question::new(Vec::new());
        let share = question.share();
        let asks = {
            let visits = Arc::clone(&visits);
            thread::spawn(move || {
                lane("asks");
                visits.leave(share);
            })
        };
        lane("ends the pool");
        drop(visits.close());
        asks.join().unwrap();
        assert!(!visits.has_any(), "a share was left behind");
        assert!(is_over(question), "a share was left behind");
    });
}

/// Whether no share is left.
fn is_over(question: Question) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    matches!(pin!(question.answer()).poll(&mut cx), Poll::Ready(_))
}
