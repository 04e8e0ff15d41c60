//! Bugs that published runtimes had in their timers.

#![cfg(not(loom))]

mod kit;

use std::future::{Future, pending};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use current_thread::Park;
use testkit::{Exercise, Rule, TestWaker};
use timer_wheel::{Instant, Sleep, interval, sleep, sleep_until, timeout};

use kit::{Asked, Kit, MS, NS, ms, paused};

const EX: Exercise = Exercise::chapter("9", "timer-wheel/index.md").may_be("one of 9.1 to 9.6");

const ROUNDED: Rule = EX.rule("A deadline is rounded up to a tick, in one place.");
const IDLE: Rule =
    EX.rule("The driver does not ask for a sleep without length, unless something is due.");
const UNLOCKED: Rule =
    EX.rule("Foreign Code Unlocked: no waker is called while the driver is locked.");
const PUBLISHED: Rule =
    EX.rule("Published With The Lock: a timer that comes later sees how long the owner sleeps.");
const UPTIME: Rule = EX.rule("Place Follows From When, however long the driver has run.");
const SAME_TICK: Rule = EX.rule("A timer can be dropped and reset in the very tick that fires it.");
const SENTINEL: Rule = EX.rule("Every tick is a deadline like any other.");
const FAR: Rule = EX.rule("No duration is too long.");
const CANCELLED: Rule = EX.rule("A timer that was dropped does not enter the wheel.");
const END: Rule = EX.rule("At the end all are told, those that come a moment later too.");

/// Row 4, tokio-timer #11, #14: the wheel and the tolerance rounded differently. A timer of one tick fired at
/// once, and others woke up early and never again.
#[test]
fn row_4_tokio_timer_11_short_timers() {
    for offset in [Duration::ZERO, NS, MS - NS] {
        for wait in [Duration::ZERO, NS, Duration::from_micros(999), MS, MS + NS] {
            let mut kit = Kit::new();
            kit.clock.advance(offset);
            kit.look();
            let task = TestWaker::new("task");
            let mut sleep = kit.sleep(wait);
            let deadline = sleep.deadline();
            let mut is_ready = task.poll(sleep.as_mut()).is_ready();
            for _ in 0..3 {
                if is_ready {
                    break;
                }
                kit.park.park();
                is_ready = task.poll(sleep.as_mut()).is_ready();
                ROUNDED.check_eq("woken when it is ready", task.wakes() == 1, is_ready);
            }
            ROUNDED.check(is_ready, format_args!("{wait:?} was never ready"));
            ROUNDED.check(
                deadline <= kit.now(),
                format_args!("{wait:?} was ready early"),
            );
            ROUNDED.check(
                kit.now() < deadline + MS,
                format_args!("{wait:?} was ready late"),
            );
        }
    }
}

/// Row 5, tokio #1296: a `block_on` with a long delay used a whole processor, as each sleep had no length.
#[test]
fn row_5_tokio_1296_no_sleep_without_length() {
    for wait in [NS, MS, ms(999) + NS, ms(1_000_000)] {
        for offset in [NS, MS / 3, MS - NS] {
            let mut kit = Kit::new();
            kit.clock.advance(offset);
            let task = TestWaker::new("task");
            let mut sleep = kit.sleep(wait);
            assert!(task.poll(sleep.as_mut()).is_pending());
            let mut parks = 0;
            while task.wakes() == 0 {
                kit.park.park();
                parks += 1;
                IDLE.check(
                    parks <= 6,
                    format_args!("{parks} parks for one timer of {wait:?}"),
                );
            }
            IDLE.check(
                !kit.asked().contains(&Asked::Look),
                "a look, and nothing was due",
            );
        }
    }
}

