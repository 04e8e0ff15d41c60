//! The book: an mdBook, built as a library so that a reader installs nothing.
//!
//! A page is Markdown with a few directives of our own. `Pages` knows which pages there are,
//! `expand` replaces the directives of one page, `Directives` does so for all pages as a
//! preprocessor of mdBook.
//!
//! ```text
//! book/src/*.md ──> expand ──> mdBook ──> target/course/book/*.html
//!                     ^
//!    solutions/*/{src,wrong,output,schedules,course.toml}  chapters/*/{tests,examples}  figures/*.svg
//! ```
//!
//! Code is never retyped: what a page shows of the project comes from the solutions with their
//! exercise regions folded, and whatever it names and cannot be found fails the build. All such
//! problems are reported at once, because an author who has renamed something wants the list.

mod boxes;
mod code;
mod expand;
pub mod figure;
pub mod html;
mod map;
mod onward;
pub mod pages;
mod schedule;
mod threads;

use std::cell::RefCell;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::rc::Rc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use mdbook_driver::MDBook;
use mdbook_driver::builtin_preprocessors::LinkPreprocessor;
use mdbook_driver::config::Config;
use mdbook_driver::errors::Error;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::course::{Chapter, Course};
use crate::files;
use crate::problem::{Problem, Result};

use self::expand::Expander;
use self::pages::Pages;

pub use self::boxes::fragment;
pub use self::expand::{Found, TokioReference};

/// Builds the book and returns the path of its first page.
///
/// The new book takes the place of the last one at once and only when it is whole, since a reader may
/// have it open.
///
/// # Errors
///
/// If a page cannot be read or names something that does not exist. The problem lists all of them.
pub fn build(course: &Course) -> Result<PathBuf> {
    // The pages are about both ways.
    let course = &course.guided();
    let dir = output_dir(course);
    let fresh = beside(course, "new");
    let built = build_into(course, &fresh)
        .map_err(|problems| joined(&problems))
        .and_then(|_| replace(course, &dir, &fresh));
    if built.is_err() {
        // What cannot be removed is under `target/`, where it does no harm.
        let _ = fs::remove_dir_all(&fresh);
    }
    built.map(|()| dir.join("index.html"))
}

/// The file of a page in the built book, whether it was built or not. `page` is relative to
/// `book/src`, such as `timer-future/poll.md`.
pub fn page_file(course: &Course, page: &str) -> PathBuf {
    output_dir(course).join(page).with_extension("html")
}

/// What the pages hold, without a build of the book.
///
/// # Errors
///
/// If the pages cannot be read, or what they name does not exist.
pub fn contents(course: &Course) -> Result<Found> {
    let course = &course.guided();
    let pages = Pages::load(course).map_err(|problems| joined(&problems))?;
    let expander = Expander::new(course);
    let expanded = pages.list.iter();
    let problems: Vec<Problem> = expanded
        .flat_map(|page| expander.expand(&page.path, &page.text).1)
        .collect();
    match problems.is_empty() {
        true => Ok(expander.into_found()),
        false => Err(joined(&problems)),
    }
}

/// Where the picture of a model's run is kept that fails with this wrong answer.
pub fn schedule_file(course: &Course, chapter: &Chapter, wrong_answer: &str) -> PathBuf {
    let folder = course.solution_dir(chapter).join("schedules");
    folder.join(format!("{wrong_answer}.txt"))
}

/// Where [`build`] writes.
fn output_dir(course: &Course) -> PathBuf {
    course.scratch().join("book")
}

/// A folder that no other process and no other thread writes to.
pub fn beside(course: &Course, purpose: &str) -> PathBuf {
    static BUILDS: AtomicUsize = AtomicUsize::new(0);
    // ORDERING: Relaxed; all we want is a number that nobody else got.
    let build = BUILDS.fetch_add(1, Relaxed);
    course
        .scratch()
        .join(format!("book-{purpose}-{}-{build}", process::id()))
}

