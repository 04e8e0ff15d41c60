//! 1.5: where the state machine stands after each poll, and what it still holds there.
//!
//! Every test holds the compiler's own machine to the same rules first: `read_message` is the
//! specification.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};

use testkit::{Exercise, Rule, TestWaker};
use timer_future::{ReadMessage, read_message};

const EX: Exercise = Exercise::new("1.5", "timer-future/state-machine.md");

const LAZY: Rule = EX.rule("Nothing of an async function runs before its first poll.");
const ON: Rule = EX.rule("A poll runs on until an await is pending or the function returns.");
const RESUMES: Rule = EX.rule("A poll resumes at the await where the last one stopped.");
const PASSED_ON: Rule = EX.rule("An await polls with the context of the poll it is part of.");
const DROPPED: Rule = EX.rule("A future that was awaited is dropped as soon as it is ready.");
const COMPLETED: Rule = EX.rule("Polling an async function that has returned is a panic.");
const POISONED: Rule = EX.rule("Polling an async function that has panicked is a panic.");

type Header = Pin<Box<dyn Future<Output = usize> + Send>>;
type Body = Pin<Box<dyn Future<Output = String> + Send>>;
type OpenBody = Box<dyn FnOnce(usize) -> Body + Send>;
type Message = Pin<Box<dyn Future<Output = String> + Send>>;

/// Runs `test` with the compiler's machine, and then with the one written by hand.
fn each(what: &str, test: impl Fn(&str, &dyn Fn(Header, OpenBody) -> Message) + Send + 'static) {
    EX.within(what, move || {
        test("async fn read_message", &|header, open_body| {
            Box::pin(read_message(header, open_body))
        });
        test("ReadMessage", &|header, open_body| {
            Box::pin(ReadMessage::new(header, open_body))
        });
    });
}

fn ready_header() -> Header {
    Box::pin(async { 5 })
}

fn ready_body() -> OpenBody {
    Box::new(|length| Box::pin(async move { "hello, world"[..length].to_owned() }))
}

/// Pending for ever.
fn never<T>() -> impl Future<Output = T> + Send {
    poll_fn(|_| Poll::Pending)
}

