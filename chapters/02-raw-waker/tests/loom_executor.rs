//! The executor's end, beside wakers that other threads still hold.

#![cfg(loom)]

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use raw_waker::{Executor, Report};
use testkit::Exercise;

const EX: Exercise = Exercise::new("2.8", "raw-waker/executor.md");

/// Counts the drops of the future it is moved into.
struct Token(Arc<AtomicUsize>);

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A future that leaves its waker with `post` and waits; `rounds` polls make it ready.
fn leaves_its_waker(
    post: &Arc<Mutex<Option<Waker>>>,
    drops: &Arc<AtomicUsize>,
    rounds: usize,
) -> impl Future<Output = ()> + Send + 'static {
    let (post, token) = (Arc::clone(post), Token(Arc::clone(drops)));
    let mut polls = 0;
    poll_fn(move |cx| {
        let _ = &token;
        polls += 1;
        if rounds <= polls {
            return Poll::Ready(());
        }
        *post.lock().unwrap() = Some(cx.waker().clone());
        Poll::Pending
    })
}

#[test]
fn run_ends_when_the_last_waker_is_used_or_dropped() {
    EX.rule("The executor ends when no task is left that could be polled.")
        .model(|| {
            let (post, drops) = (Arc::new(Mutex::new(None)), Arc::new(AtomicUsize::new(0)));
            let executor = Executor::new();
            executor.spawn(leaves_its_waker(&post, &drops, 2));
            let foreign = thread::spawn({
                let post = Arc::clone(&post);
                // If the waker is not there yet, the task waits with its waker in `post`, and
                // main drops it below.
                move || {
                    let waker: Option<Waker> = post.lock().unwrap().take();
                    match waker {
                        Some(waker) => {
                            waker.wake();
                            true
                        }
                        None => {
                            // Nobody will wake the task: take its waker away, once it is there.
                            while post.lock().unwrap().take().is_none() {
                                thread::yield_now();
                            }
                            false
                        }
                    }
                }
            });
            let report = executor.run();
            let woken = foreign.join().unwrap();
            let expected = Report {
                completed: usize::from(woken),
                panicked: 0,
            };
            assert_eq!(report, expected, "woken: {woken}");
            assert_eq!(drops.load(Relaxed), 1, "drops of the future");
        });
}

// async-executor #163: a wake from another thread had pushed the task and then went on to use the
// executor, which had been dropped meanwhile.
#[test]
fn a_wake_may_come_while_the_executor_is_dropped() {
    EX.rule("A waker may outlive the executor.").model(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let (sender, receiver) = raw_waker::run_queue();
        let post = Arc::new(Mutex::new(None));
        raw_waker::new_task(leaves_its_waker(&post, &drops, 3), sender).schedule();
        let _ = receiver.pop().expect("it was just queued").run();
        let waker = post.lock().unwrap().take().expect("the poll left it");

        let foreign = thread::spawn(move || waker.wake());
        drop(receiver);
        foreign.join().unwrap();
        assert_eq!(drops.load(Relaxed), 1, "drops of the future");
    });
}
