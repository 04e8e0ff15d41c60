//! A client of a program that is a server: lines over TCP, on the loopback.

use std::fmt::Display;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::check::running::{LOOK, Running};

/// A client that the test plays. See [`Running::connect`].
#[derive(Debug)]
pub struct Peer<'a> {
    running: &'a Running<'a>,
    /// For messages.
    name: String,
    stream: TcpStream,
    /// What has come, up to the next line that the test asks for.
    heard: Vec<u8>,
}

impl<'a> Running<'a> {
    /// Connects to the program as a client. `name` is for messages only.
    ///
    /// # Panics
    ///
    /// If that does not succeed.
    #[track_caller]
    pub fn connect(&'a self, address: SocketAddr, name: &str) -> Peer<'a> {
        let stream = match TcpStream::connect(address) {
            Ok(stream) => stream,
            Err(error) => self.fail(format_args!("{name} cannot connect to {address}: {error}")),
        };
        let timeouts = stream.set_read_timeout(Some(LOOK));
        timeouts
            .and_then(|()| stream.set_write_timeout(Some(LOOK)))
            .expect("a socket has time-outs");
        self.note(format_args!("{name} connects"));
        Peer {
            running: self,
            name: name.to_owned(),
            stream,
            heard: Vec::new(),
        }
    }
}

impl Peer<'_> {
    /// Sends a line.
    ///
    /// # Panics
    ///
    /// If the program does not take it, and never will.
    #[track_caller]
    pub fn say(&mut self, line: &str) {
        self.send(format!("{line}\n").as_bytes());
    }

    /// Sends bytes, which may be a part of a line, or several.
    ///
    /// # Panics
    ///
    /// As [`say`](Peer::say).
    #[track_caller]
    pub fn send(&mut self, mut bytes: &[u8]) {
        let name = &self.name;
        self.running
            .note(format_args!("{name} says: {}", cut(bytes)));
        while !bytes.is_empty() {
            let saw = format!("{name} says more, and the program takes no more of it");
            let written = self
                .running
                .wait_for(&saw, || match self.stream.write(bytes) {
                    Ok(written) => Some(Ok(written)),
                    Err(error) if is_too_early(error.kind()) => None,
                    Err(error) => Some(Err(error)),
                });
            match written {
                Ok(written) => bytes = &bytes[written..],
                Err(error) => self
                    .running
                    .fail(format_args!("{name} cannot say more: {error}")),
            }
        }
    }

    /// Sends a line if the connection is still there and has room for it.
    pub fn try_say(&mut self, line: &str) {
        // If not, the test does not care.
        let _ = writeln!(self.stream, "{line}");
    }

    /// Says that the rule of this test is broken by what this client has seen.
    ///
    /// # Panics
    ///
    /// Always: see [`Running::fail`].
    #[track_caller]
    pub fn fail(&self, saw: impl Display) -> ! {
        self.running.fail(format_args!("{} {saw}", self.name))
    }

    /// The next line that comes, without its end. `None` if the connection ends first, or is reset.
    ///
    /// # Panics
    ///
    /// If neither comes, and nothing will.
    #[track_caller]
    pub fn hear(&mut self) -> Option<String> {
        let line = self.hear_quietly();
        let name = &self.name;
        match &line {
            Some(line) => self
                .running
                .note(format_args!("{name} hears: {}", cut(line.as_bytes()))),
            None => self.running.note(format_args!("{name} hears: (the end)")),
        }
        line
    }

    #[track_caller]
    fn hear_quietly(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            let mut buffer = [0; 4096];
            let saw = format!("{} hears nothing more", self.name);
            let read = self.running.wait_for(&saw, || {
                match self.stream.read(&mut buffer) {
                    Ok(read) => Some(read),
                    Err(error) if is_too_early(error.kind()) => None,
                    // A reset ends a connection, too.
                    Err(_) => Some(0),
                }
            });
            if read == 0 {
                return None;
            }
            self.heard.extend_from_slice(&buffer[..read]);
        }
    }

    /// Checks that this is the next line that comes.
    ///
    /// # Panics
    ///
    /// If it is another one, or if none comes.
    #[track_caller]
    pub fn expect(&mut self, line: &str) {
        let heard = self.hear();
        if heard.as_deref() != Some(line) {
            let heard = match &heard {
                Some(heard) => format!("`{}`", cut(heard.as_bytes())),
                None => "the end of the connection".to_owned(),
            };
            let name = &self.name;
            self.running.fail(format_args!(
                "{name} hears {heard}, but expected `{}`",
                cut(line.as_bytes())
            ));
        }
    }

    /// Checks that nothing more comes but the end of the connection.
    ///
    /// # Panics
    ///
    /// If something does, or if the connection does not end.
    #[track_caller]
    pub fn expect_end(&mut self) {
        if let Some(line) = self.hear() {
            let name = &self.name;
            self.running.fail(format_args!(
                "{name} hears `{}`, but expected the end of the connection",
                cut(line.as_bytes())
            ));
        }
    }

    /// Says that nothing more will be said. The client still listens.
    pub fn close_half(&self) {
        self.running
            .note(format_args!("{} closes its half", self.name));
        // If the program has closed the connection, there is nothing left to close.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Ends the connection as the crash of a client's machine would: by a reset.
    ///
    /// # Panics
    ///
    /// If nothing has come that the test has not read. A socket that is closed with that in it is reset.
    #[track_caller]
    pub fn reset(self) {
        let mut byte = [0];
        let saw = format!("{} hears nothing more", self.name);
        self.running
            .wait_for(&saw, || match self.stream.peek(&mut byte) {
                Err(error) if is_too_early(error.kind()) => None,
                _ => Some(()),
            });
        self.running.note(format_args!("{} resets", self.name));
    }

    /// Closes the connection.
    pub fn close(self) {
        self.running.note(format_args!("{} closes", self.name));
    }
}

/// Whether a time-out has ended an operation, or a signal.
fn is_too_early(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

/// The beginning of a text, for a message.
fn cut(text: &[u8]) -> String {
    const LENGTH: usize = 60;
    let text = String::from_utf8_lossy(text);
    let text = text.trim_end_matches('\n').replace('\n', "\\n");
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
