//! 6.8: a point that none passes before all have arrived.

#![cfg(not(loom))]

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;
use std::thread;

use current_thread::{Runtime, spawn};
use locks::{Barrier, BarrierWaitResult};
use testkit::{Exercise, Rule, TestWaker};

const EX: Exercise = Exercise::new("6.8", "locks/barrier.md");

const ALL: Rule = EX.rule("No task passes before as many have arrived as the barrier is for.");
const LEADER: Rule = EX.rule("The last to arrive does not wait, and it alone is the leader.");
const WOKEN: Rule = EX.rule("When the last has arrived, all others are woken, and pass.");
const FIRST_POLL: Rule =
    EX.rule("A task arrives with the first poll of its future, and with no other.");
const AGAIN: Rule = EX.rule("The same barrier serves for the next round.");
const LOOK: Rule =
    EX.rule("A wake is a reason to look: a task that waits passes with its own round.");
const LATEST: Rule = EX.rule("A future that is pending keeps the waker of its latest poll.");
const STAYS: Rule = EX.rule("A task that has arrived stays counted when its future is dropped.");
const NO_LOCK: Rule = EX.rule("No lock is held while wakers are called.");

/// Fewer under Miri, which is slow.
const ROUNDS: usize = if cfg!(miri) { 2 } else { 20 };

/// Polls a future that has to be ready, and says whether it was the leader's.
fn passes<F: Future<Output = BarrierWaitResult>>(
    rule: Rule,
    task: &TestWaker,
    wait: Pin<&mut F>,
) -> bool {
    let saw = format!("{} is still waiting, though all have arrived", task.name());
    rule.ready(task.poll(wait), saw).is_leader()
}

#[test]
fn a_barrier_for_one_lets_everybody_pass() {
    EX.within("waiting alone", || {
        for size in [1, 0] {
            let barrier = Barrier::new(size);
            let task = TestWaker::new("A");
            for _ in 0..3 {
                let is_leader = passes(ALL, &task, pin!(barrier.wait()));
                LEADER.check(
                    is_leader,
                    format_args!("alone at a barrier for {size}, and not the leader"),
                );
            }
        }
    });
}

#[test]
fn the_last_to_arrive_lets_all_pass() {
    EX.within("three at a barrier for three", || {
        let barrier = Barrier::new(3);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut first = pin!(barrier.wait());
        let mut second = pin!(barrier.wait());
        let third = pin!(barrier.wait());

        ALL.pending(a.poll(first.as_mut()), "the first of three has passed");
        ALL.pending(b.poll(second.as_mut()), "the second of three has passed");
        ALL.check_eq("wakes of A, before all have arrived", a.wakes(), 0);
        LEADER.check(
            passes(LEADER, &c, third),
            "the last to arrive is not the leader",
        );
        WOKEN.check_eq(
            "wakes of A, B, C",
            [a.wakes(), b.wakes(), c.wakes()],
            [1, 1, 0],
        );
        LEADER.check(
            !passes(WOKEN, &b, second),
            "B, which was the second of three, is a leader",
        );
        LEADER.check(
            !passes(WOKEN, &a, first),
            "A, which was the first of three, is a leader",
        );
        for task in [a, b, c] {
            task.none_held(WOKEN);
        }
    });
}

#[test]
fn a_task_arrives_with_its_first_poll() {
    EX.within("polling late, and polling twice", || {
        let barrier = Barrier::new(2);
        let [a, b] = ["A", "B"].map(TestWaker::new);
        let mut unpolled = pin!(barrier.wait());
        let mut first = pin!(barrier.wait());
        for _ in 0..3 {
            let poll = a.poll(first.as_mut());
            FIRST_POLL.pending(poll, "A passed alone: it was counted for each of its polls, or the future that was never polled was");
        }
        LEADER.check(passes(FIRST_POLL, &b, unpolled.as_mut()), "B, who came last, is not the leader");
        passes(WOKEN, &a, first);
    });
}

#[test]
fn round_after_round() {
    EX.within("five rounds at one barrier", || {
        let barrier = Barrier::new(2);
        for round in 0..5 {
            let [a, b] = ["A", "B"].map(TestWaker::new);
            let mut first = pin!(barrier.wait());
            let poll = a.poll(first.as_mut());
            AGAIN.pending(
                poll,
                format_args!("in round {round} the first of two has passed"),
            );
            AGAIN.check(
                passes(AGAIN, &b, pin!(barrier.wait())),
                format_args!("in round {round} there is no leader"),
            );
            AGAIN.check(
                !passes(AGAIN, &a, first),
                format_args!("in round {round} there are two leaders"),
            );
        }
    });
}

/// A is let go in round 1, and is not polled before B and C are in the middle of the next.
#[test]
fn a_late_poll_in_the_next_round() {
    EX.within("polling in the next round", || {
        let barrier = Barrier::new(2);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut first = pin!(barrier.wait());
        LOOK.pending(a.poll(first.as_mut()), "the first of two has passed");
        passes(LEADER, &b, pin!(barrier.wait()));

        let mut next = pin!(barrier.wait());
        LOOK.pending(
            c.poll(next.as_mut()),
            "C has passed alone: A's round is over",
        );
        passes(LOOK, &a, first);
        LOOK.pending(
            c.poll(next.as_mut()),
            "C passed without another of its round",
        );
        passes(LEADER, &b, pin!(barrier.wait()));
        passes(WOKEN, &c, next);
    });
}

