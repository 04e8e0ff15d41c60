//! `cargo course`, and plain `cargo run`: the terminal's side of the course.

use std::process::ExitCode;

fn main() -> ExitCode {
    course::cli::run()
}
