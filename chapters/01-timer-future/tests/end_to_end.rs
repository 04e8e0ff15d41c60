//! The whole chapter: timers, awaited in async functions, run by `block_on`.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use testkit::{Exercise, ManualClock, Rule, TestWaker};
use timer_future::{AsyncTimerFuture, ReadMessage, block_on, join};

const POLL: Exercise = Exercise::new("1.1", "timer-future/poll.md");
const BLOCK_ON: Exercise = Exercise::new("1.4", "timer-future/block-on.md");
const MACHINE: Exercise = Exercise::new("1.5", "timer-future/state-machine.md");
const JOIN: Exercise = Exercise::new("1.7", "timer-future/join.md");

const LATEST: Rule = POLL.rule("A future that returns Pending keeps the waker of its latest poll.");
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
