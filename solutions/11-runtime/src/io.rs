//! Reading and writing.
//!
//! The traits are those of `futures::io`. The extension traits beside them have tokio's names, so that a
//! program for tokio ports by its `use` lines.
//!
//! In tokio: `io/mod.rs`.

// Of the standard library and of `futures`: their own pages say more.
#[doc(no_inline)]
pub use reactor::io::{
    AsyncBufRead, AsyncRead, AsyncSeek, AsyncSeekExt, AsyncWrite, BufReader, BufWriter, Cursor,
    Error, ErrorKind, LineWriter, Result, SeekFrom,
};

pub use reactor::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, DuplexStream, Empty, Lines, ReadHalf, Repeat,
    Sink, WriteHalf, copy, copy_bidirectional, copy_bidirectional_with_sizes, copy_buf, duplex,
    empty, repeat, sink, split,
};

pub use reactor::{Interest, Ready};

#[cfg(all(unix, not(miri)))]
pub mod unix {
    //! What only systems like Unix have.

    pub use reactor::AsyncFd;
    pub use reactor::async_fd::{AsyncFdReadyGuard, AsyncFdReadyMutGuard, TryIoError};
}
