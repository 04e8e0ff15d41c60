//! Every way to sleep for ever, and what the watchdog says about it.
// Each leaves threads behind, which Miri takes for a mistake.
#![cfg(not(miri))]

mod support;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use support::{EX, LIMIT, RULE, block_on, failure_of};
use testkit::{ManualClock, TestWaker, within};

#[test]
fn nobody_holds_the_waker() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let (future, _seen) = testkit::probe("task 2", testkit::forgetful("forgetful"));
            block_on(future);
        });
    });
    failure
        .names_rule("A future that returns Pending has given its waker to code that will call it.")
        .says("task 2 returned Pending, and nothing holds its waker")
        .says("task 2 pending, polled once, woken never, wakers held: 0")
        .says("exercise 1.1 · book/src/timer-future/poll.md")
        .early();
}

#[test]
fn the_waker_is_held_and_never_called() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let (gate, opened) = testkit::gate::<()>("the door");
            let (future, _seen) = testkit::probe("visitor", opened);
            block_on(future);
            drop(gate);
        });
    });
    failure
        .names_rule("Code that keeps a waker calls it as soon as its task can go on.")
        .says("visitor returned Pending; its waker is held (by the door, which it waits for), but was")
        .early();
}

/// Misses a wake that comes during the poll (beul, pull request 1).
fn forgetful_block_on(future: impl Future) {
    let woken = Arc::new(Mutex::new(false));
    let flag = Arc::clone(&woken);
    let counting = TestWaker::new("block_on");
    let thread = thread::current();
    counting.on_wake(move || {
        *flag.lock().unwrap() = true;
        thread.unpark();
    });
    let mut future = pin!(future);
    while counting.poll(future.as_mut()).is_pending() {
        *woken.lock().unwrap() = false;
        while !*woken.lock().unwrap() {
            thread::park();
        }
    }
}

#[test]
fn woken_and_never_polled_again() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let (future, _seen) = testkit::probe("task 1", testkit::yield_times(1));
            forgetful_block_on(future);
        });
    });
    failure
        .names_rule("A task that was woken is polled again.")
        .says("the wake got lost: task 1 was woken after its poll 1 began")
        .early();
}

/// Keeps the waker of its first poll for ever (futures-intrusive, issue 18).
struct FirstWaker(Arc<Mutex<Option<Waker>>>);

impl Future for FirstWaker {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0
            .lock()
            .unwrap()
            .get_or_insert_with(|| cx.waker().clone());
        Poll::Pending
    }
}

#[test]
fn a_stale_waker_is_woken() {
    let failure = failure_of(|| {
        EX.within("the second task", || {
            let slot = Arc::default();
            let (future, _seen) = testkit::probe("future", FirstWaker(Arc::clone(&slot)));
            let mut future = pin!(future);
            assert!(TestWaker::new("A").poll(future.as_mut()).is_pending());
            // Keeps the first waker alive until its wake.
            let waker = move || slot.lock().unwrap().take().unwrap().wake();
            let b = TestWaker::new("B");
            assert!(b.poll(future.as_mut()).is_pending());
            thread::spawn(waker);
            b.wait_for_wakes(1);
        });
    });
    failure
        .names_rule(
            "A future that returns Pending keeps the waker of its latest poll, and no older one.",
        )
        .says("stale waker: the waker of an earlier poll was woken")
        .early();
}

#[test]
fn a_stale_waker_is_kept() {
    let failure = failure_of(|| {
        EX.within("the second task", || {
            let (future, _seen) = testkit::probe("future", FirstWaker(Arc::default()));
            let mut future = pin!(future);
            let [a, b] = ["A", "B"].map(TestWaker::new);
            assert!(a.poll(future.as_mut()).is_pending());
            assert!(b.poll(future.as_mut()).is_pending());
            b.wait_for_wakes(1);
        });
    });
    failure
        .says("stale waker: the waker of an earlier poll is still held")
        .early();
}

