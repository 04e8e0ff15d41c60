//! 9.3: a future that goes while its timer is fired: every interleaving.

#![cfg(loom)]

mod model_kit;

use std::sync::Arc;

use model::loom::thread;
use testkit::{Exercise, Rule, lane};

use model_kit::{Count, Kit, NEAR, poll};

const EX: Exercise = Exercise::new("9.3", "timer-wheel/fire.md");

const LAST: Rule =
    EX.rule("State Comes Last: a future that sees the end may go, and the driver is done with it.");

/// It goes, which frees the waker's place, while the driver takes the waker out.
#[test]
fn a_drop_against_a_fire() {
    LAST.model(|| {
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
