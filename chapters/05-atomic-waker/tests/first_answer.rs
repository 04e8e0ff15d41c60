//! The first answer, a program of the reader's own: it is started, given questions, and judged by what it prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Ran, Rule};

testkit::program!("first_answer");

const EX: Exercise = Exercise::new("5.10", "atomic-waker/first-answer.md");
const ANSWERED: Rule =
    EX.rule("A question is answered by the source that is first, wherever it stands in the line.");
const AT_ONCE: Rule =
    EX.rule("All sources of all questions work at the same time: no question waits for another.");
const ISOLATED: Rule = EX.rule("A source that panics gives no answer, and the others go on.");
const TOLD: Rule =
    EX.rule("When a question has its answer, each source that still works on it or waits is told, and ends.");
const PATIENCE: Rule = EX.rule(
    "A question is given up when its patience is over, or when no source can answer any more.",
);
const ONE_THREAD: Rule = EX.rule("Everything runs on the one thread that the program has.");

/// Where a line stands.
#[track_caller]
fn place(ran: &Ran, rule: Rule, line: &str) -> usize {
    let place = ran.lines.iter().position(|other| other == line);
    match place {
        Some(place) => place,
        None => rule.fail(ran.seen(format_args!("there is no line `{line}`"))),
    }
}

/// Checks that these are all lines but the last, in any order; then the last line, and what the program exits with.
#[track_caller]
fn check(ran: &Ran, rule: Rule, lines: &[&str], last: &str, code: i32) {
    for line in lines {
        place(ran, rule, line);
    }
    let expected = lines.len() + 1;
    rule.check(
        ran.lines.len() == expected,
        ran.seen(format_args!(
            "there are {} lines, but expected {expected}",
            ran.lines.len()
        )),
    );
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
fn one_source_answers() {
    ANSWERED.program(program::start, |program| {
        let ran = program.run("# a comment\n\ncapital 9 atlas=3\n");
        ran.check_lines(ANSWERED, &["capital: atlas after 3", "1 answered, 0 not"]);
        ANSWERED.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn without_a_question_it_counts_none() {
    ANSWERED.program(program::start, |program| {
        let ran = program.run("");
        ran.check_lines(ANSWERED, &["0 answered, 0 not"]);
        ANSWERED.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn the_quickest_source_is_taken() {
    ANSWERED.program(program::start, |program| {
        let ran = program.run("q 90 a=30 b=5 c=60\n");
        let lines = ["q: b after 5", "q: a too late", "q: c too late"];
        check(&ran, ANSWERED, &lines, "1 answered, 0 not", 0);
        let first = place(&ran, ANSWERED, lines[0]);
        ANSWERED.check(
            first == 0,
            ran.seen("a source is too late before there is an answer"),
        );
    });
}

#[test]
fn the_first_in_the_line_never_answers() {
    ANSWERED.program(program::start, |program| {
        let ran = program.run("q 90 a=never b=5\n");
        let lines = ["q: b after 5", "q: a too late"];
        check(&ran, ANSWERED, &lines, "1 answered, 0 not", 0);
    });
}

#[test]
fn no_question_waits_for_another() {
    AT_ONCE.program(program::start, |program| {
        let ran = program.run("long 900 a=400\nshort 900 a=5\nmiddle 900 a=80\n");
        let lines = [
            "short: a after 5",
            "middle: a after 80",
            "long: a after 400",
        ];
        check(&ran, AT_ONCE, &lines, "3 answered, 0 not", 0);
        ran.check_lines(
            AT_ONCE,
            &[lines[0], lines[1], lines[2], "3 answered, 0 not"],
        );
    });
}

#[test]
fn a_panic_leaves_the_question_to_the_others() {
    ISOLATED.program(program::start, |program| {
        let ran = program.run("q 90 a=2! b=30 c=7!\n");
        let lines = ["q: b after 30", "q: a panicked", "q: c panicked"];
        check(&ran, ISOLATED, &lines, "1 answered, 0 not", 0);
        ISOLATED.check(
            ran.errors.contains("panicked"),
            ran.seen("no panic was seen on standard error"),
        );
    });
}

#[test]
fn a_source_that_waits_is_told() {
    TOLD.program(program::start, |program| {
        let ran = program.run("q 90 a=never b=5 c=never\n");
        let lines = ["q: b after 5", "q: a too late", "q: c too late"];
        check(&ran, TOLD, &lines, "1 answered, 0 not", 0);
    });
}

#[test]
fn a_source_with_years_of_work_stops() {
    TOLD.program(program::start, |program| {
        let ran = program.run("q 1000000000000 a=1000000000000 b=5 c=1000000000000!\n");
        let lines = ["q: b after 5", "q: a too late", "q: c too late"];
        check(&ran, TOLD, &lines, "1 answered, 0 not", 0);
    });
}

#[test]
fn patience_has_an_end() {
    PATIENCE.program(program::start, |program| {
        let ran = program.run("q 20 a=500 b=never\nother 300 a=40\n");
        let lines = [
            "q: no answer",
            "q: a too late",
            "q: b too late",
            "other: a after 40",
        ];
        check(&ran, PATIENCE, &lines, "1 answered, 1 not", 1);
    });
}

#[test]
fn no_source_is_left() {
    PATIENCE.program(program::start, |program| {
        // Its patience would last for years.
        let ran = program.run("q 1000000000000 a=1! b=6!\n");
        let lines = ["q: no answer", "q: a panicked", "q: b panicked"];
        check(&ran, PATIENCE, &lines, "0 answered, 1 not", 1);
    });
}

#[test]
fn many_questions_run_on_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        let questions: String = (0..100)
            .map(|q| format!("q{q} 900 a={} b=never c={}\n", 10 + q, 500 + q))
            .collect();
        let ran = program.run(&questions);
        for q in 0..100 {
            place(&ran, ANSWERED, &format!("q{q}: a after {}", 10 + q));
        }
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        ANSWERED.check_eq("what it exits with", ran.code, 0);
    });
}