/// Row 26, tokio #5429 and seven more: wakers were woken or dropped under the lock. The driver's lock is taken
/// by a poll, a reset, a drop and a turn: each of them meets a waker that comes back for it.
#[test]
fn row_26_tokio_5429_wakers_come_back_for_the_lock() {
    EX.within("wakers that come back", || {
        let mut kit = Kit::new();
        let (theirs, later) = (kit.handle.clone(), kit.now() + ms(50));
        let come_back = |task: &TestWaker| {
            for on in [TestWaker::on_wake, TestWaker::on_drop, TestWaker::on_clone] {
                let handle = theirs.clone();
                on(task, move || {
                    let other = TestWaker::new("other");
                    let mut sleep = Box::pin(Sleep::with_handle(handle.clone(), later));
                    assert!(other.poll(sleep.as_mut()).is_pending());
                    sleep.as_mut().reset(later + MS);
                    handle.turn();
                });
            }
        };
        let [first, second] = ["first", "second"].map(TestWaker::new);
        come_back(&first);
        come_back(&second);
        let mut sleeps = [kit.sleep(ms(5)), kit.sleep(ms(5)), kit.sleep(ms(500))];
        for sleep in &mut sleeps {
            assert!(first.poll(sleep.as_mut()).is_pending());
            assert!(second.poll(sleep.as_mut()).is_pending());
        }
        let [fired, mut reset, dropped] = sleeps;
        drop(dropped);
        let now = kit.now();
        reset.as_mut().reset(now);
        kit.pass(ms(5));
        UNLOCKED.check_eq("wakes", second.wakes(), 2);
        drop(fired);
        for task in [first, second] {
            task.none_held(UNLOCKED);
        }
        let third = TestWaker::new("third");
        come_back(&third);
        let mut sleep = kit.sleep(ms(5));
        assert!(third.poll(sleep.as_mut()).is_pending());
        kit.park.shutdown();
        UNLOCKED.check_eq("wakes at the end", third.wakes(), 1);
    });
}

/// Row 37, tokio #6682: the time to wake up at was published when the lock had been released. A timer that came
/// in between saw the old one, and did not unpark. (`loom_sleep` tries all interleavings.)
#[test]
fn row_37_tokio_6682_an_earlier_timer_comes_just_before_the_sleep() {
    let mut kit = Kit::new();
    let [a, b] = ["A", "B"].map(TestWaker::new);
    let mut far = kit.sleep(ms(1_000_000));
    assert!(a.poll(far.as_mut()).is_pending());
    let near = Arc::new(Mutex::new(kit.sleep(ms(2))));
    kit.during_next_sleep({
        let (b, near) = (b.clone(), Arc::clone(&near));
        move || assert!(b.poll(near.lock().unwrap().as_mut()).is_pending())
    });
    kit.park.park();
    PUBLISHED.check_eq("unparks", kit.unparks(), 1);
    kit.park.park();
    PUBLISHED.check_eq("wakes of B", b.wakes(), 1);
    PUBLISHED.check_eq("at", kit.at(), ms(2));
}

/// Row 38, tokio #8334: after twelve days the top level came round, and short sleeps went there: they were late,
/// and the lists were damaged.
#[test]
fn row_38_tokio_8334_short_sleeps_after_twelve_days_and_after_years() {
    let top_slot = 1_u64 << 30;
    let turn = 1_u64 << 36;
    let uptimes = [
        top_slot,
        2 * top_slot,
        63 * top_slot,
        turn,
        3 * turn + 5 * top_slot,
    ];
    for &uptime in if cfg!(miri) {
        &uptimes[3..4]
    } else {
        &uptimes[..]
    } {
        for before in [2, 1, 0] {
            let mut kit = Kit::new();
            kit.clock.advance(ms(uptime - before));
            let tasks: Vec<_> = (0..6).map(|_| TestWaker::new("task")).collect();
            let waits = [1, 2, 3, 64, 4_096, 1 << 20].map(ms);
            let mut sleeps = waits.map(|wait| kit.sleep(wait));
            for (task, sleep) in tasks.iter().zip(&mut sleeps) {
                assert!(task.poll(sleep.as_mut()).is_pending());
            }
            for (task, sleep) in tasks.iter().zip(&sleeps) {
                while task.wakes() == 0 {
                    UPTIME.check(kit.now() < sleep.deadline(), "a short sleep was late");
                    kit.park.park();
                }
                UPTIME.check_eq("fired at its deadline", kit.now(), sleep.deadline());
            }
        }
    }
}

