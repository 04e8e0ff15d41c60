//! The chat server, a program of the reader's own: it is started, clients talk to it by TCP, and it is judged by what
//! they hear.

// Miri starts no processes.
#![cfg(all(unix, not(any(loom, miri))))]

use std::net::SocketAddr;

use testkit::{Exercise, Peer, Ran, Rule, Running};

testkit::program!("chat_server");

const EX: Exercise = Exercise::new("8.12", "reactor/chat-server.md");
const HEARD: Rule = EX.rule("What a client says, all others hear with its name, in order.");
const TOLD: Rule = EX.rule("The others are told when a client comes, and when it goes.");
const READER: Rule = EX.rule("A client that reads loses no line.");
const SLOW: Rule = EX.rule(
    "A client that does not read holds up no other, and takes little memory: it loses lines, and is told how many.",
);
const NAMELESS: Rule = EX.rule("A client that says nothing holds up no other.");
const ISOLATED: Rule =
    EX.rule("A client that is reset, or sends what is no text, ends, and the others go on.");
const HALF: Rule =
    EX.rule("A client that has closed its half of the connection still hears the others.");
const COMMAND: Rule = EX.rule("Each line of standard input is for all clients.");
const END: Rule =
    EX.rule("At `end`, or when standard input ends, all connections end, and so does the program.");
const ONE_THREAD: Rule = EX.rule("All clients are served by the one thread that the program has.");

/// The first line that the server prints.
#[track_caller]
fn address(server: &Running<'_>) -> SocketAddr {
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
fn the_others_hear_it() {
    HEARD.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            let mut cyd = join(server, at, "cyd");
            ann.expect("* bob comes");
            ann.expect("* cyd comes");
            bob.expect("* cyd comes");
            ann.say("hello");
            bob.expect("ann: hello");
            cyd.expect("ann: hello");
            bob.say("who is there?");
            // Not what it has said itself.
            ann.expect("bob: who is there?");
            cyd.expect("bob: who is there?");
        });
        check_code(&ran, HEARD);
    });
}

#[test]
fn lines_do_not_come_as_they_are_sent() {
    HEARD.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            bob.send(b"in two ");
            // When this is answered, the first half has come.
            ann.expect("* bob comes");
            ann.say("I see nothing");
            bob.expect("ann: I see nothing");
            bob.send(b"halves\nand two\r\nat once\n");
            ann.expect("bob: in two halves");
            ann.expect("bob: and two");
            ann.expect("bob: at once");
        });
    });
}

#[test]
fn it_comes_and_goes() {
    TOLD.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            for name in ["bob", "cyd"] {
                let mut other = join(server, at, name);
                other.say("short of time");
                other.close();
                ann.expect(&format!("* {name} comes"));
                ann.expect(&format!("{name}: short of time"));
                ann.expect(&format!("* {name} goes"));
            }
            // Of a client that never said its name, no other hears.
            server.connect(at, "one without a name").close();
            let _dan = join(server, at, "dan");
            ann.expect("* dan comes");
        });
    });
}

#[test]
fn many_lines_at_once() {
    READER.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            let mut cyd = join(server, at, "cyd");
            let lines: String = (0..2500).map(|line| format!("{line}\n")).collect();
            ann.send(lines.as_bytes());
            expect_numbers(&mut cyd, "ann", 2500);
            bob.expect("* cyd comes");
            expect_numbers(&mut bob, "ann", 2500);
        });
    });
}

/// So many lines of one client, which are numbers.
#[track_caller]
fn expect_numbers(client: &mut Peer<'_>, from: &str, lines: usize) {
    for line in 0..lines {
        client.expect(&format!("{from}: {line}"));
    }
}

