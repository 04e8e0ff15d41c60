//! 9.6: how long the driver sleeps, and what ends its sleep.

#![cfg(not(loom))]

mod kit;

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use current_thread::{Config, Park, Runtime, ThreadPark, Unpark, spawn, yield_now};
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Clock, Sleep, TimePark};

use kit::{Asked, FakePark, Kit, MS, NS, ms};

const EX: Exercise = Exercise::new("9.6", "timer-wheel/earlier.md");

const EARLY: Rule =
    EX.rule("Never Early: a timer is fired at its deadline, or less than a tick after it.");
const SLEEPS: Rule = EX.rule("The driver sleeps until the next timer, and once.");
const EARLIER: Rule =
    EX.rule("A timer that is due before the owner wakes up unparks it, and no other one does.");
const GONE: Rule = EX.rule("For a timer that was dropped the driver does not wake up.");
const LATEST: Rule = EX.rule("The latest waker is the one that is woken.");
const LOOKS: Rule = EX.rule("A driver that was asked to look begins its count anew.");
const FOREIGN: Rule =
    EX.rule("A panic of a waker ends in the driver, and keeps no other timer's task asleep.");
const HALVES: Rule = EX.rule("Any thread can fire what is due, unless the owner sleeps.");

/// Whatever the deadline is, and wherever the clock stands between two ticks.
#[test]
fn never_early_and_less_than_a_tick_late() {
    let waits = [
        NS,
        MS - NS,
        MS,
        MS + NS,
        ms(63),
        ms(64),
        ms(65) - NS,
        ms(4_096),
        ms(5_000_001),
    ];
    let offsets = [Duration::ZERO, NS, MS / 2, MS - NS];
    for &offset in if cfg!(miri) {
        &offsets[2..3]
    } else {
        &offsets[..]
    } {
        for wait in waits {
            let mut kit = Kit::new();
            kit.clock.advance(ms(70) + offset);
            let task = TestWaker::new("task");
            let mut sleep = kit.sleep(wait);
            let deadline = sleep.deadline();
            EARLY.pending(task.poll(sleep.as_mut()), "it is not due yet");
            while task.wakes() == 0 {
                EARLY.check(
                    kit.now() < deadline + MS,
                    format_args!("{wait:?} is over since a tick"),
                );
                kit.park.park();
                let asked = kit.asked();
                SLEEPS.check(
                    matches!(asked[..], [Asked::For(_)]),
                    format_args!("{asked:?}, for {wait:?}, and nothing was due"),
                );
            }
            EARLY.check(
                deadline <= kit.now(),
                format_args!("{wait:?} was fired early"),
            );
            EARLY.ready(task.poll(sleep.as_mut()), "woken, and not ready");
        }
    }
}

/// A timer in level 0 costs one sleep, of just the right length.
#[test]
fn one_sleep_until_the_next_timer() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleeps = [ms(30), ms(10), ms(20)].map(|wait| kit.sleep(wait));
    for sleep in &mut sleeps {
        assert!(task.poll(sleep.as_mut()).is_pending());
    }
    kit.park.park();
    SLEEPS.check_eq("asked", kit.asked(), vec![Asked::For(ms(10))]);
    SLEEPS.check_eq("wakes", task.wakes(), 1);
    kit.park.park();
    kit.park.park();
    SLEEPS.check_eq("asked", kit.asked(), vec![Asked::For(ms(10)); 2]);
    SLEEPS.check_eq("wakes", task.wakes(), 3);
    kit.park.park();
    SLEEPS.check_eq("asked, without timers", kit.asked(), vec![Asked::ForEver]);
}

/// One far timer: an idle thread sleeps.
#[test]
fn idle_for_two_seconds_is_three_parks_at_most() {
    for wait in [
        ms(2_100),
        ms(60_000),
        ms(3_600_000),
        Duration::from_secs(86_400 * 365 * 30),
    ] {
        let mut kit = Kit::new();
        kit.clock.advance(ms(4_000));
        let task = TestWaker::new("task");
        let mut sleep = kit.sleep(wait);
        assert!(task.poll(sleep.as_mut()).is_pending());
        let started = kit.at();
        let until = started + ms(2_000);
        let mut parks = 0;
        while kit.at() < until {
            kit.park.park();
            parks += 1;
        }
        SLEEPS.check(
            parks <= 3,
            format_args!("{parks} parks in two seconds, for {wait:?}"),
        );
        // The last sleep may have gone on to the deadline.
        let is_due = started + wait <= kit.at();
        SLEEPS.check_eq("wakes", task.wakes(), usize::from(is_due));
    }
}

