//! 4.2: a push comes before the announced sleep, and is seen; or after it, and ends the sleep.

// A scheduler that is driven by hand is not shut down, which Miri would call a leak.
#![cfg(not(any(loom, miri)))]

mod parks;

use current_thread::Handle;
use current_thread::steps::Steps;
use testkit::{Exercise, Rule};

use parks::NoPark;

const EX: Exercise = Exercise::new("4.2", "current-thread/sleep.md");

const SAYS: Rule = EX.rule("What is returned is whether the sleep was announced.");
const SEEN: Rule = EX.rule("The scheduler does not go to sleep beside a task that is due.");
const ENDED: Rule = EX.rule("A push that comes after the announcement ends the sleep.");
const ONCE: Rule = EX.rule("A scheduler that does not sleep is not unparked.");

/// A spawn from outside: nobody drives on this thread.
fn push(handle: &Handle) {
    drop(handle.spawn(async {}));
}

#[test]
fn a_push_after_the_announcement_ends_the_sleep() {
    EX.within("announcing a sleep, and a push", || {
        let (park, unparks) = NoPark::new();
        let steps = Steps::new(park);
        let said = steps.announce_sleep();
        ONCE.check_eq("unparks before the push", unparks.count(), 0);
        push(steps.handle());
        SAYS.check(
            said || unparks.count() == 0,
            "the sleep was announced, since a push ended it, and `false` was returned",
        );
        SEEN.check(
            said,
            "there was nothing to do, and the sleep was not announced",
        );
        ENDED.check_eq("unparks", unparks.count(), 1);
    });
}

#[test]
fn a_push_before_the_announcement_is_seen() {
    EX.within("a push, and announcing a sleep", || {
        let (park, unparks) = NoPark::new();
        let steps = Steps::new(park);
        push(steps.handle());
        SEEN.check(
            !steps.announce_sleep(),
            "a sleep was announced beside a task that is due",
        );
        ONCE.check_eq("unparks", unparks.count(), 0);
    });
}

/// A refused announcement has announced nothing.
#[test]
fn nobody_unparks_who_did_not_announce_a_sleep() {
    EX.within("two pushes around a refused announcement", || {
        let (park, unparks) = NoPark::new();
        let steps = Steps::new(park);
        push(steps.handle());
        let _ = steps.announce_sleep();
        push(steps.handle());
        ONCE.check_eq("unparks", unparks.count(), 0);
    });
}

#[test]
fn one_announcement_is_for_one_unpark() {
    EX.within("three pushes after one announcement", || {
        let (park, unparks) = NoPark::new();
        let steps = Steps::new(park);
        let _ = steps.announce_sleep();
        for _ in 0..3 {
            push(steps.handle());
        }
        ENDED.check(1 <= unparks.count(), "the sleep was not ended");
        ONCE.check_eq("unparks", unparks.count(), 1);
    });
}

#[test]
fn a_sleep_that_is_over_is_not_ended() {
    EX.within("a sleep that ends for no reason, and a push", || {
        let (park, unparks) = NoPark::new();
        let steps = Steps::new(park);
        for _ in 0..3 {
            SEEN.check(steps.announce_sleep(), "there was nothing to do");
            steps.end_sleep();
        }
        push(steps.handle());
        ONCE.check_eq("unparks", unparks.count(), 0);
        SEEN.check(
            !steps.announce_sleep(),
            "a sleep was announced beside a task that is due",
        );
    });
}
