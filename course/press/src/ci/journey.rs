//! What a reader does, from the untouched clone to two solved chapters, in a copy.
//!
//! That each chapter is solved by our answers, on its own and on the ones below it, is what `prove` shows, by
//! the same functions. So here two chapters are checked: one without models and one with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use course::cargo;
use course::course::{Chapter, Course};
use course::files;
use course::problem::{Problem, Result};
use course::process::{self, Cancel, End};
use course::source::Source;

use super::Step;

/// The copy's folder.
pub fn folder(course: &Course) -> PathBuf {
    course.scratch().join("ci").join("journey")
}

/// Walks through the course in a copy.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    match walk(course, cancel) {
        Ok(()) => Ok(Step::Passed(None)),
        Err(_) if cancel.is_cancelled() => Err(cargo::cancelled()),
        Err(problem) => Ok(Step::Failed(problem.to_string())),
    }
}

fn walk(course: &Course, cancel: &Cancel) -> Result<()> {
    let folder = folder(course);
    copy(course, &folder)?;
    let copy = Course::load(&folder)?;
    let program = the_tool(course, cancel)?;
    let tool = |arguments: &[&str], expected: i32, says: &[&str]| {
        expect(&program, &folder, arguments, expected, says, cancel)
    };
    tool(&[], 0, &["index.html"])?;
    for chapter in &copy.chapters {
        let number = chapter.number.to_string();
        let output = tool(&["check", &number], 1, &["not started"])?;
        let lines = output.lines().filter(|line| line.contains("not started"));
        let count = lines.count();
        if count != chapter.exercises.len() {
            let what = format!("{count} exercises of chapter {number} are said to be not started");
            return Err(Problem::new(
                what,
                format!("See `cargo course check {number}`"),
            ));
        }
    }
    for (index, chapter) in copy.chapters.iter().take(SOLVED).enumerate() {
        let number = chapter.number.to_string();
        solve(&copy, chapter, usize::MAX)?;
        tool(&["check", &number], 0, &["solved"])?;
        let next = copy.chapters.get(index + 1);
        if let Some(next) = next.filter(|next| index == 0 && 1 < next.exercises.len()) {
            // The reader is in the middle of the next chapter: that one is ours.
            solve(&copy, next, 1)?;
            let open = next.exercises[1].id;
            let theirs = format!("chapter {number}: yours");
            let ours = format!(
                "chapter {}: ours, because {open} is not started",
                next.number
            );
            tool(&["mine"], 0, &[&theirs, &ours])?;
        }
    }
    // On the reader's first chapters, on ours where none is solved, and on the reader's last one.
    if let Some(chapter) = copy.chapters.last()
        && let Some(example) = chapter.examples.first()
    {
        solve(&copy, chapter, usize::MAX)?;
        let number = chapter.number.to_string();
        tool(&["run", &number, &example.name, "--mine"], 0, &[])?;
    }
    Ok(())
}

/// How many chapters are solved, one after the other. The second one has models.
const SOLVED: usize = 2;

/// Puts the solutions' bodies into the first regions of the chapter, so many at most.
fn solve(copy: &Course, chapter: &Chapter, count: usize) -> Result<()> {
    for exercise in chapter.exercises.iter().take(count) {
        let read = |folder: PathBuf| {
            let path = folder.join(&exercise.file);
            let text = fs::read_to_string(&path);
            let text = text.map_err(|error| files::unreadable(&path, &error))?;
            Source::parse(&path.display().to_string(), text)
        };
        let solution = read(copy.solution_dir(chapter))?;
        let mine = read(copy.chapter_dir(chapter))?;
        let anchor = exercise.anchor();
        let solved = solution
            .body(&anchor)
            .and_then(|body| mine.with_body(&anchor, body));
        let path = copy.chapter_dir(chapter).join(&exercise.file);
        files::write_file(&path, &solved.unwrap_or_default())?;
    }
    Ok(())
}

const LIMIT: Duration = Duration::from_secs(10 * 60);

/// Runs the reader's program in the copy. It must exit with this status and say all of this.
fn expect(
    program: &Path,
    folder: &Path,
    arguments: &[&str],
    expected: i32,
    says: &[&str],
    cancel: &Cancel,
) -> Result<String> {
    let shown = format!("cargo course {}", arguments.join(" "));
    println!("   {shown}");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR");
    let broken =
        |what: String| Problem::new(what, format!("Run `{shown}` in {}", folder.display()));
    let finished = process::run(command, LIMIT, cancel)
        .map_err(|error| broken(format!("`{shown}` cannot be started: {error}")))?;
    let output = format!("{}{}", finished.stdout.text(), finished.stderr.text());
    match finished.end {
        End::Exited(status) if status.code() == Some(expected) => {}
        end => {
            let what =
                format!("`{shown}` should exit with {expected}, and ended so: {end:?}\n{output}");
            return Err(broken(what));
        }
    }
    match says.iter().find(|said| !output.contains(**said)) {
        Some(missing) => Err(broken(format!(
            "`{shown}` does not say `{missing}`:\n{output}"
        ))),
        None => Ok(output),
    }
}

/// Builds the reader's program, and says where it is.
pub fn the_tool(course: &Course, cancel: &Cancel) -> Result<PathBuf> {
    let mut command = cargo::command(&course.root);
    command.args(["build", "--package", "course", "--bin", "course"]);
    command.arg("--message-format=json");
    builds_where_we_were_built(&mut command);
    let build = cargo::build(command, cancel, &mut |_| {})?;
    let built = build.executable("course", "course");
    built.map(Path::to_owned).ok_or_else(|| {
        Problem::new(
            "cargo built no reader's program",
            "See what `cargo build --package course` says",
        )
    })
}

/// Makes a cargo command build into the folder that this program was built in, where most of it is there
/// already.
pub fn builds_where_we_were_built(command: &mut Command) {
    if let Ok(this) = std::env::current_exe()
        && let Some(target) = this.ancestors().nth(2)
    {
        cargo::builds_in(command, target);
    }
}

/// Copies what git would: tracked files, and new ones that are not ignored. What the last run left
/// is overwritten, but for the copy's `target/`, which only saves time.
fn copy(course: &Course, folder: &Path) -> Result<()> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(&course.root)
        .stdin(Stdio::null())
        .output();
    let listed = listed.ok().filter(|output| output.status.success());
    let listed = listed.ok_or_else(|| {
        Problem::new(
            "git cannot list the files of the repository",
            "Install git, and run this in a clone",
        )
    })?;
    for name in ["chapters", "solutions", "book", "course"] {
        let _ = fs::remove_dir_all(folder.join(name));
    }
    for name in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let (from, to) = (course.root.join(name), folder.join(name));
        // A file that was deleted is still listed until that is committed.
        if !from.is_file() {
            continue;
        }
        to.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::copy(&from, &to))
            .map_err(|error| files::unwritable(&to, &error))?;
    }
    Ok(())
}
