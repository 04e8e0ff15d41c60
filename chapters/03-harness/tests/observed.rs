//! What a subscriber of the crate `tracing` is told of a task, with the feature `tracing`.

#![cfg(all(feature = "tracing", not(loom)))]

mod schedulers;

use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use schedulers::Pool;
use testkit::{Exercise, Rule};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Metadata, Subscriber};

const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
const SPAN: Rule =
    CHAPTER.rule("A task is a span from its spawn to its end, entered by each poll.");
const WAKER: Rule = CHAPTER.rule("What becomes of a task's wakers are events that name its span.");
const SILENT: Rule = CHAPTER.rule("Without a subscriber a task is as without the feature.");

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Told {
    lines: Arc<Mutex<Vec<String>>>,
    last: Arc<AtomicU64>,
}

impl Told {
    fn say(&self, line: String) {
        self.lines.lock().expect("nothing panics").push(line);
    }
}

/// The fields of a span or an event that a test asks for.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "op" => self.0 += &format!(" {value:?}"),
            "loc.file" => self.0 += &format!(" here: {}", format!("{value:?}").contains(file!())),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        // That of an event is the span's. A task's own number is another in each run.
        if field.name() == "task.id" {
            self.0 += &format!(" of {}", value.min(1000));
        }
    }
}

impl Subscriber for Told {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("tokio::task")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.last.fetch_add(1, Relaxed) + 1;
        let mut fields = Fields::default();
        span.record(&mut fields);
        let here = fields.0.contains("here: true");
        self.say(format!(
            "{} {id}, from here: {here}",
            span.metadata().name()
        ));
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.say(format!("{}{}", event.metadata().target(), fields.0));
    }

    fn enter(&self, span: &Id) {
        self.say(format!("enters {}", span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        self.say(format!("leaves {}", span.into_u64()));
    }

    fn try_close(&self, _: Id) -> bool {
        false
    }
}

/// What is told while `f` runs.
fn told(f: impl FnOnce()) -> Vec<String> {
    let told = Told::default();
    with_default(told.clone(), f);
    let lines = told.lines.lock().expect("nothing panics");
    lines.clone()
}

#[test]
fn a_task_that_waits_once() {
    CHAPTER.within("a task that waits once", || {
        let lines = told(|| {
            let pool = Pool::new();
            let mut polls = 0;
            let join = pool.spawn(poll_fn(move |cx| {
                polls += 1;
                match polls {
                    1 => {
                        let waker = cx.waker().clone();
                        waker.wake_by_ref();
                        let other = waker.clone();
                        other.wake();
                        Poll::Pending
                    }
                    _ => Poll::Ready(()),
                }
            }));
            pool.run();
            drop(join);
        });
        let polls: Vec<&String> = lines.iter().filter(|it| !it.contains("waker")).collect();
        let expected = [
            "runtime.spawn 1, from here: false",
            "enters 1",
            "leaves 1",
            "enters 1",
            "leaves 1",
        ];
        SPAN.check_eq(
            "the span",
            polls,
            expected.map(str::to_owned).iter().collect(),
        );
        let wakers: Vec<&String> = lines.iter().filter(|it| it.contains("waker")).collect();
        let expected = [
            "tokio::task::waker \"waker.clone\" of 1",
            "tokio::task::waker \"waker.wake_by_ref\" of 1",
            "tokio::task::waker \"waker.clone\" of 1",
            "tokio::task::waker \"waker.wake\" of 1",
            "tokio::task::waker \"waker.drop\" of 1",
        ];
        WAKER.check_eq(
            "the wakers",
            wakers,
            expected.map(str::to_owned).iter().collect(),
        );
    });
}

#[test]
fn a_task_that_gives_way() {
    CHAPTER.within("a task that gives way", || {
        let lines = told(|| {
            let pool = Pool::new();
            let mut polls = 0;
            let join = pool.spawn(poll_fn(move |cx| {
                polls += 1;
                match polls {
                    1 => {
                        harness::context::defer(cx.waker());
                        Poll::Pending
                    }
                    _ => Poll::Ready(()),
                }
            }));
            pool.run();
            drop(join);
        });
        let expected = [
            "runtime.spawn 1, from here: false",
            "enters 1",
            "tokio::task::waker \"waker.wake_by_ref\" of 1",
            "leaves 1",
            "enters 1",
            "leaves 1",
        ];
        WAKER.check_eq("what is told", lines, expected.map(str::to_owned).to_vec());
    });
}

#[test]
fn without_a_subscriber() {
    CHAPTER.within("a task without a subscriber", || {
        let pool = Pool::new();
        let join = pool.spawn(async { 42 });
        let lines = told(|| pool.run());
        SILENT.check_eq("what is told of a task from before", lines, vec![]);
        drop(join);
    });
}
