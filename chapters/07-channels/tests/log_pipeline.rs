//! The log pipeline, a program of the reader's own: it is started, given a log, and judged by what it prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Ran, Rule};

testkit::program!("log_pipeline");

const EX: Exercise = Exercise::new("7.8", "channels/log-pipeline.md");
const ORDER: Rule = EX.rule("The lines of a source are numbered from 1, and keep their order.");
const WHOLE: Rule = EX.rule(
    "When the log ends, everything that was read is written, and the program comes to its end.",
);
const ROOM: Rule = EX.rule(
    "A stage has one line in hand, and a channel has room for a few: no more is read until the writer takes some.",
);
const ENOUGH: Rule =
    EX.rule("When the writer has enough, it writes nothing more, and the stages before it end.");
const ISOLATED: Rule =
    EX.rule("A worker that panics ends, and the lines of all other sources are written.");
const WRONG: Rule = EX.rule("A wrong line is named on standard error, and the others are written.");
const ONE_THREAD: Rule = EX.rule("All stages run on the one thread that the program has.");

/// The lines of a source, without the source.
fn of<'a>(ran: &'a Ran, source: &str) -> Vec<&'a str> {
    let lines = ran.lines.iter();
    let own = lines.filter_map(|line| line.strip_prefix(source)?.strip_prefix(' '));
    own.collect()
}

/// The two numbers of the last line: how many lines were read, and how many written.
#[track_caller]
fn tally(ran: &Ran, rule: Rule) -> (usize, usize) {
    let last = ran.lines.last().map_or("", String::as_str);
    let numbers = last
        .strip_prefix("read ")
        .and_then(|rest| rest.split_once(", written "));
    let numbers =
        numbers.and_then(|(read, written)| Some((read.parse().ok()?, written.parse().ok()?)));
    match numbers {
        Some(numbers) => numbers,
        None => rule.fail(ran.seen(format_args!(
            "the last line is `{last}`, but expected `read …, written …`"
        ))),
    }
}

