//! A task that gives way in a loop, beside one that waits for ten events of a driver.
//!
//! The driver has an event ready each time it is asked. So if all have a turn between two polls
//! of the task that gives way, ten polls of it are enough.
//!
//!     cargo run -p current-thread --example starve_solved

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark, ThreadUnpark, spawn, yield_now};

/// The waker of the task that waits for the next event.
type Waiter = Arc<Mutex<Option<Waker>>>;

/// A driver that has an event ready whenever it is asked.
struct Eventful {
    park: ThreadPark,
    waiter: Waiter,
}

impl Eventful {
    fn fire(&self) {
        let waker = self.waiter.lock().expect("nobody panics").take();
        if let Some(waker) = waker {
            waker.wake();
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
    for (name, polls) in [
        ("wakes itself, into the run queue", polls_beside(wake_self)),
        ("yield_now, deferred", polls_beside(yield_now)),
    ] {
        println!("{name:>34}: {polls:>4} polls, while its sibling had 10 events");
    }
}

// ANCHOR: wake-self
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
// ANCHOR_END: wake-self

/// How often a task that gives way is polled until its sibling has had its events.
fn polls_beside<F>(give_way: fn() -> F) -> usize
where
    F: Future<Output = ()> + Send + 'static,
{
    let waiter = Waiter::default();
    let rt = Runtime::with_park(Eventful {
        park: ThreadPark::new(),
        waiter: Arc::clone(&waiter),
    });
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    rt.block_on(async {
        drop(spawn(async move {
            loop {
                counted.fetch_add(1, Relaxed);
                give_way().await;
            }
        }));
        let mut events = 0;
        let sibling = spawn(poll_fn(move |cx| {
            if events == 10 {
                return Poll::Ready(());
            }
            events += 1;
            *waiter.lock().expect("nobody panics") = Some(cx.waker().clone());
            Poll::Pending
        }));
        sibling.await.expect("it does not panic");
    });
    polls.load(Relaxed)
}
