//! Builds small books and looks at what a reader gets.

mod readme;
mod repository;

use std::fs;

use course::book;

use repository::{COURSE_TOML, Repository, SOLUTION};

/// Fails unless `text` holds all of `parts`, in this order.
#[track_caller]
fn assert_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => panic!("{part:?} is missing or out of order in:\n{text}"),
        }
    }
}

const INCLUDE: &str = "```rust\n{{#include ../../../solutions/01-one/src/lib.rs:future}}\n```\n";

#[test]
fn an_include_folds_exercises_to_their_goals() {
    let html = Repository::new("fold", INCLUDE).html();
    assert_order(
        &html,
        &[
            "<code class=\"language-rust",
            "impl Future for One {\n    fn poll(&amp;mut self)",
            "\n        // Return the answer if it is there, or else keep the waker.\n",
            "        todo!(\"1.1 answer\")\n    }\n}</code>",
        ],
    );
    assert!(!html.contains("42") && !html.contains("ANCHOR"), "{html}");
}

#[test]
fn a_whole_file_is_folded_too() {
    let page = "```rust\n{{#include ../../../solutions/01-one/src/lib.rs}}\n```\n";
    let html = Repository::new("whole", page).html();
    assert_order(&html, &["//! One.", "impl Future", "todo!(\"1.1 answer\")"]);
    assert!(!html.contains("42") && !html.contains("ANCHOR"), "{html}");
}

#[test]
fn an_include_loses_the_indentation_its_lines_share_and_takes_that_of_its_fence() {
    let repository = Repository::new(
        "indent",
        "- item\n\n  ```rust\n  {{#include ../../../solutions/01-one/src/lib.rs:deep}}\n  ```\n",
    );
    repository.write(
        "solutions/01-one/src/lib.rs",
        "mod a {\n        // ANCHOR: deep\n        fn f() {\n\n            g();\n        }\n        \
         // ANCHOR_END: deep\n}\n",
    );
    let html = repository.html();
    assert!(html.contains(">fn f() {\n\n    g();\n}</code>"), "{html}");
}

#[test]
fn an_answer_is_whole_and_folded_away() {
    let html = Repository::new("answer", "{{#answer 1.1}}\n").html();
    assert_order(
        &html,
        &[
            "<details class=\"folded answer\">",
            "<summary>The answer to 1.1, when you have yours</summary>",
            "solutions/01-one/src/lib.rs",
            ">if self.done {\n    return Poll::Ready(42);\n}\nPoll::Pending</code>",
            "</details>",
        ],
    );
}

#[test]
fn an_exercise_says_what_where_and_how() {
    let html = Repository::new("exercise", "{{#exercise 1.1}}\n").html();
    assert_order(
        &html,
        &[
            "<section class=\"exercise\" aria-labelledby=\"exercise-1-1\">",
            "<h2 id=\"exercise-1-1\">",
            "Exercise 1.1: Answer <code>Ready</code>",
            "5 minutes",
            "chapters/01-one/src/lib.rs",
            "Return the answer if it is there",
            "cargo course check 1.1",
            "<summary>Hint 1 ",
            "Look.",
            "<summary>Hint 3 ",
            "<code>if self.done</code>",
            "</section>",
        ],
    );
}

#[test]
fn a_wrong_answer_says_why_and_what_the_test_says() {
    let html = Repository::new("wrong", "{{#wrong no-waker \"What if we `just` wait?\"}}\n").html();
    assert_order(
        &html,
        &[
            "<summary>What if we <code>just</code> wait?</summary>",
            "-Poll::Pending\n+Poll::Never\n</code>",
            "It looks like all that is needed.",
            "A future that returns <code>Pending</code> keeps the waker.",
            "contract::waits",
            "nobody holds the waker",
            "</details>",
        ],
    );
    let html = Repository::new("wrong-name", "{{#wrong no-waker}}\n").html();
    assert_order(&html, &["<summary>A wrong answer: no waker</summary>"]);
}

#[test]
fn an_open_exercise_shows_its_stub_its_answer_and_changes_to_it() {
    let repository = Repository::new(
        "open",
        "```rust\n{{#include ../../../solutions/01-one/src/lib.rs:future}}\n```\n\n\
         {{#exercise 1.1}}\n\n{{#wrong no-waker}}\n\n{{#answer 1.1}}\n",
    );
    let toml = COURSE_TOML.replace("tests =", "open = {}\ntests =");
    repository.write("solutions/01-one/course.toml", &toml);
    let marker = |line: &&str| line.contains("ANCHOR") && line.contains("ex-1-1");
    let lines = SOLUTION.lines().filter(|line| !marker(line));
    let all = lines.collect::<Vec<_>>().join("\n");
    let all = all.replace("future\nimpl", "future\n// ANCHOR: ex-1-1-answer\nimpl");
    let all = all.replace(
        "// ANCHOR_END: future",
        "// ANCHOR_END: ex-1-1-answer\n// ANCHOR_END: future",
    );
    repository.write("solutions/01-one/src/lib.rs", &all);
    let html = repository.html();
    assert_order(
        &html,
        &[
            "impl Future for One {",
            "todo!(\"1.1 answer\")",
            "This is an open exercise",
            "A change to our answer to 1.1:",
            "language-diff",
            "-Poll::Pending\n+Poll::Never",
            "The answer to 1.1",
            "return Poll::Ready(42);",
        ],
    );
}

