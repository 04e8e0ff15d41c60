//! `cargo press`: the authors' side of the course.

use std::process::ExitCode;

fn main() -> ExitCode {
    press::cli::run()
}
