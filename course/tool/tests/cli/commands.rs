//! Each command on its good way.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::fixture::{BOOK, DOUBLE, Fixture, HALF};

#[test]
fn status_says_where_you_are_in_twelve_lines() {
    let fixture = Fixture::new();
    let run = fixture.run(&["status"]);
    run.expect(
        0,
        &[
            "0 of 2 solved",
            "Next: 1.1 double, Twice (5 min), not started",
            "chapters/01-small/src/one.rs:6",
            "cargo course check 1.1",
            "cargo course hint 1.1",
        ],
    );
    assert!(run.stdout.lines().count() <= 12, "{}", run.stdout);
    assert!(
        !run.stdout.contains('░'),
        "a bar is for eyes: {}",
        run.stdout
    );
    assert!(
        !run.stdout.contains('\u{1b}'),
        "colours where nobody wants them"
    );
}

#[test]
fn status_says_why_an_answer_does_not_count() {
    let fixture = Fixture::new();
    fixture.answer(HALF, "crate::double(x) / 4");
    fixture.run(&["status"]).expect(
        0,
        &["0 of 2 solved", "1.2 cannot be judged until 1.1 is solved."],
    );
    fixture.answer(DOUBLE, "y");
    fixture.run(&["status"]).expect(
        0,
        &[
            "1.2 cannot be judged because exercise 1.1 does not compile",
            "Next: 1.1 double",
        ],
    );
}

#[test]
fn list_has_a_line_for_each_exercise() {
    let run = Fixture::new().run(&["list"]);
    run.expect(0, &["1.1", "Twice", "1.2", "Half", "not started", "5 min"]);
}

#[test]
fn a_failure_after_another_says_what_it_may_stand_on() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    fixture.answer(HALF, "x / 3");
    let words = "1.1 is wrong and this may stand on it: mend that first.";
    fixture.run(&["check"]).expect(1, &["0 of 2 solved", words]);
    // Also where only the later one is asked for.
    let run = fixture.run(&["check", "1.2"]);
    run.expect(1, &["0 of 1 solved", words]);
    assert!(!run.stdout.contains("1.1  Twice"), "{}", run.stdout);
}

#[test]
fn models_that_were_not_run_are_told() {
    let fixture = Fixture::new();
    let path = fixture.beside_the_solution("course.toml");
    let course = std::fs::read_to_string(&path).unwrap();
    let with_models = course.replace(
        "tests = [\"first\"]",
        "tests = [\"first\"]\nloom = [\"loom_first\"]",
    );
    std::fs::write(&path, with_models).unwrap();
    let model = "#![cfg(loom)]\n#[test]\nfn one() {\n    assert_eq!(small::double(1), 2);\n}\n";
    fixture.write("tests/loom_first.rs", model);
    fixture.answer(DOUBLE, "x + x");
    fixture.run(&["check", "--no-loom", "1.1"]).expect(
        0,
        &["Its loom models were not run: cargo course check 1.1 tries every order."],
    );
    fixture.run(&["check", "--no-loom", "1"]).expect(
        1,
        &["The loom models of 1.1 were not run: cargo course check 1 tries every order."],
    );
    fixture.run(&["status"]).expect(0, &["1 of 2 solved"]);
    let run = fixture.run(&["list"]);
    run.expect(0, &["tests pass, models not run"]);
    fixture
        .run(&["check", "1.1"])
        .expect(0, &["Its loom models pass too"]);
    let run = fixture.run(&["list"]);
    assert!(!run.stdout.contains("not run"), "{}", run.stdout);
}

#[test]
fn check_is_fine_only_if_all_that_was_asked_for_is_solved() {
    let fixture = Fixture::new();
    fixture
        .run(&["check", "1"])
        .expect(1, &["0 of 2 solved", "not started", "Next: 1.1 double"]);

    fixture.answer(DOUBLE, "x * x");
    fixture.run(&["check", "1.1"]).expect(
        1,
        &[
            "wrong",
            "the double of three",
            "double_of_three in chapters/01-small/tests/first.rs",
            "The page: small/one.md of the book; cargo course book builds it",
        ],
    );

    fixture.answer(DOUBLE, "x + x");
    fixture
        .run(&["check", "1.1"])
        .expect(0, &["solved", "1 of 1 solved"]);
    fixture
        .run(&["check"])
        .expect(1, &["1 of 2 solved", "Next: 1.2 half"]);

    fixture.answer(HALF, "x / 2");
    fixture.run(&["check", "1"]).expect(0, &["2 of 2 solved"]);
    fixture
        .run(&["status"])
        .expect(0, &["Every exercise is solved."]);
}

