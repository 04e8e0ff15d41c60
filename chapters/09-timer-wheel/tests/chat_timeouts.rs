//! The chat with time limits, a program of the reader's own. It is started, clients talk to it by TCP, and it is judged
//! by what they hear, and in which order. Limits that are to be over are short, all others are a minute.

// Miri starts no processes.
#![cfg(all(unix, not(any(loom, miri))))]

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use testkit::{Exercise, Peer, Ran, Rule, Running};

testkit::program!("chat_timeouts");

const EX: Exercise = Exercise::new("9.12", "timer-wheel/chat-timeouts.md");
const CHAT: Rule = EX.rule("It is still a chat: what one client says, all others hear.");
const QUIET: Rule = EX.rule(
    "A client that says nothing within the limit is told so and dropped, and the others are told why.",
);
const SPEAKS: Rule = EX.rule("The limit is for each line: a client that says one in time stays.");
const NAMELESS: Rule = EX.rule("A client that does not say its name within the limit is dropped.");
const EARLY: Rule = EX.rule("No client is dropped before its limit is over.");
const SLOW: Rule = EX
    .rule("A client that does not take a line within the limit is dropped, and holds up no other.");
const HALF: Rule =
    EX.rule("A client that has closed its half of the connection still hears the others.");
const MOMENT: Rule = EX.rule(
    "At the end clients hear what was said and that it is the end, and have until the limit to leave.",
);
const ONE_THREAD: Rule = EX.rule("All clients are served by the one thread that the program has.");

/// One that is to be over in a test.
const SHORT_MS: u64 = 500;
/// One that is not.
const LONG_MS: u64 = 60_000;

/// Gives the server its limit. Returns what its first line says.
#[track_caller]
fn address(server: &Running<'_>, limit_ms: u64) -> SocketAddr {
    server.tell(&format!("limit {limit_ms}"));
    let line = server.line();
    let address = line.strip_prefix("chat at ");
    match address.and_then(|address| address.parse().ok()) {
        Some(address) => address,
        None => server.fail(format_args!(
            "the first line is `{line}`, but expected `chat at` and an address"
        )),
    }
}

/// A client that is in the room.
#[track_caller]
fn join<'a>(server: &'a Running<'a>, address: SocketAddr, name: &str) -> Peer<'a> {
    let mut client = server.connect(address, name);
    client.say(name);
    client.expect(&format!("* welcome {name}"));
    client
}

#[track_caller]
fn check_code(ran: &Ran, rule: Rule) {
    rule.check_eq("what it exits with", ran.code, 0);
}

#[test]
fn it_is_a_chat() {
    CHAT.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server, LONG_MS);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            ann.expect("* bob comes");
            let lines: String = (0..2500).map(|line| format!("{line}\n")).collect();
            ann.send(lines.as_bytes());
            for line in 0..2500 {
                bob.expect(&format!("ann: {line}"));
            }
            let cyd = join(server, at, "cyd");
            bob.expect("* cyd comes");
            bob.say("hello");
            // With that line unread.
            cyd.reset();
            bob.expect("* cyd goes");
            server.tell("it is late");
            bob.expect("* it is late");
            bob.close();
            for line in [
                "* cyd comes",
                "bob: hello",
                "* cyd goes",
                "* it is late",
                "* bob goes",
            ] {
                ann.expect(line);
            }
        });
        check_code(&ran, CHAT);
    });
}

#[test]
fn one_says_nothing() {
    QUIET.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server, SHORT_MS);
            let mut ann = join(server, at, "ann");
            let mut bob = server.connect(at, "bob");
            let begin = Instant::now();
            bob.say("bob");
            bob.expect("* welcome bob");
            ann.expect("* bob comes");
            talk_until(&mut ann, &mut bob, "* too quiet");
            let elapsed = begin.elapsed();
            bob.expect_end();
            ann.expect("* bob goes (quiet)");
            EARLY.check(
                Duration::from_millis(SHORT_MS) <= elapsed,
                format_args!("after {elapsed:?} it was dropped, with a limit of {SHORT_MS} ms"),
            );
        });
        check_code(&ran, QUIET);
    });
}

/// So long a client that talks says nothing.
fn pause() {
    thread::sleep(Duration::from_millis(SHORT_MS / 10));
}

