//! What waiting costs without a waker.
//!
//! The first timer is polled with a waker that does nothing, so nobody can tell us when to ask
//! again, and all that is left is to ask all the time. The second is given to `block_on`.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use timer_future::{AsyncTimerFuture, block_on};

const DELAY: Duration = Duration::from_millis(50);

fn main() {
    let begin = Instant::now();
    let mut timer = pin!(AsyncTimerFuture::new(DELAY));
    let mut cx = Context::from_waker(Waker::noop());
    let mut polls: u64 = 1;
    while timer.as_mut().poll(&mut cx).is_pending() {
        polls += 1;
    }
    report("asking all the time", begin, polls);

    let begin = Instant::now();
    let mut timer = pin!(AsyncTimerFuture::new(DELAY));
    let mut polls = 0;
    block_on(poll_fn(|cx| {
        polls += 1;
        timer.as_mut().poll(cx)
    }));
    report("asking when woken", begin, polls);
}

fn report(how: &str, begin: Instant, polls: u64) {
    println!(
        "{how:<20}{:>4} ms{polls:>10} polls",
        begin.elapsed().as_millis()
    );
}
