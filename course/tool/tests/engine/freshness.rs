//! A verdict is one of the file as it is now, whatever the times of files say, and of this checkout
//! alone, whatever the surroundings say.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use course::cargo::{self, Site};
use course::check::{self, Cancel, Models, Options};
use course::course::ExerciseId;
use course::mine;
use course::process::{self, End};
use course::run::{self, Records};
use course::verdict::Verdict;

use crate::fixture::{DOUBLE, Fixture, HALF, ONE, TWO};

/// A right answer for all but the double of three, which the first test looks at.
const WRONG: &str = "if x == 3 { 7 } else { x + x }";

/// A time from before anything was built.
fn long_ago() -> SystemTime {
    SystemTime::now() - Duration::from_secs(100_000)
}

fn set_time(path: &Path, time: SystemTime) {
    let file = File::options().append(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

impl Fixture {
    /// Puts an answer in place as `cp -p` does: with a time from before the last build.
    fn answer_with_old_time(&self, body: &str) {
        self.answer(ONE, body);
        set_time(&self.path("src/one.rs"), long_ago());
    }

    fn verdict_under_miri(&self, id: ExerciseId) -> Verdict {
        let options = Options {
            miri: true,
            models: Models::None,
            ..Options::default()
        };
        let cancel = Cancel::default();
        let verdicts = check::check(&self.course, &[id], &options, &cancel, &mut |_| {});
        verdicts.unwrap().remove(0).1
    }
}

#[test]
fn a_file_put_back_with_an_old_time_is_built() {
    let fixture = Fixture::new();
    assert_eq!(fixture.check_one(WRONG).word(), "wrong");
    fixture.answer_with_old_time(DOUBLE);
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
    fixture.answer_with_old_time(WRONG);
    assert_eq!(fixture.check(&[ONE])[0].word(), "wrong");
}

#[test]
fn a_time_set_back_after_a_build_of_another_target_hides_nothing() {
    let fixture = Fixture::new();
    fixture.answer(ONE, DOUBLE);
    fixture.answer(TWO, HALF);
    assert_eq!(fixture.check(&[TWO]), [Verdict::Solved]);
    // Built with the tests of the first exercise only.
    let test = fixture.read("tests/second.rs");
    fixture.write("tests/second.rs", &test.replace("(4), 2", "(4), 3"));
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
    set_time(&fixture.path("tests/second.rs"), long_ago());
    assert_eq!(fixture.check(&[TWO])[0].word(), "wrong");
}

#[test]
fn the_readers_times_are_left_alone() {
    let fixture = Fixture::new();
    assert_eq!(fixture.check_one(WRONG).word(), "wrong");
    fixture.answer_with_old_time(DOUBLE);
    let time = || fs::metadata(fixture.path("src/one.rs")).unwrap().modified();
    let before = time().unwrap();
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
    assert_eq!(time().unwrap(), before);
}

#[test]
fn models_are_of_the_file_as_it_is() {
    let mut fixture = Fixture::new();
    fixture.course.chapters[0].exercises[0].loom = vec!["loom_first".to_owned()];
    let model = "#![cfg(loom)]\n#[test]\nfn five() {\n    assert_eq!(small::double(5), 10);\n}\n";
    fixture.write("tests/loom_first.rs", model);
    fixture.answer(ONE, "if x == 5 { 11 } else { x + x }");
    assert_eq!(fixture.check(&[ONE])[0].word(), "wrong");
    fixture.answer_with_old_time(DOUBLE);
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
}

#[test]
fn miri_runs_the_file_as_it_is() {
    let mut probe = check::nightly_cargo();
    probe.args(["miri", "--version"]);
    let is_there = probe.output().is_ok_and(|output| output.status.success());
    if !is_there {
        eprintln!("not run: Miri is not installed");
        return;
    }
    let fixture = Fixture::new();
    fixture.answer(TWO, "x");
    assert_eq!(fixture.verdict_under_miri(TWO).word(), "wrong");
    fixture.answer(TWO, "x / 2");
    set_time(&fixture.path("src/two.rs"), long_ago());
    assert!(fixture.verdict_under_miri(TWO).is_solved());
}

#[test]
fn an_example_runs_on_the_files_as_they_are() {
    let fixture = Fixture::new();
    let chapter = &fixture.course.chapters[0];
    let cancel = Cancel::default();
    let printed = |on: Option<&mine::Overlay>| {
        let program =
            run::build(&fixture.course, chapter, "show", on, Records::No, &cancel).unwrap();
        let output = Command::new(program).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let overlay = || mine::overlay_up_to(&fixture.course, chapter, &cancel, &mut |_| {}).unwrap();
    fixture.answer(ONE, "x * x");
    assert_eq!(printed(Some(&overlay())), "twice 21 is 441\n");
    fixture.answer_with_old_time(DOUBLE);
    assert_eq!(printed(Some(&overlay())), "twice 21 is 42\n");
    // The example itself, and our own answer.
    assert_eq!(printed(None), "twice 21 is 42\n");
    let example = fixture.path("examples/show.rs");
    fixture.write(
        "examples/show.rs",
        &fixture.read("examples/show.rs").replace("is {}", "= {}"),
    );
    set_time(&example, long_ago());
    assert_eq!(printed(None), "twice 21 = 42\n");
    assert_eq!(printed(Some(&overlay())), "twice 21 = 42\n");
}

#[test]
fn a_build_that_was_stopped_leaves_no_doubt() {
    let fixture = Fixture::new();
    assert_eq!(fixture.check_one(DOUBLE), Verdict::Solved);
    let then = fs::metadata(fixture.path("src/one.rs"))
        .unwrap()
        .modified()
        .unwrap();
    // As if the tool had been killed right after cargo, and its own record was left as it was when
    // the build began.
    fixture.answer(ONE, WRONG);
    let site = Site::new(&fixture.course, cargo::TESTS);
    let record = site.target.join("course-record.json");
    let mut begun = String::new();
    let mut command = cargo::command(&fixture.course.root);
    command.args(["build", "--package", "ch01", "--tests"]);
    let built = site.during(&Cancel::default(), || {
        begun = fs::read_to_string(&record).unwrap();
        Ok(process::run(command, Duration::from_secs(600), &Cancel::default()).unwrap())
    });
    assert!(matches!(built.unwrap().end, End::Exited(status) if status.success()));
    fs::write(&record, begun).unwrap();
    fixture.answer(ONE, DOUBLE);
    set_time(&fixture.path("src/one.rs"), then);
    let _ = fs::remove_dir_all(fixture.course.scratch().join("verdicts"));
    assert_eq!(fixture.check(&[ONE]), [Verdict::Solved]);
}

#[test]
fn where_cargos_memory_is_not_found_everything_is_built_anew() {
    let fixture = Fixture::new();
    let site = Site::new(&fixture.course, "unknown");
    let _ = fs::remove_dir_all(&site.target);
    let stray = site.target.join("debug/unknown/ch01-0123456789abcdef");
    fs::create_dir_all(&stray).unwrap();
    site.during(&Cancel::default(), || Ok(())).unwrap();
    assert!(!stray.exists());
    // Nothing has changed since, so nothing is removed.
    fs::create_dir_all(&stray).unwrap();
    site.during(&Cancel::default(), || Ok(())).unwrap();
    assert!(stray.exists());
}

#[test]
fn two_checks_of_a_checkout_build_one_after_the_other() {
    let fixture = Fixture::new();
    let site = Site::new(&fixture.course, "elsewhere");
    let (sender, receiver) = std::sync::mpsc::channel();
    let cancel = Cancel::default();
    std::thread::scope(|scope| {
        site.during(&Cancel::default(), || {
            let second = scope.spawn(|| {
                let waited = site.during(&cancel, || Ok(()));
                sender.send(waited).unwrap();
            });
            // It ends by being cancelled, so it was waiting, or would have had to.
            cancel.cancel();
            second.join().unwrap();
            Ok(())
        })
        .unwrap();
    });
    let waited: Result<(), _> = receiver.recv().unwrap();
    assert!(waited.unwrap_err().what.contains("stopped"));
}
