//! The small course, with tests that play the test kit's part, and a wrong answer.

use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use course::check::{Cancel, Options, check};
use course::course::ExerciseId;
use course::verdict::Verdict;

use crate::small::{COURSE, Small};

pub use crate::small::{ONE, TWO};

/// The repository of the small course, as a reader gets it. There is one, because its packages
/// share a target folder with themselves; whoever holds it has it alone.
pub struct Fixture {
    small: Small,
    _alone: MutexGuard<'static, ()>,
}

impl Deref for Fixture {
    type Target = Small;

    fn deref(&self) -> &Small {
        &self.small
    }
}

impl DerefMut for Fixture {
    fn deref_mut(&mut self) -> &mut Small {
        &mut self.small
    }
}

/// The right answers.
pub const DOUBLE: &str = "x + x";
pub const HALF: &str = "crate::double(x) / 4";

impl Fixture {
    /// The untouched course.
    pub fn new() -> Fixture {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("engine");
        // What was built before saves time, and must not show.
        for folder in ["chapters", "solutions", "target/course/verdicts"] {
            let _ = fs::remove_dir_all(root.join(folder));
        }
        let page = "page = \"small/index.md\"\n";
        let with_whole = COURSE.replacen(page, &format!("{page}tests = [\"whole\"]\n"), 1);
        let mut more = vec![("solutions/01-small/course.toml", with_whole.as_str())];
        more.extend(FILES);
        Fixture {
            small: Small::write_into(&root, &more),
            _alone: alone,
        }
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
        // What is said of the chapter as a whole comes last.
        let of_exercises = verdicts
            .iter()
            .map(|(id, _)| id)
            .filter(|id| !id.is_whole());
        assert!(of_exercises.eq(scope));
        verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    }

    /// The verdict of the first exercise with this answer.
    pub fn check_one(&self, body: &str) -> Verdict {
        self.answer(ONE, body);
        self.check(&[ONE]).remove(0)
    }
}

/// What is more than in the small course, or other.
const FILES: [(&str, &str); 6] = [
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
    ("chapters/01-small/tests/whole.rs", WHOLE),
    (
        "solutions/01-small/wrong/square.rs",
        "//! exercise: 1.1\n//! test: first::z_three\n//! verdict: wrong\n//! message: left: 9\n\
         //! rule: Twice is not the square.\n//!\n//! For two it is the same.\n\n\
         <<<<<<< solution\n    x + x\n=======\n    x * x\n>>>>>>> wrong\n",
    ),
    (
        "chapters/01-small/examples/show.rs",
        "fn main() {\n    println!(\"twice 21 is {}\", small::double(21));\n}\n",
    ),
];
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
