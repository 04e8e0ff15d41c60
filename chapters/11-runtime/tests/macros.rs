//! `select!`, `join!`, `try_join!`, `pin!`, `main` and `test`.

use std::cell::Cell;
use std::future::{Future, pending, poll_fn, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use reveille::runtime::{Builder, Handle, RuntimeFlavor};
use reveille::sync::oneshot;
use reveille::task::block_in_place;
use reveille::time::{Instant, sleep};
use testkit::{Exercise, Rule, drop_counter};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const FIRST: Rule =
    EX.rule("select! runs the handler of the first branch that is ready and matches.");
const OUT: Rule = EX.rule("A branch that is out is not polled, and when all are out, else runs.");
const DROPPED: Rule = EX.rule("The futures of a select! are dropped before a handler runs.");
const FAIR: Rule = EX.rule("select! polls another branch first each time, unless it is biased.");
const ALL: Rule = EX.rule("join! waits for all, and try_join! until one fails.");
const ENTRY: Rule = EX.rule("main and test run an async function on a runtime with all drivers.");

fn run<F: Future>(what: &'static str, future: impl FnOnce() -> F + Send + 'static) {
    EX.within(what, move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime
            .expect("nothing is asked of the system")
            .block_on(future());
    });
}

#[test]
fn the_first_that_is_ready_is_taken() {
    run("selecting", || async {
        let (sender, receiver) = oneshot::channel();
        reveille::spawn(async move { sender.send(5) });
        let got = reveille::select! {
            never = pending::<u32>() => never,
            Ok(value) = receiver => value + 1,
        };
        FIRST.check_eq("what was selected", got, 6);
    });
}

#[test]
fn a_value_that_does_not_match_puts_its_branch_out() {
    run("selecting", || async {
        let polls = Cell::new(0);
        let once = poll_fn(|_| {
            polls.set(polls.get() + 1);
            Poll::Ready(None::<u32>)
        });
        let got = reveille::select! {
            biased;
            Some(value) = once => value,
            value = async { reveille::task::yield_now().await; 9 } => value,
        };
        FIRST.check_eq("what was selected", got, 9);
        OUT.check_eq("polls of the branch that was out", polls.get(), 1);
    });
}

#[test]
fn preconditions_and_else() {
    run("selecting", || async {
        let open = false;
        let mut looked = 0;
        let got = reveille::select! {
            _ = { looked += 1; ready(()) }, if open => 1,
            Some(_) = ready(None::<()>) => 2,
            else => 3,
        };
        OUT.check_eq("what was selected", got, 3);
        OUT.check_eq("evaluations of the branch that is out", looked, 1);
        let none = async {
            reveille::select! { _ = ready(()), if false => {} }
        };
        let said = OUT.panics(
            || pin!(none).poll(&mut Context::from_waker(Waker::noop())),
            "there was no branch, and no panic",
        );
        OUT.check(said.contains("all branches are disabled"), &said);
    });
}

#[test]
fn patterns_of_all_kinds() {
    run("selecting", || async {
        struct Point {
            x: u32,
            y: Option<String>,
        }
        let point = || {
            ready(Point {
                x: 3,
                y: Some("y".to_owned()),
            })
        };
        let got = reveille::select! {
            Point { x: mut x @ 1..=5, y: Some(ref y) } = point() => { x += 1; format!("{x}{y}") }
        };
        FIRST.check_eq("a struct's fields", got, "4y".to_owned());
        let got = reveille::select! {
            (Ok(n) | Err(n), [first, ..]) = ready((Err::<u32, u32>(2), [7, 8])) => n + first,
        };
        FIRST.check_eq("alternatives and a slice", got, 9);
        let got = reveille::select! {
            Some(ref mut text) = ready(Some("a".to_owned())) => { text.push('b'); text.clone() }
        };
        FIRST.check_eq(
            "a reference that can be written through",
            got,
            "ab".to_owned(),
        );
        let got = reveille::select! {
            // What it borrows has no name, and lives until the branch is dropped.
            value = &mut ready(1) => value,
        };
        FIRST.check_eq("a future that borrows a temporary", got, 1);
    });
}

#[test]
fn handlers_run_when_the_futures_are_gone() {
    run("selecting", || async {
        let mut text = String::from("a");
        let (guard, counter) = drop_counter("the other future");
        reveille::select! {
            biased;
            () = async { text.push('b'); } => {
                // The future that borrowed it is gone.
                text.push('c');
                counter.dropped_once(DROPPED);
            }
            () = async move { let _guard = guard; pending().await } => {}
        }
        DROPPED.check_eq("the text", text, "abc".to_owned());
    });
}

