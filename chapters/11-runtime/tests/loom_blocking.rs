//! The queue of the blocking pool against the threads that wait for jobs: every interleaving.
//!
//! The threads of the pool do what they are told by [`Queue`], and keep count. A job that no thread takes is a
//! thread that is parked for ever, which loom reports, or a count that is too small. Time-outs are not waited
//! for: the model says when one is over.

#![cfg(loom)]

use std::sync::Arc;
use std::time::Duration;

use current_thread::{Park, ThreadPark};
use model::loom::sync::{Condvar, Mutex};
use model::loom::thread::{self, JoinHandle};
use reveille::steps::{Call, Limit, Queue, Seat, Step, Woken};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const TAKEN: Rule = EX.rule("Each job is taken by a thread, whatever the other threads do.");
const RESOLVED: Rule =
    EX.rule("A job is run, or refused, or handed to the thread that ends the pool.");

/// How a thread of the model waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Until it is called.
    Endless,
    /// Not at all: the first wait is over at once, if nobody has called.
    None,
}

struct Pool {
    queue: Queue<Job>,
    ran: Mutex<usize>,
    has_run: Condvar,
}

/// What a job does.
enum Job {
    Quick,
    /// Waits until so many others have run.
    Blocked(usize),
}

impl Pool {
    fn new(threads_max: usize) -> Arc<Pool> {
        Arc::new(Pool {
            queue: Queue::new(threads_max),
            ran: Mutex::new(0),
            has_run: Condvar::new(),
        })
    }

    /// Waits until so many jobs have run.
    fn wait_for(&self, count: usize) {
        let mut ran = self.ran.lock().unwrap();
        while *ran < count {
            ran = self.has_run.wait(ran).unwrap();
        }
    }

    fn ran(&self) -> usize {
        *self.ran.lock().unwrap()
    }

    /// Submits a job, and does what the queue says. Returns the thread, if one was started.
    fn submit(self: &Arc<Pool>, job: Job, patience: Patience) -> Option<JoinHandle<()>> {
        let call = self.queue.submit(job).ok().expect("it is open");
        self.answer(call, patience)
    }

    fn answer(self: &Arc<Pool>, call: Call, patience: Patience) -> Option<JoinHandle<()>> {
        match call {
            Call::Nothing => None,
            Call::Wake(seat) => {
                seat.unpark();
                None
            }
            Call::Start => {
                let pool = Arc::clone(self);
                Some(thread::spawn(move || pool.run(patience)))
            }
        }
    }

    /// The life of a thread. It ends too when all jobs of the model have run.
    fn run(self: Arc<Pool>, patience: Patience) {
        lane("a thread of the pool");
        let mut park = ThreadPark::new();
        let seat = Arc::new(Seat::new(&park));
        let mut started = Vec::new();
        let mut step = self.queue.up(&seat);
        loop {
            step = match step {
                Step::Run(job, call) => {
                    started.extend(self.answer(call, patience));
                    if let Job::Blocked(others) = job {
                        self.wait_for(others);
                    }
                    *self.ran.lock().unwrap() += 1;
                    self.has_run.notify_all();
                    self.queue.next(&seat)
                }
                Step::Wait(limit @ Limit::KeepAlive) => {
                    let woken = match patience {
                        Patience::Endless => {
                            park.park();
                            Woken::Up
                        }
                        Patience::None => {
                            park.park_timeout(Duration::ZERO);
                            Woken::TimeOut
                        }
                    };
                    self.queue.woken(&seat, limit, woken)
                }
                // A millisecond is nothing to wait for in a model.
                Step::Wait(limit @ Limit::Look) => {
                    park.park_timeout(Duration::ZERO);
                    thread::yield_now();
                    self.queue.woken(&seat, limit, Woken::TimeOut)
                }
                Step::Leave => break,
            };
        }
        for thread in started {
            thread.join().unwrap();
        }
    }