/// Checks the last line, and what the program exits with.
#[track_caller]
fn check_end(ran: &Ran, rule: Rule, last: &str, code: i32) {
    let own = ran.lines.last().map_or("", String::as_str);
    rule.check(
        own == last,
        ran.seen(format_args!(
            "the last line is `{own}`, but expected `{last}`"
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
fn one_source_is_numbered() {
    ORDER.program(program::start, |program| {
        let ran = program.run("room 1\nweb GET /a\nweb GET /b\nweb GET /c\n");
        let expected = [
            "web 1 GET /a",
            "web 2 GET /b",
            "web 3 GET /c",
            "read 3, written 3",
        ];
        ran.check_lines(ORDER, &expected);
        ORDER.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn each_source_keeps_its_order() {
    ORDER.program(program::start, |program| {
        let log: String = (0..60)
            .map(|line| format!("{} line {line}\n", ["web", "db", "cron"][line % 3]))
            .collect();
        let ran = program.run(&format!("room 2\n{log}"));
        for (place, source) in ["web", "db", "cron"].into_iter().enumerate() {
            let expected: Vec<String> = (0..20)
                .map(|line| format!("{} line {}", line + 1, 3 * line + place))
                .collect();
            let own = of(&ran, source);
            ORDER.check(
                own == expected,
                ran.seen(format_args!("the lines of {source} are {own:?}")),
            );
        }
        check_end(&ran, WHOLE, "read 60, written 60", 0);
    });
}

#[test]
fn all_that_is_read_is_written() {
    WHOLE.program(program::start, |program| {
        let log: String = (0..50)
            .map(|line| format!("s{} {line}\n", line % 7))
            .collect();
        for room in [1, 3, 40] {
            let ran = program.run(&format!("room {room}\n{log}"));
            check_end(&ran, WHOLE, "read 50, written 50", 0);
            WHOLE.check_eq("the number of lines", ran.lines.len(), 51);
        }
    });
}

#[test]
fn a_log_without_lines() {
    WHOLE.program(program::start, |program| {
        let ran = program.run("room 4\n");
        ran.check_lines(WHOLE, &["read 0, written 0"]);
        WHOLE.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn no_more_is_read_than_there_is_room_for() {
    ROOM.program(program::start, |program| {
        let log: String = (0..400)
            .map(|line| format!("{} line {line}\n", ["web", "db"][line % 2]))
            .collect();
        for (room, limit) in [(1, 5), (3, 5), (8, 0)] {
            let ran = program.run(&format!("room {room}\nlimit {limit}\n{log}"));
            let (read, written) = tally(&ran, ROOM);
            ENOUGH.check(
                written == limit,
                ran.seen(format_args!("{written} lines are written, with limit {limit}")),
            );
            // Two workers and the writer: each has a line in hand, and a channel in front of it; and the one that reads
            // has a line in hand.
            let most = 3 * (room + 1) + 1;
            ROOM.check(
                read <= written + most,
                ran.seen(format_args!(
                    "{read} lines are read and {written} written; there is room for {most} in between"
                )),
            );
        }
    });
}

#[test]
fn a_long_log_takes_little_memory() {
    ROOM.program(program::start, |program| {
        // Eight million bytes.
        let text = "x".repeat(195);
        let log: String = (0..40_000)
            .map(|line| format!("s{} {text}\n", line % 4))
            .collect();
        let ran = program.run(&format!("room 16\n{log}"));
        check_end(&ran, WHOLE, "read 40000, written 40000", 0);
        let grown = ran.grown.unwrap_or(0);
        ROOM.check(
            grown < 4_000_000,
            format_args!("a log of 8 MB has made the program grow by {grown} bytes"),
        );
    });
}

#[test]
fn the_writer_has_enough() {
    ENOUGH.program(program::start, |program| {
        let ran = program.run(
            "room 1\nlimit 2\nweb a\nweb b\nweb c\nweb d\nweb e\nweb f\nweb g\nweb h\nweb i\n",
        );
        let (read, written) = tally(&ran, ENOUGH);
        ENOUGH.check(written == 2, ran.seen("two lines are to be written"));
        ENOUGH.check_eq("the lines", of(&ran, "web"), vec!["1 a", "2 b"]);
        ROOM.check(read < 9, ran.seen("the log is read to its end"));
        ENOUGH.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn a_limit_that_is_never_reached() {
    ENOUGH.program(program::start, |program| {
        let ran = program.run("room 1\nlimit 9\nweb a\nweb b\n");
        ran.check_lines(ENOUGH, &["web 1 a", "web 2 b", "read 2, written 2"]);
        ENOUGH.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn a_panic_ends_its_worker_only() {
    ISOLATED.program(program::start, |program| {
        let mut log = "db panics\n".to_owned();
        for line in 0..12 {
            log.push_str(&format!("web {line}\ndb {line}\n"));
        }
        let ran = program.run(&format!("room 2\n{log}"));
        let expected: Vec<String> = (0..12).map(|line| format!("{} {line}", line + 1)).collect();
        let own = of(&ran, "web");
        ISOLATED.check(
            own == expected,
            ran.seen(format_args!("the lines of web are {own:?}")),
        );
        ISOLATED.check(
            of(&ran, "db").is_empty(),
            ran.seen("a worker that panicked has handed on a line"),
        );
        ISOLATED.check(
            ran.errors.contains("panicked"),
            ran.seen("no panic was seen on standard error"),
        );
        check_end(&ran, ISOLATED, "read 25, written 12", 1);
    });
}

#[test]
fn a_wrong_line_is_named() {
    WRONG.program(program::start, |program| {
        let ran = program.run("room 2\nweb a\nnonsense\nweb b\n");
        WRONG.check_eq("the lines", of(&ran, "web"), vec!["1 a", "2 b"]);
        WRONG.check(
            ran.errors.contains("line 3"),
            ran.seen(format_args!(
                "standard error does not say `line 3`: {:?}",
                ran.errors
            )),
        );
        check_end(&ran, WRONG, "read 3, written 2", 1);
    });
}

#[test]
fn many_sources_run_on_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        let log: String = (0..600)
            .map(|line| format!("s{} {line}\n", line % 200))
            .collect();
        let ran = program.run(&format!("room 1\n{log}"));
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        check_end(&ran, WHOLE, "read 600, written 600", 0);
    });
}