#[test]
fn control_flow_leaves_through_a_handler() {
    async fn first(limit: u32) -> Result<u32, String> {
        let mut rounds = 0;
        loop {
            reveille::select! {
                value = ready(Ok::<u32, String>(1)), if rounds < limit => {
                    rounds += value?;
                    continue;
                }
                else => break,
            }
        }
        match rounds {
            0 => Err("no round".to_owned()),
            _ => Ok(rounds),
        }
    }
    run("selecting in a loop", || async {
        FIRST.check_eq("rounds", first(3).await, Ok(3));
        FIRST.check_eq("an error", first(0).await, Err("no round".to_owned()));
    });
}

#[test]
fn no_branch_is_first_every_time() {
    run("selecting a thousand times", || async {
        let mut first = 0;
        for _ in 0..1000 {
            reveille::select! {
                () = ready(()) => first += 1,
                () = ready(()) => {}
            }
        }
        FAIR.check(
            (300..=700).contains(&first),
            format!("the first was taken {first} times of 1000"),
        );
        let biased = reveille::select! { biased; () = ready(()) => 1, () = ready(()) => 2 };
        FAIR.check_eq("the branch of a biased one", biased, 1);
    });
}

#[test]
fn all_are_joined() {
    run("joining", || async {
        let (sender, receiver) = oneshot::channel();
        let (guard, counter) = drop_counter("what the first future owns");
        let late = async {
            counter.dropped_once(ALL);
            sender.send(2).map_err(|_| "the receiver is gone")
        };
        let early = async move {
            drop(guard);
            1
        };
        let all = reveille::join!(biased; early, receiver, late);
        ALL.check_eq("the outputs", all, (1, Ok(2), Ok(())));

        let failed = reveille::try_join!(
            async { Ok::<u32, &str>(1) },
            async { Err::<u32, _>("no") },
            pending()
        );
        let failed: Result<(u32, u32, u32), _> = failed;
        ALL.check_eq("the error", failed, Err("no"));
        let () = reveille::join!();
    });
}

#[test]
fn a_pinned_name_is_a_reference() {
    run("pinning", || async {
        let mut polls = 0;
        let future = poll_fn(|cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls < 2 {
                Poll::Pending
            } else {
                Poll::Ready(polls)
            }
        });
        reveille::pin!(future);
        FIRST.check_eq("polls", (&mut future).await, 2);
    });
}

#[reveille::test(start_paused = true)]
async fn a_test_has_a_paused_clock() {
    let begin = Instant::now();
    sleep(Duration::from_secs(60)).await;
    ENTRY.check_eq(
        "the time that passed",
        begin.elapsed(),
        Duration::from_secs(60),
    );
}

#[reveille::test]
async fn a_test_may_return_a_result() -> Result<(), std::io::Error> {
    reveille::net::UdpSocket::bind("127.0.0.1:0").await?;
    Ok(())
}

#[test]
fn main_blocks_on_its_body() {
    #[reveille::main(flavor = "current_thread")]
    async fn main_of_a_program(sum: u32) -> u32 {
        sum + reveille::spawn(async { 1 }).await.unwrap()
    }
    ENTRY.check_eq("what it returned", main_of_a_program(1), 2);
}

#[test]
fn a_main_has_all_processors_and_a_test_one_thread() {
    #[reveille::main]
    async fn plain() -> RuntimeFlavor {
        Handle::current().runtime_flavor()
    }
    #[reveille::main(worker_threads = 2)]
    async fn two() -> (RuntimeFlavor, u32) {
        let sum = reveille::spawn(async { block_in_place(|| 1) });
        (Handle::current().runtime_flavor(), sum.await.unwrap())
    }
    ENTRY.check_eq("plain main", plain(), RuntimeFlavor::MultiThread);
    let said = "main with two workers";
    ENTRY.check_eq(said, two(), (RuntimeFlavor::MultiThread, 1));
}

#[reveille::test]
async fn a_plain_test_is_on_one_thread() {
    let flavor = Handle::current().runtime_flavor();
    ENTRY.check_eq("plain test", flavor, RuntimeFlavor::CurrentThread);
}

#[reveille::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_test_may_have_threads() {
    let flavor = Handle::current().runtime_flavor();
    ENTRY.check_eq("the test", flavor, RuntimeFlavor::MultiThread);
}
