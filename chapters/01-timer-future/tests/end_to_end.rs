//! The whole chapter: timers, awaited in async functions, run by `block_on`.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use testkit::{Exercise, ManualClock, Rule, TestWaker};
use timer_future::{AsyncTimerFuture, ReadMessage, block_on, join};

const POLL: Exercise = Exercise::new("1.1", "timer-future/poll.md");
const FIRE: Exercise = Exercise::new("1.2", "timer-future/fire.md");
/// The page of 1.2 explains what the reader has to look after in 1.1.
const POLL_AGAIN: Exercise = Exercise::new("1.1", "timer-future/fire.md");
const BLOCK_ON: Exercise = Exercise::new("1.4", "timer-future/block-on.md");
const MACHINE: Exercise = Exercise::new("1.5", "timer-future/state-machine.md");
const JOIN: Exercise = Exercise::new("1.7", "timer-future/join.md");

const LATEST: Rule = POLL.rule("A future that returns Pending keeps the waker of its latest poll.");
const EXACT: Rule = FIRE.rule("A timer sleeps for exactly the duration it was given.");
const LET_GO: Rule = FIRE.rule("A timer that is dropped lets go of its waker at once.");
const FOREIGN: Rule = POLL_AGAIN.rule("A waker is foreign code: it is called with no lock held.");
const IN_TURN: Rule = MACHINE.rule("The second await begins when the first one has ended.");
const AT_ONCE: Rule = JOIN.rule("Futures that are joined wait at the same time.");

fn timer(clock: &ManualClock, delay_ms: u64) -> AsyncTimerFuture {
    AsyncTimerFuture::with_sleep(Duration::from_millis(delay_ms), clock.sleeper())
        .expect("no thread for the timer")
}

/// A clock's hand: moves the clock as soon as `sleepers` threads wait for it.
fn advance_when(clock: &ManualClock, sleepers: usize, advance_ms: u64) {
    clock.wait_for_sleepers(sleepers);
    clock.advance(Duration::from_millis(advance_ms));
}

#[test]
fn a_timer_ends_block_on() {
    BLOCK_ON.within("block_on of a timer", || {
        let clock = ManualClock::new();
        let timer = timer(&clock, 100);
        let hand = thread::spawn({
            let clock = clock.clone();
            move || advance_when(&clock, 1, 100)
        });
        block_on(timer);
        assert_eq!(clock.now(), Duration::from_millis(100));
        hand.join().unwrap();
    });
}

#[test]
fn the_real_clock_is_not_ahead_of_time() {
    BLOCK_ON.within("block_on of a timer of 5 ms", || {
        let begin = Instant::now();
        block_on(AsyncTimerFuture::new(Duration::from_millis(5)));
        assert!(begin.elapsed() >= Duration::from_millis(5));
    });
}

#[test]
fn a_timer_that_moves_wakes_its_new_task() {
    POLL.within(
        "polling a timer in task A, and awaiting it in task B",
        || {
            let clock = ManualClock::new();
            let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
            let mut timer = timer(&clock, 100);

            let _ = before.poll(Pin::new(&mut timer));
            // The timer moves, as a future does that is sent to another thread.
            let mut timer = timer;
            let _ = after.poll(Pin::new(&mut timer));
            advance_when(&clock, 1, 100);
            after.wait_for_wakes(1);
            LATEST.check_eq(
                "wakes of task A, which gave the timer away",
                before.wakes(),
                0,
            );
        },
    );
}

#[test]
fn a_timer_polled_on_one_thread_is_awaited_on_another() {
    POLL.within("moving a timer to another thread", || {
        let clock = ManualClock::new();
        let mut timer = timer(&clock, 100);
        // block_on polls it here once, and gives it up.
        block_on(poll_fn(|cx| {
            let _ = Pin::new(&mut timer).poll(cx);
            Poll::Ready(())
        }));
        let awaiting = thread::spawn(move || block_on(timer));
        advance_when(&clock, 1, 100);
        awaiting.join().unwrap();
    });
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
        advance_when(&clock, 1, 100);
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
            block_on(timer);
            EXACT.check_eq("what the thread slept for", slept.recv(), Ok(duration));
        }
    });
}

#[test]
fn two_timers_in_turn_take_the_sum_of_their_times() {
    MACHINE.within("awaiting two timers in turn", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let (header_clock, body_clock) = (clock.clone(), clock.clone());
        let header = Box::pin(async move {
            timer(&header_clock, 60).await;
            5
        });
        let mut message = pin!(ReadMessage::new(header, |length| Box::pin(async move {
            timer(&body_clock, 40).await;
            "x".repeat(length)
        })));

        let poll = task.poll(message.as_mut());
        IN_TURN.pending(poll, "ready at 0 ms");
        advance_when(&clock, 1, 60);
        task.wait_for_wakes(1);

        let poll = task.poll(message.as_mut());
        IN_TURN.pending(poll, "ready at 60 ms");
        advance_when(&clock, 1, 40);
        task.wait_for_wakes(2);

        let text = IN_TURN.ready(task.poll(message.as_mut()), "pending at 100 ms");
        assert_eq!(text, "5 bytes: xxxxx");
    });
}

#[test]
fn two_timers_joined_take_the_longer_of_their_times() {
    JOIN.within("joining two timers", || {
        let clock = ManualClock::new();
        let task = TestWaker::new("A");
        let mut both = pin!(join(async { timer(&clock, 60).await }, async {
            timer(&clock, 40).await
        },));

        AT_ONCE.pending(task.poll(both.as_mut()), "ready at 0 ms");
        advance_when(&clock, 2, 40);
        task.wait_for_wakes(1);
        AT_ONCE.pending(task.poll(both.as_mut()), "ready at 40 ms");
        advance_when(&clock, 1, 20);
        task.wait_for_wakes(2);
        AT_ONCE.ready(task.poll(both.as_mut()), "pending at 60 ms");
    });
}

#[test]
fn block_on_may_be_nested() {
    BLOCK_ON.within("block_on inside a future of block_on", || {
        let clock = ManualClock::new();
        let (outer, inner) = (timer(&clock, 100), timer(&clock, 100));
        let hand = thread::spawn({
            let clock = clock.clone();
            move || advance_when(&clock, 2, 100)
        });
        let output = block_on(async {
            let joined = join(outer, async { block_on(inner) }).await;
            assert_eq!(joined, ((), ()));
            "output"
        });
        assert_eq!(output, "output");
        hand.join().unwrap();
    });
}

#[test]
fn a_hundred_timers_are_awaited() {
    JOIN.within("joining a hundred timers, two by two", || {
        let clock = ManualClock::new();
        let timers: Vec<_> = (1..=100).map(|delay_ms| timer(&clock, delay_ms)).collect();
        let hand = thread::spawn({
            let clock = clock.clone();
            move || advance_when(&clock, 100, 100)
        });
        let mut all: Pin<Box<dyn Future<Output = usize> + Send>> = Box::pin(async { 0 });
        for timer in timers {
            all = Box::pin(async move { join(all, timer).await.0 + 1 });
        }
        assert_eq!(block_on(all), 100);
        hand.join().unwrap();
    });
}
