//! The steps of a task that gives way, of its sibling and of a driver. The figure on the first
//! page of the chapter is drawn from them.
//!
//! The sibling waits for three events, and the driver has one ready each time it is asked. Each poll
//! and each look at the driver is one step, and the same step many times in a row is one column.
//!
//!     cargo run -p current-thread --example lanes_solved

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark, ThreadUnpark, spawn, yield_now};

#[derive(Clone, Copy, PartialEq)]
enum Step {
    GivesWay,
    Sibling,
    Event,
    NobodyWaits,
}

/// The steps, and the waker of the task that waits for the next event.
#[derive(Default)]
struct Record {
    steps: Mutex<Vec<Step>>,
    waiter: Mutex<Option<Waker>>,
}

impl Record {
    fn step(&self, step: Step) {
        self.steps.lock().expect("nobody panics").push(step);
    }
}

/// A driver that has an event ready whenever it is asked.
struct Eventful {
    park: ThreadPark,
    record: Arc<Record>,
}

impl Eventful {
    fn fire(&self) {
        let waker = self.record.waiter.lock().expect("nobody panics").take();
        match waker {
            Some(waker) => {
                self.record.step(Step::Event);
                waker.wake();
            }
            None => self.record.step(Step::NobodyWaits),
        }
    }
}

impl Park for Eventful {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.park.unparker()
    }

    fn park(&mut self) {
        self.fire();
    }

    fn park_timeout(&mut self, _: Duration) {
        self.fire();
    }
}

fn main() {
    show("wakes itself, into the run queue", &steps_of(wake_self));
    println!();
    show("yield_now, deferred", &steps_of(yield_now));
}

/// Gives way as most would by hand: the ticket goes to the back of the run queue.
async fn wake_self() {
    let mut has_yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What happens until the root learns that the sibling has had its events.
fn steps_of<F>(give_way: fn() -> F) -> Vec<Step>
where
    F: Future<Output = ()> + Send + 'static,
{
    let record = Arc::new(Record::default());
    let rt = Runtime::with_park(Eventful {
        park: ThreadPark::new(),
        record: Arc::clone(&record),
    });
    let recorded = Arc::clone(&record);
    rt.block_on(async {
        let polled = Arc::clone(&recorded);
        drop(spawn(async move {
            loop {
                polled.step(Step::GivesWay);
                give_way().await;
            }
        }));
        let mut events = 0;
        let sibling = spawn(poll_fn(move |cx| {
            recorded.step(Step::Sibling);
            if events == 3 {
                return Poll::Ready(());
            }
            events += 1;
            *recorded.waiter.lock().expect("nobody panics") = Some(cx.waker().clone());
            Poll::Pending
        }));
        sibling.await.expect("it does not panic");
    });
    let mut steps = record.steps.lock().expect("nobody panics");
    std::mem::take(&mut *steps)
}

/// A lane for each of them, and a column for each run of equal steps.
fn show(name: &str, steps: &[Step]) {
    println!("{name}: {} steps", steps.len());
    for lane in ["gives way", "sibling", "driver"] {
        let cells: String = steps
            .chunk_by(|a, b| a == b)
            .map(|run| {
                let (its_lane, cell) = match run[0] {
                    Step::GivesWay => ("gives way", run.len().to_string()),
                    Step::Sibling => ("sibling", run.len().to_string()),
                    Step::Event => ("driver", "event".to_owned()),
                    Step::NobodyWaits => ("driver", "-".to_owned()),
                };
                let width = cell.len() + 1;
                let cell = if its_lane == lane { &cell } else { "" };
                format!("{cell:>width$}")
            })
            .collect();
        println!("{}", format!("{lane:>9} {cells}").trim_end());
    }
}
