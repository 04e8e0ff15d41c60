//! Reading and writing.
//!
//! The traits are those of `futures::io`. The extension traits beside them have tokio's names, so that a
//! program for tokio ports by its `use` lines.
//!
//! In tokio: `io/mod.rs`.

pub use reactor::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite,
    AsyncWriteExt, BufReader, BufWriter, Cursor, DuplexStream, Empty, Error, ErrorKind, LineWriter,
    Lines, ReadHalf, Repeat, Result, SeekFrom, Sink, WriteHalf, copy, copy_bidirectional,
    copy_bidirectional_with_sizes, copy_buf, duplex, empty, repeat, sink, split,
};

pub use reactor::{Interest, Ready};

#[cfg(all(unix, not(miri)))]
pub mod unix {
    //! What only systems like Unix have.

    pub use reactor::AsyncFd;
    pub use reactor::async_fd::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
}
