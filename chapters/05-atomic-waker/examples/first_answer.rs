//! The chapter's program: it reads questions from standard input, asks all sources of each at once, and takes the
//! first answer. With `--mine` it is the reader's.

include!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/programs/first_answer.rs"
));