/// The timer that is due sleeps no longer than the caller allows.
#[test]
fn a_limit_of_the_caller_is_kept() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(10));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.park.park_timeout(ms(4));
    kit.park.park_timeout(ms(400));
    SLEEPS.check_eq(
        "asked",
        kit.asked(),
        vec![Asked::For(ms(4)), Asked::For(ms(6))],
    );
    kit.park.park_timeout(ms(3));
    SLEEPS.check_eq("asked", kit.asked(), vec![Asked::For(ms(3))]);
}

/// While the owner sleeps, another thread makes timers.
#[test]
fn an_earlier_timer_from_another_thread_unparks() {
    let cases = [
        (ms(50), ms(10), 1),
        (ms(50), ms(90), 0),
        (ms(50), ms(50), 0),
        (ms(5_000), ms(40), 1),
    ];
    for (first, second, unparks) in cases {
        let mut kit = Kit::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut first_sleep = kit.sleep(first);
        assert!(a.poll(first_sleep.as_mut()).is_pending());
        let second_sleep = Arc::new(Mutex::new(kit.sleep(second)));
        kit.during_next_sleep({
            let (b, second_sleep) = (b.clone(), Arc::clone(&second_sleep));
            move || {
                let other = thread::spawn(move || {
                    assert!(b.poll(second_sleep.lock().unwrap().as_mut()).is_pending());
                });
                other.join().unwrap();
            }
        });
        kit.park.park();
        EARLIER.check_eq("unparks", kit.unparks(), unparks);
        while a.wakes() == 0 || b.wakes() == 0 {
            kit.park.park();
        }
        let last = first.max(second);
        EARLY.check_eq("both were fired at", kit.at(), last);
    }
}

/// Without a timer the owner sleeps for ever, and any timer is an earlier one.
#[test]
fn the_first_timer_of_another_thread_unparks() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let sleep = Arc::new(Mutex::new(kit.sleep(ms(5))));
    kit.during_next_sleep({
        let (task, sleep) = (task.clone(), Arc::clone(&sleep));
        move || assert!(task.poll(sleep.lock().unwrap().as_mut()).is_pending())
    });
    kit.park.park();
    EARLIER.check_eq("unparks", kit.unparks(), 1);
    kit.park.park();
    EARLIER.check_eq("wakes", task.wakes(), 1);
    EARLIER.check_eq(
        "asked",
        kit.asked(),
        vec![Asked::ForEver, Asked::For(ms(5))],
    );
}

/// While the owner is awake it need not be told: it looks before it sleeps.
#[test]
fn a_timer_of_an_awake_owner_unparks_nothing() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    sleep.as_mut().reset(kit.now() + ms(1));
    EARLIER.check_eq("unparks", kit.unparks(), 0);
    kit.look();
    sleep.as_mut().reset(kit.now() + ms(2));
    EARLIER.check_eq("unparks", kit.unparks(), 0);
    kit.park.park();
    EARLIER.check_eq("wakes", task.wakes(), 1);
}

/// Made and dropped within a turn, and after one.
#[test]
fn nothing_is_waited_for_when_all_are_dropped() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    for is_listed in [false, true] {
        let mut sleep = kit.sleep(ms(3));
        assert!(task.poll(sleep.as_mut()).is_pending());
        if is_listed {
            kit.look();
        }
        drop(sleep);
    }
    kit.asked();
    kit.park.park();
    GONE.check_eq("asked", kit.asked(), vec![Asked::ForEver]);
}

/// The first waker goes, the second one is woken; the same one is not cloned again.
#[test]
fn the_latest_waker_is_woken() {
    for is_listed in [false, true] {
        let mut kit = Kit::new();
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut sleep = kit.sleep(ms(3));
        assert!(a.poll(sleep.as_mut()).is_pending());
        if is_listed {
            kit.look();
        }
        for _ in 0..3 {
            assert!(b.poll(sleep.as_mut()).is_pending());
        }
        LATEST.check_eq("clones of B", b.clones(), 1);
        a.none_held(LATEST);
        kit.pass(ms(3));
        LATEST.check_eq("wakes of A and B", (a.wakes(), b.wakes()), (0, 1));
    }
}

