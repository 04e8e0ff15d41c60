//! What `cargo test` runs: all tests of the course but the reader's, each package on one line.
//!
//! This program has no test of its own. It builds and runs those of the other packages, with the
//! arguments that it is given, such as a part of a test's name.

use std::process::ExitCode;

fn main() -> ExitCode {
    press::suite::main()
}