#[test]
fn check_shows_what_the_compiler_says() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "y");
    fixture.run(&["check"]).expect(
        1,
        &["does not compile", "cannot find value `y`", "src/one.rs:6"],
    );
}

#[test]
fn hints_unfold_one_at_a_time() {
    let fixture = Fixture::new();
    let first = fixture.run(&["hint", "1.1"]);
    first.expect(0, &["Hint 1 of 3", "Add.", "2 more hints are left."]);
    assert!(!first.stdout.contains("Add x."));
    fixture.run(&["hint", "double"]).expect(
        0,
        &["Add.", "Hint 2 of 3", "Add x.", "One more hint is left."],
    );
    for _ in 0..2 {
        fixture
            .run(&["hint", "1.1", "double"])
            .expect(0, &["`x + x`", "cargo course solution 1.1"]);
    }
    // Without a name: the exercise that is next.
    fixture.run(&["hint"]).expect(0, &["1.1 double"]);
}

#[test]
fn a_solution_is_shown_once_it_is_earned_or_asked_for_twice() {
    let fixture = Fixture::new();
    fixture.run(&["solution", "1.1"]).expect(
        2,
        &["1.1 is not solved yet", "--yes", "cargo course hint 1.1"],
    );
    fixture
        .run(&["solution", "1.1", "--yes"])
        .expect(0, &["- todo!(\"1.1 double\")", "+ x + x"]);
    fixture.answer(DOUBLE, "2 * x");
    fixture
        .run(&["solution", "1.1"])
        .expect(0, &["- 2 * x", "+ x + x", "Yours may differ and be right"]);
}

#[test]
fn an_example_runs_on_our_solution_or_on_your_own() {
    let fixture = Fixture::new();
    fixture
        .run(&["run", "1"])
        .expect(0, &["cargo course run 1 show", "Shows a double."]);
    fixture
        .run(&["run", "1", "show"])
        .expect(0, &["twice 21 is 42"]);
    fixture.run(&["run", "1", "show", "--mine"]).expect(
        2,
        &[
            "chapter 1: yours, with 2 exercises open",
            "not yet implemented: 1.1 double",
            "The example ran into 1.1 double, which is not started",
            "Solve 1.1 first, or leave out `--mine`",
        ],
    );
    fixture.answer(DOUBLE, "x + x + 0 * x");
    fixture.run(&["run", "1", "show", "--mine"]).expect(
        0,
        &["twice 21 is 42", "chapter 1: yours, with one exercise open"],
    );
    // Only a chapter that is solved is built upon.
    fixture.run(&["mine"]).expect(
        0,
        &[
            "chapter 1: ours, because 1.2 is not started",
            "as it stands",
        ],
    );
    fixture.answer(HALF, "x / 2");
    fixture
        .run(&["run", "1", "show", "--mine"])
        .expect(0, &["twice 21 is 42", "chapter 1: yours"]);
    // What the example is given, and what it ends with.
    fixture
        .run(&["run", "1", "show", "--", "a", "b"])
        .expect(2, &["twice"]);
}

#[test]
fn an_example_on_a_chapter_that_does_not_compile_says_so() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "y");
    fixture.run(&["run", "1", "show", "--mine"]).expect(
        2,
        &["Your chapter 1 does not compile", "cargo course check 1"],
    );
    fixture.write("examples/show.rs", "fn main() { nothing() }\n");
    fixture.run(&["run", "1", "show"]).expect(
        2,
        &[
            "cannot find function `nothing`",
            "The example `show` does not compile",
        ],
    );
}

#[test]
fn an_example_that_waits_for_a_hole_is_stopped() {
    let fixture = Fixture::new();
    fixture.write(
        "examples/show.rs",
        "fn main() {\n    std::thread::spawn(|| small::double(21));\n    \
         loop { std::thread::park() }\n}\n",
    );
    fixture.run(&["run", "1", "show", "--mine"]).expect(
        2,
        &[
            "ran into 1.1 double",
            "it did not end after that and was stopped",
        ],
    );
}

