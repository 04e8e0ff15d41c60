//! The chapter's program: it reads a log from standard input, has a worker for each source number its lines, and writes
//! them. With `--mine` it is the reader's.

include!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/programs/log_pipeline.rs"
));
