//! A new exercise: all the places that it touches, made at once.
//!
//! ```text
//!     solutions/NN/src/name.rs      a function with the two anchors       solutions/NN/course.toml
//!     solutions/NN/wrong/…          a first wrong answer                  chapters/NN/tests/name.rs
//!     book/src/…/name.md            its page, and its line in SUMMARY.md
//!     chapters/NN/src, both manifests                                     as `skeleton` writes them
//! ```
//!
//! What is made compiles and says what is left to write. Nothing that exists is overwritten: each place
//! is looked at before the first is written.

use std::fs;
use std::path::{Path, PathBuf};

use course::course::{Chapter, Course, ExerciseId};
use course::files::{unreadable, write_file};
use course::problem::{Problem, Result};
use course::skeleton;

/// An exercise that is not there yet.
#[derive(Clone, Debug)]
pub struct New {
    /// Its number, such as `1.8`.
    pub id: ExerciseId,
    /// Its name, such as `timer-reset`: lower case, with hyphens.
    pub name: String,
    /// The file of the solution that it goes to, such as `src/timer.rs`; without one, a new module.
    pub file: Option<PathBuf>,
}

/// Makes it. Returns each file that was written, with what is left to do there.
///
/// # Errors
///
/// If the exercise cannot be the next of its chapter, a file of it is there already, or one cannot be
/// read or written.
pub fn make(course: &Course, new: &New) -> Result<Vec<(PathBuf, &'static str)>> {
    let chapter = course.chapter(new.id.chapter).ok_or_else(|| {
        Problem::new(
            format!("There is no chapter {}", new.id.chapter),
            "Name the number of a chapter that has a `course.toml`",
        )
    })?;
    check_name(new, chapter)?;
    let places = Places::of(course, chapter, new)?;
    let mut written = Vec::new();
    for (path, text, left) in places.texts(course, chapter, new)? {
        write_file(&path, &text)?;
        written.push((path, left));
    }
    let course = Course::load(&course.root)?;
    for chapter in course
        .chapters
        .iter()
        .filter(|c| c.number == new.id.chapter)
    {
        for file in skeleton::write(&course, chapter)? {
            written.push((course.root.join(file.path), "made from the others"));
        }
    }
    Ok(written)
}

fn check_name(new: &New, chapter: &Chapter) -> Result<()> {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .is_some_and(|first| first.is_ascii_lowercase())
            && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if !new.name.split('-').all(is_word) {
        return Err(Problem::new(
            format!("`{}` is not the name of an exercise", new.name),
            "Write words in lower case with hyphens between them, such as `timer-reset`",
        ));
    }
    let next = chapter
        .exercises
        .last()
        .map_or(1, |last| last.id.number + 1);
    if new.id.number != next {
        return Err(Problem::new(
            format!(
                "The next exercise of chapter {0} is {0}.{next}",
                chapter.number
            ),
            "Number it so; an exercise that stands between others is moved there afterwards",
        ));
    }
    if let Some(other) = chapter
        .exercises
        .iter()
        .find(|other| other.name == new.name)
    {
        return Err(Problem::new(
            format!("Exercise {} is called `{}` already", other.id, other.name),
            "Choose another name",
        ));
    }
    Ok(())
}

/// Where the parts of an exercise go.
struct Places {
    answer: PathBuf,
    test: PathBuf,
    page: PathBuf,
    wrong: PathBuf,
}

impl Places {
    fn of(course: &Course, chapter: &Chapter, new: &New) -> Result<Places> {
        let solution = course.solution_dir(chapter);
        let snake = new.name.replace('-', "_");
        let is_module = new.file.is_none();
        let file = new.file.clone();
        let places = Places {
            answer: solution.join(file.unwrap_or_else(|| format!("src/{snake}.rs").into())),
            test: course
                .chapter_dir(chapter)
                .join(format!("tests/{snake}.rs")),
            page: course.root.join("book/src").join(page(chapter, new)),
            wrong: solution.join(format!("wrong/{}-first.rs", new.name)),
        };
        if !is_module && !places.answer.is_file() {
            return Err(Problem::new(
                format!("{} is not there", places.answer.display()),
                "Name a file of the solution, such as `src/timer.rs`, or none for a new module",
            ));
        }
        let fresh = [Some(&places.test), Some(&places.page), Some(&places.wrong)];
        let module = is_module.then_some(&places.answer);
        for path in fresh.into_iter().chain([module]).flatten() {
            if path.exists() {
                return Err(Problem::new(
                    format!("{} is there already", path.display()),
                    "Choose another name for the exercise",
                ));
            }
        }
        Ok(places)
    }

