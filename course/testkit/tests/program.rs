//! Programs that are started as a process: what they print, and how they end.

// Miri starts no processes.
#![cfg(not(miri))]

mod support;

use support::{RULE, failure_of};

testkit::program!("clerk");

#[test]
fn it_reads_and_prints_and_exits() {
    RULE.program(program::start, |program| {
        let ran = program.run("say one\nsay two words\nsing\nexit 7\n");
        assert_eq!(ran.lines, ["one", "two words"]);
        assert_eq!(ran.code, 7);
        assert!(ran.errors.contains("what is `sing`?"), "{}", ran.errors);
        // It can be run as often as one likes.
        let ran = program.run("");
        assert_eq!((ran.lines.len(), ran.code), (0, 0));
    });
}

#[test]
fn its_threads_and_its_memory_are_counted() {
    RULE.program(program::start, |program| {
        let small = program.run("say none\n");
        assert_eq!(small.threads, Some(0));
        let large = program.run("threads 3\nbytes 40000000\n");
        assert_eq!(large.threads, Some(3));
        if let (Some(small), Some(large)) = (small.grown, large.grown) {
            assert!(small < 20_000_000, "{small}");
            assert!((39_000_000..80_000_000).contains(&large), "{large}");
        }
    });
}

#[test]
fn a_long_input_and_a_long_output_do_not_wait_for_each_other() {
    RULE.program(program::start, |program| {
        let line = "say something that is said again and again\n";
        let ran = program.run(&line.repeat(20_000));
        assert_eq!(ran.lines.len(), 20_000);
    });
}

#[test]
fn a_panic_breaks_the_rule() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            drop(program.run("panic no ink left\n"))
        })
    })
    .names_rule("The rule under test.")
    .says("no ink left");
}

#[test]
fn a_hang_is_told_with_what_it_was_given() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            drop(program.run("say on\npark\n"))
        })
    })
    .names_rule("The rule under test.")
    .says("the program has not come to its end. It was given: | say on | park");
}

#[test]
fn a_crash_says_so() {
    failure_of(|| RULE.program(program::start, |program| drop(program.run("abort\n"))))
        .names_rule("The rule under test.")
        .says("the program crashed");
}

#[test]
fn the_first_line_that_differs_is_told() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            let ran = program.run("say one\nsay three\n");
            ran.check_lines(RULE, &["one", "two"]);
        });
    })
    .names_rule("The rule under test.")
    .says("line 2 is `three`, but expected `two`");
}

#[test]
fn a_line_that_is_missing_is_told() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            program.run("say one\n").check_lines(RULE, &["one", "two"]);
        });
    })
    .says("line 2 is missing: `two`");
}

#[test]
fn it_is_talked_to() {
    RULE.program(program::start, |program| {
        let ran = program.drive(|running| {
            running.tell("say one");
            assert_eq!(running.line(), "one");
            running.tell("listen");
            let address = running.line().parse().unwrap();
            let mut ann = running.connect(address, "ann");
            ann.send(b"in two ");
            ann.send(b"parts\nand two lines\n");
            ann.expect("IN TWO PARTS");
            ann.expect("AND TWO LINES");
            ann.say("bye");
            ann.expect_end();
            running.tell("exit 7");
        });
        assert_eq!((ran.code, ran.lines.len()), (7, 2));
    });
}

#[test]
fn what_never_comes_is_told() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            program.drive(|running| {
                running.tell("listen");
                let address = running.line().parse().unwrap();
                let mut ann = running.connect(address, "ann");
                ann.say("hello");
                ann.expect("HELLO");
                ann.expect("hello again");
            });
        })
    })
    .names_rule("The rule under test.")
    .says("ann hears nothing more: it sleeps, and nothing is left to wake it what happened, at last: | standard input: listen");
}

#[test]
fn another_line_is_told() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            program.drive(|running| {
                running.tell("listen");
                let address = running.line().parse().unwrap();
                let mut ann = running.connect(address, "ann");
                ann.say("hello");
                ann.expect("hello");
            });
        })
    })
    .names_rule("The rule under test.")
    .says("ann hears `HELLO`, but expected `hello`");
}

#[test]
fn no_end_is_told() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            program.drive(|running| running.wait_for_end());
        })
    })
    .names_rule("The rule under test.")
    .says("the program has not come to its end: it sleeps");
}

#[test]
fn a_panic_is_told_as_such_whatever_the_test_waits_for() {
    failure_of(|| {
        RULE.program(program::start, |program| {
            program.drive(|running| {
                running.tell("panic no ink left");
                running.line();
            });
        })
    })
    .says("no ink left");
}