/// Row 39, tokio #3229: to drop or reset a timer in the very millisecond in which it was fired was a panic. A
/// waker of the batch does it to the timers after it: those of the same batch, and of the next.
#[test]
fn row_39_tokio_3229_dropped_and_reset_in_the_tick_that_fires() {
    EX.within("timers that are dropped and reset by a wake", || {
        for is_dropped in [true, false] {
            let count = if cfg!(miri) { 34 } else { 70 };
            let mut kit = Kit::new();
            let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
            let sleeps: Vec<_> = (0..count).map(|_| Some(kit.sleep(ms(5)))).collect();
            let sleeps = Arc::new(Mutex::new(sleeps));
            for (task, sleep) in tasks.iter().zip(sleeps.lock().unwrap().iter_mut()) {
                assert!(task.poll(sleep.as_mut().unwrap().as_mut()).is_pending());
            }
            let (theirs, later) = (Arc::clone(&sleeps), kit.now() + ms(9));
            tasks[0].on_wake(move || {
                for sleep in theirs.lock().unwrap().iter_mut() {
                    match is_dropped {
                        true => *sleep = None,
                        false => sleep.as_mut().unwrap().as_mut().reset(later),
                    }
                }
            });
            kit.pass(ms(5));
            let woken = |tasks: &[TestWaker]| tasks.iter().map(TestWaker::wakes).sum::<usize>();
            // Those of the first batch were on their way.
            SAME_TICK.check_eq("wakes", woken(&tasks), 32);
            kit.pass(ms(4));
            let later = if is_dropped { 32 } else { count };
            SAME_TICK.check_eq("wakes, later", woken(&tasks), later);
            drop(sleeps.lock().unwrap().drain(..));
            for task in &tasks {
                task.none_held(SAME_TICK);
            }
        }
    });
}

/// Row 40, tokio #5183: a large deadline was the number that stood for *being fired*.
#[test]
fn row_40_tokio_5183_the_largest_deadlines() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    // The system's instants count 2^63 seconds, which is more than there are ticks.
    let start = kit.now();
    let seconds = u64::MAX / 1_000;
    let mut sleeps: Vec<_> = (0..5)
        .filter_map(|before| start.checked_add(Duration::from_secs(seconds - 2 + before)))
        .chain((0..4).filter_map(|before| start.checked_add(ms(u64::MAX - before))))
        .map(|deadline| kit.sleep_until(deadline))
        .collect();
    for sleep in &mut sleeps {
        SENTINEL.pending(task.poll(sleep.as_mut()), "it comes in 584 million years");
    }
    kit.look();
    kit.pass(ms(1));
    SENTINEL.check_eq("wakes", task.wakes(), 0);
    for sleep in &mut sleeps {
        SENTINEL.check_eq("elapsed", sleep.is_elapsed(), false);
        let deadline = sleep.deadline();
        sleep.as_mut().reset(deadline);
    }
    kit.look();
    kit.park.shutdown();
    SENTINEL.check_eq("wakes at the end", task.wakes(), sleeps.len());
}

/// Row 41, tokio #3551, #4495, #6612, #8385: large durations overflowed, in four places.
#[test]
fn row_41_tokio_3551_durations_without_end() {
    let durations = [
        Duration::MAX,
        Duration::MAX - NS,
        Duration::from_secs(u64::MAX),
        Duration::from_secs(u64::MAX / 2),
        ms(u64::MAX),
        Duration::from_nanos(u64::MAX),
        Duration::from_secs(u64::MAX / 1_000),
    ];
    EX.within("durations without end", move || {
        paused().block_on(async {
            let task = TestWaker::new("task");
            for duration in durations {
                let mut sleep = pin!(sleep(duration));
                FAR.pending(task.poll(sleep.as_mut()), "it is over already");
                let mut timeout = pin!(timeout(duration, pending::<()>()));
                FAR.pending(task.poll(timeout.as_mut()), "it is over already");
                let mut interval = interval(duration);
                interval.tick().await;
                interval.reset();
                interval.reset_after(duration);
                FAR.pending(task.poll(pin!(interval.tick())), "it ticks already");
                if let Some(deadline) = Instant::now().checked_add(duration) {
                    let mut until = pin!(sleep_until(deadline));
                    FAR.pending(task.poll(until.as_mut()), "it is over already");
                }
                current_thread::yield_now().await;
                sleep.as_mut().reset(Instant::now() + MS);
                sleep.await;
            }
        });
    });
}

