//! One operation of a file at a time.

use std::fs::File as StdFile;
use std::future::poll_fn;
use std::io::{self, IoSlice, Seek, SeekFrom};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::buffer::{Buffer, set_back};
use crate::fs::job::{failed, run_in_any_case};
use crate::task::{JoinHandle, spawn_blocking};

/// What a file is at.
#[derive(Debug)]
pub(super) struct Turn {
    state: State,
    /// A write that its caller believes done has failed, and the caller has not been told.
    write_error: Option<io::Error>,
}

#[derive(Debug)]
enum State {
    Idle(Buffer),
    Busy(JoinHandle<(Outcome, Buffer)>),
}

/// What a job brings back.
#[derive(Debug)]
enum Outcome {
    Read(io::Result<usize>),
    Write(io::Result<()>),
    /// Where it was to go, and where it is.
    Seek(SeekFrom, io::Result<u64>),
    /// Nothing: it was cancelled with its runtime, or no thread could be started for it.
    Lost,
}

impl Turn {
    pub(super) fn new() -> Turn {
        Turn {
            state: State::Idle(Buffer::default()),
            write_error: None,
        }
    }

    /// Waits until no operation is under way.
    pub(super) async fn wait(&mut self) {
        poll_fn(|cx| {
            while let State::Busy(_) = self.state {
                let outcome = ready!(self.poll_outcome(cx));
                self.note(outcome);
            }
            Poll::Ready(())
        })
        .await;
    }

    /// The error of a write that its caller believes done.
    pub(super) fn take_write_error(&mut self) -> io::Result<()> {
        self.write_error.take().map_or(Ok(()), Err)
    }

    /// Forgets what was read and not taken. Returns how many bytes that were. No operation is under way.
    pub(super) fn forget_unread(&mut self) -> usize {
        match &mut self.state {
            State::Idle(buffer) => buffer.clear(),
            State::Busy(_) => unreachable!("the caller has waited"),
        }
    }

    // ANCHOR: poll-read
    pub(super) fn poll_read(
        &mut self,
        file: &Arc<StdFile>,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            match &mut self.state {
                State::Idle(buffer) => {
                    if bytes.is_empty() || !buffer.unread().is_empty() {
                        return Poll::Ready(Ok(buffer.take_into(bytes)));
                    }
                    let mut buffer = std::mem::take(buffer);
                    let (file, max) = (Arc::clone(file), bytes.len());
                    self.state = State::Busy(spawn_blocking(move || {
                        let read = buffer.read(&file, max);
                        (Outcome::Read(read), buffer)
                    }));
                }
                State::Busy(_) => match ready!(self.poll_outcome(cx)) {
                    Outcome::Read(Ok(0)) => return Poll::Ready(Ok(0)),
                    Outcome::Read(Err(error)) => return Poll::Ready(Err(error)),
                    Outcome::Lost => return Poll::Ready(Err(failed())),
                    outcome => self.note(outcome),
                },
            }
        }
    }
    // ANCHOR_END: poll-read

    // ANCHOR: poll-write
    pub(super) fn poll_write(
        &mut self,
        file: &Arc<StdFile>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
        max: usize,
    ) -> Poll<io::Result<usize>> {
        loop {
            self.take_write_error()?;
            match &mut self.state {
                State::Idle(buffer) => {
                    let mut buffer = std::mem::take(buffer);
                    let back = buffer.clear();
                    let count = buffer.fill(slices, max);
                    let file = Arc::clone(file);
                    let job = run_in_any_case(move || {
                        let written = set_back(&file, back).and_then(|()| buffer.write(&file));
                        (Outcome::Write(written), buffer)
                    });
                    self.state = State::Busy(job?);
                    return Poll::Ready(Ok(count));
                }
                State::Busy(_) => {
                    let outcome = ready!(self.poll_outcome(cx));
                    self.note(outcome);
                }
            }
        }
    }
    // ANCHOR_END: poll-write

    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let State::Busy(_) = self.state {
            let outcome = ready!(self.poll_outcome(cx));
            self.note(outcome);
        }
        Poll::Ready(self.take_write_error())
    }

    pub(super) fn poll_seek(
        &mut self,
        file: &Arc<StdFile>,
        cx: &mut Context<'_>,
        to: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        loop {
            match &mut self.state {
                State::Idle(buffer) => {
                    let mut buffer = std::mem::take(buffer);
                    let back = buffer.clear();
                    let file = Arc::clone(file);
                    self.state = State::Busy(spawn_blocking(move || {
                        let sought = set_back(&file, back).and_then(|()| (&*file).seek(to));
                        (Outcome::Seek(to, sought), buffer)
                    }));
                }
                State::Busy(_) => match ready!(self.poll_outcome(cx)) {
                    // Another one would be that of a seek that was given up.
                    Outcome::Seek(target, sought) if target == to => return Poll::Ready(sought),
                    Outcome::Lost => return Poll::Ready(Err(failed())),
                    outcome => self.note(outcome),
                },
            }
        }
    }

    /// Keeps what the caller of another operation has to be told.
    fn note(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Write(Err(error)) => self.write_error = Some(error),
            Outcome::Lost => self.write_error = Some(failed()),
            _ => {}
        }
    }

    /// Waits for the operation that is under way, and takes its buffer back.
    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        let State::Busy(job) = &mut self.state else {
            unreachable!("the caller has seen that it is busy");
        };
        let ended = ready!(Pin::new(job).poll(cx));
        let (outcome, buffer) = ended.unwrap_or_else(|_| (Outcome::Lost, Buffer::default()));
        self.state = State::Idle(buffer);
        Poll::Ready(outcome)
    }
}