/// Puts the folder `fresh` in the place of `dir`.
fn replace(course: &Course, dir: &Path, fresh: &Path) -> Result<()> {
    let failed = |error: io::Error| {
        Problem::new(
            format!("the book cannot be written to {}: {error}", dir.display()),
            "Close what has that folder open, or remove it, then try again",
        )
    };
    let old = beside(course, "old");
    match fs::rename(dir, &old) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let moved = fs::rename(fresh, dir).or_else(|error| {
        let is_taken = matches!(
            error.kind(),
            ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
        );
        if is_taken || dir.is_dir() {
            // Another build was faster by a moment, and its book is as new as ours.
            return fs::remove_dir_all(fresh);
        }
        let _ = fs::rename(&old, dir);
        Err(error)
    });
    let _ = fs::remove_dir_all(&old);
    moved.map_err(failed)
}

/// A copy of `book/src`, without what editors leave there: mdBook copies whatever it finds, and a lock
/// of Emacs is a link that leads nowhere. Removed when dropped.
struct Sources {
    folder: PathBuf,
}

impl Sources {
    fn copy(course: &Course) -> Result<Sources> {
        let from = course.root.join("book").join("src");
        let sources = Sources {
            folder: beside(course, "src"),
        };
        for path in files::files_below(&from)? {
            let to = path.strip_prefix(&from).unwrap_or(&path);
            let to = sources.folder.join(to);
            to.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::copy(&path, &to))
                .map_err(|error| files::unwritable(&to, &error))?;
        }
        Ok(sources)
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        // What cannot be removed is under `target/`, where it does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A book that was built.
pub struct Built {
    /// Its pages, as their authors wrote them.
    pub pages: Pages,
    /// What was found in them.
    pub found: Found,
}

/// Builds the book into `dir`.
///
/// # Errors
///
/// All that is wrong with the pages.
pub fn build_into(course: &Course, dir: &Path) -> Result<Built, Vec<Problem>> {
    // mdBook stops at the first page that is missing; this names all of them.
    let pages = Pages::load(course)?;
    let root = course.root.join("book");
    let sources = Sources::copy(course).map_err(|problem| vec![problem])?;
    let failed = |error: Error| match error.downcast::<Problems>() {
        Ok(problems) => problems.0,
        Err(error) => vec![Problem::new(
            format!("The book cannot be built: {}", trail(&error)),
            "Mend what is named there, then build it again",
        )],
    };
    let mut config = Config::from_disk(root.join("book.toml")).map_err(failed)?;
    config.build.build_dir = dir.to_owned();
    config.book.src = sources.folder.clone();
    // The default preprocessors would run before ours. `links` comes after it instead.
    config.build.use_default_preprocessors = false;
    let mut book = MDBook::load_with_config(root, config).map_err(failed)?;
    let found = Rc::default();
    book.with_preprocessor(Directives {
        course: course.clone(),
        found: Rc::clone(&found),
    });
    book.with_preprocessor(LinkPreprocessor::new());
    book.build().map_err(failed)?;
    let found = found.take();
    Ok(Built { pages, found })
}

/// The preprocessor: replaces the directives of all pages, and leaves what it found in them.
struct Directives {
    course: Course,
    found: Rc<RefCell<Found>>,
}

impl Preprocessor for Directives {
    fn name(&self) -> &str {
        "course"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book, Error> {
        let expander = Expander::new(&self.course);
        let problems = RefCell::new(Vec::new());
        book.for_each_chapter_mut(|chapter| {
            let path = chapter.source_path.as_deref().unwrap_or(Path::new(""));
            let (text, mut found) = expander.expand(&pages::slashed(path), &chapter.content);
            chapter.content = text;
            problems.borrow_mut().append(&mut found);
        });
        self.found.replace(expander.into_found());
        let problems = problems.into_inner();
        onward::link(&mut book);
        match problems.is_empty() {
            true => Ok(book),
            false => Err(Error::new(Problems(problems))),
        }
    }
}

/// All that is wrong, carried through mdBook as one error.
#[derive(Debug)]
struct Problems(Vec<Problem>);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", joined(&self.0))
    }
}

impl std::error::Error for Problems {}

/// One problem that says what all of them say.
fn joined(problems: &[Problem]) -> Problem {
    match problems {
        [only] => only.clone(),
        _ => {
            let mut what = format!("The book cannot be built: {} problems", problems.len());
            for problem in problems {
                what.push_str(&format!("\n\n{problem}"));
            }
            // A problem brings its own full stop.
            let what = what.trim_end_matches('.');
            Problem::new(what, "Mend these, then build the book again")
        }
    }
}

/// An error with all its causes, in one line.
fn trail(error: &Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    causes.join(": ")
}
