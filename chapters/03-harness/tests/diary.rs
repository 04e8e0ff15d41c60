//! What a dump tells of a task, with the feature `dump`: the notes of its leaves, and how often it was polled and woken.

#![cfg(all(feature = "dump", not(loom)))]

mod schedulers;

use std::future::{Future, Pending, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Barrier, Mutex};
use std::task::{Context, Poll};
use std::thread;

use harness::diary::{Look, look};
use harness::leaf::{Note, Resource, poll_first};
use harness::{Id, around, leaf, through};
use schedulers::Pool;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const LINE: Rule = CHAPTER.rule("A note names the outermost leaf, and the line that awaits it.");
const AROUND: Rule =
    CHAPTER.rule("A future around others keeps their notes, and says its own name after them.");
const THROUGH: Rule =
    CHAPTER.rule("A future of another crate shows what it polls, with the line that awaits it.");
const GONE: Rule = CHAPTER.rule("What is ready leaves no note.");
const NEST: Rule = CHAPTER.rule("A poll within a poll has notes of its own.");
const BOOK: Rule = CHAPTER.rule("A task is in the book from when it is made until it is freed.");

fn seen(id: Id) -> Option<Look> {
    look().into_iter().find(|look| look.id == id)
}

/// The names and the lines of the notes of a task that has been polled once.
fn notes_of<F>(future: F) -> Vec<(&'static str, u32)>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let pool = Pool::new();
    let join = pool.spawn(future);
    pool.run();
    let look = seen(join.id()).expect("it waits");
    pool.shutdown();
    let notes = look.notes.iter();
    notes
        .map(|note| (note.name(), note.place().line()))
        .collect()
}

/// A leaf that is made of another one.
#[leaf("outer", ())]
async fn outer() {
    inner().await;
}

#[leaf("inner", ())]
async fn inner() {
    pending().await
}

/// A leaf that is a function.
#[leaf("polled", ())]
fn polled(_: &mut Context<'_>) -> Poll<()> {
    Poll::Pending
}

#[around("both", ())]
async fn both() {
    let (mut one, mut other) = (pin!(inner()), pin!(outer()));
    poll_fn(|cx| {
        let one = one.as_mut().poll(cx);
        if other.as_mut().poll(cx).is_pending() {
            Poll::Pending
        } else {
            one
        }
    })
    .await;
}

/// The same by another name.
#[around("both_at_once", ())]
async fn both_at_once() {
    both().await;
}

/// A future of another crate, with a line of its own.
mod foreign {
    use super::{Future, Pin, inner, poll_fn};

    pub fn polls_a_leaf() -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut leaf = Box::pin(inner());
        Box::pin(poll_fn(move |cx| leaf.as_mut().poll(cx)))
    }
}

#[through("polls_a_leaf", ())]
fn polls_a_leaf() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    foreign::polls_a_leaf()
}

#[through("waits", ())]
fn waits() -> Pending<()> {
    pending()
}

#[test]
fn through_a_future_of_another_crate() {
    THROUGH.holds("notes below a foreign future", || {
        let line = line!() + 1;
        let seen = notes_of(async { polls_a_leaf().await });
        THROUGH.check_eq("a leaf of ours", seen, vec![("inner", line)]);
        let line = line!() + 1;
        let seen = notes_of(async { waits().await });
        THROUGH.check_eq("a leaf that notes nothing", seen, vec![("waits", line)]);
    });
}

#[test]
fn the_line_that_awaits() {
    LINE.holds("notes of leaves", || {
        let line = line!() + 1;
        let seen = notes_of(async { outer().await });
        LINE.check_eq("an async fn", seen, vec![("outer", line)]);
        let line = line!() + 1;
        let seen = notes_of(poll_fn(|cx| polled(cx)));
        LINE.check_eq("a function that polls", seen, vec![("polled", line)]);
        let seen = notes_of(pending::<()>());
        LINE.check_eq("no leaf of ours", seen, vec![]);
    });
}

#[test]
fn around_others() {
    AROUND.holds("notes of several leaves", || {
        let line = line!() + 1;
        let seen = notes_of(async { both().await });
        let expected = vec![("inner", line), ("outer", line), ("both", line)];
        AROUND.check_eq("the notes", seen, expected);
        let line = line!() + 1;
        let seen = notes_of(async { both_at_once().await });
        let expected = vec![("inner", line), ("outer", line), ("both_at_once", line)];
        AROUND.check_eq("the notes of one that calls it", seen, expected);
    });
}

#[test]
fn ready_leaves() {
    GONE.holds("notes of leaves that are ready", || {
        let seen = notes_of(async {
            let mut loser = pin!(inner());
            poll_fn(|cx| {
                poll_first(|| {
                    let _ = loser.as_mut().poll(cx);
                    Poll::Ready(())
                })
            })
            .await;
            Note::new("ready", Resource::None).until(async {}).await;
            polled_by(|cx| polled(cx)).await;
        });
        let names: Vec<&str> = seen.into_iter().map(|(name, _)| name).collect();
        GONE.check_eq("the notes", names, vec!["polled"]);
    });
}

fn polled_by(poll: impl FnMut(&mut Context<'_>) -> Poll<()>) -> impl Future<Output = ()> {
    poll_fn(poll)
}

#[test]
fn polls_that_nest() {
    NEST.holds("a task that runs a scheduler", || {
        let seen = notes_of(poll_fn(|cx| {
            let _ = polled(cx);
            let seen = notes_of(outer_twice());
            assert_eq!(seen.len(), 2, "{seen:?}");
            let _ = pin!(inner()).poll(cx);
            Poll::<()>::Pending
        }));
        let names: Vec<&str> = seen.into_iter().map(|(name, _)| name).collect();
        NEST.check_eq("the notes", names, vec!["polled", "inner"]);
    });
}

async fn outer_twice() {
    poll_fn(|cx| {
        let _ = pin!(outer()).poll(cx);
        Poll::Ready(())
    })
    .await;
    outer().await;
}

#[test]
fn looks_while_tasks_come_and_go() {
    const TASKS: usize = if cfg!(miri) { 8 } else { 500 };
    BOOK.holds("two threads that spawn, and one that looks", || {
        let begin = Barrier::new(3);
        // Other tests have tasks in the book as well.
        let ours = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    begin.wait();
                    for _ in 0..TASKS {
                        let pool = Pool::new();
                        let join = pool.spawn(async { outer().await });
                        let id = join.id();
                        ours.lock().unwrap().push(id);
                        let new = seen(id).expect("it is in the book");
                        BOOK.check(new.state.is_notified(), "it was spawned");
                        pool.run();
                        let look = seen(id).expect("it waits");
                        BOOK.check_eq("polls", (look.polls, look.wakes), (1, 0));
                        pool.shutdown();
                        BOOK.check(seen(id).is_none(), "it is done");
                        drop(join);
                    }
                });
            }
            begin.wait();
            for _ in 0..TASKS {
                let looks = look();
                let ours = ours.lock().unwrap();
                for look in looks.iter().filter(|look| ours.contains(&look.id)) {
                    BOOK.check(look.notes.len() <= 2, "notes of two tasks are mixed");
                }
            }
        });
    });
}

/// A root future is no task, and its notes are never taken: they may not grow faster than it is polled.
#[test]
fn polls_outside_of_a_task() {
    NEST.holds("a leaf around another one, polled a thousand times", || {
        for _ in 0..1000 {
            let outer = Note::new("outer", ()).around("elsewhere.rs");
            let polled = outer.poll(|| Note::new("inner", ()).poll(|| Poll::<()>::Pending));
            NEST.check(polled.is_pending(), "it waits");
        }
    });
}
