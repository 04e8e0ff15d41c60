//! `cargo run`, and `cargo course`: the reader's program, in a package of its own, so that a reader builds
//! nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    course::cli::run()
}
