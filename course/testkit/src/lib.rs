//! What the chapters' tests are written with: hangs are explained, wakers are counted, the clock is
//! moved by hand.
//!
//! A test of asynchronous code has two enemies. It may hang, and then says nothing. Or it may fail
//! by a number, and the reader has to find out which rule that number stood for. So here a hang is
//! a result, with a diagnosis, and each failure names the rule that was broken, what was seen, the
//! exercise that teaches it, and the page that explains it. The code under test has to do nothing
//! for it: the kit uses [`std::task`] alone.
//!
//! # A test
//!
//! ```
//! use std::pin::pin;
//! use testkit::{Exercise, Rule, TestWaker};
//!
//! const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");
//! const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
//!
//! # /*
//! #[test]
//! # */
//! fn the_waker_of_the_latest_poll_is_woken() {
//!     EX.within("opening the gate", || {
//!         let (gate, future) = testkit::gate::<()>("gate"); // a future of yours, in your tests
//!         let mut future = pin!(future);
//!         let [a, b] = ["A", "B"].map(TestWaker::new);
//!
//!         LATEST.pending(a.poll(future.as_mut()), "it was ready too early");
//!         LATEST.pending(b.poll(future.as_mut()), "it was ready too early");
//!         gate.open(());
//!         b.wait_for_wakes(1);
//!         LATEST.check_eq("wakes of task A, which polled first", a.wakes(), 0);
//!     });
//! }
//! # the_waker_of_the_latest_poll_is_woken();
//! ```
//!
//! # A diagnosis
//!
//! Had the future kept its first waker, the test would wait for ever. Instead it fails:
//!
//! ```text
//! broken rule: A future that returns Pending keeps the waker of its latest poll, and no older one.
//!   what was seen: stale waker: B was the last to poll the future, but the waker of A, which had
//!     polled it before, was woken
//!     A  pending, polled once, woken once, wakers held: 0
//!     B  pending, polled once, woken never, wakers held: 0
//!     the test's thread is waiting for wake number 1 of B
//!     Stopped after 0.2 s: "opening the gate" has not come to an end, and each thread of the process
//!       waits for another.
//!   exercise 1.1 · book/src/timer-future/poll.md
//! ```
//!
//! # A tour
//!
//! | to | use |
//! | --- | --- |
//! | state a rule and hold code to it | [`Exercise::rule`], [`Rule::check`], [`Rule::check_eq`] |
//! | say what a test of the whole chapter is about | [`Exercise::chapter`], [`Exercise::may_be`] |
//! | have plain assertions told as a break of a rule | [`Rule::holds`] |
//! | keep a test from hanging | [`Exercise::within`], [`within()`] |
//! | poll by hand and count what becomes of the waker | [`TestWaker`] |
//! | count what becomes of a future | [`probe()`] |
//! | decide when a future is ready | [`gate()`], [`yield_times`], [`never()`], [`forgetful`] |
//! | find lock held while calling wakers | [`TestWaker::on_wake`], `on_clone`, `on_drop` |
//! | sleep without waiting | [`ManualClock`] |
//! | count drops, find leaks | [`drop_counter`], [`Seen::dropped_once`], [`TestWaker::none_held`] |
//! | check code that frees by hand | [`quarantine!`] and [`memory::check`] |
//! | name what may crash the process | [`Rule::step`] |
//! | expect a panic | [`Rule::panics`] |
//! | expect it to name the line of the caller | [`Rule::panics_in`] |
//! | find what moves large values over the stack | [`Rule::on_a_small_stack`] |
//! | say what a panic means that is likely, and wrong | [`Rule::returns`] |
//! | tell a thread that sleeps from a busy one | [`WatchedThread::rest`] |
//! | say what it means that all futures have ended and the test has not | [`Rule::within`] |
//! | start a program of the reader's own, and judge what it prints | [`Rule::program`] |
//! | talk to such a program while it runs, also by TCP | [`Program::drive`], [`Peer`] |
//! | try every interleaving | [`Rule::model`] |
//! | name the threads of a model, for the picture of a run that fails | [`lane()`], [`note`] |
//!
//! # What `within` can tell
//!
//! - a thread stuck inside a wake, a clone, a drop or a poll: a lock is held that it needs;
//! - a busy loop: polled over and over, with no wake in between, or woken by itself;
//! - nobody holds the waker;
//! - a waker is held, and never called;
//! - a thread whose sleep on a [`ManualClock`] is over, and that is stuck on its way to the wake;
//! - woken, and not polled again;
//! - a stale waker: an earlier poll's waker was kept or woken, the latest one was not;
//! - a future polled after Ready, or after it panicked (a wake after the end is legal);
//! - a future, a value or a waker dropped twice;
//! - a thread that panicked while others wait for it;
//! - a thread that runs all the time and polls nothing, inside a call or out of it (on Linux);
//! - a future that came to its end unnoticed, or was never polled.
//!
//! # Environment
//!
//! | variable | meaning |
//! | --- | --- |
//! | `COURSE_REPORT` | the file that the first failure of the process is written to |
//! | `COURSE_STEPS` | the file that each [`Rule::step`] is appended to |
//! | `TESTKIT_PROGRAM` | if set, a test of a program runs the program: see [`Rule::program`] |
//! | `TESTKIT_PATIENCE` | for such a program: its limit is so many times as long |
//! | `TESTKIT_SLOW` | if set, every limit is ten times as long |
//!
//! A report has the lines `verdict: …` (`wrong` or `hangs`), `exercise: …`, `page: …` and
//! `rule: …`, on a model also `run: …` (see `model::run`), an empty line, and then the text that the test panicked with. A failure outside of
//! any exercise has no `exercise` and no `page`. An ordinary panic writes no report, nor does the
//! `todo!` of an exercise that is not started, on whichever thread it is hit: the test then fails
//! with that.
//!
//! # Floors
//!
//! The kit is built in floors. A module uses modules of its own floor and of those below it, never
//! one above, and no module uses another in a circle; `tests/floors.rs` holds it to that.
//!
//! | floor | what is on it |
//! | --- | --- |
//! | `interleave`, `memory` | a test in every interleaving; a test whose memory is counted |
//! | `stage` | futures of the kit's own and a clock, which wait until the test says so |
//! | `observe` | futures and wakers of the test's: each poll, wake, clone and drop is counted |
//! | `check` | holding the code under test to a [`Rule`] |
//! | `watch` | a test runs on a thread of its own, and is said to hang, with a diagnosis |
//! | `words` | task, call, rule, evidence, report: what is observed, and what is said of it |
//!
//! # Under Miri and loom
//!
//! Miri: [`quarantine!`] does nothing, for Miri sees more than it could; limits are longer. A test
//! that passes leaves nothing behind that Miri would complain of, if its own threads have ended.
//!
//! Loom: probes, gates and `TestWaker`s work inside a model, and count, and what is done with their
//! wakers is shown in the picture of a run that fails; `model::loom` has loom's types, for the code
//! under test, which tell what is done with them. Whatever blocks does not
//! ([`within()`], [`TestWaker::wait_for_wakes`], [`ManualClock`]).

// From the ground up.
mod words;

mod watch;

mod check;

mod observe;

mod stage;

mod interleave;
pub mod memory;

pub use check::peer::Peer;
pub use check::program::{Program, Ran};
pub use check::running::Running;
pub use interleave::lane::{lane, note};
pub use observe::drops::{DropCounter, DropToken, drop_counter};
pub use observe::probe::{Probe, Seen, probe};
pub use observe::waker::{TestWaker, poll_once};
pub use stage::clock::ManualClock;
pub use stage::gate::{Gate, GateFuture, gate};
pub use stage::leaf::{
    Forgetful, Never, PanicsOnPoll, YieldTimes, forgetful, never, panics_on_poll, yield_times,
};
pub use watch::rest::{Rest, WatchedThread};
pub use watch::within::within;
pub use words::exercise::{Exercise, LIMIT};
pub use words::panics::PanicMessage;
pub use words::rule::Rule;