    /// Ends the pool when all is quiet, and returns how many jobs were left.
    fn close(self: &Arc<Pool>) -> usize {
        let closed = self.queue.close(|_| false);
        for call in closed.calls {
            assert!(
                self.answer(call, Patience::Endless).is_none(),
                "a thread for no job"
            );
        }
        closed.jobs.len()
    }
}

#[test]
fn a_job_against_a_thread_that_sits_down() {
    TAKEN.model(|| {
        lane("submits");
        let pool = Pool::new(1);
        let thread = pool.submit(Job::Quick, Patience::Endless);
        assert!(thread.is_some(), "the first job starts a thread");
        assert!(
            pool.submit(Job::Quick, Patience::Endless).is_none(),
            "there may be one"
        );
        pool.wait_for(2);
        assert_eq!(pool.close(), 0, "jobs that were left");
        thread.unwrap().join().unwrap();
        assert_eq!(pool.ran(), 2, "jobs that ran");
    });
}

#[test]
fn two_jobs_and_one_idle_thread() {
    // tokio-rs/tokio#8056: the second job counted on the thread that the first one had called, and waited for
    // it, while the first waited for the second.
    TAKEN.model(|| {
        lane("submits one");
        let pool = Pool::new(2);
        let first = pool.submit(Job::Quick, Patience::Endless);
        let other = {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                lane("submits another");
                pool.submit(Job::Quick, Patience::Endless)
            })
        };
        // It runs when both others have.
        let second = pool.submit(Job::Blocked(2), Patience::Endless);
        let third = other.join().unwrap();
        pool.wait_for(3);
        assert_eq!(pool.close(), 0, "jobs that were left");
        for thread in [first, second, third].into_iter().flatten() {
            thread.join().unwrap();
        }
        assert_eq!(pool.ran(), 3, "jobs that ran");
    });
}

#[test]
fn a_job_against_a_time_out() {
    TAKEN.model(|| {
        lane("submits");
        let pool = Pool::new(2);
        let first = pool.submit(Job::Quick, Patience::None);
        let second = pool.submit(Job::Quick, Patience::None);
        for thread in [first, second].into_iter().flatten() {
            thread.join().unwrap();
        }
        assert_eq!(pool.ran(), 2, "jobs that ran");
        assert_eq!(
            pool.queue.threads(),
            (0, 0),
            "threads, and those that are idle"
        );
    });
}

#[test]
fn a_job_against_the_end() {
    RESOLVED.model(|| {
        lane("ends the pool");
        let pool = Pool::new(1);
        let first = pool.submit(Job::Quick, Patience::Endless);
        let other = {
            let pool = Arc::clone(&pool);
            thread::spawn(move || {
                lane("submits");
                match pool.queue.submit(Job::Quick) {
                    Ok(call) => {
                        assert!(pool.answer(call, Patience::Endless).is_none());
                        0
                    }
                    Err(_) => 1,
                }
            })
        };
        let left = pool.close();
        let refused = other.join().unwrap();
        first.unwrap().join().unwrap();
        let ran = pool.ran();
        assert_eq!(
            ran + left + refused,
            2,
            "jobs that ran, were left, and refused"
        );
        assert_eq!(
            pool.queue.threads(),
            (0, 0),
            "threads, and those that are idle"
        );
    });
}

#[test]
fn what_must_run_runs_at_the_end() {
    RESOLVED.model(|| {
        lane("ends the pool");
        let pool = Pool::new(1);
        let first = pool.submit(Job::Quick, Patience::Endless);
        let closed = pool.queue.close(|_| true);
        assert!(closed.jobs.is_empty(), "it must run");
        for call in closed.calls {
            assert!(pool.answer(call, Patience::Endless).is_none());
        }
        assert!(pool.queue.wait_until_left(0, None), "there is no time-out");
        assert_eq!(pool.ran(), 1, "jobs that ran");
        first.unwrap().join().unwrap();
    });
}
