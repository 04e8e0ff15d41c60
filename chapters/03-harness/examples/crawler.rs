//! The chapter's program, a crawler: it reads a made-up site from standard input, and fetches its pages side by
//! side. With `--mine` it is the reader's.

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/crawler.rs"));
