//! How many turns a task takes that always finds something ready.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use current_thread::{Runtime, spawn};

/// What a poll begins with.
const BUDGET: usize = 128;
/// How often each leaf is ready in a row.
pub const TIMES: usize = if cfg!(miri) { 200 } else { 1000 };

/// Runs `future` in a task beside another one. Returns how many polls it took, and how many polls the other
/// one had had by the end: in each turn of the loop both are polled once.
pub fn polls_of(future: impl Future<Output = ()> + Send + 'static) -> (usize, usize) {
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

pub fn gives_way(what: &str, future: impl Future<Output = ()> + Send + 'static) {
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
