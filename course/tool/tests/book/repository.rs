//! A repository with a book of one page.

use std::fs;
use std::path::{Path, PathBuf};

use course::book;
use course::course::Course;

/// A repository with one chapter, one exercise and a page of our own making.
pub struct Repository {
    pub root: PathBuf,
}

pub const COURSE_TOML: &str = r##"
number = 1
title = "One"
minutes = 10
package = "ch01"
solution = "one"
lib = "one"
page = "one/index.md"

[[exercise]]
id = "1.1"
name = "answer"
title = "Answer `Ready`"
goal = "Return the answer if it is there, or else keep the waker."
file = "src/lib.rs"
tests = ["contract"]
page = "one/index.md"
minutes = 5
hints = ["Look.", "Look at `done`.", "`if self.done`"]

[[example]]
name = "hello"
about = "Says hello."
"##;

pub const SOLUTION: &str = "\
//! One.

// ANCHOR: future
impl Future for One {
    fn poll(&mut self) -> Poll<u32> {
        // ANCHOR: ex-1-1-answer
        if self.done {
            // ANCHOR: inner
            return Poll::Ready(42);
            // ANCHOR_END: inner
        }
        Poll::Pending
        // ANCHOR_END: ex-1-1-answer
    }
}
// ANCHOR_END: future
";

const WRONG: &str = "\
//! exercise: 1.1
//! test: contract::waits
//! verdict: hangs
//! message: nobody holds the waker
//! rule: A future that returns `Pending` keeps the waker.
//!
//! It looks like all that is needed.

<<<<<<< solution
        Poll::Pending
=======
        Poll::Never
>>>>>>> wrong
";

const FIGURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 360 90\">\n\
    <title>A wake</title>\n<desc>A box.</desc>\n\n\
    <rect class=\"box accent\" width=\"9\" height=\"9\"/>\n\
    <path class=\"line\" d=\"M0 0H9\" marker-end=\"url(#arrow)\"/>\n</svg>\n";

impl Repository {
    /// The repository whose only page is `page`. `name` keeps it apart from the other tests'.
    pub fn new(name: &str, page: &str) -> Repository {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("book-{name}"));
        let _ = fs::remove_dir_all(&root);
        let repository = Repository { root };
        repository.write(
            "book/book.toml",
            "[output.html.playground]\nrunnable = false\n",
        );
        repository.write("book/src/SUMMARY.md", "- [One](one/index.md)\n- [Two]()\n");
        repository.write("book/src/one/index.md", page);
        repository.write("book/src/figures/wake.svg", FIGURE);
        repository.write("chapters/01-one/Cargo.toml", "");
        repository.write("solutions/01-one/course.toml", COURSE_TOML);
        repository.write("chapters/01-one/src/lib.rs", "// the reader's own\n");
        repository.write("solutions/01-one/wrong/no-waker.rs", WRONG);
        repository.write("solutions/01-one/output/hello.txt", "hello <world>\n");
        repository.write("solutions/01-one/src/lib.rs", SOLUTION);
        repository
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn course(&self) -> Course {
        Course::load(&self.root).unwrap()
    }

    /// The page's own part of its HTML.
    pub fn html(&self) -> String {
        let course = self.course();
        let first = book::build(&course).unwrap_or_else(|problem| panic!("{problem}"));
        assert_eq!(first, self.root.join("target/course/book/index.html"));
        assert!(first.is_file());
        let html = fs::read_to_string(book::page_file(&course, "one/index.md")).unwrap();
        let (_, main) = html.split_once("<main>").unwrap();
        main.split_once("</main>").unwrap().0.to_owned()
    }

    /// What the build says of it.
    pub fn error(&self) -> String {
        book::build(&self.course()).unwrap_err().to_string()
    }
}
