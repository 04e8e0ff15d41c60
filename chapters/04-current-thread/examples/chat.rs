//! The chapter's program, a chat within one thread: it reads what its clients say from standard input. With `--mine`
//! it is the reader's.

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/chat.rs"));