    /// Each file with its text, and what is left to do there.
    fn texts(
        self,
        course: &Course,
        chapter: &Chapter,
        new: &New,
    ) -> Result<Vec<(PathBuf, String, &'static str)>> {
        let solution = course.solution_dir(chapter);
        let summary = course.root.join("book/src/SUMMARY.md");
        let description = course.description(chapter);
        let mut texts = Vec::new();
        if new.file.is_some() {
            let text = read(&self.answer)? + "\n" + &function(new);
            texts.push((self.answer, text, ANSWER_LEFT));
        } else {
            let lib = solution.join("src/lib.rs");
            let module = format!("\npub mod {};\n", new.name.replace('-', "_"));
            texts.push((
                lib.clone(),
                read(&lib)? + &module,
                "the module's place in reading order",
            ));
            let text = format!(
                "//! What this is for, in one sentence.\n\n{}",
                function(new)
            );
            texts.push((self.answer, text, ANSWER_LEFT));
        }
        let text = with_exercise(&read(&description)?, chapter, new);
        texts.push((
            description,
            text,
            "title, goal, minutes and hints; the chapter's minutes",
        ));
        texts.push((
            self.test,
            test(chapter, new),
            "the rules, and a test for each",
        ));
        texts.push((
            self.wrong,
            wrong(new),
            "three wrong answers or more, each with its story",
        ));
        texts.push((
            self.page,
            page_text(new),
            "the problem, the idea, what goes wrong",
        ));
        let text = with_line(&read(&summary)?, chapter, new)?;
        texts.push((summary, text, "the page's title"));
        Ok(texts)
    }
}

const ANSWER_LEFT: &str = "our answer, between the two anchors";

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn anchor(new: &New) -> String {
    format!("ex-{}-{}-{}", new.id.chapter, new.id.number, new.name)
}

/// The page's path below `book/src`.
fn page(chapter: &Chapter, new: &New) -> String {
    let folder = chapter
        .page
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    format!("{folder}/{}.md", new.name)
}

fn function(new: &New) -> String {
    let (snake, anchor) = (new.name.replace('-', "_"), anchor(new));
    format!(
        "// ANCHOR: {0}\n/// What it does.\npub fn {snake}() {{\n    // ANCHOR: {anchor}\n    \
         unimplemented!(\"our answer to {1}\")\n    // ANCHOR_END: {anchor}\n}}\n// ANCHOR_END: {0}\n",
        new.name, new.id
    )
}

fn test(chapter: &Chapter, new: &New) -> String {
    let (id, page, lib) = (new.id, page(chapter, new), &chapter.lib);
    let snake = new.name.replace('-', "_");
    let call = match new.file {
        Some(_) => format!("{lib}::{snake}()"),
        None => format!("{lib}::{snake}::{snake}()"),
    };
    format!(
        "//! {id}: what these tests are about.\n\n\
         use testkit::{{Exercise, Rule}};\n\n\
         const EX: Exercise = Exercise::new(\"{id}\", \"{page}\");\n\n\
         const RULE: Rule = EX.rule(\"What must hold, in one sentence.\");\n\n\
         #[test]\nfn the_rule_holds() {{\n    \
         EX.within(\"calling it\", || {{\n        \
         {call};\n        RULE.check(false, \"what was seen instead\");\n    }});\n}}\n"
    )
}

fn wrong(new: &New) -> String {
    let (id, snake) = (new.id, new.name.replace('-', "_"));
    format!(
        "//! exercise: {id}\n//! test: {snake}::the_rule_holds\n//! verdict: wrong\n\
         //! message: what was seen instead\n//! rule: What must hold, in one sentence.\n//!\n\
         //! Why a capable person writes this, and what then happens.\n\n\
         <<<<<<< solution\n    unimplemented!(\"our answer to {id}\")\n=======\n    \
         // the tempting line\n>>>>>>> wrong\n"
    )
}

fn page_text(new: &New) -> String {
    let (id, name) = (new.id, &new.name);
    format!(
        "# {id} · The page's title\n\nThe problem, shown by running something.\n\n\
         ## The idea\n\n\
         {{{{#exercise {id}}}}}\n\n## What goes wrong\n\n{{{{#wrong {name}-first}}}}\n\n\
         {{{{#answer {id}}}}}\n"
    )
}

/// The description with the exercise behind the last one of the chapter.
fn with_exercise(description: &str, chapter: &Chapter, new: &New) -> String {
    let (id, name, page) = (new.id, &new.name, page(chapter, new));
    let snake = name.replace('-', "_");
    let file = match &new.file {
        Some(file) => file.display().to_string().replace('\\', "/"),
        None => format!("src/{snake}.rs"),
    };
    let entry = format!(
        "[[exercise]]\nid = \"{id}\"\nname = \"{name}\"\ntitle = \"The exercise's title\"\n\
         goal = \"What must hold, in one sentence.\"\nfile = \"{file}\"\ntests = [\"{snake}\"]\n\
         page = \"{page}\"\nminutes = 15\nhints = [\n    \"Points.\",\n    \"Says how.\",\n    \
         \"Is nearly the code.\",\n]\n"
    );
    match description.find("\n[[example]]") {
        Some(place) => {
            let (before, after) = description.split_at(place);
            format!("{}\n\n{entry}{after}", before.trim_end())
        }
        None => format!("{}\n\n{entry}", description.trim_end()),
    }
}

/// The summary with the page behind that of the last exercise of the chapter.
fn with_line(summary: &str, chapter: &Chapter, new: &New) -> Result<String> {
    let line = format!(
        "  - [{} · The page's title]({})\n",
        new.id,
        page(chapter, new)
    );
    let last = chapter
        .exercises
        .last()
        .map_or(&chapter.page, |last| &last.page);
    let place = summary.find(&format!("]({last})")).and_then(|place| {
        let end = summary[place..].find('\n')?;
        Some(place + end + 1)
    });
    let place = place.ok_or_else(|| {
        Problem::new(
            format!("book/src/SUMMARY.md does not list {last}"),
            "List the chapter's pages there first",
        )
    })?;
    let (before, after) = summary.split_at(place);
    Ok(format!("{before}{line}{after}"))
}
