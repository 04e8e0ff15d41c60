//! One connection.
//!
//! ```text
//!     read some ──> answer all that is complete ──> write ──┐
//!        ^ or a message of a channel                        │
//!        └──────────────────────────────────────────────────┘
//! ```
//!
//! Requests that come together are answered together: one write for all of them.

use std::future::pending;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::io::{AsyncRead, AsyncWrite};
use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::sync::mpsc;
use reveille::time::{Instant, timeout_at};

use super::commands::{self, Shared};
use super::parse::{REQUEST_MAX, parse};
use super::reply;
use crate::accept::Stop;

/// What a client may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take to send a request, from its first byte to its last.
    pub request: Duration,
    /// How long it may say nothing between requests.
    pub idle: Duration,
}

/// How much is read at once, at first. It grows with a long request, and is small again after it.
const INPUT: usize = 4 * 1024;

/// When so much is answered, it is sent before the next request is looked at.
const OUTPUT: usize = 64 * 1024;

/// To how many channels one client may listen.
const CHANNELS_MAX: usize = 1024;

/// Serves a client until it goes, or breaks the protocol, or keeps silent for too long, or the server stops.
///
/// # Errors
///
/// What the stream says; `TimedOut` if the client kept silent.
///
/// # Cancellation
///
/// The connection is broken off. A request that was read may be carried out, and not answered.
pub async fn serve<S>(stream: S, shared: Arc<Shared>, limits: Limits, stop: Stop) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut session = Session {
        stream,
        shared,
        input: Input::new(),
        words: Vec::new(),
        out: Vec::new(),
        listening: None,
    };
    session.run(limits, stop).await?;
    session.stream.shutdown().await
}

struct Session<S> {
    stream: S,
    shared: Arc<Shared>,
    input: Input,
    /// The places of the words of the request that is looked at.
    words: Vec<Range<usize>>,
    /// What is answered and not sent.
    out: Vec<u8>,
    /// There as soon as it has subscribed to something.
    listening: Option<Listening>,
}

/// A subscriber. When it is dropped, the hub forgets it.
struct Listening {
    shared: Arc<Shared>,
    id: u64,
    messages: mpsc::Receiver<Bytes>,
    /// To how many channels.
    count: usize,
}

/// What has come and is not answered.
struct Input {
    buffer: Vec<u8>,
    /// The bytes of the buffer from `start` to `end`.
    start: usize,
    end: usize,
}

/// Whether the session goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    End,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    async fn run(&mut self, limits: Limits, mut stop: Stop) -> io::Result<()> {
        let mut deadline = Some(Instant::now() + limits.idle);
        loop {
            let was_empty = self.input.is_empty();
            reveille::select! {
                read = read_until(&mut self.stream, self.input.room(), deadline) => match read? {
                    0 => return Ok(()),
                    length => self.input.end += length,
                },
                message = next_message(&mut self.listening) => match message {
                    Some(message) => self.out.extend_from_slice(&message),
                    // Thrown out: it did not take what was published.
                    None => return Ok(()),
                },
                // What was asked is answered: this is the only place where the session ends for it.
                () = stop.told() => return Ok(()),
            }
            let (has_answered, next) = self.answer().await?;
            self.take_messages();
            self.send().await?;
            if next == Next::End {
                return Ok(());
            }
            let is_listener = self.listening.as_ref().is_some_and(|it| 0 < it.count);
            match self.input.is_empty() {
                // A subscriber may be silent: it listens.
                true if is_listener => deadline = None,
                true => deadline = Some(Instant::now() + limits.idle),
                // The first bytes of a request. Those that follow do not give it more time.
                false if was_empty || has_answered => {
                    deadline = Some(Instant::now() + limits.request)
                }
                false => {}
            }
        }
    }

    /// Answers all requests that are complete, and says whether there was one.
    async fn answer(&mut self) -> io::Result<(bool, Next)> {
        let mut has_answered = false;
        loop {
            match parse(self.input.bytes(), &mut self.words) {
                Ok(None) => return Ok((has_answered, Next::Go)),
                Ok(Some(length)) => {
                    let next = self.request();
                    self.input.consume(length);
                    has_answered = true;
                    if next == Next::End {
                        return Ok((true, Next::End));
                    }
                }
                Err(broken) => {
                    reply::error(&mut self.out, &format!("ERR {broken}"));
                    return Ok((true, Next::End));
                }
            }
            if OUTPUT <= self.out.len() {
                self.send().await?;
            }
        }
    }

    /// Carries out the request whose words are in the input.
    fn request(&mut self) -> Next {
        let input = self.input.bytes();
        let words: Vec<&[u8]> = self.words.iter().map(|word| &input[word.clone()]).collect();
        let Some(name) = words.first() else {
            return Next::Go;
        };
        let (name, out) = (name.to_ascii_uppercase(), &mut self.out);
        let is_listener = self.listening.as_ref().is_some_and(|it| 0 < it.count);
        match name.as_slice() {
            b"QUIT" => {
                reply::simple(out, "OK");
                return Next::End;
            }
            b"SUBSCRIBE" if 1 < words.len() => {
                let listening = &mut self.listening;
                let it = listening.get_or_insert_with(|| Listening::new(&self.shared));
                return it.subscribe(&words[1..], out);
            }
            b"UNSUBSCRIBE" => return unsubscribe(&mut self.listening, &words[1..], out),
            b"PING" if is_listener => {
                reply::array(out, 2);
                reply::bulk(out, b"pong");
                reply::bulk(out, words.get(1).unwrap_or(&&[][..]));
            }
            b"SUBSCRIBE" => {
                reply::error(out, "ERR wrong number of arguments for 'subscribe' command");
            }
            _ if is_listener => reply::error(
                out,
                "ERR only SUBSCRIBE / UNSUBSCRIBE / PING / QUIT are allowed to a subscriber",
            ),
            _ => commands::run(&self.shared, &words, out),
        }
        Next::Go
    }

    /// Takes what else was published, as much as is sent at once.
    fn take_messages(&mut self) {
        let Some(listening) = &mut self.listening else {
            return;
        };
        while self.out.len() < OUTPUT
            && let Ok(message) = listening.messages.try_recv()
        {
            self.out.extend_from_slice(&message);
        }
    }

    async fn send(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        self.stream.write_all(&self.out).await?;
        self.stream.flush().await?;
        self.out.clear();
        // A large answer is rare, and its memory is not kept.
        self.out.shrink_to(OUTPUT);
        Ok(())
    }
}

