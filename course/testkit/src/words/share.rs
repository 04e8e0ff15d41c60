//! What a run got of the machine.
//!
//! A test may take five seconds, but on which clock? The clock on the wall goes on while other
//! programs have the processors: with eight copies of a test on two of them, a test that is in good
//! order takes ten times as long, and would be called a hang. So a limit is compared with time that
//! the run could use:
//!
//! | between two looks | counts |
//! | --- | --- |
//! | a thread wants a processor | the processor time that such threads got, on average |
//! | no thread wants one: each sleeps, or waits for an answer | all of it |
//!
//! A thread that goes round and round is told sooner, by its own processor time: a thread that has
//! run for [`LOOP`] without a sleep, while nothing called into the kit, does not come to an end.
//!
//! The supervisor is a thread as well, and late when the machine is loaded. So a look never counts for
//! more than twice the time that it was meant to last; where the system does not tell what its threads
//! got, that is all that there is.

use std::time::Duration;

use crate::words::count;
use crate::words::threads::{self, Glance};

/// The processor time after which a thread is said to loop. A test that computes for longer checks
/// something meanwhile, which is a call into the kit; those that only send and receive sleep.
pub(crate) const LOOP: Duration = Duration::from_millis(1500);

/// What a run got so far, and which of its threads go round and round.
#[derive(Debug)]
pub(crate) struct Share {
    /// The threads that there were before; what they do is not this run's affair.
    older: Vec<u32>,
    time: Duration,
    threads: Vec<Seen>,
    loopers: Vec<u32>,
    /// The kit's sequence of events, as far as it was known at the last look.
    tick: u64,
    loop_limit: Duration,
}

/// A thread of the run at the last look.
#[derive(Debug)]
struct Seen {
    id: u32,
    processor: Duration,
    /// How often it had gone to sleep.
    sleeps: u64,
    /// The processor time it had when it slept last, or when something last called into the kit.
    stirred: Duration,
}

impl Share {
    /// To be made before the run's first thread is. `loop_limit` is [`LOOP`], or longer where all is
    /// slower.
    pub(crate) fn new(loop_limit: Duration) -> Share {
        Share {
            older: threads::ids().unwrap_or_default(),
            time: Duration::ZERO,
            threads: Vec::new(),
            loopers: Vec::new(),
            tick: 0,
            loop_limit,
        }
    }

    /// Looks at the threads once. The look before, or the run's begin, was `passed` ago, and should
    /// have been `meant` ago.
    pub(crate) fn look(&mut self, passed: Duration, meant: Duration) {
        // A supervisor that comes too late was itself without a processor.
        let passed = passed.min(meant * 2);
        match threads::glances(&self.older) {
            None => self.time += passed,
            Some(now) => self.take(now, count::ticks(), passed),
        }
    }

    fn take(&mut self, now: Vec<(u32, Glance)>, tick: u64, passed: Duration) {
        let is_stirred = tick != self.tick;
        self.tick = tick;
        self.loopers.clear();
        let mut got = Duration::ZERO;
        let mut wanting: u32 = 0;
        let mut seen = Vec::with_capacity(now.len());
        for (id, glance) in now {
            let before = self.threads.iter().find(|seen| seen.id == id);
            if glance.runs {
                wanting += 1;
                let had = before.map_or(Duration::ZERO, |seen| seen.processor);
                got += glance.processor.saturating_sub(had);
            }
            let stirred = before
                .filter(|seen| !is_stirred && seen.sleeps == glance.sleeps)
                .map_or(glance.processor, |seen| seen.stirred);
            if glance.runs && stirred + self.loop_limit <= glance.processor {
                self.loopers.push(id);
            }
            let Glance {
                processor, sleeps, ..
            } = glance;
            seen.push(Seen {
                id,
                processor,
                sleeps,
                stirred,
            });
        }
        self.threads = seen;
        self.time += match wanting {
            0 => passed,
            // The system counts in larger steps than a look: one may seem to have had more than
            // there was, and the next less. So nothing is cut off.
            wanting => got / wanting,
        };
    }

    /// The time that the run could use.
    pub(crate) fn time(&self) -> Duration {
        self.time
    }

    /// The threads that go round and round, as it seems.
    pub(crate) fn loopers(&self) -> &[u32] {
        &self.loopers
    }

    /// The run's threads that run at this moment, and have had a processor for `time` at least.
    pub(crate) fn runners(&self, time: Duration) -> Vec<u32> {
        let glances = threads::glances(&self.older).unwrap_or_default();
        let is_runner = |(_, glance): &(u32, Glance)| glance.runs && time <= glance.processor;
        let runners = glances.into_iter().filter(is_runner);
        runners.map(|(id, _)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Duration = Duration::from_millis(25);

    fn share() -> Share {
        Share {
            older: Vec::new(),
            time: Duration::ZERO,
            threads: Vec::new(),
            loopers: Vec::new(),
            tick: 0,
            loop_limit: Duration::from_millis(100),
        }
    }

    fn glance(runs: bool, processor_ms: u64, sleeps: u64) -> Glance {
        Glance {
            runs,
            processor: Duration::from_millis(processor_ms),
            sleeps,
            sleeper: None,
        }
    }

    #[test]
    fn the_time_of_others_does_not_count() {
        let mut share = share();
        // Two threads want a processor, and in a second get 10 ms each.
        for look in 0..=40 {
            let had = look / 4;
            let now = vec![(1, glance(true, had, 0)), (2, glance(true, had, 0))];
            share.take(now, look, LOOK);
        }
        assert_eq!(share.time(), Duration::from_millis(10));
    }

    #[test]
    fn sleep_counts() {
        let mut share = share();
        for look in 0..40 {
            share.take(vec![(1, glance(false, 7, look))], look, LOOK);
        }
        assert_eq!(share.time(), LOOK * 40);
    }

    #[test]
    fn a_thread_that_neither_sleeps_nor_calls_the_kit_loops() {
        let mut share = share();
        for had in (0..=90).step_by(10) {
            share.take(vec![(1, glance(true, had, 3))], 1, LOOK);
            assert!(share.loopers().is_empty(), "{had} ms");
        }
        share.take(vec![(1, glance(true, 100, 3))], 1, LOOK);
        assert_eq!(share.loopers(), [1]);
    }

    #[test]
    fn a_sleep_or_a_call_into_the_kit_says_that_it_goes_on() {
        let (mut sleeps, mut calls) = (share(), share());
        for look in 0..100 {
            sleeps.take(vec![(1, glance(true, look * 10, look / 5))], 1, LOOK);
            calls.take(vec![(1, glance(true, look * 10, 0))], look / 5, LOOK);
            assert!(sleeps.loopers().is_empty() && calls.loopers().is_empty());
        }
    }
}
