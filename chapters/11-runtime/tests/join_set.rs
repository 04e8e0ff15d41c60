//! Sets of tasks: which task is joined when, and what becomes of the others.

use std::future::{Future, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use reveille::runtime::{Builder, Runtime};
use reveille::sync::oneshot;
use reveille::task::{JoinSet, yield_now};
use testkit::{Exercise, Rule, drop_counter};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const ORDER: Rule = EX.rule("A set returns its tasks in the order in which they end.");
const ALL: Rule = EX.rule("Each task of a set is joined once.");
const DROP: Rule =
    EX.rule("A set that is dropped aborts its tasks, and one that is detached does not.");
const KEEP: Rule = EX.rule("A wait for a set that is given up loses no task.");
const POLLS: Rule =
    EX.rule("A set polls the handles that were woken, and gives way when its budget is used up.");
const FAILS: Rule = EX.rule("A task that fails is joined like any other, with its id.");

/// Half of many tasks. Miri is slow.
const HALF: u32 = if cfg!(miri) { 40 } else { 250 };

fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().build();
    runtime.expect("nothing is asked of the system")
}

#[test]
fn tasks_come_in_the_order_of_their_ends() {
    EX.within("three tasks that end in reverse", || {
        let ends = runtime().block_on(async {
            let mut set = JoinSet::new();
            let mut senders = Vec::new();
            for n in 0..3 {
                let (sender, receiver) = oneshot::channel::<()>();
                senders.push(sender);
                set.spawn(async move {
                    let _ = receiver.await;
                    n
                });
            }
            // The handles are polled once, while nothing has ended.
            ORDER.check(set.try_join_next().is_none(), "no task has ended");
            let mut ends = Vec::new();
            while let Some(sender) = senders.pop() {
                drop(sender);
                ends.push(
                    set.join_next()
                        .await
                        .expect("there are more")
                        .expect("it does not fail"),
                );
            }
            ORDER.check(set.is_empty(), "all were joined");
            ORDER.check(set.join_next().await.is_none(), "there is no task left");
            ends
        });
        ORDER.check_eq("the outputs", ends, vec![2, 1, 0]);
    });
}

#[test]
fn many_tasks_are_joined_once() {
    EX.within("many tasks of every kind", || {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        let mut all = runtime.block_on(async {
            let mut set: JoinSet<u32> = (0..HALF).map(|n| async move { n }).collect();
            for n in HALF..2 * HALF {
                set.spawn_on(
                    async move {
                        yield_now().await;
                        n
                    },
                    &handle,
                );
            }
            for n in 2 * HALF..2 * HALF + 10 {
                set.spawn_blocking(move || n);
            }
            ALL.check_eq("tasks", set.len(), 2 * HALF as usize + 10);
            set.join_all().await
        });
        all.sort_unstable();
        ALL.check_eq("the outputs", all, (0..2 * HALF + 10).collect::<Vec<_>>());
    });
}

#[test]
fn places_are_used_again() {
    EX.within("a set that is never empty", || {
        runtime().block_on(async {
            let mut set = JoinSet::new();
            set.spawn(async { 0 });
            for n in 1..2 * HALF {
                set.spawn(async move { n });
                let joined = set.join_next().await.expect("there are two");
                ALL.check_eq("the output", joined.ok(), Some(n - 1));
            }
            ALL.check_eq("tasks", set.len(), 1);
        });
    });
}

#[test]
fn a_set_that_is_dropped_aborts() {
    EX.within("dropping and detaching", || {
        let runtime = runtime();
        runtime.block_on(async {
            let (aborted, of_aborted) = drop_counter("what the aborted task owns");
            let (detached, of_detached) = drop_counter("what the detached task owns");
            let mut set = JoinSet::new();
            set.spawn(async move {
                let _aborted = aborted;
                pending::<()>().await;
            });
            let mut other = JoinSet::new();
            other.spawn(async move {
                let _detached = detached;
                pending::<()>().await;
            });
            yield_now().await;
            other.detach_all();
            DROP.check(other.is_empty(), "they are its tasks no more");
            drop((set, other));
            yield_now().await;
            of_aborted.dropped_once(DROP);
            DROP.check(!of_detached.is_dropped(), "it runs on by itself");
        });
    });
}

#[test]
fn shutdown_waits_until_all_have_ended() {
    EX.within("shutting down", || {
        runtime().block_on(async {
            let (guard, counter) = drop_counter("what the task owns");
            let mut set = JoinSet::new();
            set.spawn(async move {
                let _guard = guard;
                pending::<()>().await;
            });
            set.shutdown().await;
            DROP.check(set.is_empty(), "a task is left");
            counter.dropped_once(DROP);
        });
    });
}

#[test]
fn a_wait_that_is_given_up_loses_nothing() {
    EX.within("giving up a wait", || {
        runtime().block_on(async {
            let mut set = JoinSet::new();
            set.spawn(async {
                yield_now().await;
                7
            });
            {
                let waits = pin!(set.join_next());
                let polled = waits.poll(&mut Context::from_waker(Waker::noop()));
                KEEP.check(polled.is_pending(), "the task has not even begun");
            }
            KEEP.check_eq(
                "the output",
                set.join_next().await.and_then(Result::ok),
                Some(7),
            );
        });
    });
}

#[test]
fn a_set_gives_way() {
    EX.within("joining many tasks that have ended", || {
        runtime().block_on(async {
            let mut set: JoinSet<()> = (0..4 * HALF).map(|_| async {}).collect();
            // 61 polls are a turn.
            for _ in 0..=4 * HALF / 50 {
                yield_now().await;
            }
            let mut pendings = 0;
            let mut joined = 0;
            std::future::poll_fn(|cx| {
                loop {
                    match set.poll_join_next(cx) {
                        Poll::Ready(Some(_)) => joined += 1,
                        Poll::Ready(None) => return Poll::Ready(()),
                        Poll::Pending => {
                            pendings += 1;
                            return Poll::Pending;
                        }
                    }
                }
            })
            .await;
            POLLS.check_eq("tasks", joined, 4 * HALF);
            // 128 steps are a budget.
            let budgets = 4 * HALF / 128;
            POLLS.check(
                (budgets..=budgets + 1).contains(&pendings),
                format!("it gave way {pendings} times"),
            );
        });
    });
}

#[test]
fn failures_have_ids() {
    EX.within("a panic and an abort", || {
        runtime().block_on(async {
            let mut set = JoinSet::new();
            let panics = set.spawn(async { panic!("on purpose") });
            let error = set
                .join_next_with_id()
                .await
                .expect("there is one")
                .unwrap_err();
            FAILS.check(error.is_panic(), "it has panicked");
            FAILS.check_eq("the id", error.id(), panics.id());
            let aborted = set.spawn(pending::<()>());
            aborted.abort();
            let error = set.join_next().await.expect("there is one").unwrap_err();
            FAILS.check(error.is_cancelled(), "it was aborted");
            let ends = set
                .build_task()
                .name("ends")
                .spawn(async {})
                .expect("no error");
            let joined = set.join_next_with_id().await.expect("there is one");
            FAILS.check_eq("the id", joined.ok().map(|(id, ())| id), Some(ends.id()));
        });
    });
}