impl Listening {
    fn new(shared: &Arc<Shared>) -> Listening {
        let (id, messages) = shared.hub.join();
        Listening {
            shared: Arc::clone(shared),
            id,
            messages,
            count: 0,
        }
    }

    fn subscribe(&mut self, channels: &[&[u8]], out: &mut Vec<u8>) -> Next {
        for channel in channels {
            if CHANNELS_MAX <= self.count {
                reply::error(out, "ERR too many channels");
                return Next::End;
            }
            let Some(count) = self.shared.hub.subscribe(self.id, channel) else {
                return Next::End;
            };
            self.count = count;
            confirm(out, b"subscribe", Some(channel), count);
        }
        Next::Go
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.shared.hub.leave(self.id);
    }
}

/// From these channels, or from all.
fn unsubscribe(listening: &mut Option<Listening>, channels: &[&[u8]], out: &mut Vec<u8>) -> Next {
    let Some(it) = listening else {
        match channels {
            [] => confirm(out, b"unsubscribe", None, 0),
            _ => channels
                .iter()
                .for_each(|it| confirm(out, b"unsubscribe", Some(it), 0)),
        }
        return Next::Go;
    };
    let all = it.shared.hub.channels(it.id);
    let channels: Vec<&[u8]> = match channels {
        [] => all.iter().map(|channel| &channel[..]).collect(),
        _ => channels.to_vec(),
    };
    if channels.is_empty() {
        confirm(out, b"unsubscribe", None, 0);
    }
    for channel in channels {
        let Some(count) = it.shared.hub.unsubscribe(it.id, channel) else {
            return Next::End;
        };
        it.count = count;
        confirm(out, b"unsubscribe", Some(channel), count);
    }
    Next::Go
}

fn confirm(out: &mut Vec<u8>, what: &[u8], channel: Option<&[u8]>, count: usize) {
    reply::array(out, 3);
    reply::bulk(out, what);
    match channel {
        Some(channel) => reply::bulk(out, channel),
        None => reply::nil(out),
    }
    reply::integer(out, count as i64);
}

/// Reads, until the deadline if there is one.
async fn read_until<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut [u8],
    deadline: Option<Instant>,
) -> io::Result<usize> {
    match deadline {
        None => stream.read(buffer).await,
        Some(deadline) => match timeout_at(deadline, stream.read(buffer)).await {
            Ok(read) => read,
            Err(late) => Err(late.into()),
        },
    }
}

/// The next message, if it listens; or never.
async fn next_message(listening: &mut Option<Listening>) -> Option<Bytes> {
    match listening {
        Some(listening) => listening.messages.recv().await,
        None => pending().await,
    }
}

impl Input {
    fn new() -> Input {
        Input {
            buffer: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
        debug_assert!(
            self.start <= self.end,
            "a request is no longer than the input"
        );
    }

    /// Room for more. There is always some: a request that fills the buffer is refused before it is asked for more.
    fn room(&mut self) -> &mut [u8] {
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
            if INPUT < self.buffer.len() {
                self.buffer = Vec::new();
            }
            self.buffer.resize(INPUT, 0);
        } else if self.end == self.buffer.len() {
            // What is left of the last requests moves to the front. If that makes no room, the request is a long one.
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            if self.buffer.len() / 2 < self.end {
                let longer = (self.buffer.len() * 2).min(2 * REQUEST_MAX);
                self.buffer.resize(longer, 0);
            }
        }
        &mut self.buffer[self.end..]
    }
}
