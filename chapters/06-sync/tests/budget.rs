//! A task that always finds something ready gives way all the same: each leaf spends the task's budget.

#![cfg(not(loom))]

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use current_thread::{Runtime, spawn};
use sync::{Mutex, RwLock, Semaphore, broadcast, mpsc, watch};
use testkit::{LIMIT, within};

/// What a poll begins with.
const BUDGET: usize = 128;
/// How often each leaf is ready in a row.
const TIMES: usize = 1000;

/// Runs `future` in a task beside another one. Returns how many polls it took, and how many polls the other
/// one had had by the end: in each turn of the loop both are polled once.
fn polls_of(future: impl Future<Output = ()> + Send + 'static) -> (usize, usize) {
    let [polls, others] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&polls);
    let mut future = Box::pin(future);
    let counted = poll_fn(move |cx| {
        seen.fetch_add(1, Relaxed);
        future.as_mut().poll(cx)
    });
    let beside = Arc::clone(&others);
    Runtime::new().block_on(async {
        let join = spawn(counted);
        drop(spawn(poll_fn(move |cx| {
            beside.fetch_add(1, Relaxed);
            cx.waker().wake_by_ref();
            std::task::Poll::<()>::Pending
        })));
        join.await.unwrap();
    });
    (polls.load(Relaxed), others.load(Relaxed))
}

fn gives_way(what: &str, future: impl Future<Output = ()> + Send + 'static) {
    let polls = TIMES.div_ceil(BUDGET);
    let (polls_seen, others) = polls_of(future);
    assert_eq!(
        polls_seen, polls,
        "polls of a task that does nothing but: {what}"
    );
    assert!(
        polls - 1 <= others,
        "{what}: another task that is due was polled {others} times"
    );
}

#[test]
fn locks_spend_the_budget() {
    within(LIMIT, "locks that are free", || {
        gives_way("Mutex::lock", async {
            let mutex = Mutex::new(());
            for _ in 0..TIMES {
                drop(mutex.lock().await);
            }
        });
        gives_way("Mutex::lock_owned", async {
            let mutex = Arc::new(Mutex::new(()));
            for _ in 0..TIMES {
                drop(Arc::clone(&mutex).lock_owned().await);
            }
        });
        gives_way("Semaphore::acquire", async {
            let semaphore = Semaphore::new(1);
            for _ in 0..TIMES {
                drop(semaphore.acquire().await);
            }
        });
        gives_way("Semaphore::acquire_many_owned", async {
            let semaphore = Arc::new(Semaphore::new(3));
            for _ in 0..TIMES {
                drop(Arc::clone(&semaphore).acquire_many_owned(2).await);
            }
        });
        gives_way("RwLock::read, then RwLock::write", async {
            let lock = RwLock::new(());
            for _ in 0..TIMES / 2 {
                drop(lock.read().await);
                drop(lock.write().await);
            }
        });
    });
}

#[test]
fn channels_spend_the_budget() {
    within(LIMIT, "channels with something in them", || {
        gives_way("mpsc::Sender::send", async {
            let (tx, _rx) = mpsc::channel(TIMES);
            for n in 0..TIMES {
                tx.send(n).await.unwrap();
            }
        });
        gives_way("mpsc::Receiver::recv", async {
            let (tx, mut rx) = mpsc::channel(TIMES);
            (0..TIMES).for_each(|n| tx.try_send(n).unwrap());
            for n in 0..TIMES {
                assert_eq!(rx.recv().await, Some(n));
            }
        });
        gives_way("mpsc::UnboundedReceiver::recv_many", async {
            let (tx, mut rx) = mpsc::unbounded_channel();
            (0..TIMES).for_each(|n| tx.send(n).unwrap());
            for _ in 0..TIMES {
                assert_eq!(rx.recv_many(&mut Vec::new(), 1).await, 1);
            }
        });
        gives_way("watch::Receiver::changed", async {
            let (tx, mut rx) = watch::channel(0);
            for n in 0..TIMES {
                tx.send(n).unwrap();
                rx.changed().await.unwrap();
            }
        });
        gives_way("watch::Receiver::wait_for", async {
            let (_tx, mut rx) = watch::channel(0);
            for _ in 0..TIMES {
                drop(rx.wait_for(|n| *n == 0).await);
            }
        });
        gives_way("broadcast::Receiver::recv", async {
            let (tx, mut rx) = broadcast::channel(TIMES);
            (0..TIMES).for_each(|n| assert_eq!(tx.send(n).unwrap(), 1));
            for n in 0..TIMES {
                assert_eq!(rx.recv().await.unwrap(), n);
            }
        });
    });
}

/// `try_recv` may have to wait for a value that is on its way, with the thread. The budget must not make it wait
/// for a turn that cannot come.
#[test]
fn what_does_not_wait_needs_no_budget() {
    within(LIMIT, "a try without a budget", || {
        let (polls, _) = polls_of(async {
            let (tx, mut rx) = mpsc::unbounded_channel();
            let mutex = Mutex::new(());
            while harness::coop::has_budget_remaining() {
                harness::coop::consume_budget().await;
            }
            for n in 0..TIMES {
                tx.send(n).unwrap();
                assert_eq!(rx.try_recv(), Ok(n));
                drop(mutex.try_lock().unwrap());
            }
        });
        assert_eq!(polls, 1);
    });
}