#[test]
fn one_does_not_read() {
    SLOW.program(program::start, |program| {
        const BATCHES: usize = 60;
        const BATCH: usize = 200;
        let text = "x".repeat(1000);
        let ran = program.drive(|server| {
            let at = address(server);
            let mut slow = join(server, at, "slow");
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            slow.expect("* ann comes");
            slow.expect("* bob comes");
            ann.expect("* bob comes");
            // 12 MB: more than its connection has room for.
            for _ in 0..BATCHES {
                ann.send(format!("{text}\n").repeat(BATCH).as_bytes());
                for _ in 0..BATCH {
                    bob.expect(&format!("ann: {text}"));
                }
            }
            ann.say("the last");
            bob.expect("ann: the last");
            let (mut heard, mut lost) = (0, 0);
            loop {
                let Some(line) = slow.hear() else {
                    server.fail("the connection of the client that did not read has ended");
                };
                if line == "ann: the last" {
                    break;
                }
                let told = line.strip_prefix("* ");
                match told.and_then(|told| told.strip_suffix(" lines lost")) {
                    Some(number) => lost += number.parse().unwrap_or(0),
                    None => heard += 1,
                }
            }
            if lost == 0 || heard + lost != BATCHES * BATCH {
                server.fail(format_args!(
                    "of {} lines it has heard {heard}, and was told that {lost} are lost",
                    BATCHES * BATCH
                ));
            }
        });
        let grown = ran.grown.unwrap_or(0);
        SLOW.check(
            grown < 5_000_000,
            format_args!(
                "12 MB for a client that does not read have made the program grow by {grown} bytes"
            ),
        );
    });
}

#[test]
fn one_has_no_name() {
    NAMELESS.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut silent = server.connect(at, "silent");
            let mut ann = join(server, at, "ann");
            let _bob = join(server, at, "bob");
            ann.expect("* bob comes");
            silent.say("cyd");
            silent.expect("* welcome cyd");
            ann.expect("* cyd comes");
        });
    });
}

#[test]
fn one_is_reset() {
    ISOLATED.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut cyd = join(server, at, "cyd");
            ann.expect("* cyd comes");
            let bob = join(server, at, "bob");
            ann.expect("* bob comes");
            cyd.expect("* bob comes");
            ann.say("hello");
            cyd.expect("ann: hello");
            // With that line unread.
            bob.reset();
            ann.expect("* bob goes");
            cyd.expect("* bob goes");
            ann.say("where is bob?");
            cyd.expect("ann: where is bob?");
        });
        check_code(&ran, ISOLATED);
    });
}

#[test]
fn one_sends_no_text() {
    ISOLATED.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            ann.expect("* bob comes");
            bob.send(b"\xff\xfe\n");
            ann.expect("* bob goes");
            bob.expect_end();
            let _cyd = join(server, at, "cyd");
            ann.expect("* cyd comes");
        });
    });
}

#[test]
fn one_has_said_all() {
    HALF.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            ann.expect("* bob comes");
            bob.send(b"my last words");
            bob.close_half();
            ann.expect("bob: my last words");
            ann.expect("* bob goes");
            for line in ["are you", "still", "there?"] {
                ann.say(line);
                bob.expect(&format!("ann: {line}"));
            }
        });
    });
}

#[test]
fn a_line_for_all() {
    COMMAND.program(program::start, |program| {
        program.drive(|server| {
            let at = address(server);
            let mut ann = join(server, at, "ann");
            server.tell("the server ends at six");
            ann.expect("* the server ends at six");
            let mut bob = join(server, at, "bob");
            server.tell("endless");
            ann.expect("* bob comes");
            ann.expect("* endless");
            bob.expect("* endless");
        });
    });
}

#[test]
fn it_is_told_to_end() {
    END.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server);
            let mut silent = server.connect(at, "silent");
            let mut ann = join(server, at, "ann");
            let mut bob = join(server, at, "bob");
            ann.expect("* bob comes");
            bob.close_half();
            ann.expect("* bob goes");
            server.tell("end");
            ann.expect_end();
            bob.expect_end();
            silent.expect_end();
            // Standard input is still open.
            server.wait_for_end();
        });
        check_code(&ran, END);
    });
}

#[test]
fn standard_input_ends() {
    END.program(program::start, |program| {
        let ran = program.drive(|server| {
            address(server);
        });
        check_code(&ran, END);
    });
}

#[test]
fn many_clients() {
    ONE_THREAD.program(program::start, |program| {
        let ran = program.drive(|server| {
            let at = address(server);
            let mut clients: Vec<Peer<'_>> = Vec::new();
            for number in 0..100 {
                let client = join(server, at, &format!("c{number}"));
                for other in &mut clients {
                    other.expect(&format!("* c{number} comes"));
                }
                clients.push(client);
            }
            clients[0].say("hello");
            for other in &mut clients[1..] {
                other.expect("c0: hello");
            }
        });
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
    });
}