/// While the owner sleeps, no other thread need fire what is due: it wakes up in time.
#[test]
fn a_turn_while_the_owner_sleeps() {
    let mut kit = Kit::new();
    let handle = kit.handle.clone();
    kit.during_next_sleep(move || HALVES.check_eq("turned, asleep", handle.turn(), false));
    kit.park.park();
}

/// When it is awake again, it is asked as before: a timer of this turn unparks nothing.
#[test]
fn after_the_sleep_it_is_awake() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut first = kit.sleep(ms(50));
    assert!(task.poll(first.as_mut()).is_pending());
    let unpark = kit.park.unparker();
    kit.during_next_sleep(move || unpark.unpark());
    kit.park.park();
    EARLY.check_eq("at, after an unpark", kit.at(), Duration::ZERO);
    kit.unparks();
    let mut second = kit.sleep(ms(20));
    assert!(task.poll(second.as_mut()).is_pending());
    EARLIER.check_eq("unparks by a timer of an awake owner", kit.unparks(), 0);
    kit.park.park();
    EARLIER.check_eq("wakes", task.wakes(), 1);
    EARLY.check_eq("at", kit.at(), ms(20));
}

/// It costs a look at the clock, so a busy scheduler is not told so after each poll: once in 61.
#[test]
fn a_look_begins_the_count_anew() {
    let mut park = TimePark::new(ThreadPark::new());
    let looks: Vec<u32> = (1..=200).filter(|_| park.is_due(1)).collect();
    LOOKS.check_eq("polls after which it is due", looks, vec![61, 122, 183]);
}

/// What a waker's panic was thrown with is dropped by the driver, and that may panic, too.
#[test]
fn a_waker_that_throws_a_bomb() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic_any(Bomb);
        }
    }
    FOREIGN.holds("two timers, and a waker that throws a bomb", || {
        let mut kit = Kit::new();
        let tasks = ["throws", "other"].map(TestWaker::new);
        tasks[0].on_wake(|| panic_any(Bomb));
        let mut sleeps = [kit.sleep(ms(20)), kit.sleep(ms(20))];
        for (task, sleep) in tasks.iter().zip(&mut sleeps) {
            FOREIGN.pending(task.poll(sleep.as_mut()), "it is not due yet");
        }
        let parked = catch_unwind(AssertUnwindSafe(|| kit.park.park()));
        let is_ok = parked.is_ok();
        // It may have been thrown with a bomb.
        mem::forget(parked);
        FOREIGN.check(is_ok, "a panic came out of the driver");
        let wakes = tasks.each_ref().map(TestWaker::wakes);
        FOREIGN.check_eq("wakes", wakes, [1; 2]);
    });
}

/// What a scheduler finds beside it.
#[test]
fn handles_are_found_by_type() {
    use std::any::TypeId;
    let kit = Kit::new();
    let unpark = kit.park.unparker();
    let is_found = |wanted| unpark.find(wanted).is_some();
    HALVES.check_eq(
        "the handle",
        is_found(TypeId::of::<timer_wheel::TimeHandle>()),
        true,
    );
    let service = TypeId::of::<Arc<dyn harness::context::Timer>>();
    HALVES.check_eq("the service", is_found(service), true);
    HALVES.check_eq("a number", is_found(TypeId::of::<u8>()), false);
    fn sends<T: Send + Sync>() {}
    sends::<Sleep>();
    sends::<TimePark<FakePark>>();
    sends::<Clock>();
}

/// A thread's park has nothing to look at, so it is never due. The timers above it are.
#[test]
fn a_timer_is_fired_while_there_is_always_a_task_to_run() {
    const BUSY: Rule = EX.rule("A timer is fired, though there is always a task to run.");
    BUSY.holds("a task that yields for ever, and a sleep", || {
        // Under Miri 61 polls with a whole budget each take half a minute.
        let config = Config {
            driver_interval: if cfg!(miri) { 3 } else { 61 },
            ..Config::default()
        };
        let rt = Runtime::with_config(TimePark::new(ThreadPark::new()), config);
        rt.block_on(async {
            let busy = spawn(async {
                loop {
                    yield_now().await;
                }
            });
            timer_wheel::sleep(MS).await;
            busy.abort();
            BUSY.check_eq("aborted", busy.await.unwrap_err().is_cancelled(), true);
        });
        // The root itself may be what is always ready.
        rt.block_on(async {
            let never = timer_wheel::timeout(MS, async {
                loop {
                    harness::coop::consume_budget().await;
                }
            });
            BUSY.check_eq("the time is over", never.await.is_err(), true);
        });
    });
}
