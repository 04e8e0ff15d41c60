//! Reading and writing.
//!
//! The traits are those of `futures::io`, so that code that is written for them works with our sockets,
//! and ours with its streams. Beside them there are the names that programs for tokio use, with tokio's
//! results: a program ports by its `use` lines.
//!
//! # Left out
//!
//! tokio's traits fill a `ReadBuf`, which may have room that was never written. `futures::io` fills a
//! slice. So code that implements `AsyncRead`, or calls `poll_read` by hand, has to be rewritten, and
//! there is no `read_buf`. A stream of the system has
//! [`poll_read_uninit`](crate::net::TcpStream::poll_read_uninit), for those who have such room.
//!
//! In tokio: `io/util/`.

mod buffered;
mod copy;
mod duplex;
// ANCHOR: guided-copies
mod lines;
// ANCHOR_END: guided-copies
mod nothing;
mod numbers;
mod read;
mod split;
mod write;

#[doc(no_inline)]
pub use std::io::{Error, ErrorKind, Result, SeekFrom};

#[doc(no_inline)]
pub use futures::io::{
    AsyncBufRead, AsyncRead, AsyncSeek, AsyncSeekExt, AsyncWrite, BufReader, BufWriter, Cursor,
    LineWriter,
};

pub use buffered::AsyncBufReadExt;
pub use copy::{Lines, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf};
pub use duplex::{DuplexStream, duplex};
pub use nothing::{Empty, Repeat, Sink, empty, repeat, sink};
pub use read::{AsyncReadExt, ReadExact};
pub use split::{ReadHalf, WriteHalf, split};
pub use write::AsyncWriteExt;
