//! The chapter's program: it reads accounts and payments from standard input, and makes the payments side by side. With
//! `--mine` it is the reader's.

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/bank.rs"));
