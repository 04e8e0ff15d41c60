//! The driver's owner against other threads: every interleaving.
//!
//! Time passes when the owner sleeps for the near timer. For the far one it never does, so an unpark that is
//! missing is a deadlock, which loom reports.

#![cfg(loom)]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use current_thread::{Park, ThreadPark, ThreadUnpark};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use timer_wheel::{Clock, Instant, Sleep, TimeHandle, TimePark};

const EX: Exercise = Exercise::new("9.2", "timer-wheel/driver.md");

const PUBLISHED: Rule =
    EX.rule("Published With The Lock: a timer that comes later sees how long the owner sleeps.");
const CANCEL: Rule =
    EX.rule("A timer that is dropped while it is fired is fired or taken out, and not both.");
const RESET: Rule =
    EX.rule("A timer that is reset while it is fired is woken for one deadline or the other.");
const LATEST: Rule =
    EX.rule("A poll that comes while the timer is fired is ready, or its waker is woken.");
const TURN: Rule = EX.rule("Two threads that turn the driver fire each timer once.");
const END: Rule = EX.rule("A timer that comes while the driver shuts down is told.");

const NEAR: Duration = Duration::from_millis(5);
const FAR: Duration = Duration::from_secs(1_000);

/// A near timer is waited for by moving the clock, a far one for ever.
struct ModelPark {
    below: ThreadPark,
    clock: Arc<Clock>,
}

impl Park for ModelPark {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.below.unparker()
    }

    fn park(&mut self) {
        self.below.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if NEAR < timeout {
            return self.below.park();
        }
        self.below.park_timeout(Duration::ZERO);
        self.clock.advance(timeout);
    }
}

struct Kit {
    park: TimePark<ModelPark>,
    handle: TimeHandle,
    clock: Arc<Clock>,
}

impl Kit {
    fn new() -> Kit {
        let clock = Arc::new(Clock::by_hand());
        let below = ModelPark {
            below: ThreadPark::new(),
            clock: Arc::clone(&clock),
        };
        let park = TimePark::with_clock(below, Arc::clone(&clock));
        Kit {
            handle: park.handle().clone(),
            park,
            clock,
        }
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<Sleep>> {
        sleep(&self.handle, duration)
    }

    fn look(&mut self) {
        self.park.park_timeout(Duration::ZERO);
    }

    fn pass(&mut self, duration: Duration) {
        self.clock.advance(duration);
        self.look();
    }
}

fn sleep(handle: &TimeHandle, duration: Duration) -> Pin<Box<Sleep>> {
    let deadline = Instant::from_std(handle.clock().now()) + duration;
    Box::pin(Sleep::with_handle(handle.clone(), deadline))
}

/// Counts its wakes.
struct Count(AtomicUsize);

impl Count {
    fn new() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        (Arc::clone(&count), Waker::from(count))
    }

    fn wakes(&self) -> usize {
        self.0.load(Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

fn poll(sleep: &mut Pin<Box<Sleep>>, waker: &Waker) -> Poll<()> {
    sleep.as_mut().poll(&mut Context::from_waker(waker))
}

/// tokio #6682. The timer comes before the owner's look at the wheel, or after it and unparks.
#[test]
fn an_earlier_timer_against_a_park() {
    PUBLISHED.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (_, far_waker) = Count::new();
        let mut far = kit.sleep(FAR);
        assert!(poll(&mut far, &far_waker).is_pending());
        let (near, near_waker) = Count::new();
        let handle = kit.handle.clone();
        let other = thread::spawn(move || {
            lane("an earlier timer");
            let mut sleep = sleep(&handle, NEAR);
            assert!(poll(&mut sleep, &near_waker).is_pending());
            sleep
        });
        while near.wakes() == 0 {
            kit.park.park();
        }
        let mut sleep = other.join().unwrap();
        assert!(poll(&mut sleep, &far_waker).is_ready());
    });
}

/// A far timer is reset to an earlier time while the owner goes to sleep.
#[test]
fn a_reset_to_an_earlier_time_against_a_park() {
    PUBLISHED.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleep = kit.sleep(FAR);
        assert!(poll(&mut sleep, &waker).is_pending());
        let near = Instant::from_std(kit.clock.now()) + NEAR;
        let other = thread::spawn(move || {
            lane("a reset");
            sleep.as_mut().reset(near);
            sleep
        });
        while count.wakes() == 0 {
            kit.park.park();
        }
        drop(other.join().unwrap());
    });
}

