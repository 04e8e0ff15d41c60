//! Examples that are recorded, and drawn.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::fixture::{BOOK, Fixture};

/// A package that records, as chapter 3 does, but whose events are written down here.
const HARNESS: &str = r#"
//! A harness.

/// Spawns a task, and polls it. With an argument, stops in the middle of the poll.
pub fn run() {
    #[cfg(feature = "trace")]
    if let Some(folder) = std::env::var_os(trace::VARIABLE) {
        use trace::{Event, How, Subject, Writer};

        std::fs::create_dir_all(&folder).unwrap();
        let task = Subject::Task(7);
        let mut writer = Writer::create(folder.as_ref(), 0, "main", 100).unwrap();
        assert!(writer.write_text(0, 99, "src/main.rs:1:2"));
        writer.write(10, Event::Spawn(task, 99));
        writer.write(20, Event::PollBegin(task));
        if std::env::args().any(|it| it == "abort") {
            std::process::abort();
        }
        if std::env::args().any(|it| it == "nothing") {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        writer.write(30, Event::PollEnd(task, How::Ready));
    }
    println!("it has run");
}
"#;

const EXAMPLE: &str = "fn main() {\n    harness::run();\n}\n";

/// The small course, with a chapter that stands on a package that records.
fn recording() -> Fixture {
    let trace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace");
    let trace = trace.canonicalize().unwrap();
    let harness = format!(
        "[package]\nname = \"harness\"\nversion.workspace = true\nedition.workspace = true\n\
         [features]\ntrace = [\"dep:trace\"]\n\
         [dependencies]\ntrace = {{ path = {:?}, optional = true }}\n",
        trace.display().to_string()
    );
    let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\", \"solutions/*\"]\n\
         [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [workspace.dependencies]\nharness = { path = \"solutions/harness\" }\n";
    let solution = "[package]\nname = \"small-solution\"\nversion.workspace = true\nedition.workspace = true\n\
         [lib]\nname = \"small\"\ntest = false\ndoctest = false\n\
         [dependencies]\nharness.workspace = true\n";
    let mut files = BOOK.to_vec();
    files.extend([
        ("Cargo.toml", workspace),
        ("solutions/harness/Cargo.toml", harness.as_str()),
        ("solutions/harness/src/lib.rs", HARNESS),
        ("solutions/01-small/Cargo.toml", solution),
        ("chapters/01-small/examples/show.rs", EXAMPLE),
    ]);
    Fixture::with(&files)
}

fn folder(fixture: &Fixture) -> PathBuf {
    fixture.root().join("target/course/trace/01-small-show")
}

/// The complete events of the recording: their names, and what they say.
fn spans(fixture: &Fixture) -> Vec<(String, String)> {
    let json = fs::read_to_string(folder(fixture).join("show.json")).unwrap();
    let json: Value = serde_json::from_str(&json).unwrap();
    let events = json["traceEvents"].as_array().unwrap().iter();
    let spans = events.filter(|event| event["ph"] == "X" && event["cat"] == "poll");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    spans
        .map(|span| (word(&span["name"]), word(&span["args"]["is"])))
        .collect()
}

#[test]
fn an_example_is_recorded_and_drawn() {
    let fixture = recording();
    let run = fixture.run(&["run", "1", "show", "--trace"]);
    run.expect(
        0,
        &[
            "it has run",
            "Recorded: 1 thread, 1 poll, 1 wake or spawn that led to one, in 30 ns.",
            "show.svg",
            "show.html",
            "show.json",
        ],
    );
    assert_eq!(
        run.stdout, "it has run\n",
        "what the example prints is not mixed with ours"
    );
    let poll = (
        "A (task 7)".to_owned(),
        "poll of A (task 7): ready".to_owned(),
    );
    assert_eq!(spans(&fixture), [poll]);
    let svg = fs::read_to_string(folder(&fixture).join("show.svg")).unwrap();
    assert!(
        svg.contains("task 7, spawned at src/main.rs:1:2, 1 poll"),
        "{svg}"
    );
    assert!(!folder(&fixture).join("events").exists());
    // The second time it is made anew, and without the flag nothing is recorded.
    fixture
        .run(&["run", "1", "show", "--trace"])
        .expect(0, &["Recorded: 1 thread"]);
    fs::remove_dir_all(folder(&fixture)).unwrap();
    fixture
        .run(&["run", "1", "show"])
        .expect(0, &["it has run"]);
    assert!(!folder(&fixture).exists());
}

#[test]
fn an_example_on_your_own_chapter_is_recorded() {
    let fixture = recording();
    fixture
        .run(&["run", "1", "show", "--mine", "--trace"])
        .expect(0, &["it has run", "Recorded: 1 thread, 1 poll"]);
}

#[test]
fn what_a_program_did_before_it_was_aborted_is_drawn() {
    let fixture = recording();
    let run = fixture.run(&["run", "1", "show", "--trace", "--", "abort"]);
    assert_ne!(run.status, 0);
    run.expect(run.status, &["Recorded: 1 thread, 1 poll"]);
    let said = "poll of A (task 7), without an end".to_owned();
    assert_eq!(spans(&fixture), [("A (task 7)".to_owned(), said)]);
}

#[test]
fn what_cannot_be_recorded_says_why() {
    Fixture::new()
        .run(&["run", "1", "show", "--trace"])
        .expect(2, &["Chapter 1 has no tasks that could be recorded"]);
    let fixture = recording();
    fixture
        .run(&["run", "1", "show", "--trace", "--", "nothing"])
        .expect(2, &["it has run", "Nothing was recorded"]);
    fixture
        .run(&["trace", "chapters"])
        .expect(2, &["Nothing was recorded"]);
}