#[test]
fn a_stale_waker_without_a_probe() {
    let failure = failure_of(|| {
        EX.within("the second task", || {
            let slot = Arc::default();
            let mut future = FirstWaker(Arc::clone(&slot));
            let mut future = Pin::new(&mut future);
            let [a, b] = ["A", "B"].map(TestWaker::new);
            assert!(a.poll(future.as_mut()).is_pending());
            assert!(b.poll(future.as_mut()).is_pending());
            thread::spawn(move || slot.lock().unwrap().take().unwrap().wake());
            a.wait_for_wakes(1);
            b.wait_for_wakes(1);
        });
    });
    failure
        .says("stale waker: B was the last to poll the future, but the waker of A, which had")
        .says("polled it before, was woken")
        .early();
}

#[test]
fn nobody_holds_the_waker_of_a_poll_by_hand() {
    let failure = failure_of(|| {
        EX.within("a wake", || {
            let a = TestWaker::new("A");
            assert!(a.poll(pin!(poll_fn(|_| Poll::<()>::Pending))).is_pending());
            a.wait_for_wakes(1);
        });
    });
    failure
        .says("a future polled by A returned Pending, and nothing holds its waker")
        .early();
}

#[test]
fn the_future_is_ready_and_nobody_notices() {
    let failure = failure_of(|| {
        EX.within("block_on", || {
            let (future, seen) = testkit::probe("task 1", async {});
            block_on(future);
            thread::park();
            drop(seen);
        });
    });
    failure
        .names_rule("Code that waits for a future learns of its end, and goes on.")
        .says("task 1 returned Ready; and something still waits")
        .early();
}

#[test]
fn what_the_end_of_all_futures_means_is_said() {
    let failure = failure_of(|| {
        RULE.within("the executor", "all are done, and it waits", || {
            block_on(testkit::probe("task 1", async {}).0);
            thread::park();
        });
    });
    failure
        .names_rule(RULE.sentence())
        .says("all are done, and it waits")
        .early();
}

#[test]
fn a_future_that_waits_is_not_at_its_end() {
    let failure = failure_of(|| {
        RULE.within("the executor", "all are done, and it waits", || {
            block_on(testkit::probe("task 1", testkit::forgetful("forgetful")).0);
        });
    });
    failure
        .says("task 1 returned Pending, and nothing holds its waker")
        .early();
}

#[test]
fn a_spawned_future_is_never_polled() {
    let failure = failure_of(|| {
        EX.within("the executor", || {
            let (future, _seen) = testkit::probe("task 1", async {});
            thread::park();
            drop(future);
        });
    });
    failure.says("task 1 was never polled").early();
}

#[test]
fn a_thread_panics_and_leaves_the_others_waiting() {
    let failure = failure_of(|| {
        EX.within("a wake", || {
            let a = TestWaker::new("A");
            let waker = a.waker();
            let thread = thread::Builder::new().name("timer".to_owned());
            let timer = thread.spawn(move || {
                let _waker = waker;
                panic!("out of time");
            });
            drop(timer);
            a.wait_for_wakes(1);
        });
    });
    failure
        .names_rule("A thread that others wait for does not end in a panic.")
        .says("thread 'timer' panicked at")
        .says("out of time")
        .early();
}

/// Starts a thread named timer that sleeps for a second, and then locks `lock` twice. Lets the
/// second pass.
fn lock_twice_after_a_second<T: Send + 'static>(lock: Mutex<T>) {
    let clock = ManualClock::new();
    let sleep = clock.sleeper();
    let thread = thread::Builder::new().name("timer".to_owned());
    let timer = thread.spawn(move || {
        sleep(Duration::from_secs(1));
        let _first = lock.lock();
        let _second = lock.lock();
    });
    drop(timer);
    clock.wait_for_sleepers(1);
    clock.advance(Duration::from_secs(1));
}

