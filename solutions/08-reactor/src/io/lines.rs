//! The lines of a reader, one after the other.
//!
//! A line may come in several parts, and the future that waits for the rest may be dropped in between. So
//! what has come of it is kept by the [`Lines`], and not by the future.
//!
//! In tokio: `io/util/lines.rs`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::io::AsyncBufRead;

/// The lines of a reader. Made by [`AsyncBufReadExt::lines`](super::AsyncBufReadExt::lines).
///
/// # Examples
///
/// ```
/// use current_thread::Runtime;
/// use reactor::io::{AsyncBufReadExt, BufReader};
///
/// Runtime::new().block_on(async {
///     let mut lines = BufReader::new(&b"GET /\r\nHost: here\n"[..]).lines();
///     assert_eq!(lines.next_line().await?.as_deref(), Some("GET /"));
///     assert_eq!(lines.next_line().await?.as_deref(), Some("Host: here"));
///     assert_eq!(lines.next_line().await?, None);
///     std::io::Result::Ok(())
/// })?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
#[must_use = "lines do nothing unless they are asked for"]
pub struct Lines<R> {
    reader: R,
    /// The beginning of the next line, as far as it has come.
    line: Vec<u8>,
}

impl<R> Lines<R> {
    /// The lines of `reader` from here on.
    pub(crate) fn new(reader: R) -> Lines<R> {
        Lines {
            reader,
            line: Vec::new(),
        }
    }
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// The next line, without its end; `None` at the end of all.
    ///
    /// # Errors
    ///
    /// What the reader says. If the line is not UTF-8, the error is of the kind
    /// [`InvalidData`](std::io::ErrorKind::InvalidData), and has a [`FromUtf8Error`](std::string::FromUtf8Error)
    /// inside, with the bytes of the line. The next call goes on behind that line.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing: what has come of the line is kept for the next call.
    #[harness::around("Lines::next_line")]
    pub async fn next_line(&mut self) -> io::Result<Option<String>> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }

    /// As [`next_line`](Lines::next_line).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn poll_next_line(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<String>>> {
        self.get_mut().poll_next(cx)
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<String>>> {
        loop {
            let available = ready!(Pin::new(&mut self.reader).poll_fill_buf(cx))?;
            let is_end = available.is_empty();
            let newline = available.iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(available.len(), |newline| newline + 1);
            self.line.extend_from_slice(&available[..taken]);
            Pin::new(&mut self.reader).consume(taken);
            if is_end && self.line.is_empty() {
                return Poll::Ready(Ok(None));
            }
            if is_end || newline.is_some() {
                return Poll::Ready(self.take_line().map(Some));
            }
        }
    }

    fn take_line(&mut self) -> io::Result<String> {
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\n') {
            line.pop();
            if line.last() == Some(&b'\r') {
                line.pop();
            }
        }
        String::from_utf8(line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The reader.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// The reader.
    pub fn get_ref(&self) -> &R {
        &self.reader
    }

    /// Gives the reader back. What has come of the next line is lost.
    pub fn into_inner(self) -> R {
        self.reader
    }
}