/// One says something again and again, until the other hears `line`, and nothing else but that.
#[track_caller]
fn talk_until(talks: &mut Peer<'_>, other: &mut Peer<'_>, line: &str) {
    loop {
        talks.say("I talk");
        match other.hear() {
            Some(heard) if heard == line => return,
            Some(heard) if heard.ends_with(": I talk") => {}
            heard => {
                let heard = heard.as_deref().unwrap_or("the end");
                other.fail(format_args!("hears `{heard}`, but expected `{line}`"))
            }
        }
        pause();
    }
}

#[test]
fn one_talks() {
    SPEAKS.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server, SHORT_MS);
            let mut ann = join(server, at, "ann");
            // Each of these is there for the limit. When the second one is dropped, ann has been there for longer.
            for name in ["bob", "cyd"] {
                pause();
                let mut quiet = join(server, at, name);
                talk_until(&mut ann, &mut quiet, "* too quiet");
                ann.expect(&format!("* {name} comes"));
                ann.expect(&format!("* {name} goes (quiet)"));
            }
        });
    });
}

#[test]
fn one_does_not_say_its_name() {
    NAMELESS.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server, SHORT_MS);
            let mut silent = server.connect(at, "silent");
            silent.send(b"half a na");
            silent.expect("* too quiet");
            silent.expect_end();
        });
    });
}

#[test]
fn one_does_not_read() {
    SLOW.program(program::start, |program| {
        const BATCH: usize = 50;
        let text = "x".repeat(1000);
        program.drive(|server| {
            let at = address(server, SHORT_MS + 300);
            let mut slow = join(server, at, "slow");
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            let mut has_gone = false;
            let mut batches = 0;
            while !has_gone {
                ann.send(format!("{text}\n").repeat(BATCH).as_bytes());
                // They are not quiet.
                bob.say("I listen");
                slow.try_say("I do not");
                let mut heard = 0;
                while heard < BATCH {
                    match bob.hear().as_deref() {
                        Some("* slow goes (slow)") => has_gone = true,
                        Some("slow: I do not") => {}
                        Some(line) if line.starts_with("ann: ") => heard += 1,
                        line => server.fail(format_args!("bob hears {line:?}")),
                    }
                }
                batches += 1;
                // With these pauses, 25 MB take longer than the limit.
                thread::sleep(Duration::from_millis(5));
                if batches == 500 {
                    server
                        .fail("25 MB were said, and the client that reads nothing is still there");
                }
            }
        });
    });
}

#[test]
fn one_has_said_all() {
    HALF.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server, LONG_MS);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            ann.expect("* bob comes");
            bob.close_half();
            ann.expect("* bob goes");
            ann.say("still there?");
            bob.expect("ann: still there?");
        });
    });
}

#[test]
fn all_leave_at_the_end() {
    MOMENT.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server, LONG_MS);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            let mut cyd = join(server, at, "cyd");
            for line in 0..100 {
                ann.say(&format!("{line}"));
            }
            for line in 0..100 {
                cyd.expect(&format!("ann: {line}"));
            }
            server.tell("end");
            bob.expect("* cyd comes");
            for line in 0..100 {
                bob.expect(&format!("ann: {line}"));
            }
            bob.expect("* the end");
            cyd.expect("* the end");
            for line in ["* bob comes", "* cyd comes", "* the end"] {
                ann.expect(line);
            }
            for mut client in [ann, bob, cyd] {
                client.expect_end();
                client.close();
            }
            // The limit is a minute, and no client is left that needs it.
            server.wait_for_end();
        });
        check_code(&ran, MOMENT);
    });
}

#[test]
fn one_does_not_leave_at_the_end() {
    MOMENT.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server, SHORT_MS);
            // The server may count from what it last heard of her, which is her name.
            let begin = Instant::now();
            let mut ann = join(server, at, "ann");
            server.tell("end");
            ann.expect("* the end");
            ann.expect_end();
            server.wait_for_end();
            let elapsed = begin.elapsed();
            EARLY.check(
                Duration::from_millis(SHORT_MS) <= elapsed,
                format_args!("after {elapsed:?} the server ended, with a limit of {SHORT_MS} ms"),
            );
        });
        check_code(&ran, MOMENT);
    });
}

#[test]
fn many_clients() {
    ONE_THREAD.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server, LONG_MS);
            let mut clients: Vec<Peer<'_>> = Vec::new();
            for number in 0..50 {
                clients.push(join(server, at, &format!("c{number}")));
            }
        });
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
    });
}
