//! A scheduler with nothing to do sleeps, and does nothing but sleep.

#![cfg(not(loom))]

mod parks;

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use current_thread::{JoinHandle, Runtime, spawn, yield_now};
use testkit::{Exercise, Rule, gate};

use parks::{Asked, CountingPark};

const EX: Exercise = Exercise::new("4.5", "current-thread/rest.md");

const COSTS: Rule = EX.rule("Idle Costs Nothing: each turn of the loop has a cause.");
const ROOT: Rule = EX.rule("The root is polled when it has been woken, and not otherwise.");
const LOOKS: Rule = EX.rule("The driver is asked when it is due, and not for each wake.");

/// Each wake from outside is one turn of the loop: one sleep is ended, and another begins.
#[test]
fn each_turn_is_somebodys_doing() {
    EX.within("five wakes", || {
        let (park, asked) = CountingPark::new();
        let rt = Runtime::with_park(park);
        let (send, wakers) = mpsc::channel::<Waker>();
        let waking = {
            let asked = Arc::clone(&asked);
            thread::spawn(move || {
                for (n, waker) in wakers.into_iter().enumerate() {
                    // Only when it sleeps: then each wake needs an unpark.
                    wait_for_parks(&asked, n + 1);
                    waker.wake();
                }
            })
        };
        let mut polls = 0;
        rt.block_on(async {
            let task: JoinHandle<()> = spawn(poll_fn(move |cx| {
                polls += 1;
                if polls == 6 {
                    return Poll::Ready(());
                }
                send.send(cx.waker().clone()).unwrap();
                Poll::Pending
            }));
            task.await.unwrap();
        });
        waking.join().unwrap();
        COSTS.check_eq("sleeps and looks", (asked.parks(), asked.looks()), (5, 0));
    });
}

fn wait_for_parks(asked: &Asked, parks: usize) {
    while asked.parks() < parks {
        thread::yield_now();
    }
}

/// The root is polled when it is woken, and not when something else is.
#[test]
fn the_root_is_polled_when_woken_only() {
    EX.within("a root beside tasks", || {
        let polls = Arc::new(AtomicUsize::new(0));
        let (gate, mut opened) = gate::<()>("gate");
        Runtime::new().block_on(async {
            drop(spawn(async move {
                for _ in 0..if cfg!(miri) { 20 } else { 1_000 } {
                    yield_now().await;
                }
                gate.open(());
            }));
            poll_fn(|cx| {
                polls.fetch_add(1, SeqCst);
                std::pin::Pin::new(&mut opened).poll(cx)
            })
            .await;
        });
        ROOT.check_eq("polls of the root", polls.load(SeqCst), 2);
    });
}

/// What is done on the scheduler's own thread needs no sleep and no look at the driver.
#[test]
fn a_task_that_wakes_the_root_costs_no_look() {
    EX.within("a hundred tasks, one after the other", || {
        let (park, asked) = CountingPark::new();
        Runtime::with_park(park).block_on(async {
            for i in 0..100 {
                assert_eq!(spawn(async move { i }).await.unwrap(), i);
            }
        });
        COSTS.check_eq("sleeps", asked.parks(), 0);
        // Two polls for each of them, and a look every 61.
        let looks = asked.looks();
        LOOKS.check(
            looks <= 200 / 61,
            format_args!("{looks} looks at the driver"),
        );
    });
}

/// A driver that has something to do wakes a task from within `park`, on this thread.
#[test]
fn a_wake_from_within_park_is_seen() {
    EX.within("a driver that wakes", || {
        let waker: Arc<Mutex<Option<Waker>>> = Arc::default();
        let event = Arc::clone(&waker);
        let unpark: Arc<Mutex<Option<current_thread::ThreadUnpark>>> = Arc::default();
        let (park, asked) = CountingPark::with_driver({
            let unpark = Arc::clone(&unpark);
            move || {
                let waker = event.lock().unwrap().take();
                if let Some(waker) = waker {
                    waker.wake();
                    // As a driver returns once it has had an event.
                    let unpark = unpark.lock().unwrap();
                    current_thread::Unpark::unpark(unpark.as_ref().unwrap());
                }
            }
        });
        *unpark.lock().unwrap() = Some(current_thread::Park::unparker(&park));
        Runtime::with_park(park).block_on(async {
            let mut left = 10;
            spawn(poll_fn(move |cx| {
                if left == 0 {
                    return Poll::Ready(());
                }
                left -= 1;
                *waker.lock().unwrap() = Some(cx.waker().clone());
                Poll::Pending
            }))
            .await
            .unwrap();
        });
        COSTS.check_eq("sleeps and looks", (asked.parks(), asked.looks()), (10, 0));
    });
}
