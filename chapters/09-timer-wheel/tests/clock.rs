//! 9.7: a clock that tests hold.

#![cfg(not(loom))]

mod kit;

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use current_thread::{Park, Runtime, ThreadPark, spawn, yield_now};
use harness::context;
use testkit::{Exercise, Rule, TestWaker, gate};
use timer_wheel::{Clock, Instant, TimeHandle, TimePark, advance, pause, resume, sleep, timeout};

use kit::{Asked, Kit, MS, NS, ms, paused};

const EX: Exercise = Exercise::new("9.7", "timer-wheel/clock.md");

const STANDS: Rule = EX.rule("A paused clock stands still until it is advanced.");
const ADVANCES: Rule = EX.rule("Advancing fires what is due then, and those who waited go first.");
const ITSELF: Rule = EX.rule("When all tasks wait, a paused clock moves to the next timer.");
const HELD: Rule = EX.rule("While it is held, a paused clock does not move by itself.");
const BACK: Rule = EX.rule("Never Back: no clock shows an earlier time than before.");
const STATES: Rule =
    EX.rule("Only a running clock is paused, and only a paused one is advanced or resumed.");

#[test]
fn it_stands_still() {
    paused().block_on(async {
        let now = Instant::now();
        for _ in 0..100 {
            yield_now().await;
            STANDS.check_eq("now", Instant::now(), now);
        }
        advance(ms(1) + NS).await;
        STANDS.check_eq("elapsed", now.elapsed(), ms(1) + NS);
    });
}

/// Seen from any runtime, the clock is its own.
#[test]
fn each_runtime_has_a_clock() {
    let [a, b] = [paused(), paused()];
    let start = b.block_on(async { Instant::now() });
    a.block_on(async { advance(ms(1_000)).await });
    let elapsed = b.block_on(async move { start.elapsed() });
    STANDS.check_eq("elapsed on the other one", elapsed, Duration::ZERO);
}

#[test]
fn advancing_fires_what_is_due() {
    EX.within("an advance", || {
        paused().block_on(async {
            let fired = Arc::new(AtomicUsize::new(0));
            for wait in [1, 5, 10, 20] {
                let fired = Arc::clone(&fired);
                drop(spawn(async move {
                    sleep(ms(wait)).await;
                    fired.fetch_add(1, SeqCst);
                }));
            }
            yield_now().await;
            advance(ms(10)).await;
            ADVANCES.check_eq("fired", fired.load(SeqCst), 3);
            advance(ms(9)).await;
            ADVANCES.check_eq("fired", fired.load(SeqCst), 3);
            advance(MS).await;
            ADVANCES.check_eq("fired", fired.load(SeqCst), 4);
        });
    });
}

/// A thread that drives nothing moves the clock: the driver's owner is told.
#[test]
fn another_thread_advances() {
    EX.within("an advance of another thread", || {
        let rt = paused();
        let handle: TimeHandle = rt.block_on(async { context::find().expect("it has timers") });
        rt.block_on(async {
            let hold = context::hold_clock();
            let sleep = sleep(ms(50));
            let other = thread::spawn(move || handle.advance(ms(50)));
            sleep.await;
            other.join().unwrap();
            drop(hold);
        });
    });
}

#[test]
fn it_moves_by_itself_when_all_tasks_wait() {
    EX.within("a year of sleeps", || {
        paused().block_on(async {
            // ANCHOR: a-year
            let started = Instant::now();
            let days = if cfg!(miri) { 3 } else { 365 };
            for _ in 0..days {
                sleep(Duration::from_secs(86_400)).await;
            }
            ITSELF.check_eq(
                "elapsed",
                started.elapsed(),
                Duration::from_secs(86_400 * days),
            );
            // ANCHOR_END: a-year
            let (gate, opened) = gate::<()>("gate");
            drop(spawn(async move {
                sleep(ms(7)).await;
                gate.open(());
            }));
            let is_over = timeout(ms(8), opened).await.is_err();
            ITSELF.check_eq("over", is_over, false);
        });
    });
}

/// A wheel may have to look a few times on the way, once for each of its levels at most.
#[test]
fn a_day_is_a_few_looks() {
    let mut kit = Kit::with_clock(Clock::paused());
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(Duration::from_secs(86_400));
    assert!(task.poll(sleep.as_mut()).is_pending());
    let mut looks = 0;
    while task.wakes() == 0 {
        kit.park.park();
        looks += 1;
    }
    ITSELF.check_eq("at", kit.at(), Duration::from_secs(86_400));
    ITSELF.check(
        looks <= 6,
        format_args!("{looks} looks for one timer of a day"),
    );
}

/// A task that is due is run before the clock moves, also if another thread has woken it.
#[test]
fn it_does_not_move_while_something_is_to_be_done() {
    let mut kit = Kit::with_clock(Clock::paused());
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    current_thread::Unpark::unpark(&kit.park.unparker());
    kit.park.park();
    ITSELF.check_eq("at, after an unpark", kit.at(), Duration::ZERO);
    ITSELF.check_eq("asked", kit.asked(), vec![Asked::Look]);
    kit.park.park();
    ITSELF.check_eq("at", kit.at(), ms(5));
    ITSELF.check_eq("wakes", task.wakes(), 1);
}