/// Row 42, tokio #8252: a cancel raced with the insert, and a cancelled timer entered the wheel. (`loom_cancel`
/// tries all interleavings.)
#[test]
fn row_42_tokio_8252_cancelled_before_the_turn_ends() {
    let mut kit = Kit::new();
    let task = TestWaker::new("task");
    let mut kept = Vec::new();
    for number in 0..50 {
        let mut sleep = kit.sleep(ms(number % 7 + 1));
        assert!(task.poll(sleep.as_mut()).is_pending());
        if number % 3 == 0 {
            kept.push(sleep);
        }
    }
    CANCELLED.check_eq("wakers held", task.held(), kept.len());
    kit.look();
    kit.pass(ms(7));
    CANCELLED.check_eq("wakes", task.wakes(), kept.len());
}

/// Rows 35 and 55, tokio #2903 and seven more: a shutdown that told only what was there, or hung.
#[test]
fn row_55_tokio_2903_shutdown_tells_those_that_come_a_moment_later() {
    EX.within("the end of a driver", || {
        let count = if cfg!(miri) { 34 } else { 80 };
        let mut kit = Kit::new();
        let tasks: Vec<_> = (0..count).map(|_| TestWaker::new("task")).collect();
        let mut sleeps: Vec<_> = (0..count)
            .map(|number| kit.sleep(ms(1 << (number % 40))))
            .collect();
        for (number, (task, sleep)) in tasks.iter().zip(&mut sleeps).enumerate() {
            assert!(task.poll(sleep.as_mut()).is_pending());
            if number == count / 2 {
                kit.look();
            }
        }
        let (handle, later) = (kit.handle.clone(), kit.now() + ms(7));
        let told = Arc::new(Mutex::new(None));
        let tells = Arc::clone(&told);
        tasks[3].on_wake(move || {
            let task = TestWaker::new("a moment later");
            let mut sleep = Box::pin(Sleep::with_handle(handle.clone(), later));
            let message = END.panics(
                || task.poll(sleep.as_mut()),
                "it waits for a driver that is gone",
            );
            *tells.lock().unwrap() = Some(message.contains("shutdown"));
        });
        kit.park.shutdown();
        END.check_eq(
            "one that came later was told",
            *told.lock().unwrap(),
            Some(true),
        );
        for task in &tasks {
            END.check_eq("wakes", task.wakes(), 1);
            task.none_held(END);
        }
        // A panic takes Miri seconds.
        for (task, sleep) in tasks
            .iter()
            .zip(&mut sleeps)
            .take(if cfg!(miri) { 2 } else { count })
        {
            END.panics(
                || task.poll(sleep.as_mut()),
                "it waits for a driver that is gone",
            );
            let deadline = sleep.deadline() + MS;
            sleep.as_mut().reset(deadline);
        }
        drop(sleeps);
    });
}

/// And a whole runtime: a task that sleeps is dropped with it, and its timer finds the driver.
#[test]
fn row_55_a_runtime_is_dropped_with_its_timers() {
    EX.within("a runtime that is dropped", || {
        let rt = paused();
        let mut kept: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {});
        rt.block_on(async {
            for _ in 0..40 {
                drop(current_thread::spawn(sleep(ms(1_000_000))));
            }
            current_thread::yield_now().await;
            kept = Box::pin(sleep(ms(5)));
            assert!(TestWaker::new("task").poll(kept.as_mut()).is_pending());
        });
        drop(rt);
        let task = TestWaker::new("task");
        END.panics(
            || task.poll(kept.as_mut()),
            "it waits for a driver that is gone",
        );
    });
}
