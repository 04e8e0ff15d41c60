//! 1.1 and 1.2: the timer as a whole, when both are solved, or the open way (1.8).

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{RecvError, channel};
use std::time::Duration;

use testkit::{Exercise, ManualClock, Rule, TestWaker};
use timer_future::AsyncTimerFuture;

const FIRE: Exercise = Exercise::new("1.2", "timer-future/fire.md");
/// The page of 1.2 explains what the reader has to look after in 1.1.
const POLL_AGAIN: Exercise = Exercise::new("1.1", "timer-future/fire.md");

const EXACT: Rule = FIRE.rule("A timer sleeps for exactly the duration it was given.");
const NO_THREAD: Rule = FIRE.rule("A timer of no duration starts no thread.");
const LET_GO: Rule = FIRE.rule("A timer that is dropped lets go of its waker at once.");
const FOREIGN: Rule = POLL_AGAIN.rule("A waker is foreign code: it is called with no lock held.");

fn timer(clock: &ManualClock, delay_ms: u64) -> AsyncTimerFuture {
    AsyncTimerFuture::with_sleep(Duration::from_millis(delay_ms), clock.sleeper())
        .expect("no thread for the timer")
}

/// A clock's hand: moves the clock as soon as a thread waits for it.
fn advance_when_asleep(clock: &ManualClock, advance_ms: u64) {
    clock.wait_for_sleepers(1);
    clock.advance(Duration::from_millis(advance_ms));
}

#[test]
fn a_waker_is_cloned_with_no_lock_held() {
    POLL_AGAIN.within(
        "polling with a waker whose clone waits for the timer",
        || {
            let clock = ManualClock::new();
            let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
            let mut timer = timer(&clock, 100);

            let _ = before.poll(Pin::new(&mut timer));
            after.on_clone(once(wait_until_the_timer_wakes(&before, &clock)));
            FOREIGN.step("a clone of B's waker, which waits until the timer has woken task A");
            let _ = after.poll(Pin::new(&mut timer));
            FOREIGN.check_eq("wakes of task A", before.wakes(), 1);
        },
    );
}

#[test]
fn a_waker_is_dropped_with_no_lock_held() {
    POLL_AGAIN.within("replacing a waker whose drop waits for the timer", || {
        let clock = ManualClock::new();
        let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
        let mut timer = timer(&clock, 100);

        let _ = before.poll(Pin::new(&mut timer));
        before.on_drop(once(wait_until_the_timer_wakes(&after, &clock)));
        FOREIGN.step("the drop of A's waker, which waits until the timer has woken task B");
        let _ = after.poll(Pin::new(&mut timer));
        FOREIGN.check_eq("wakes of task B", after.wakes(), 1);
    });
}

/// Something for a waker to do that needs the timer's thread: lets the time pass, and waits until
/// the timer has woken `task`.
fn wait_until_the_timer_wakes(
    task: &TestWaker,
    clock: &ManualClock,
) -> impl Fn() + Send + Sync + 'static {
    let (sender, woken) = channel();
    task.on_wake(move || sender.send(()).unwrap());
    let (clock, woken) = (clock.clone(), Mutex::new(woken));
    move || {
        advance_when_asleep(&clock, 100);
        woken.lock().unwrap().recv().unwrap();
    }
}

/// `f`, but only the first call of it does anything.
fn once(f: impl Fn() + Send + Sync + 'static) -> impl Fn() + Send + Sync + 'static {
    let called = AtomicBool::new(false);
    move || {
        if !called.swap(true, Relaxed) {
            f();
        }
    }
}

#[test]
fn a_dropped_timer_lets_go_of_its_waker() {
    FIRE.within("dropping a timer while its thread sleeps", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let mut timer = timer(&clock, 100);

        let _ = task.poll(Pin::new(&mut timer));
        clock.wait_for_sleepers(1);
        drop(timer);
        LET_GO.check(
            task.held() == 0,
            "the timer is gone, and its waker is kept until the thread has slept to the end",
        );
        clock.advance(Duration::from_millis(100));
        // Whatever the thread does now, there is no waker any more that it could call.
        LET_GO.check_eq("wakes of task A, which dropped the timer", task.wakes(), 0);
    });
}

#[test]
fn a_thread_sleeps_for_exactly_the_duration() {
    FIRE.within("starting timers of unusual durations", || {
        let durations = [
            Duration::from_nanos(1),
            Duration::from_micros(999),
            Duration::from_millis(1),
            Duration::from_nanos(1_000_001),
            Duration::from_secs(u64::from(u32::MAX) + 1),
            Duration::MAX,
        ];
        for duration in durations {
            let (sender, slept) = channel();
            let sleep = move |duration| sender.send(duration).unwrap();
            let timer = AsyncTimerFuture::with_sleep(duration, sleep).expect("no thread");
            EXACT.check_eq("what the thread slept for", slept.recv(), Ok(duration));
            drop(timer);
        }
    });
}

/// The thread that sleeps would drop `sleep` when it ends. Without a thread it is dropped at once.
#[test]
fn no_thread_for_no_time() {
    FIRE.within("making a timer of no duration", || {
        let (sender, slept) = channel();
        let sleep = move |duration| sender.send(duration).unwrap();
        let timer = AsyncTimerFuture::with_sleep(Duration::ZERO, sleep);
        let mut timer = timer.expect("no thread");
        let task = TestWaker::new("A");
        NO_THREAD.ready(task.poll(Pin::new(&mut timer)), "it was pending");
        NO_THREAD.check_eq("what a thread slept for", slept.recv(), Err(RecvError));
    });
}

/// A clone that panics takes nothing away: the waker that was there is woken, or the one that comes next.
#[test]
fn a_clone_that_panics_leaves_the_timer_as_it_was() {
    POLL_AGAIN.within("polling with a waker whose clone panics", || {
        let clock = ManualClock::new();
        let (broken, task) = (TestWaker::new("A"), TestWaker::new("B"));
        let mut timer = timer(&clock, 100);
        broken.on_clone(once(|| panic!("a clone that panics, as it should")));
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            broken.poll(Pin::new(&mut timer))
        }));
        assert!(polled.is_err(), "the panic of the clone went nowhere");
        let poll = FOREIGN.returns(
            || task.poll(Pin::new(&mut timer)),
            "a clone of A's waker had panicked, and then the poll of B did",
        );
        FOREIGN.pending(poll, "ready at 0 ms");
        advance_when_asleep(&clock, 100);
        task.wait_for_wakes(1);
    });
}