/// As `| head` does, while the example has still something to say and then waits for ever.
#[test]
fn an_example_ends_when_nobody_reads_it_any_more() {
    let fixture = Fixture::new();
    fixture.write(
        "examples/show.rs",
        "fn main() {\n    std::thread::spawn(|| loop { println!(\"more\") });\n    \
         loop { std::thread::park() }\n}\n",
    );
    let mut child = fixture
        .tool(&["run", "1", "show"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "more\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_book_has_an_address() {
    let fixture = Fixture::new();
    for page in ["one", "two"] {
        std::fs::write(
            fixture.root().join(format!("book/src/small/{page}.md")),
            "# Page\n",
        )
        .unwrap();
    }
    let run = fixture.run(&["book"]);
    run.expect(0, &["file:///", "target/course/book/index.html"]);
    // Once it is there, a verdict has the address of its page.
    fixture.answer(DOUBLE, "x * x");
    fixture.run(&["check", "1.1"]).expect(
        1,
        &["The page: file:///", "target/course/book/small/one.html"],
    );
    // Without a terminal, no command at all is `status` and `book`.
    fixture
        .run(&[])
        .expect(0, &["Next: 1.1 double", "target/course/book/index.html"]);
}

#[test]
fn a_race_that_there_is_not_says_which_there_is() {
    let fixture = Fixture::new();
    let what = "`cargo course race 4 --mine` races your scheduler";
    let run = fixture.run(&["race"]);
    run.expect(2, &["Say which chapter is to race", what]);
    let run = fixture.run(&["race", "1", "--mine"]);
    run.expect(2, &["Chapter 1 has no race", what]);
    let run = fixture.run(&["race", "4"]);
    run.expect(2, &["There is no chapter 4 yet"]);
    let run = fixture.run(&["race", "4", "--rounds", "0"]);
    run.expect(2, &["0 is not in 1..=65535"]);
}

#[test]
fn a_known_wrong_answer_is_named() {
    let header = "//! exercise: 1.1\n//! test: first::double_of_three\n//! verdict: wrong\n\
                  //! message: left: 9\n//! rule: Twice is twice.\n//!\n//! A square.\n\n\
                  <<<<<<< solution\n    x + x\n=======\n    x * x\n>>>>>>> wrong\n";
    let page = "# One\n\n{{#wrong a-square \"Twice two is two times two. And three?\"}}\n";
    let mut files = BOOK.to_vec();
    files.push(("solutions/01-small/wrong/a-square.rs", header));
    files.push(("book/src/small/one.md", page));
    let fixture = Fixture::with(&files);
    fixture.answer(DOUBLE, "x * x");
    fixture.run(&["check", "1.1"]).expect(
        1,
        &[
            "looks like a wrong answer that is known: “Twice two is two times two. And three?”",
            "What goes wrong with it: small/one.md of the book",
        ],
    );
    // Another answer fails in the same test, and looks like no known one.
    fixture.answer(DOUBLE, "x * 7");
    let run = fixture.run(&["check", "1.1"]);
    run.expect(1, &["left: 21"]);
    assert!(!run.stdout.contains("looks like"), "{}", run.stdout);
}

#[test]
fn the_version_is_told() {
    let version = env!("CARGO_PKG_VERSION");
    Fixture::new().run(&["--version"]).expect(0, &[version]);
}

#[test]
fn a_failure_names_the_line_of_its_test() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x * x");
    let place = "The test: double_of_three in chapters/01-small/tests/first.rs:2";
    fixture.run(&["check", "1.1"]).expect(1, &[place]);
}

#[test]
fn what_cargo_says_in_colours_is_understood() {
    let fixture = Fixture::new();
    fixture.answer(DOUBLE, "x + x");
    fixture.write("Cargo.toml", "[package]\nname = ");
    let mut command = fixture.tool(&["check", "1.1"]);
    command.env("CARGO_TERM_COLOR", "always");
    let run = crate::run::Run::of(&mut command);
    run.expect(2, &["cargo failed: "]);
    assert!(!run.stderr.contains("no reason"), "{}", run.stderr);
}

#[test]
fn an_example_that_runs_into_a_hole_shows_no_calls() {
    let fixture = Fixture::new();
    let mut command = fixture.tool(&["run", "1", "show", "--mine"]);
    command.env("RUST_BACKTRACE", "1");
    let run = crate::run::Run::of(&mut command);
    run.expect(2, &["ran into 1.1 double"]);
    assert!(!run.stderr.contains("stack backtrace"), "{}", run.stderr);
}
