//! Loops that ask again and again instead of sleeping: found by counting, not by waiting.
// Each leaves threads behind, which Miri takes for a mistake.
#![cfg(not(miri))]

mod support;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use support::{EX, LIMIT, block_on, failure_of, tells_system_calls};
use testkit::{Rest, WatchedThread, within};

#[test]
fn an_executor_that_polls_without_a_wake() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let (future, _seen) = testkit::probe("task 1", testkit::never("never"));
            let mut future = pin!(future);
            let mut cx = Context::from_waker(Waker::noop());
            while future.as_mut().poll(&mut cx).is_pending() {
                std::thread::yield_now();
            }
        });
    });
    failure
        .names_rule("After Pending, a future is polled again when its waker was woken, not before.")
        .says("busy loop: ")
        .says("times in a row, and no waker was woken in between");
}

#[test]
fn a_future_that_wakes_itself() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let impatient = poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            });
            block_on(testkit::probe("task 1", impatient).0);
        });
    });
    failure
        .names_rule(
            "A future that has to wait keeps its waker; it does not wake itself to ask again.",
        )
        .says("busy loop: task 1 was polled")
        .says("each time it woke its own waker and returned Pending");
}

#[test]
fn a_busy_loop_is_found_long_before_the_time_out() {
    let failure = failure_of(|| {
        within(Duration::from_secs(3600), "block_on", || {
            let mut future = pin!(testkit::probe("task 1", testkit::never("never")).0);
            loop {
                _ = future
                    .as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()));
            }
        });
    });
    failure.says("busy loop: ");
}

#[test]
fn a_busy_loop_behind_a_catch_of_panics() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let mut future = Box::pin(testkit::probe("task 1", testkit::never("never")).0);
            loop {
                _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    _ = future
                        .as_mut()
                        .poll(&mut Context::from_waker(Waker::noop()));
                }));
            }
        });
    });
    failure.says("busy loop: ");
}

/// For a loop: so long that only its processor time can end it, where the system tells that.
fn far_away() -> Duration {
    match tells_system_calls() {
        true => Duration::from_secs(3600),
        false => Duration::from_secs(1),
    }
}

#[test]
fn a_loop_that_the_kit_cannot_see_is_told_by_its_processor_time() {
    let failure = failure_of(|| {
        within(far_away(), "a loop", || {
            loop {
                std::hint::spin_loop();
            }
        });
    });
    failure.says("Stopped after");
    if tells_system_calls() {
        failure
            .names_rule("A call does its work and returns; it does not go round and round.")
            .says("the test's thread is running all the time: a loop without an end");
    }
}

/// As with plain `cargo test`: other tests of the program run at the same time. Whose loop it is, is known all the same.
#[test]
fn a_loop_beside_other_tests() {
    let failure = failure_of(|| {
        let (quit, waits) = mpsc::channel::<()>();
        let beside = std::thread::spawn(move || {
            _ = within(LIMIT, "another test", move || waits.recv());
        });
        let loops = std::panic::catch_unwind(|| {
            within(far_away(), "a loop", || {
                loop {
                    std::hint::spin_loop();
                }
            });
        });
        drop(quit);
        beside.join().expect("the other test sees nothing of it");
        std::panic::resume_unwind(loops.expect_err("a loop does not end"));
    });
    failure.says("Stopped after");
    if tells_system_calls() {
        failure.says("the test's thread is running all the time: a loop without an end");
    }
}

#[test]
fn a_loop_that_makes_way_for_others() {
    let failure = failure_of(|| {
        within(far_away(), "a loop", || {
            let looper = std::thread::spawn(|| {
                loop {
                    std::thread::yield_now();
                }
            });
            looper.join().unwrap();
        });
    });
    if tells_system_calls() {
        failure.says("a thread that the test has started is running all the time: a loop");
    }
}

#[test]
fn a_loop_inside_a_poll_is_no_wait_for_a_lock() {
    let failure = failure_of(|| {
        within(far_away(), "block_on", || {
            let looping = poll_fn(|_| -> Poll<()> {
                loop {
                    std::hint::spin_loop();
                }
            });
            block_on(testkit::probe("task 1", looping).0);
        });
    });
    failure.names_rule("A poll never blocks its thread: it answers Ready or Pending at once.");
    if tells_system_calls() {
        failure.says(
            "the test's thread is running all the time inside the poll of task 1: a loop without",
        );
    }
}

#[test]
fn a_thread_that_sleeps_is_told_from_busy_ones() {
    let (mut watched, stop) = (Vec::new(), Arc::new(AtomicBool::new(false)));
    let ways: [fn(); 4] = [
        || std::thread::park(),
        || std::thread::yield_now(),
        || std::hint::spin_loop(),
        || std::thread::sleep(Duration::from_millis(1)),
    ];
    let threads = ways.map(|pass_the_time| {
        let (tell, told) = mpsc::channel();
        let stop = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            tell.send(WatchedThread::this()).unwrap();
            // ORDERING: Relaxed; nothing else is read after it.
            while !stop.load(Relaxed) {
                pass_the_time();
            }
        });
        watched.push(told.recv().unwrap());
        thread
    });
    let rests: Vec<Rest> = watched.into_iter().map(WatchedThread::rest).collect();
    // ORDERING: Relaxed; see above.
    stop.store(true, Relaxed);
    for thread in threads {
        thread.thread().unpark();
        thread.join().unwrap();
    }
    if tells_system_calls() {
        assert_eq!(rests, [Rest::Asleep, Rest::Busy, Rest::Busy, Rest::Naps]);
    } else {
        assert_eq!(rests, [Rest::Unknown; 4]);
    }
}

#[test]
fn many_yields_are_no_busy_loop() {
    let yields = 30_000;
    within(LIMIT, "the yields", move || {
        let (future, seen) = testkit::probe("task 1", testkit::yield_times(yields));
        block_on(future);
        assert_eq!(seen.polls(), yields + 1);
        assert_eq!(seen.wakes(), yields);
    });
}

#[test]
fn a_child_is_polled_as_often_as_its_sibling_yields() {
    let yields = 30_000;
    within(LIMIT, "the join", move || {
        let (gate, opened) = testkit::gate::<()>("gate");
        let mut opened = pin!(testkit::probe("patient", opened).0);
        let mut yields = pin!(testkit::yield_times(yields));
        let mut yields_are_left = true;
        block_on(poll_fn(|cx| {
            if yields_are_left && yields.as_mut().poll(cx).is_ready() {
                yields_are_left = false;
                gate.open(());
            }
            opened.as_mut().poll(cx)
        }));
    });
}
