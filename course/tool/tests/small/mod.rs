//! A small course: two exercises in one chapter, each solved by a line.

use std::fs;
use std::path::{Path, PathBuf};

use course::course::{Course, ExerciseId};
use course::skeleton;
use course::source::Source;

/// The small course, in a repository.
pub struct Small {
    pub course: Course,
}

pub const ONE: ExerciseId = ExerciseId {
    chapter: 1,
    number: 1,
};
pub const TWO: ExerciseId = ExerciseId {
    chapter: 1,
    number: 2,
};

impl Small {
    /// Writes the untouched course into a folder. `more` files are added to it, or replace its own.
    pub fn write_into(root: &Path, more: &[(&str, &str)]) -> Small {
        for (path, text) in FILES.iter().chain(more) {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let course = Course::load(root).unwrap();
        skeleton::write(&course, &course.chapters[0]).unwrap();
        Small { course }
    }

    /// What its authors wrote beside the solution.
    pub fn beside_the_solution(&self, file: &str) -> PathBuf {
        let folder = self.course.solution_dir(&self.course.chapters[0]);
        folder.join(file)
    }

    /// A file of the reader's chapter.
    pub fn path(&self, file: &str) -> PathBuf {
        self.course.chapter_dir(&self.course.chapters[0]).join(file)
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    /// The file of an exercise with another answer in its region.
    pub fn answered(&self, id: ExerciseId, body: &str) -> (String, String) {
        let (_, exercise) = self.course.exercise(id).unwrap();
        let file = exercise.file.to_str().unwrap();
        let source = Source::parse(file, self.read(file)).unwrap();
        let text = source.with_body(&exercise.anchor(), body).unwrap();
        (file.to_owned(), text)
    }

    /// Saves an answer.
    pub fn answer(&self, id: ExerciseId, body: &str) {
        let (file, text) = self.answered(id, body);
        self.write(&file, &text);
    }
}

const FILES: [(&str, &str); 9] = [
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\", \"solutions/*\"]\n\
         [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace.dependencies]\n",
    ),
    (
        "solutions/01-small/Cargo.toml",
        "[package]\nname = \"small-solution\"\nversion.workspace = true\nedition.workspace = true\n\
         [lib]\nname = \"small\"\ntest = false\ndoctest = false\n",
    ),
    ("solutions/01-small/course.toml", COURSE),
    (
        "solutions/01-small/src/lib.rs",
        "//! Small.\n\nmod one;\nmod two;\n\npub use one::double;\npub use two::half;\n",
    ),
    (
        "solutions/01-small/src/one.rs",
        "//! One.\n\n/// Twice `x`.\npub fn double(x: u32) -> u32 {\n    \
         // ANCHOR: ex-1-1-double\n    x + x\n    // ANCHOR_END: ex-1-1-double\n}\n",
    ),
    (
        "solutions/01-small/src/two.rs",
        "//! Two.\n\n/// Half of `x`.\npub fn half(x: u32) -> u32 {\n    \
         // ANCHOR: ex-1-2-half\n    x / 2\n    // ANCHOR_END: ex-1-2-half\n}\n",
    ),
    (
        "chapters/01-small/tests/first.rs",
        "#[test]\nfn double_of_three() {\n    \
         assert_eq!(small::double(3), 6, \"the double of three\");\n}\n",
    ),
    (
        "chapters/01-small/tests/second.rs",
        "#[test]\nfn half_of_four() {\n    assert_eq!(small::half(4), 2);\n}\n",
    ),
    (
        "chapters/01-small/examples/show.rs",
        "fn main() {\n    println!(\"twice 21 is {}\", small::double(21));\n    \
         std::process::exit(std::env::args().count() as i32 - 1);\n}\n",
    ),
];

pub const COURSE: &str = r#"
number = 1
title = "Small"
minutes = 10
package = "ch01"
solution = "small-solution"
lib = "small"
page = "small/index.md"

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