fn poll(message: &mut Message) -> Poll<String> {
    message
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a message that has no reason to panic.
fn poll_once(message: &mut Message) -> Poll<String> {
    ON.returns(
        || poll(message),
        "a poll panicked, though the function had not returned and nothing it calls has panicked",
    )
}

/// Poll number `number` of a message whose polls so far were pending.
fn resume(message: &mut Message, name: &str, number: usize) -> Poll<String> {
    let saw = match number - 1 {
        0 => format!("{name} panicked in its first poll, though nothing it calls has panicked"),
        before => format!(
            "{name} was pending in poll {before}, nothing had panicked, and yet poll {number} did: \
             poll {before} did not leave the state behind in which the function stood"
        ),
    };
    RESUMES.returns(|| poll(message), saw)
}

#[test]
fn nothing_runs_before_the_first_poll() {
    each("making a message, and polling it later", |name, make| {
        let (header, seen) = testkit::probe("the header", ready_header());
        let opened = Arc::new(AtomicBool::new(false));
        let opened_by_open_body = Arc::clone(&opened);
        let open_body: OpenBody = Box::new(move |length| {
            opened_by_open_body.store(true, Relaxed);
            ready_body()(length)
        });
        let header_is_polled_and_body_open = || (seen.polls() > 0, opened.load(Relaxed));

        let mut message = make(Box::pin(header), open_body);
        let what = format!("{name}, not polled yet: header polled, body opened");
        LAZY.check_eq(&what, header_is_polled_and_body_open(), (false, false));
        let _ = poll_once(&mut message);
        let what = format!("{name}, polled once: header polled, body opened");
        LAZY.check_eq(&what, header_is_polled_and_body_open(), (true, true));
    });
}

#[test]
fn two_awaits_that_are_ready_take_one_poll() {
    each("polling a message that is all there", |name, make| {
        let mut message = make(ready_header(), ready_body());

        let text = ON.ready(
            poll_once(&mut message),
            format_args!(
                "{name}: header and body were ready, and yet the first poll was pending. No await \
                 has kept the waker, so nobody will ever poll again"
            ),
        );
        ON.check_eq(&format!("{name}: the output"), &*text, "5 bytes: hello");
    });
}

#[test]
fn the_body_is_polled_in_the_poll_that_ends_the_header() {
    each("polling a message whose body is pending", |name, make| {
        let (body, seen) = testkit::probe("the body", never::<String>());
        let mut message = make(ready_header(), Box::new(|_| Box::pin(body)));

        ON.pending(
            poll_once(&mut message),
            format_args!("{name}: ready without a body"),
        );
        ON.check_eq(
            &format!("{name}: polls of the body in the poll that ended the header"),
            seen.polls(),
            1,
        );
    });
}

#[test]
fn a_poll_resumes_where_the_last_one_stopped() {
    each(
        "polling a message that is pending at each await",
        |name, make| {
            let (header_gate, header) = testkit::gate::<usize>("the header");
            let (body_gate, body) = testkit::gate::<String>("the body");
            let (header, header_seen) = testkit::probe("the header", header);
            let (body, body_seen) = testkit::probe("the body", body);
            let mut message = make(Box::pin(header), Box::new(|_| Box::pin(body)));
            let polls = || (header_seen.polls(), body_seen.polls());

            for polls_so_far in 1..=3 {
                let poll = resume(&mut message, name, polls_so_far);
                RESUMES.pending(poll, format_args!("{name}: ready without a header"));
                let what = format!("{name}: polls of header and body, with the header pending");
                RESUMES.check_eq(&what, polls(), (polls_so_far, 0));
            }

            header_gate.open(3);
            for polls_so_far in 1..=3 {
                let poll = resume(&mut message, name, 3 + polls_so_far);
                RESUMES.pending(poll, format_args!("{name}: ready without a body"));
                let what = format!("{name}: polls of header and body, with the body pending");
                RESUMES.check_eq(&what, polls(), (4, polls_so_far));
            }

            body_gate.open("abc".to_owned());
            let poll = resume(&mut message, name, 7);
            let text = RESUMES.ready(poll, format_args!("{name}: pending with header and body"));
            RESUMES.check_eq(&format!("{name}: the output"), &*text, "3 bytes: abc");
        },
    );
}

#[test]
fn each_await_gets_the_waker_of_the_latest_poll() {
    each(
        "polling a message in task A, and then in task B",
        |name, make| {
            let (before, after) = (TestWaker::new("A"), TestWaker::new("B"));
            let (header_gate, header) = testkit::gate::<usize>("the header");
            let (body_gate, body) = testkit::gate::<String>("the body");
            let mut message = make(Box::pin(header), Box::new(|_| Box::pin(body)));

            let _ = before.poll(message.as_mut());
            let _ = after.poll(message.as_mut());
            header_gate.open(3);
            let what = format!("{name}: wakes of task A and task B by the header");
            PASSED_ON.check_eq(&what, (before.wakes(), after.wakes()), (0, 1));

            let _ = before.poll(message.as_mut());
            let _ = after.poll(message.as_mut());
            body_gate.open("abc".to_owned());
            let what = format!("{name}: wakes of task A and task B by header and body");
            PASSED_ON.check_eq(&what, (before.wakes(), after.wakes()), (0, 2));
        },
    );
}

#[test]
fn the_header_is_dropped_before_the_body_is_opened() {
    each(
        "polling a message whose header holds something",
        |name, make| {
            let (header, seen) = testkit::probe("the header", ready_header());
            let dropped_at_opening = Arc::new(AtomicBool::new(false));
            let dropped = Arc::clone(&dropped_at_opening);
            let open_body: OpenBody = Box::new(move |length| {
                dropped.store(seen.is_dropped(), Relaxed);
                ready_body()(length)
            });
            let mut message = make(Box::pin(header), open_body);

            let _ = poll_once(&mut message);
            DROPPED.check(
            dropped_at_opening.load(Relaxed),
            format_args!(
                "{name}: the header was still there when the body was opened. If it holds a lock \
                 or a connection that the body needs, the body waits for ever"
            ),
        );
        },
    );
}

#[test]
fn the_body_is_dropped_when_the_function_returns() {
    each("polling a message to its end", |name, make| {
        let (body, seen) = testkit::probe("the body", async { "abc".to_owned() });
        let mut message = make(ready_header(), Box::new(|_| Box::pin(body)));

        let _ = poll_once(&mut message);
        DROPPED.check(
            seen.is_dropped(),
            format_args!("{name}: the function has returned, and the body is still there"),
        );
    });
}

#[test]
fn polled_after_completion_panics() {
    each("polling a message after it was ready", |name, make| {
        let mut message = make(ready_header(), ready_body());
        let _ = poll_once(&mut message);

        for _ in 0..2 {
            let panic = COMPLETED.panics(
                || poll(&mut message),
                format_args!("{name}: a poll after the output was handed over returned"),
            );
            COMPLETED.check_eq(
                &format!("{name}: what the panic said"),
                panic.as_str(),
                "`async fn` resumed after completion",
            );
        }
    });
}

#[test]
fn polled_after_a_panic_panics() {
    each(
        "polling a message whose header has panicked",
        |name, make| {
            // One that does not panic, to begin with.
            let text = poll_once(&mut make(ready_header(), ready_body()));
            assert_eq!(text, Poll::Ready("5 bytes: hello".to_owned()));

            let (header, seen) = testkit::probe(
                "the header",
                poll_fn(|_| -> Poll<usize> { panic!("from the header") }),
            );
            let mut message = make(Box::pin(header), ready_body());
            let panic = POISONED.panics(
                || poll(&mut message),
                format_args!("{name}: the header's panic was swallowed"),
            );
            assert_eq!(panic.as_str(), "from the header");

            for _ in 0..2 {
                let panic = POISONED.panics(
                    || poll(&mut message),
                    format_args!("{name}: a poll after the panic returned"),
                );
                POISONED.check_eq(
                    &format!("{name}: what the second panic said"),
                    panic.as_str(),
                    "`async fn` resumed after panicking",
                );
            }
            POISONED.check_eq(&format!("{name}: polls of the header"), seen.polls(), 1);
        },
    );
}

#[test]
fn dropped_while_suspended() {
    each("dropping a message that is suspended", |name, make| {
        let (header, header_seen) = testkit::probe("the header", never::<usize>());
        let mut message = make(Box::pin(header), ready_body());
        let _ = poll_once(&mut message);
        drop(message);
        DROPPED.check_eq(
            &format!("{name}: drops of the header"),
            header_seen.drops(),
            1,
        );

        let (body, body_seen) = testkit::probe("the body", never::<String>());
        let mut message = make(ready_header(), Box::new(|_| Box::pin(body)));
        let _ = poll_once(&mut message);
        drop(message);
        DROPPED.check_eq(&format!("{name}: drops of the body"), body_seen.drops(), 1);
    });
}
