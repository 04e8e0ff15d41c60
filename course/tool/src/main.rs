//! `cargo course`.

use std::path::Path;
use std::process::ExitCode;

use course::course::Course;
use course::problem::{Problem, Result};
use course::skeleton;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let course = Course::find(&std::env::current_dir().unwrap_or_else(|_| Path::new(".").into()))?;
    if arguments.first().map(String::as_str) != Some("skeleton") {
        return Err(Problem::new(
            "this command is not there yet",
            "Use `cargo course skeleton [--check] [N]`",
        ));
    }
    let check = arguments.iter().any(|argument| argument == "--check");
    let number: Option<u32> = arguments.iter().find_map(|argument| argument.parse().ok());
    let chapters = course.chapters.iter();
    let chapters = chapters.filter(|chapter| number.is_none_or(|n| n == chapter.number));
    let mut stale = 0;
    for chapter in chapters {
        if check {
            for file in skeleton::stale(&course, chapter)? {
                println!("stale: {}", file.path.display());
                stale += 1;
            }
            continue;
        }
        for file in skeleton::write(&course, chapter)? {
            println!("wrote {}", file.path.display());
            if let Some(copy) = file.copy {
                println!("  what it held is kept at {}", copy.display());
            }
        }
    }
    Ok(ExitCode::from(u8::from(stale > 0)))
}
