//! 1.4: when `block_on` polls, when it parks, and what ends the park.

use std::future::{poll_fn, ready};
use std::marker::PhantomPinned;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::mpsc::channel;
use std::task::{Poll, Waker};
use std::time::Duration;
use std::{fs, thread};

use testkit::{Exercise, Rule};
use timer_future::block_on;

const EX: Exercise = Exercise::new("1.4", "timer-future/block-on.md");

const ONCE: Rule = EX.rule("A future that was ready is not polled again.");
const UNPARKS: Rule =
    EX.rule("The waker that `block_on` polls with unparks the thread it waits on.");
const KEPT: Rule = EX.rule("A wake that comes before the park is not lost.");
const ONLY_WOKEN: Rule = EX.rule("A future is polled once at first, and after that when woken.");
const PANICS: Rule = EX.rule("A panic of the future is a panic of `block_on`.");

#[test]
fn a_future_that_is_ready_is_polled_once() {
    EX.within("block_on of a future that is ready", || {
        let (future, seen) = testkit::probe("the future", async { 7 });
        assert_eq!(block_on(future), 7);
        ONCE.check_eq("polls of a future that is ready at once", seen.polls(), 1);

        assert_eq!(block_on(ready("output")), "output");
    });
}

#[test]
fn a_future_that_must_not_move_is_pinned() {
    EX.within("block_on of a future that is not Unpin", || {
        let future = async {
            let _must_not_move = PhantomPinned;
            testkit::yield_times(1).await;
            "output"
        };
        assert_eq!(block_on(future), "output");
    });
}

#[test]
fn the_waker_unparks_the_thread_of_block_on() {
    EX.within("block_on of a future that calls its waker", || {
        let mut polls = 0;
        block_on(poll_fn(|cx| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            UNPARKS.check(
                token_is_stored(),
                "a future called the waker of its poll, and the thread of `block_on` was not \
                 unparked: with this waker nobody could ever end its park",
            );
            Poll::Pending
        }));
    });
}

#[test]
fn no_poll_without_a_wake() {
    EX.within("block_on of a future that is pending twice", || {
        polls_follow_wakes(|| {});
    });
}

#[test]
fn a_wake_during_the_poll_is_kept() {
    EX.within("block_on of a future that wakes itself", || {
        KEPT.step("a future that wakes itself three times before it is ready");
        let (future, seen) = testkit::probe("the future", testkit::yield_times(3));
        block_on(future);
        ONLY_WOKEN.check_eq(
            "polls of a future that wakes itself 3 times",
            seen.polls(),
            4,
        );
    });
}

#[test]
fn a_wake_is_kept_when_its_token_is_taken() {
    EX.within("block_on of a future that parks in its poll", || {
        let mut polls = 0;
        let future = poll_fn(move |cx| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            // What a channel, a lock or another `block_on` may do within a poll: it waits for
            // something of its own, and takes the token that was meant for us.
            thread::park();
            Poll::Pending
        });
        let (future, seen) = testkit::probe("the future", future);
        KEPT.step("a wake whose unpark is taken by other code that parks on the same thread");
        block_on(future);
        ONLY_WOKEN.check_eq("polls of a future that wakes itself once", seen.polls(), 2);
    });
}

#[test]
fn a_wake_from_another_thread_ends_the_park() {
    EX.within("block_on of a gate that another thread opens", || {
        let (gate, future) = testkit::gate("the gate");
        let opener = thread::spawn(move || {
            while !gate.keeps_waker() {
                thread::yield_now();
            }
            gate.open("output");
        });
        assert_eq!(block_on(future), "output");
        opener.join().unwrap();
    });
}

/// Checks, for a future that is pending for two polls, that there is a wake before each poll but
/// the first. `in_first_poll` runs in the first poll; the wake comes when the thread is asleep.
fn polls_follow_wakes(in_first_poll: impl Fn()) {
    let woken = Arc::new(AtomicBool::new(true));
    let (to_wake, requests) = channel::<(Waker, Sleeper)>();
    let waker_thread = thread::spawn({
        let woken = Arc::clone(&woken);
        move || {
            for (waker, sleeper) in requests {
                sleeper.wait_until_asleep();
                woken.store(true, Release);
                waker.wake();
            }
        }
    });

    let mut polls = 0;
    block_on(poll_fn(|cx| {
        ONLY_WOKEN.check(
            woken.swap(false, Acquire),
            format_args!("poll {} came without a wake", polls + 1),
        );
        polls += 1;
        if polls == 3 {
            return Poll::Ready(());
        }
        if polls == 1 {
            in_first_poll();
        }
        let _ = to_wake.send((cx.waker().clone(), Sleeper::current()));
        Poll::Pending
    }));
    drop(to_wake);
    waker_thread.join().unwrap();
}

#[test]
fn an_unpark_is_not_a_wake() {
    EX.within("block_on on a thread that other code unparks", || {
        polls_follow_wakes(|| thread::current().unpark());
    });
}

#[test]
fn a_panic_of_the_future_goes_through() {
    EX.within("block_on of a future that panics", || {
        assert_eq!(block_on(async { "no panic" }), "no panic");
        let message = PANICS.panics(
            || block_on(testkit::panics_on_poll("from the future")),
            "block_on returned",
        );
        PANICS.check_eq("the panic's message", message.as_str(), "from the future");
    });
}

/// Whether this thread was unparked since it last parked. Afterwards it is.
fn token_is_stored() -> bool {
    let sleeper = Sleeper::current();
    if sleeper.status.is_none() {
        // Nobody can tell that a thread sleeps, so this is left to the other tests.
        return true;
    }
    let parks = Arc::new(AtomicBool::new(false));
    let returned = Arc::new(AtomicBool::new(false));
    let helper = thread::spawn({
        let (parks, returned) = (Arc::clone(&parks), Arc::clone(&returned));
        let parked = thread::current();
        move || {
            while !parks.load(Acquire) {
                thread::yield_now();
            }
            // With a token the park does not sleep, and the first sleep is in the join below.
            sleeper.wait_until_asleep();
            let sleeps_in_park = !returned.load(Acquire);
            parked.unpark();
            sleeps_in_park
        }
    });
    parks.store(true, Release);
    thread::park();
    returned.store(true, Release);
    let slept_in_park = helper.join().unwrap();
    !slept_in_park
}

/// A thread whose sleep can be waited for.
struct Sleeper {
    /// What Linux says about the thread; `None` where there is no such file.
    status: Option<PathBuf>,
}

impl Sleeper {
    fn current() -> Sleeper {
        if cfg!(miri) {
            // Miri has no files.
            return Sleeper { status: None };
        }
        let thread = fs::read_link("/proc/thread-self").ok();
        Sleeper {
            status: thread.map(|thread| Path::new("/proc").join(thread).join("stat")),
        }
    }

    /// Returns when the thread sleeps, or has ended. Where nobody tells, it is given the time to
    /// fall asleep; then a mistake may stay unseen, but nothing correct is blamed.
    fn wait_until_asleep(&self) {
        let Some(status) = &self.status else {
            thread::sleep(Duration::from_millis(100));
            return;
        };
        while let Ok(line) = fs::read_to_string(status) {
            // The state is the letter after the name, which is in parentheses: S is asleep.
            if line
                .rsplit(')')
                .next()
                .is_some_and(|rest| rest.starts_with(" S"))
            {
                return;
            }
            thread::yield_now();
        }
    }
}
