//! What the queue of the blocking pool decides, step by step, without a thread.

use std::sync::Arc;

use current_thread::ThreadPark;
use reveille::steps::{Call, Limit, Queue, Seat, Step, Woken};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const CLAIMED: Rule = EX.rule("A job that needs a thread takes it out of the idle ones.");
const NEED: Rule =
    EX.rule("The pool grows when jobs wait and none is taken, one thread at a time.");
const CAP: Rule = EX.rule("There are never more threads than allowed.");
const LEAVES: Rule = EX.rule("A thread leaves only when nobody has called it.");
const END: Rule = EX.rule("At the end each job is run or given back, and each thread leaves.");
const FAILED: Rule =
    EX.rule("A job for which no thread can be started is given back, or another thread takes it.");

/// A thread that is moved by hand.
struct Worker(Arc<Seat>);

impl Worker {
    fn new() -> Worker {
        Worker(Arc::new(Seat::new(&ThreadPark::new())))
    }

    fn is(&self, seat: &Arc<Seat>) -> bool {
        Arc::ptr_eq(&self.0, seat)
    }
}

/// The job that a step runs.
fn runs(rule: Rule, step: Step<u32>) -> (u32, Call) {
    match step {
        Step::Run(job, call) => (job, call),
        other => rule.fail(format!("the thread was to run a job, and got {other:?}")),
    }
}

fn waits(rule: Rule, step: Step<u32>, wanted: Limit) {
    match step {
        Step::Wait(limit) => rule.check_eq("the limit of the wait", limit, wanted),
        other => rule.fail(format!("the thread was to wait, and got {other:?}")),
    }
}

fn starts(rule: Rule, call: Call) {
    rule.check(
        matches!(call, Call::Start),
        format!("a thread was to be started, and it said {call:?}"),
    );
}

fn nothing(rule: Rule, call: Call) {
    rule.check(
        matches!(call, Call::Nothing),
        format!("there was nothing to do, and it said {call:?}"),
    );
}

fn wakes(rule: Rule, call: Call, worker: &Worker) {
    let is_right = matches!(&call, Call::Wake(seat) if worker.is(seat));
    rule.check(
        is_right,
        format!("the idle thread was to be woken, and it said {call:?}"),
    );
}

fn submit(queue: &Queue<u32>, job: u32) -> Call {
    queue.submit(job).expect("the queue is open")
}

/// A queue with one thread, which is idle.
fn with_one_idle(threads_max: usize) -> (Queue<u32>, Worker) {
    let queue = Queue::new(threads_max);
    starts(NEED, submit(&queue, 0));
    let worker = Worker::new();
    nothing(NEED, runs(NEED, queue.up(&worker.0)).1);
    waits(NEED, queue.next(&worker.0), Limit::KeepAlive);
    (queue, worker)
}

#[test]
fn an_idle_thread_is_claimed_once() {
    EX.within("two jobs and one idle thread", || {
        let (queue, idle) = with_one_idle(8);
        wakes(CLAIMED, submit(&queue, 1), &idle);
        // It has been called, and is not counted on again (tokio-rs/tokio#8056).
        starts(CLAIMED, submit(&queue, 2));
        let (job, call) = runs(CLAIMED, queue.woken(&idle.0, Limit::KeepAlive, Woken::Up));
        CLAIMED.check_eq("the first job", job, 1);
        nothing(CLAIMED, call);
        // The first job never ends. The second has a thread of its own, though one was taken meanwhile.
        let started = Worker::new();
        waits(CLAIMED, queue.up(&started.0), Limit::Look);
        let late = queue.woken(&started.0, Limit::Look, Woken::TimeOut);
        CLAIMED.check_eq("the second job", runs(CLAIMED, late).0, 2);
    });
}

#[test]
fn a_job_that_a_busy_thread_took_wakes_no_second_one() {
    EX.within("a job between a call and a thread", || {
        let (queue, called) = with_one_idle(8);
        wakes(CLAIMED, submit(&queue, 1), &called);
        starts(CLAIMED, submit(&queue, 2));
        let started = Worker::new();
        CLAIMED.check_eq(
            "the job of the new thread",
            runs(CLAIMED, queue.up(&started.0)).0,
            1,
        );
        CLAIMED.check_eq("its next job", runs(CLAIMED, queue.next(&started.0)).0, 2);
        // One thread is on its way, and has no job yet: it can have this one.
        nothing(CLAIMED, submit(&queue, 3));
        let woken = queue.woken(&called.0, Limit::KeepAlive, Woken::Up);
        CLAIMED.check_eq(
            "the job of the thread that was called",
            runs(CLAIMED, woken).0,
            3,
        );
    });
}

