//! A course of two exercises, small enough to be built for each test.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use course::check::{Cancel, Models, Options, check};
use course::course::{Course, ExerciseId};
use course::skeleton;
use course::source::Source;
use course::verdict::Verdict;

/// The repository of the small course, as a reader gets it. There is one, because its packages
/// share a target folder with themselves; whoever holds it has it alone.
pub struct Fixture {
    pub course: Course,
    _alone: MutexGuard<'static, ()>,
}

pub const ONE: ExerciseId = ExerciseId {
    chapter: 1,
    number: 1,
};
pub const TWO: ExerciseId = ExerciseId {
    chapter: 1,
    number: 2,
};

/// The right answers.
pub const DOUBLE: &str = "x + x";
pub const HALF: &str = "crate::double(x) / 4";

impl Fixture {
    /// The untouched course.
    pub fn new() -> Fixture {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("engine");
        for folder in ["chapters", "solutions", "target/course"] {
            let _ = fs::remove_dir_all(root.join(folder));
        }
        for (path, text) in FILES {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let course = Course::load(&root).unwrap();
        skeleton::write(&course, &course.chapters[0]).unwrap();
        Fixture {
            course,
            _alone: alone,
        }
    }

    /// The path of a file of the reader's chapter.
    pub fn path(&self, file: &str) -> PathBuf {
        self.course.chapter_dir(&self.course.chapters[0]).join(file)
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    /// Puts a body into the region of an exercise.
    pub fn answer(&self, id: ExerciseId, body: &str) {
        let (_, exercise) = self.course.exercise(id).unwrap();
        let file = exercise.file.to_str().unwrap();
        let source = Source::parse(file, self.read(file)).unwrap();
        let text = source.with_body(&exercise.anchor(), body).unwrap();
        self.write(file, &text);
    }

    pub fn check(&self, scope: &[ExerciseId]) -> Vec<Verdict> {
        let verdicts = check(
            &self.course,
            scope,
            &Options::default(),
            &Cancel::default(),
            &mut |_| {},
        );
        let verdicts = verdicts.unwrap_or_else(|problem| panic!("{problem}"));
        assert!(verdicts.iter().map(|(id, _)| id).eq(scope));
        verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    }

    /// The verdict of an exercise's loom models.
    pub fn check_models(&self, id: ExerciseId) -> Verdict {
        let options = Options {
            models: Models::All,
            ..Options::default()
        };
        let verdicts = check(
            &self.course,
            &[id],
            &options,
            &Cancel::default(),
            &mut |_| {},
        );
        let mut verdicts = verdicts.unwrap_or_else(|problem| panic!("{problem}"));
        verdicts.remove(0).1
    }

    /// The verdict of the first exercise with this answer.
    pub fn check_one(&self, body: &str) -> Verdict {
        self.answer(ONE, body);
        self.check(&[ONE]).remove(0)
    }
}

const FILES: [(&str, &str); 12] = [
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\", \"solutions/*\"]\n\
         [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace.dependencies]\n",
    ),
    (
        "chapters/01-small/Cargo.toml",
        "[package]\nname = \"ch01\"\nversion.workspace = true\nedition.workspace = true\n\
         [lib]\nname = \"small\"\ntest = false\ndoctest = false\n[lints.rust]\nunused = \"allow\"\n",
    ),
    (
        "solutions/01-small/Cargo.toml",
        "[package]\nname = \"small-solution\"\nversion.workspace = true\nedition.workspace = true\n\
         [lib]\nname = \"small\"\ntest = false\ndoctest = false\n",
    ),
    ("chapters/01-small/course.toml", COURSE),
    (
        "solutions/01-small/src/lib.rs",
        "//! Small.\n\nmod one;\nmod two;\n\npub use one::double;\npub use two::half;\n",
    ),
    (
        "solutions/01-small/src/one.rs",
        "//! One.\n\n// ANCHOR: double\n/// Twice `x`.\npub fn double(x: u32) -> u32 {\n    \
         // ANCHOR: ex-1-1-double\n    x + x\n    // ANCHOR_END: ex-1-1-double\n}\n\
         // ANCHOR_END: double\n",
    ),
    (
        "solutions/01-small/src/two.rs",
        "//! Two.\n\n/// Half of `x`.\npub fn half(x: u32) -> u32 {\n    \
         // ANCHOR: ex-1-2-half\n    crate::double(x) / 4\n    // ANCHOR_END: ex-1-2-half\n}\n",
    ),
    ("chapters/01-small/tests/first.rs", FIRST),
    (
        "chapters/01-small/tests/second.rs",
        "#[test]\nfn half_of_four() {\n    assert_eq!(small::half(4), 2);\n}\n",
    ),
    ("chapters/01-small/tests/whole.rs", WHOLE),
    (
        "chapters/01-small/wrong/square.rs",
        "//! exercise: 1.1\n//! test: first::z_three\n//! verdict: wrong\n//! message: left: 9\n\
         //! rule: Twice is not the square.\n//!\n//! For two it is the same.\n\nx * x\n",
    ),
    (
        "chapters/01-small/examples/show.rs",
        "fn main() {\n    println!(\"twice 21 is {}\", small::double(21));\n}\n",
    ),
];

const COURSE: &str = r#"
number = 1
title = "Small"
minutes = 10
package = "ch01"
solution = "small-solution"
lib = "small"
page = "small/index.md"
tests = ["whole"]

[[exercise]]
id = "1.1"
name = "double"
title = "Twice"
goal = "Return twice x."
file = "src/one.rs"
tests = ["first"]
page = "small/one.md"
minutes = 5
hints = ["Add.", "Add x.", "`x + x`"]

[[exercise]]
id = "1.2"
name = "half"
title = "Half"
goal = "Return half of x."
file = "src/two.rs"
tests = ["second"]
page = "small/two.md"
minutes = 5
hints = ["Divide.", "Divide x.", "`x / 2`"]

[[example]]
name = "show"
about = "Shows a double."
"#;

const WHOLE: &str = r#"
use std::{env, fs};

#[test]
fn both() {
    assert_ne!(small::half(small::double(1000)), 999);
}

#[test]
fn seven() {
    if small::double(7) != 14 {
        let report = "verdict: hangs\nexercise: 1.1\npage: small/seven.md\nrule: Seven counts.\n\nbroken rule: Seven counts.\n  what was seen: none\n";
        fs::write(env::var("COURSE_REPORT").unwrap(), report).unwrap();
        panic!("none");
    }
}
"#;

/// Not in the order of the alphabet. The kit's side of the protocol is played by hand.
const FIRST: &str = r#"
use std::{env, fs};

#[test]
fn z_three() {
    fs::write(env::var("COURSE_STEPS").unwrap(), "Do not fall.\tstepping\n").unwrap();
    assert_eq!(small::double(3), 6);
}

#[test]
fn a_ten() {
    let saw = small::double(10);
    if saw != 20 {
        let verdict = if saw == 0 { "hangs" } else { "wrong" };
        let report = format!("verdict: {verdict}\nexercise: 1.1\npage: small/rule.md\nrule: Twice is twice.\n\nsaw {saw}\n");
        fs::write(env::var("COURSE_REPORT").unwrap(), report).unwrap();
        panic!("saw {saw}");
    }
}
"#;
