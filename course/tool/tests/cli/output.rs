//! What the reader's code prints, and what the compiler warns of.

use crate::fixture::{DOUBLE, Fixture, HALF};

/// Prints in both ways, twenty lines in all, and is wrong.
const TALKS: &str =
    "for n in 1..=18 {\n    println!(\"line {n}\");\n}\ndbg!(x);\neprintln!(\"the end\");\nx * x";

#[test]
fn the_last_lines_that_the_code_printed_are_shown_in_order() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, TALKS);
    let run = fixture.run(&["check", "1.1"]);
    run.expect(
        1,
        &[
            "Your code printed, in first::double_of_three:",
            "… after 12 more lines\n  line 13\n",
            "line 18\n  [chapters/01-small/src/one.rs:9:5] x = 3\n  the end\n",
        ],
    );
    assert!(!run.stdout.contains("running 1 test"), "{}", run.stdout);
    let after = run.stdout.split("the end").nth(1).unwrap();
    assert!(!after.contains("panicked"), "{after}");
    // Also when nothing is run again.
    fixture.run(&["check", "1.1"]).expect(1, &["  the end\n"]);
    let all = fixture.run(&["check", "1.1", "--output"]);
    all.expect(1, &["in first::double_of_three:\n  line 1\n  line 2\n"]);
}

#[test]
fn a_solved_exercise_shows_what_it_prints_when_it_alone_is_asked_for() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "println!(\"mine\");\nx + x");
    fixture.run(&["check", "1.1"]).expect(0, &["  mine\n"]);
    let run = fixture.run(&["check", "1"]);
    assert!(!run.stdout.contains("mine"), "{}", run.stdout);
    fixture.answer(DOUBLE, "x + x");
    let run = fixture.run(&["check", "1.1"]);
    assert!(!run.stdout.contains("printed"), "{}", run.stdout);
}

#[test]
fn a_result_that_is_thrown_away_is_warned_of() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "std::task::Poll::Ready(x);\nlet unused = 1;\nx + x");
    fixture.answer(HALF, "x / 2");
    for arguments in [&["check", "1.1"][..], &["check", "1"], &["check", "1"]] {
        let run = fixture.run(arguments);
        run.expect(
            0,
            &[
                "The compiler warns:",
                "unused `Poll` that must be used",
                "chapters/01-small/src/one.rs:6",
            ],
        );
        assert!(!run.stdout.contains("unused variable"), "{}", run.stdout);
    }
}