/// Its end comes while it is fired, and its waker is given back once.
#[test]
fn a_drop_against_a_fire() {
    CANCEL.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &waker).is_pending());
        drop(waker);
        let other = thread::spawn(move || {
            lane("a drop");
            drop(sleep);
        });
        kit.pass(NEAR);
        other.join().unwrap();
        assert!(count.wakes() <= 1);
        assert_eq!(Arc::strong_count(&count), 1, "a waker is left");
    });
}

/// tokio #8252. It is dropped while it goes from the fresh list to the wheel; its neighbour stays.
#[test]
fn a_drop_against_the_end_of_a_turn() {
    CANCEL.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let [mut dropped, mut kept] = [kit.sleep(NEAR), kit.sleep(NEAR)];
        assert!(poll(&mut dropped, &waker).is_pending());
        assert!(poll(&mut kept, &waker).is_pending());
        let other = thread::spawn(move || {
            lane("a drop");
            drop(dropped);
        });
        kit.look();
        other.join().unwrap();
        assert_eq!(count.wakes(), 0);
        kit.pass(NEAR);
        assert_eq!(count.wakes(), 1);
    });
}

/// It is woken for the old deadline, or for the new one.
#[test]
fn a_reset_against_a_fire() {
    RESET.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &waker).is_pending());
        let later = sleep.deadline() + NEAR;
        let other = thread::spawn(move || {
            lane("a reset");
            sleep.as_mut().reset(later);
            sleep
        });
        kit.pass(NEAR);
        let mut sleep = other.join().unwrap();
        let is_fired = count.wakes() == 1;
        assert!(!sleep.is_elapsed(), "it has a new deadline");
        kit.pass(NEAR);
        if is_fired {
            // Then it waits no more: the clock has passed its new deadline when it is polled.
            assert!(poll(&mut sleep, &waker).is_ready());
            assert_eq!(count.wakes(), 1);
        } else {
            assert_eq!(count.wakes(), 1);
            assert!(sleep.is_elapsed());
        }
    });
}

/// The latest waker, or the poll itself, is told.
#[test]
fn a_poll_against_a_fire() {
    LATEST.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (_, first) = Count::new();
        let (count, second) = Count::new();
        let mut sleep = kit.sleep(NEAR);
        assert!(poll(&mut sleep, &first).is_pending());
        let other = thread::spawn(move || {
            lane("a poll");
            let polled = poll(&mut sleep, &second);
            (sleep, polled)
        });
        kit.pass(NEAR);
        let (_sleep, polled) = other.join().unwrap();
        assert!(polled.is_ready() || count.wakes() == 1);
    });
}

/// The owner looks, and another thread turns the driver in its place.
#[test]
fn a_turn_against_a_turn() {
    TURN.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let mut sleeps = [kit.sleep(NEAR), kit.sleep(NEAR)];
        for sleep in &mut sleeps {
            assert!(poll(sleep, &waker).is_pending());
        }
        kit.clock.advance(NEAR);
        let handle = kit.handle.clone();
        let other = thread::spawn(move || {
            lane("a turn");
            handle.turn()
        });
        kit.look();
        other.join().unwrap();
        assert_eq!(count.wakes(), 2);
    });
}

/// A timer is dropped while the driver shuts down, and another one waits.
#[test]
fn a_drop_against_a_shutdown() {
    END.model(|| {
        let mut kit = Kit::new();
        lane("the owner");
        let (count, waker) = Count::new();
        let [mut dropped, mut kept] = [kit.sleep(NEAR), kit.sleep(FAR)];
        assert!(poll(&mut dropped, &waker).is_pending());
        assert!(poll(&mut kept, &waker).is_pending());
        kit.look();
        drop(waker);
        let other = thread::spawn(move || {
            lane("a drop");
            drop(dropped);
        });
        kit.park.shutdown();
        other.join().unwrap();
        let wakes = count.wakes();
        assert!(wakes == 1 || wakes == 2, "{wakes} wakes");
        assert_eq!(Arc::strong_count(&count), 1, "a waker is left");
    });
}