/// Whoever is let go may be back before the others are woken: their wakers are called one by one.
#[test]
fn one_is_back_before_the_others_are_woken() {
    EX.within("coming back inside a wake", || {
        let barrier = Arc::new(Barrier::new(2));
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let back = Arc::new(std::sync::Mutex::new(None));
        let mut first = Box::pin({
            let barrier = Arc::clone(&barrier);
            async move { barrier.wait().await }
        });
        LOOK.pending(a.poll(first.as_mut()), "the first of two has passed");
        a.on_wake({
            let (barrier, back, c) = (Arc::clone(&barrier), Arc::clone(&back), c.clone());
            move || {
                // If this waits for the lock, it is clear who called it.
                drop(format!("{barrier:?}"));
                let barrier = Arc::clone(&barrier);
                let mut again = Box::pin(async move { barrier.wait().await });
                let poll = c.poll(again.as_mut()).map(|result| result.is_leader());
                *back.lock().unwrap() = Some((again, poll));
            }
        });
        passes(LEADER, &b, pin!(barrier.wait()));
        let (mut again, poll) = back.lock().unwrap().take().unwrap();
        LOOK.check_eq(
            "the poll of C, which is alone in its round",
            poll,
            Poll::Pending,
        );
        LOOK.pending(
            c.poll(again.as_mut()),
            "C was let go with the round before its own",
        );
        passes(WOKEN, &a, first.as_mut());
    });
}

#[test]
fn the_waker_of_the_latest_poll_is_woken() {
    EX.within("polling with two wakers", || {
        let barrier = Barrier::new(2);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut first = pin!(barrier.wait());
        LATEST.pending(a.poll(first.as_mut()), "the first of two has passed");
        LATEST.pending(b.poll(first.as_mut()), "the first of two has passed");
        passes(LEADER, &c, pin!(barrier.wait()));
        LATEST.check_eq(
            "wakes of A and B, which was the last to poll",
            [a.wakes(), b.wakes()],
            [0, 1],
        );
    });
}

/// As it is documented: who takes part cannot leave without the others going wrong.
#[test]
fn a_dropped_future_stays_counted() {
    EX.within("dropping a future at the barrier", || {
        let barrier = Barrier::new(3);
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        let mut dropped = Box::pin(barrier.wait());
        STAYS.pending(a.poll(dropped.as_mut()), "the first of three has passed");
        drop(dropped);
        a.none_held(STAYS);
        let mut second = pin!(barrier.wait());
        STAYS.pending(b.poll(second.as_mut()), "the second of three has passed");
        passes(STAYS, &c, pin!(barrier.wait()));
        passes(STAYS, &b, second);
        STAYS.check_eq("wakes of A, whose future was dropped", a.wakes(), 0);
    });
}

#[test]
fn wakers_that_use_the_barrier() {
    EX.within("wakers that look at the barrier", || {
        let barrier = Arc::new(Barrier::new(2));
        let [a, b, c] = ["A", "B", "C"].map(TestWaker::new);
        for task in [&a, &b, &c] {
            for on in [TestWaker::on_wake, TestWaker::on_clone, TestWaker::on_drop] {
                let barrier = Arc::clone(&barrier);
                on(
                    task,
                    Box::new(move || {
                        drop(format!("{barrier:?}"));
                    }) as Box<dyn Fn() + Send + Sync>,
                );
            }
        }
        let mut first = pin!(barrier.wait());
        NO_LOCK.pending(a.poll(first.as_mut()), "the first of two has passed");
        NO_LOCK.pending(b.poll(first.as_mut()), "the first of two has passed");
        passes(LEADER, &c, pin!(barrier.wait()));
        passes(WOKEN, &b, first);
    });
}

#[test]
fn on_a_scheduler() {
    EX.within("ten tasks in many rounds on a scheduler", || {
        let leaders = Arc::new(AtomicUsize::new(0));
        let arrived = Arc::new(AtomicUsize::new(0));
        Runtime::new().block_on(async {
            let barrier = Arc::new(Barrier::new(10));
            let tasks: Vec<_> = (0..10)
                .map(|_| {
                    let (barrier, leaders, arrived) =
                        (barrier.clone(), leaders.clone(), arrived.clone());
                    spawn(async move {
                        for round in 1..=ROUNDS {
                            arrived.fetch_add(1, SeqCst);
                            if barrier.wait().await.is_leader() {
                                leaders.fetch_add(1, SeqCst);
                            }
                            let so_far = arrived.load(SeqCst);
                            ALL.check(
                                10 * round <= so_far,
                                format_args!(
                                    "one passed round {round} when {so_far} had arrived in all"
                                ),
                            );
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        LEADER.check_eq("leaders in all rounds", leaders.load(SeqCst), ROUNDS);
    });
}

#[test]
fn on_threads() {
    EX.within("three threads in many rounds", || {
        let barrier = Arc::new(Barrier::new(3));
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || {
                    (0..ROUNDS)
                        .filter(|_| futures::executor::block_on(barrier.wait()).is_leader())
                        .count()
                })
            })
            .collect();
        let leaders: usize = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        LEADER.check_eq("leaders in all rounds", leaders, ROUNDS);
    });
}
