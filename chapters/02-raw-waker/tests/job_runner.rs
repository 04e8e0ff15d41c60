//! The job runner, a program of the reader's own: it is started, given jobs, and judged by what it prints.

// Miri starts no processes.
#![cfg(not(miri))]

use testkit::{Exercise, Ran, Rule};

testkit::program!("job_runner");

const EX: Exercise = Exercise::new("2.10", "raw-waker/job-runner.md");
const STEPS: Rule =
    EX.rule("A job prints its name and the number of each step, and then how it ended; the last line counts.");
const TURNS: Rule =
    EX.rule("Jobs take turns: between two steps of a job, each other job that can run makes one.");
const AFTER: Rule =
    EX.rule("A job makes its first step when all jobs that it comes after are done.");
const ISOLATED: Rule =
    EX.rule("A panic ends its job and nothing else; what comes after it is skipped.");
const CIRCLE: Rule =
    EX.rule("The program comes to its end, also if jobs wait for one another in a circle.");
const ONE_THREAD: Rule = EX.rule("All jobs run on the one thread that the program has.");

/// The lines of steps: a name and a number.
fn steps(ran: &Ran) -> Vec<&str> {
    let is_step = |line: &&str| {
        let last = line.split(' ').nth(1);
        last.is_some_and(|word| word.parse::<u32>().is_ok()) && line.split(' ').count() == 2
    };
    let lines = ran.lines.iter().map(String::as_str);
    lines.filter(is_step).collect()
}

/// Where a line stands.
#[track_caller]
fn place(ran: &Ran, rule: Rule, line: &str) -> usize {
    let place = ran.lines.iter().position(|other| other == line);
    match place {
        Some(place) => place,
        None => rule.fail(ran.seen(format_args!("there is no line `{line}`"))),
    }
}

/// Checks that a line stands before another.
#[track_caller]
fn check_order(ran: &Ran, rule: Rule, earlier: &str, later: &str) {
    let is_so = place(ran, rule, earlier) < place(ran, rule, later);
    rule.check(
        is_so,
        ran.seen(format_args!("`{later}` comes before `{earlier}`")),
    );
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
fn one_job_makes_its_steps() {
    STEPS.program(program::start, |program| {
        let ran = program.run("# a comment\n\nbuild 3\n");
        let expected = [
            "build 1",
            "build 2",
            "build 3",
            "build done",
            "1 done, 0 panicked, 0 skipped",
        ];
        ran.check_lines(STEPS, &expected);
        STEPS.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn without_a_job_it_counts_none() {
    STEPS.program(program::start, |program| {
        let ran = program.run("");
        ran.check_lines(STEPS, &["0 done, 0 panicked, 0 skipped"]);
        STEPS.check_eq("what it exits with", ran.code, 0);
    });
}

#[test]
fn three_jobs_take_turns() {
    TURNS.program(program::start, |program| {
        let ran = program.run("a 3\nb 2\nc 3\n");
        let expected = ["a 1", "b 1", "c 1", "a 2", "b 2", "c 2", "a 3", "c 3"];
        let steps = steps(&ran);
        TURNS.check(
            steps == expected,
            ran.seen(format_args!(
                "the steps are {steps:?}, but expected {expected:?}"
            )),
        );
        check_end(&ran, STEPS, "3 done, 0 panicked, 0 skipped", 0);
    });
}

#[test]
fn a_job_waits_for_all_that_it_comes_after() {
    AFTER.program(program::start, |program| {
        // It stands above those that it waits for, and the one that it names first ends last.
        let ran = program.run("last 1 after slow quick\nslow 4\nquick 2\n");
        check_order(&ran, AFTER, "quick done", "last 1");
        check_order(&ran, AFTER, "slow done", "last 1");
        check_end(&ran, STEPS, "3 done, 0 panicked, 0 skipped", 0);
    });
}

#[test]
fn many_jobs_wait_for_one() {
    AFTER.program(program::start, |program| {
        let ran = program.run("a 1 after z\nb 1 after z\nc 1 after z\nz 3\n");
        for job in ["a 1", "b 1", "c 1"] {
            check_order(&ran, AFTER, "z done", job);
        }
        check_end(&ran, STEPS, "4 done, 0 panicked, 0 skipped", 0);
    });
}

#[test]
fn a_panic_ends_its_job_only() {
    ISOLATED.program(program::start, |program| {
        let ran = program.run("a 3\nlint 2 panics\nb 3\n");
        let expected = ["a 1", "lint 1", "b 1", "a 2", "lint 2", "b 2", "a 3", "b 3"];
        let steps = steps(&ran);
        ISOLATED.check(
            steps == expected,
            ran.seen(format_args!(
                "the steps are {steps:?}, but expected {expected:?}"
            )),
        );
        place(&ran, ISOLATED, "lint panicked");
        ISOLATED.check(
            ran.errors.contains("panicked") && ran.errors.contains("lint"),
            ran.seen("no panic whose message has the job's name was seen on standard error"),
        );
        check_end(&ran, ISOLATED, "2 done, 1 panicked, 0 skipped", 1);
    });
}

#[test]
fn what_comes_after_a_panic_is_skipped() {
    ISOLATED.program(program::start, |program| {
        let ran = program.run("a 1 after b\nb 1 after lint other\nlint 2 panics\nother 4\n");
        for job in ["a", "b"] {
            place(&ran, ISOLATED, &format!("{job} skipped"));
        }
        let steps = steps(&ran).join(", ");
        ISOLATED.check(
            !steps.contains("a 1") && !steps.contains("b 1"),
            ran.seen("a skipped job has made a step"),
        );
        check_end(&ran, ISOLATED, "1 done, 1 panicked, 2 skipped", 1);
    });
}

#[test]
fn a_circle_is_skipped() {
    CIRCLE.program(program::start, |program| {
        let ran = program.run("a 1 after b\nb 1 after c\nc 1 after a\nlater 1 after a free\nfree 2\nown 1 after own\n");
        for job in ["a", "b", "c", "later", "own"] {
            place(&ran, CIRCLE, &format!("{job} skipped"));
        }
        CIRCLE.check_eq("the steps", steps(&ran), vec!["free 1", "free 2"]);
        check_end(&ran, CIRCLE, "1 done, 0 panicked, 5 skipped", 1);
    });
}

#[test]
fn a_long_row_of_jobs_runs_on_one_thread() {
    ONE_THREAD.program(program::start, |program| {
        let mut jobs = "job0 1\n".to_owned();
        for place in 1..500 {
            jobs.push_str(&format!("job{place} 1 after job{}\n", place - 1));
        }
        let ran = program.run(&jobs);
        let expected: Vec<String> = (0..500).map(|place| format!("job{place} 1")).collect();
        ONE_THREAD.check(
            steps(&ran) == expected,
            ran.seen("the steps are not in a row"),
        );
        let threads = ran.threads.unwrap_or(0);
        ONE_THREAD.check(
            threads == 0,
            ran.seen(format_args!("it has started {threads} threads")),
        );
        check_end(&ran, STEPS, "500 done, 0 panicked, 0 skipped", 0);
    });
}
