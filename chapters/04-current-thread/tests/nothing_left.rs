//! 4.8: what a scheduler has left in its queues, when it has shut down.

#![cfg(not(loom))]

mod parks;

use std::future::pending;

use current_thread::steps::Steps;
use current_thread::{spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule, TestWaker, yield_times};

use parks::NoPark;

const EX: Exercise = Exercise::new("4.8", "current-thread/shutdown.md");

const LEFT: Rule = EX.rule("At the end nothing is queued any more, and nothing is deferred.");

/// Calls `f` when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Never ends, and calls `f` when it is dropped.
fn until_dropped(f: impl FnMut() + Send + 'static) -> impl Future<Output = ()> + Send {
    let held = OnDrop(f);
    async move {
        let _held = held;
        pending::<()>().await;
    }
}

/// A task that has yielded, and one that wakes itself, each with its ticket; and a deferred wake.
#[test]
fn nothing_is_left() {
    EX.within("shutting down with wakes of all kinds", || {
        let steps = Steps::new(NoPark::new().0);
        let deferred = TestWaker::new("another task").waker();
        steps.enter(|| {
            drop(spawn(async {
                yield_now().await;
                pending::<()>().await;
            }));
            drop(spawn(yield_times(3)));
            drop(spawn(until_dropped(move || context::defer(&deferred))));
        });
        for _ in 0..3 {
            assert!(steps.poll_next());
        }
        LEFT.check_eq("wakes that are left", steps.shut_down(), 0);
    });
}
