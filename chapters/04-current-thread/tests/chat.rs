//! The chat, a program of the reader's own: it is started, given clients and what they say, and judged by what
//! it prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Program, Ran, Rule};

testkit::program!("chat");

const EX: Exercise = Exercise::new("4.11", "current-thread/chat.md");
const JOINED: Rule =
    EX.rule("All clients join, in the order of the input, before one of them says a word.");
const TURNS: Rule = EX.rule(
    "Clients take turns: between two words of a client, each other that has one left says one.",
);
const HEARD: Rule = EX
    .rule("Each client hears each word of the others once, in the order in which they were said.");
const BETWEEN: Rule =
    EX.rule("Between two words of a client, all others that are there hear the first.");
const LEFT: Rule = EX.rule(
    "When all has been said and heard, the clients leave in the order in which they have joined.",
);
const GONE: Rule = EX.rule("A client whose task panics is gone, and all others go on.");
const ONE_THREAD: Rule = EX.rule("All tasks run on the one thread that the program has.");

/// The lines in which words are said, such as `ann: hello`.
fn said(ran: &Ran) -> Vec<&str> {
    let lines = ran.lines.iter().map(String::as_str);
    let is_said = |line: &&str| {
        let mut words = line.split(' ');
        words.next().is_some_and(|word| word.ends_with(':'))
    };
    lines.filter(is_said).collect()
}

/// What a client hears, in order.
fn heard<'a>(ran: &'a Ran, name: &str) -> Vec<&'a str> {
    let begin = format!("{name} hears ");
    let lines = ran.lines.iter();
    lines.filter_map(|line| line.strip_prefix(&begin)).collect()
}

/// Checks that a client has heard all that the others have said.
#[track_caller]
fn check_heard(ran: &Ran, rule: Rule, name: &str) {
    let own = format!("{name}: ");
    let mut expected = said(ran);
    expected.retain(|line| !line.starts_with(&own));
    let heard = heard(ran, name);
    rule.check(
        heard == expected,
        ran.seen(format_args!(
            "{name} hears {heard:?}, but expected {expected:?}"
        )),
    );
}

/// Runs the program, and checks what is true of any chat.
#[track_caller]
fn chat(program: &Program, clients: &str) -> Ran {
    let ran = program.run(clients);
    let names = clients.lines().filter_map(|line| line.split(' ').next());
    let joins: Vec<String> = names.map(|name| format!("{name} joins")).collect();
    JOINED.check(
        ran.lines.starts_with(&joins),
        ran.seen(format_args!("the first lines are not {joins:?}")),
    );
    ran
}

/// Checks the last lines, and what the program exits with.
#[track_caller]
fn check_end(ran: &Ran, rule: Rule, last: &[&str], code: i32) {
    let first = ran.lines.len().saturating_sub(last.len());
    let own = &ran.lines[first..];
    rule.check(
        own == last,
        ran.seen(format_args!(
            "the last lines are {own:?}, but expected {last:?}"
        )),
    );
    rule.check(
        ran.code == code,
        ran.seen(format_args!(
            "it exits with {}, but expected {code}",
            ran.code
        )),
    );
}

#[test]
fn a_client_alone_hears_nothing() {
    LEFT.program(program::start, |program| {
        let ran = chat(program, "ann hello bye\n");
        let expected = [
            "ann joins",
            "ann: hello",
            "ann: bye",
            "ann leaves, heard 0",
            "2 words, 0 gone",
        ];
        ran.check_lines(LEFT, &expected);
        LEFT.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn a_room_where_no_word_is_said_closes() {
    LEFT.program(program::start, |program| {
        let ran = chat(program, "");
        ran.check_lines(LEFT, &["0 words, 0 gone"]);
        let ran = chat(program, "ann\nbob\n");
        let last = [
            "ann leaves, heard 0",
            "bob leaves, heard 0",
            "0 words, 0 gone",
        ];
        check_end(&ran, LEFT, &last, 0);
    });
}

#[test]
fn clients_take_turns() {
    TURNS.program(program::start, |program| {
        let ran = chat(program, "ann a1 a2 a3\nbob b1\ncat c1 c2\n");
        let expected = [
            "ann: a1", "bob: b1", "cat: c1", "ann: a2", "cat: c2", "ann: a3",
        ];
        let said = said(&ran);
        TURNS.check(
            said == expected,
            ran.seen(format_args!(
                "the words are {said:?}, but expected {expected:?}"
            )),
        );
    });
}

#[test]
fn each_client_hears_all_others() {
    HEARD.program(program::start, |program| {
        let ran = chat(program, "ann a1 a2\nbob b1 b2 b3\neve\n");
        for name in ["ann", "bob", "eve"] {
            check_heard(&ran, HEARD, name);
        }
        let last = [
            "ann leaves, heard 3",
            "bob leaves, heard 2",
            "eve leaves, heard 5",
            "5 words, 0 gone",
        ];
        check_end(&ran, LEFT, &last, 0);
    });
}

#[test]
fn a_word_is_heard_before_the_next() {
    BETWEEN.program(program::start, |program| {
        let ran = chat(program, "ann a1 a2 a3\nbob b1\neve\n");
        for (first, next) in [("ann: a1", "ann: a2"), ("ann: a2", "ann: a3")] {
            let place = |line: &str| ran.lines.iter().position(|other| other == line);
            let next_at = place(next);
            for name in ["bob", "eve"] {
                let hears = format!("{name} hears {first}");
                let hears_at = place(&hears);
                BETWEEN.check(
                    hears_at.is_some() && hears_at < next_at,
                    ran.seen(format_args!("`{hears}` does not stand before `{next}`")),
                );
            }
        }
    });
}

#[test]
fn a_panic_ends_its_client_only() {
    GONE.program(program::start, |program| {
        let ran = chat(program, "ann a1 a2 a3 a4\ncat c1 !\nbob b1 b2\n");
        for name in ["ann", "bob"] {
            check_heard(&ran, GONE, name);
        }
        for late in ["ann: a3", "ann: a4"] {
            let hears = heard(&ran, "cat").contains(&late);
            GONE.check(
                !hears,
                ran.seen(format_args!("cat hears `{late}`, and it is gone by then")),
            );
        }
        GONE.check(
            ran.errors.contains("panicked") && ran.errors.contains("cat"),
            ran.seen("no panic whose message has the client's name was seen on standard error"),
        );
        let last = [
            "ann leaves, heard 3",
            "cat is gone",
            "bob leaves, heard 5",
            "7 words, 1 gone",
        ];
        check_end(&ran, GONE, &last, 1);
    });
}

#[test]
fn the_last_to_speak_may_be_gone() {
    GONE.program(program::start, |program| {
        let ran = chat(program, "ann\ncat !\neve\n");
        let last = [
            "ann leaves, heard 0",
            "cat is gone",
            "eve leaves, heard 0",
            "0 words, 1 gone",
        ];
        check_end(&ran, GONE, &last, 1);
    });
}

#[test]
fn a_full_room_is_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        let mut clients = String::new();
        for name in 0..20 {
            let words = (0..20).map(|word| format!(" w{word}"));
            clients.push_str(&format!("n{name}{}\n", words.collect::<String>()));
        }
        let ran = chat(program, &clients);
        for name in 0..20 {
            check_heard(&ran, HEARD, &format!("n{name}"));
        }
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        check_end(
            &ran,
            LEFT,
            &["n19 leaves, heard 380", "400 words, 0 gone"],
            0,
        );
    });
}
