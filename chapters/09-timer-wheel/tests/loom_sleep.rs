//! 9.6: an earlier timer, while the owner of the driver goes to sleep: every interleaving.

#![cfg(loom)]

mod model_kit;

use current_thread::Park;
use model::loom::thread;
use testkit::{Exercise, Rule, lane};
use timer_wheel::Instant;

use model_kit::{Count, FAR, Kit, NEAR, poll, sleep};

const EX: Exercise = Exercise::new("9.6", "timer-wheel/earlier.md");

const PUBLISHED: Rule =
    EX.rule("Published With The Lock: a timer that comes later sees how long the owner sleeps.");

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
