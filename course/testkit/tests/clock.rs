//! The clock that is moved by hand.

mod support;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::LIMIT;
use testkit::{ManualClock, within};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn sleepers_go_on_when_their_time_has_come() {
    within(LIMIT, "the sleepers", || {
        let clock = ManualClock::new();
        let (sender, receiver) = mpsc::channel();
        for seconds in [1, 3] {
            let (sleep, sender) = (clock.sleeper(), sender.clone());
            thread::spawn(move || {
                sleep(seconds * SECOND);
                sender.send(seconds).unwrap();
            });
        }
        clock.wait_for_sleepers(2);
        clock.advance(SECOND - Duration::from_nanos(1));
        assert_eq!(clock.sleepers(), 2, "not a nanosecond too early");
        clock.advance(Duration::from_nanos(1));
        assert_eq!(clock.sleepers(), 1, "known at once");
        assert_eq!(receiver.recv(), Ok(1));
        clock.clone().advance(5 * SECOND);
        assert_eq!(receiver.recv(), Ok(3));
        assert_eq!((clock.now(), clock.sleepers()), (6 * SECOND, 0));
    });
}

#[test]
fn nothing_to_sleep() {
    let sleep = ManualClock::new().sleeper();
    sleep(Duration::ZERO);
}

#[test]
fn the_longest_sleep() {
    within(LIMIT, "the sleeper", || {
        let clock = ManualClock::new();
        clock.advance(SECOND);
        let sleep = clock.sleeper();
        let thread = thread::spawn(move || sleep(Duration::MAX));
        clock.wait_for_sleepers(1);
        clock.advance(1_000_000 * SECOND);
        assert_eq!(clock.sleepers(), 1);
        clock.advance(Duration::MAX);
        thread.join().unwrap();
    });
}