/// What is below the driver wakes a task in its look, as a socket does, and unparks nothing. The task is run
/// before the clock moves.
#[test]
fn it_does_not_move_while_something_below_has_woken_a_task() {
    struct Wakes(ThreadPark, Event);

    impl Park for Wakes {
        type Unpark = current_thread::ThreadUnpark;

        fn unparker(&self) -> current_thread::ThreadUnpark {
            self.0.unparker()
        }

        fn park(&mut self) {
            self.0.park();
        }

        fn park_timeout(&mut self, timeout: Duration) {
            if timeout.is_zero()
                && let Some(gate) = self.1.lock().unwrap().take()
            {
                gate.open(());
            }
            self.0.park_timeout(timeout);
        }
    }

    type Event = Arc<Mutex<Option<testkit::Gate<()>>>>;

    EX.within("an event below", || {
        for is_root in [true, false] {
            let event = Event::default();
            let park = Wakes(ThreadPark::new(), Arc::clone(&event));
            let rt = Runtime::with_park(TimePark::with_clock(park, Clock::paused()));
            rt.block_on(async {
                let started = Instant::now();
                let (gate, opened) = gate::<()>("event");
                let waits = async move {
                    *event.lock().unwrap() = Some(gate);
                    opened.await;
                    started.elapsed()
                };
                let sleeps = spawn(sleep(ms(5)));
                let at = match is_root {
                    true => waits.await,
                    false => spawn(waits).await.unwrap(),
                };
                ITSELF.check_eq("when the task ran", at, Duration::ZERO);
                sleeps.await.unwrap();
                ITSELF.check_eq("elapsed", started.elapsed(), ms(5));
            });
        }
    });
}

#[test]
fn while_it_is_held_it_does_not_move_by_itself() {
    let mut kit = Kit::with_clock(Clock::paused());
    let task = TestWaker::new("task");
    let mut sleep = kit.sleep(ms(5));
    assert!(task.poll(sleep.as_mut()).is_pending());
    kit.clock.hold();
    kit.clock.hold();
    kit.park.park();
    kit.clock.release();
    kit.park.park();
    HELD.check_eq("asked", kit.asked(), vec![Asked::ForEver; 2]);
    HELD.check_eq("at", kit.at(), Duration::ZERO);
    kit.clock.release();
    kit.park.park();
    HELD.check_eq("at", kit.at(), ms(5));
    HELD.panics(|| kit.clock.release(), "a release without a hold");
}

/// The end of a hold ends the sleep that it led to.
#[test]
fn the_end_of_a_hold_wakes_the_driver() {
    EX.within("a hold that ends on another thread", || {
        paused().block_on(async {
            let hold = context::hold_clock();
            let other = thread::spawn(move || drop(hold));
            sleep(ms(5)).await;
            other.join().unwrap();
        });
    });
}

/// Paused in the middle of its run, it stops at a tick: a sleep of a tick is then just that long.
#[test]
fn pause_and_resume() {
    EX.within("a clock that is paused and resumed", || {
        let rt = Runtime::with_park(TimePark::new(ThreadPark::new()));
        rt.block_on(async {
            let before = Instant::now();
            for _ in 0..3 {
                pause();
                let paused = Instant::now();
                BACK.check(before <= paused, "it went back as it was paused");
                sleep(MS).await;
                STANDS.check_eq("elapsed", paused.elapsed(), MS);
                sleep(Duration::from_secs(1_000)).await;
                let last = Instant::now();
                resume();
                let resumed = Instant::now();
                BACK.check(last <= resumed, "it went back as it was resumed");
                BACK.check(resumed - last < Duration::from_secs(500), "it has jumped");
            }
            sleep(NS).await;
        });
    });
}

#[test]
fn what_is_out_of_order_is_said() {
    let clock = Clock::new();
    let says = |message: testkit::PanicMessage, what: &str| {
        STATES.check(message.contains(what), message);
    };
    says(
        STATES.panics(|| clock.advance(MS), "it was not paused"),
        "time is not frozen",
    );
    says(
        STATES.panics(|| clock.resume(), "it was not paused"),
        "time is not frozen",
    );
    clock.pause();
    says(
        STATES.panics(|| clock.pause(), "it was paused already"),
        "time is already frozen",
    );
    let now = clock.now();
    clock.advance(MS);
    STATES.check_eq("elapsed", clock.now() - now, MS);
    clock.resume();
    says(
        STATES.panics(|| clock.advance(MS), "it was not paused"),
        "time is not frozen",
    );
}

/// A clock that is moved beyond what the system can name stays where it is.
#[test]
fn the_end_of_time() {
    let clock = Clock::paused();
    clock.advance(Duration::from_secs(1));
    let now = clock.now();
    clock.advance(Duration::MAX);
    BACK.check(now <= clock.now(), "it went back");
    clock.advance(MS);
    BACK.check(now <= clock.now(), "it went back");
    // To the last instant there is, in steps that get smaller.
    let mut step = Duration::MAX;
    while !step.is_zero() {
        clock.advance(step);
        step /= 2;
    }
    let end = clock.now();
    clock.resume();
    BACK.check(end <= clock.now(), "it went back when it was resumed");
    clock.pause();
    BACK.check(end <= clock.now(), "it went back when it was paused");
}

/// What chapters see of the clock that know nothing of timers.
#[test]
fn as_a_service() {
    EX.within("a sleep of a service", || {
        paused().block_on(async {
            let now = context::now().expect("there are timers");
            STANDS.check_eq("now", Instant::from_std(now), Instant::now());
            let sleep = context::sleep_until(now + ms(30)).expect("there are timers");
            sleep.await;
            ITSELF.check_eq("now", context::now(), Some(now + ms(30)));
        });
        let rt = Runtime::new();
        let now = rt.block_on(async { context::now() });
        STANDS.check_eq("without timers", now, None);
    });
}
