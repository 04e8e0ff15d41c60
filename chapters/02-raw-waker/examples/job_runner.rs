//! The chapter's program, a job runner: it reads jobs from standard input, runs them in turns, and says how
//! they ended. With `--mine` it is the reader's.

include!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/programs/job_runner.rs"
));