#[test]
fn a_figure_is_drawn_in_the_page_with_its_words() {
    let html = Repository::new(
        "figure",
        "{{#figure wake \"A *wake*, and \"what\" then\"}}\n",
    )
    .html();
    assert_order(
        &html,
        &[
            "<figure class=\"figure\" id=\"figure-wake\">",
            "<svg role=\"img\" aria-labelledby=\"wake-title\" aria-describedby=\"wake-desc\"",
            "--w:360",
            "<title id=\"wake-title\">A wake</title>",
            "<marker id=\"wake-arrow\"",
            "<rect class=\"box accent\"",
            "marker-end=\"url(#wake-arrow)\"",
            "</svg>",
            "<figcaption>",
            "A <em>wake</em>",
            "</figcaption>",
        ],
    );
}

#[test]
fn an_output_stands_under_its_command() {
    let html = Repository::new("output", "{{#output 1 hello}}\n").html();
    assert_order(
        &html,
        &["cargo course run 1 hello", "hello &lt;world&gt;\n</code>"],
    );
}

#[test]
fn tokio_is_cited_within_a_line() {
    let page = "See {{#tokio runtime/task/waker.rs:15 fn waker_ref}}, or `\\{{#tokio x:1 y}}`.\n\n\
                {{#tokio lib.rs:2 mod}}\n";
    let repository = Repository::new("tokio", page);
    assert_order(
        &repository.html(),
        &[
            "See <a class=\"tokio\" href=\"https://github.com/tokio-rs/tokio/blob/tokio-1.54.1/\
             tokio/src/runtime/task/waker.rs#L15\" title=\"fn waker_ref\">\
             runtime/task/waker.rs:15</a>, or ",
            "{{#tokio x:1 y}}",
            ">lib.rs:2</a>",
        ],
    );
    let references = book::contents(&repository.course()).unwrap().tokio;
    assert_eq!(references.len(), 2);
    assert_eq!(references[0].cited_at, "book/src/one/index.md:1");
    assert_eq!(
        (references[1].file.as_str(), references[1].line),
        ("lib.rs", 2)
    );
}

#[test]
fn what_is_cited_of_tokio_may_hold_bars_and_braces() {
    let page = "| a | b |\n| --- | --- |\n| in {{#tokio lib.rs:2 f(|| a) { b }}}, | there |\n";
    assert_order(
        &Repository::new("bars", page).html(),
        &[
            "<td>in <a class=\"tokio\"",
            "title=\"f(|| a) { b }\">lib.rs:2</a>,</td>",
            "<td>there</td>",
        ],
    );
}

#[test]
fn a_quiz_folds_its_answer() {
    let page = "{{#quiz}}\nWho *wakes* whom?\n{{#quiz-answer}}\nThe **timer**.\n{{#quiz-end}}\n";
    assert_order(
        &Repository::new("quiz", page).html(),
        &[
            "<div class=\"quiz\">",
            "Who <em>wakes</em> whom?",
            "<details class=\"folded\">",
            "<summary>Answer</summary>",
            "The <strong>timer</strong>.",
            "</details>",
            "</div>",
        ],
    );
}

