//! What a scheduler is told, and what it can ask: which tasks there are, and that one has panicked.

#![cfg(not(loom))]

mod schedulers;

use std::future::pending;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};

use harness::{Id, Notified, OwnedTasks, Schedule, Task};
use schedulers::Pool;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const TOLD: Rule = CHAPTER
    .may_be("3.3")
    .rule("A scheduler is told of each task that panics while it is polled, and of no other.");
const WALKED: Rule = CHAPTER
    .may_be("3.6 or 3.7")
    .rule("The list has each task that is not done, the newest first.");

/// It runs nothing: a test runs the tickets.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<Id>>>);

impl Schedule for Notes {
    fn schedule(task: Notified<Notes>) {
        drop(task);
    }

    fn release(&self, _: &Task<Notes>) -> Option<Task<Notes>> {
        None
    }

    fn on_panic(&self, id: Id) {
        self.0.lock().unwrap().push(id);
    }
}

#[test]
fn of_a_panic() {
    TOLD.holds("of a panic", || {
        let notes = Notes::default();
        let run = |future| {
            let (ticket, join) = harness::unowned(future, notes.clone(), Id::next());
            ticket.assert_unowned().run();
            join.id()
        };
        let future = |panics: bool| async move {
            if panics {
                resume_unwind(Box::new("expected"));
            }
        };
        let first = run(future(true));
        run(future(false));
        let third = run(future(true));
        // Cancelled before it was polled, so nothing has panicked.
        let (ticket, join) = harness::unowned(future(true), notes.clone(), Id::next());
        join.abort();
        ticket.assert_unowned().run();
        TOLD.check_eq(
            "tasks that panicked",
            notes.0.lock().unwrap().clone(),
            vec![first, third],
        );
    });
}

#[test]
fn which_tasks_there_are() {
    WALKED.holds("which tasks there are", || {
        let tasks: OwnedTasks<Notes> = OwnedTasks::new();
        let notes = Notes::default();
        let listed = || {
            let mut listed = Vec::new();
            tasks.for_each(|task| listed.push((task.id(), task.state().is_notified())));
            listed
        };
        WALKED.check_eq("tasks of an empty list", listed(), vec![]);
        let (first, ticket) = tasks.bind(pending::<()>(), notes.clone(), Id::next());
        let (second, queued) = tasks.bind(pending::<()>(), notes.clone(), Id::next());
        tasks.assert_owner(ticket.unwrap()).run();
        let expected = vec![(second.id(), true), (first.id(), false)];
        WALKED.check_eq("tasks", listed(), expected);
        drop(queued);
        tasks.close_and_shutdown_all();
        WALKED.check_eq("tasks after the end", listed(), vec![]);
    });
}

#[test]
fn a_done_task_is_not_there() {
    WALKED.holds("a done task is not there", || {
        let pool = Pool::new();
        let join = pool.spawn(async {});
        pool.run();
        WALKED.check(join.is_finished(), "not so: the task is done");
        WALKED.check(pool.is_empty(), "not so: the list is empty");
    });
}