#[test]
fn a_burst_of_short_jobs_starts_one_thread_at_a_time() {
    EX.within("a burst", || {
        let queue = Queue::new(512);
        starts(NEED, submit(&queue, 0));
        for job in 1..100 {
            nothing(NEED, submit(&queue, job));
        }
        let first = Worker::new();
        // The first is up, and one more is started, in case that the first is blocked.
        starts(NEED, runs(NEED, queue.up(&first.0)).1);
        for job in 1..50 {
            let (taken, call) = runs(NEED, queue.next(&first.0));
            NEED.check_eq("the next job", taken, job);
            nothing(NEED, call);
        }
        // It gets on: the second has nothing to do but to watch.
        let second = Worker::new();
        waits(NEED, queue.up(&second.0), Limit::Look);
        for _ in 50..100 {
            nothing(NEED, runs(NEED, queue.next(&first.0)).1);
        }
        waits(NEED, queue.next(&first.0), Limit::KeepAlive);
        NEED.check_eq("threads, and those that are idle", queue.threads(), (2, 2));
        // What was the watch is an idle thread like any other, and is not sent away by its look.
        waits(
            NEED,
            queue.woken(&second.0, Limit::Look, Woken::TimeOut),
            Limit::KeepAlive,
        );
        wakes(NEED, submit(&queue, 100), &first);
    });
}

#[test]
fn jobs_that_block_each_get_a_thread() {
    EX.within("four jobs that block", || {
        let queue = Queue::new(512);
        starts(NEED, submit(&queue, 0));
        for job in 1..4 {
            nothing(NEED, submit(&queue, job));
        }
        for job in 0..4 {
            // No job ends. Each thread takes one at once, and has the next thread started.
            let (taken, call) = runs(NEED, queue.up(&Worker::new().0));
            NEED.check_eq("the job of the thread", taken, job);
            match job {
                3 => nothing(NEED, call),
                _ => starts(NEED, call),
            }
        }
    });
}

#[test]
fn a_job_that_is_late_gets_a_thread() {
    EX.within("slow progress", || {
        let queue = Queue::new(512);
        starts(NEED, submit(&queue, 0));
        let busy = Worker::new();
        nothing(NEED, runs(NEED, queue.up(&busy.0)).1);
        starts(NEED, submit(&queue, 1));
        nothing(NEED, submit(&queue, 2));
        nothing(NEED, runs(NEED, queue.next(&busy.0)).1);
        let watch = Worker::new();
        waits(NEED, queue.up(&watch.0), Limit::Look);
        nothing(NEED, submit(&queue, 3));
        // Job 2 was taken since, and all that was queued at the last look: job 3 is not late yet.
        nothing(NEED, runs(NEED, queue.next(&busy.0)).1);
        waits(
            NEED,
            queue.woken(&watch.0, Limit::Look, Woken::TimeOut),
            Limit::Look,
        );
        // Now it is.
        let late = queue.woken(&watch.0, Limit::Look, Woken::TimeOut);
        let (job, call) = runs(NEED, late);
        NEED.check_eq("the job that was late", job, 3);
        nothing(NEED, call);
    });
}

#[test]
fn jobs_beyond_the_cap_wait() {
    EX.within("three jobs and one thread", || {
        let queue = Queue::new(1);
        starts(CAP, submit(&queue, 0));
        nothing(CAP, submit(&queue, 1));
        let only = Worker::new();
        nothing(CAP, runs(CAP, queue.up(&only.0)).1);
        nothing(CAP, submit(&queue, 2));
        CAP.check_eq("jobs that wait", queue.queued(), 2);
        CAP.check_eq("the next job", runs(CAP, queue.next(&only.0)).0, 1);
        CAP.check_eq("the last job", runs(CAP, queue.next(&only.0)).0, 2);
        CAP.check_eq("threads, and those that are idle", queue.threads(), (1, 0));
    });
}

#[test]
fn a_thread_that_was_called_does_not_leave() {
    EX.within("a call and a time-out", || {
        let (queue, idle) = with_one_idle(8);
        wakes(LEAVES, submit(&queue, 1), &idle);
        // It did not hear the call: its time is up.
        let step = queue.woken(&idle.0, Limit::KeepAlive, Woken::TimeOut);
        LEAVES.check_eq("its job", runs(LEAVES, step).0, 1);
        waits(LEAVES, queue.next(&idle.0), Limit::KeepAlive);
        // Awake for no reason: it goes on waiting.
        waits(
            LEAVES,
            queue.woken(&idle.0, Limit::KeepAlive, Woken::Up),
            Limit::KeepAlive,
        );
        let step = queue.woken(&idle.0, Limit::KeepAlive, Woken::TimeOut);
        LEAVES.check(matches!(step, Step::Leave), "nobody needs it, and it stays");
        LEAVES.check_eq("threads, and those that are idle", queue.threads(), (0, 0));
        // The next job counts on none that has left.
        starts(LEAVES, submit(&queue, 2));
    });
}