#[test]
fn a_thread_is_stuck_before_the_wake() {
    let failure = failure_of(|| {
        EX.within("a wake", || {
            let a = TestWaker::new("A");
            lock_twice_after_a_second(Mutex::new(a.waker()));
            a.wait_for_wakes(1);
        });
    });
    failure
        .names_rule("Code that keeps a waker calls it as soon as its task can go on.")
        .says("thread 'timer' is stuck: its sleep is over, but it has not called the waker of A")
        .early();
}

#[test]
fn a_thread_is_stuck_after_its_sleep() {
    let failure = failure_of(|| {
        EX.within("the timer", || {
            lock_twice_after_a_second(Mutex::new(()));
            thread::park();
        });
    });
    failure
        .names_rule("A thread that has slept to the end does what it has slept for.")
        .says("thread 'timer' is stuck: its sleep is over, and it got no further")
        .early();
}

#[test]
fn a_hole_on_another_thread_is_not_a_hang() {
    let failure = failure_of(|| {
        EX.within("a wake", || {
            let a = TestWaker::new("A");
            thread::spawn(|| todo!("1.3 thread-waker"));
            a.wait_for_wakes(1);
        });
    });
    if !cfg!(miri) {
        assert_eq!(failure.report, "", "a hole is no verdict");
        assert!(
            failure
                .output
                .contains("\nnot yet implemented: 1.3 thread-waker"),
            "{failure:#?}"
        );
    }
}

#[test]
fn the_test_waits_for_a_thread_that_never_sleeps() {
    let failure = failure_of(|| {
        within(testkit::LIMIT, "the timer", || {
            ManualClock::new().wait_for_sleepers(1)
        });
    });
    failure
        .names_rule("What a test waits for happens.")
        .says("is waiting for a thread to sleep on the manual clock")
        .early();
}

#[test]
fn nothing_is_known() {
    let failure = failure_of(|| {
        within(testkit::LIMIT, "a thread that parks", thread::park);
    });
    failure
        .names_rule("What was called returns, and what was started comes to an end.")
        .says("\"a thread that parks\" did not")
        .early();
}

#[test]
fn a_time_out_while_a_thread_could_still_do_something() {
    let failure = failure_of(|| {
        within(Duration::from_millis(300), "a long sleep", || {
            thread::sleep(Duration::from_secs(3600));
        });
    });
    failure
        .says("Stopped after")
        .says("\"a long sleep\" has not come to an end.");
}

#[test]
fn a_short_sleep_is_no_hang() {
    // Longer than it takes to recognize a standstill, and both threads are asleep.
    let value = within(LIMIT, "a sleep", || {
        let sleeper = thread::spawn(|| {
            thread::sleep(Duration::from_millis(600));
            7
        });
        sleeper.join().unwrap()
    });
    assert_eq!(value, 7);
}

#[test]
fn a_wait_with_a_time_out_is_no_hang() {
    within(LIMIT, "a wait", || {
        let sleeper = thread::spawn(|| thread::park_timeout(Duration::from_millis(600)));
        sleeper.join().unwrap();
    });
}

#[test]
fn a_thread_that_computes_is_no_hang() {
    within(LIMIT, "a computation", || {
        let thread = thread::spawn(|| {
            let start = std::time::Instant::now();
            while start.elapsed() < Duration::from_millis(600) {
                std::hint::spin_loop();
            }
        });
        thread.join().unwrap();
    });
}

#[test]
fn a_panic_of_the_body_is_the_tests() {
    let failure = failure_of(|| {
        within(LIMIT, "a panic", || panic!("just so"));
    });
    if !cfg!(miri) {
        assert_eq!(failure.report, "", "an ordinary panic is no report");
        assert!(failure.output.contains("\njust so"), "{failure:#?}");
    }
}

#[test]
fn the_value_of_the_body_is_returned() {
    assert_eq!(within(LIMIT, "a value", || 7), 7);
}

#[test]
fn what_the_test_made_before_is_known_inside() {
    let failure = failure_of(|| {
        let (future, _seen) = testkit::probe("made before", testkit::forgetful("forgetful"));
        EX.within("block_on", || block_on(future));
    });
    failure
        .says("made before returned Pending, and nothing holds its waker")
        .early();
}