#[test]
fn all_problems_are_named_at_once_with_page_and_line() {
    let error = Repository::new(
        "problems",
        "# One\n\
         {{#exercise 9.9}}\n\
         {{#figure none \"x\"}}\n\
         {{#figure wake}}\n\
         {{#wrong none}}\n\
         {{#output 1 none}}\n\
         {{#nonsense}}\n\
         {{#quiz}}\n\
         A {{#exercise 1.1}} in a line.\n\
         {{#include x.rs}}\n\
         ```rust\n\
         {{#include ../../../solutions/01-one/src/none.rs}}\n\
         {{#include ../../../solutions/01-one/src/lib.rs:none}}\n\
         {{#include ../../../solutions/01-one/src/lib.rs:3:5}}\n\
         {{#include ../../../solutions/01-one/src/lib.rs:inner}}\n\
         {{#include ../../../chapters/01-one/src/lib.rs}}\n\
         {{#include ../../../../elsewhere.rs}}\n\
         ```\n\
         {{#tokio lib.rs mod}}\n\
         {{#tokio lib.rs:2 a }} b}}\n",
    )
    .error();
    assert_order(
        &error,
        &[
            "17 problems",
            "book/src/one/index.md:2: there is no exercise `9.9`",
            "There are: 1.1 answer",
            "index.md:3: book/src/figures/none.svg cannot be read",
            "There are: wake",
            "index.md:4: figure `wake` has no caption",
            "index.md:5: there is no solutions/01-one/wrong/none.rs",
            "There are: no-waker",
            "index.md:6: solutions/01-one/output/none.txt cannot be read",
            "index.md:7: there is no directive `nonsense`",
            "index.md:9: `exercise` stands within a line",
            "index.md:10: an include stands outside of a code fence",
            "index.md:12: solutions/01-one/src/none.rs cannot be read",
            "index.md:13: solutions/01-one/src/lib.rs has no anchor `none`",
            "future, ex-1-1-answer, inner",
            "index.md:14: `../../../solutions/01-one/src/lib.rs:3:5` includes lines by number",
            "index.md:15: `inner` of solutions/01-one/src/lib.rs is a part of an answer",
            "index.md:16: chapters/01-one/src/lib.rs is the reader's to edit",
            "index.md:17: ../elsewhere.rs is outside of the repository",
            "index.md:19: `lib.rs mod` is not a place in tokio",
            "index.md:20: `lib.rs:2 a ` ends before its `}}` does",
            "index.md:8: this quiz does not end",
            "Mend these",
        ],
    );
}

#[test]
fn missing_pages_are_named_all_at_once() {
    let repository = Repository::new("pages", "# One\n");
    repository.write(
        "book/src/SUMMARY.md",
        "- [One](one/index.md)\n- [A](a.md)\n- [B](b.md)\n",
    );
    assert_order(
        &repository.error(),
        &[
            "SUMMARY.md:2: a.md cannot be read",
            "SUMMARY.md:3: b.md cannot be read",
        ],
    );
}

#[test]
fn a_failed_build_leaves_the_last_book_in_place() {
    let repository = Repository::new("keeps", "# Good\n");
    repository.html();
    repository.write("book/src/one/index.md", "{{#nonsense}}\n");
    repository.error();
    let file = book::page_file(&repository.course(), "one/index.md");
    assert!(fs::read_to_string(file).unwrap().contains("Good"));
    let left: Vec<_> = fs::read_dir(repository.root.join("target/course"))
        .unwrap()
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// Emacs marks a file that is being edited by a link that leads nowhere.
#[test]
#[cfg(unix)]
fn what_an_editor_leaves_behind_is_no_part_of_the_book() {
    let repository = Repository::new("editors", "# Good\n");
    let folder = repository.root.join("book/src/one");
    let lock = folder.join(".#index.md");
    // The folder may be there from an earlier run.
    let _ = fs::remove_file(&lock);
    std::os::unix::fs::symlink("reader@machine.123:456", lock).unwrap();
    for name in ["index.md~", ".index.md.swp", "4913", "#index.md#"] {
        fs::write(folder.join(name), "left behind").unwrap();
    }
    fs::write(folder.join("picture.png"), "a picture").unwrap();
    assert!(repository.html().contains("Good"));
    let built = book::page_file(&repository.course(), "one/index.md");
    let entries = fs::read_dir(built.parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["index.html", "picture.png"]);
}

#[test]
fn builds_at_the_same_time_do_not_disturb_one_another() {
    let repository = Repository::new("twice", "# Good\n");
    let course = repository.course();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..5 {
                    book::build(&course).unwrap();
                }
            });
        }
    });
    assert!(book::page_file(&course, "one/index.md").is_file());
}

#[test]
fn a_chapter_begins_with_where_it_is_and_ends_with_its_invariants() {
    let page = "# One\n\n| name | what always holds | page |\n| --- | --- | --- |\n| Once | It holds. | here |\n\n\
                Again:\n\n{{#invariants}}\n";
    let html = Repository::new("map", page).html();
    assert_order(
        &html,
        &[
            "<h1 id=\"one\">",
            "<nav class=\"chapters-strip\"",
            "<li class=\"here\" aria-current=\"page\">One<span>you are here</span></li>",
            "not written yet",
            "<td>Once</td>",
            "Again:",
            "<td>Once</td>",
        ],
    );
}

#[test]
fn a_listing_is_under_the_name_of_its_file() {
    let html = Repository::new("listed", INCLUDE).html();
    assert_order(
        &html,
        &["<p class=\"listed-file\">01-one/src/lib.rs</p>", "impl"],
    );
}