#[test]
fn the_end_gives_back_what_no_thread_was_called_for() {
    EX.within("closing", || {
        let (queue, idle) = with_one_idle(1);
        wakes(END, submit(&queue, 1), &idle);
        nothing(END, submit(&queue, 2));
        nothing(END, submit(&queue, 3));
        nothing(END, submit(&queue, 4));
        let closed = queue.close(|job| *job == 3);
        END.check_eq("what is given back", Vec::from(closed.jobs), vec![2, 4]);
        END.check_eq("what is refused", queue.submit(5).err(), Some(5));
        END.check(
            !queue.wait_until_left(0, Some(std::time::Instant::now())),
            "one thread is left",
        );
        let woken = queue.woken(&idle.0, Limit::KeepAlive, Woken::Up);
        END.check_eq("what it was called for", runs(END, woken).0, 1);
        END.check_eq("what must run", runs(END, queue.next(&idle.0)).0, 3);
        END.check(
            matches!(queue.next(&idle.0), Step::Leave),
            "it has nothing to do, and stays",
        );
        END.check(queue.wait_until_left(0, None), "all have left");
    });
}

/// Between `spawn_blocking` and the first step of a new thread there may be the whole life of a runtime.
#[test]
fn a_thread_that_is_being_started_finds_its_job_after_the_end() {
    EX.within("closing before a thread is up", || {
        let queue = Queue::new(8);
        starts(END, submit(&queue, 0));
        nothing(END, submit(&queue, 1));
        let closed = queue.close(|_| false);
        END.check_eq("what is given back", Vec::from(closed.jobs), vec![1]);
        let thread = Worker::new();
        END.check_eq("its job", runs(END, queue.up(&thread.0)).0, 0);
        END.check(
            matches!(queue.next(&thread.0), Step::Leave),
            "there is nothing to do, and it stays",
        );
        END.check_eq("threads, and those that are idle", queue.threads(), (0, 0));
    });
}

#[test]
fn a_thread_that_is_not_started_after_the_end_gives_its_job_back() {
    EX.within("closing, and then a refusal", || {
        let queue = Queue::new(8);
        starts(END, submit(&queue, 0));
        let closed = queue.close(|_| false);
        END.check_eq("what is given back", closed.jobs.len(), 0);
        END.check_eq("the job", Vec::from(queue.not_started()), vec![0]);
        END.check(queue.wait_until_left(0, None), "there is no thread");
    });
}

#[test]
fn a_watch_is_called_at_the_end() {
    EX.within("closing while a thread watches", || {
        let queue = Queue::new(8);
        starts(END, submit(&queue, 0));
        nothing(END, submit(&queue, 1));
        nothing(END, submit(&queue, 2));
        let busy = Worker::new();
        starts(END, runs(END, queue.up(&busy.0)).1);
        nothing(END, runs(END, queue.next(&busy.0)).1);
        let watch = Worker::new();
        waits(END, queue.up(&watch.0), Limit::Look);
        let closed = queue.close(|_| false);
        END.check_eq("what is given back", Vec::from(closed.jobs), vec![2]);
        let is_called =
            (closed.calls.iter()).any(|call| matches!(call, Call::Wake(seat) if watch.is(seat)));
        END.check(is_called, "the watch sleeps on");
        let step = queue.woken(&watch.0, Limit::Look, Woken::Up);
        END.check(
            matches!(step, Step::Leave),
            "there is nothing to watch, and it stays",
        );
        END.check(
            matches!(queue.next(&busy.0), Step::Leave),
            "there is nothing to do, and it stays",
        );
        END.check_eq("threads, and those that are idle", queue.threads(), (0, 0));
    });
}

#[test]
fn a_thread_that_cannot_be_started() {
    EX.within("the system has no thread", || {
        let queue = Queue::new(8);
        starts(FAILED, submit(&queue, 0));
        nothing(FAILED, submit(&queue, 1));
        let orphans = queue.not_started();
        FAILED.check_eq("the jobs without a thread", Vec::from(orphans), vec![0, 1]);

        let (queue, only) = with_one_idle(8);
        wakes(FAILED, submit(&queue, 1), &only);
        nothing(
            FAILED,
            runs(FAILED, queue.woken(&only.0, Limit::KeepAlive, Woken::Up)).1,
        );
        starts(FAILED, submit(&queue, 2));
        FAILED.check(
            queue.not_started().is_empty(),
            "there is a thread, which comes to it",
        );
        // Each job and each thread that is done tries again.
        starts(FAILED, submit(&queue, 3));
        FAILED.check(
            queue.not_started().is_empty(),
            "there is a thread, which comes to it",
        );
        let (job, call) = runs(FAILED, queue.next(&only.0));
        FAILED.check_eq("the job that waited", job, 2);
        starts(FAILED, call);
    });
}
