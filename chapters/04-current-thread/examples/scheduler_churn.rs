//! Spawns, wakes, aborts, panics and shutdowns without end in sight, on three threads, for a memory
//! checker:
//!
//!     cargo build -p current-thread --example scheduler_churn_solved
//!     valgrind --leak-check=full --error-exitcode=9 target/debug/examples/scheduler_churn_solved

use std::future::poll_fn;
use std::sync::mpsc::{self, Sender};
use std::task::{Poll, Waker};
use std::thread;

use current_thread::{Handle, LocalSet, Runtime, spawn, spawn_local, yield_now};

const ROUNDS: usize = 5;
const TASKS: usize = 100;

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    for round in 0..ROUNDS {
        let rt = Runtime::new();
        let (send, wakers) = mpsc::channel::<Waker>();
        let waking = thread::spawn(move || wakers.into_iter().for_each(Waker::wake));
        let spawning = {
            let (handle, send) = (rt.handle().clone(), send.clone());
            thread::spawn(move || spawn_all(&handle, &send))
        };
        let set = LocalSet::new();
        set.block_on(&rt, async {
            let local = spawn_local(async move {
                yield_now().await;
                round
            });
            spawn_all(&Handle::current(), &send);
            for _ in 0..TASKS {
                spawn(yield_now()).await.expect("it only yields");
            }
            assert_eq!(local.await.expect("it only yields"), round);
        });
        // Some rounds end while the other thread still spawns.
        if round % 2 == 0 {
            spawning.join().expect("no task panics there");
            drop(rt);
        } else {
            drop(rt);
            spawning.join().expect("no task panics there");
        }
        drop(send);
        waking.join().expect("no waker panics");
    }
    println!("{ROUNDS} rounds of spawn, wake, abort, panic and shutdown: every thread is done");
}

fn spawn_all(handle: &Handle, send: &Sender<Waker>) {
    for task in 0..TASKS {
        let text = vec![task; 10];
        let send = send.clone();
        let mut polls = 0;
        let join = handle.spawn(poll_fn(move |cx| {
            polls += 1;
            match (task % 5, polls) {
                (0, _) | (_, 4) => Poll::Ready(text.clone()),
                (1, 3) => panic!("{text:?}"),
                (2, _) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                _ => {
                    // At the very end the receiver may be gone.
                    let _ = send.send(cx.waker().clone());
                    Poll::Pending
                }
            }
        }));
        match task % 7 {
            0 => join.abort(),
            1 => drop(join.abort_handle()),
            2 => {
                // A task that waits for the other.
                drop(handle.spawn(async move { join.await.map(|text| text.len()) }));
            }
            _ => {}
        }
    }
}
