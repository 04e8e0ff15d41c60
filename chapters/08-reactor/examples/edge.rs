//! What an event says, and how often it says it.
//!
//! ```text
//! cargo run -p reactor --example edge_solved
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream as StdStream};
use std::thread;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

fn main() -> io::Result<()> {
    without_events()?;
    println!();
    with_events()
}

// ANCHOR: busy
/// A socket that does not block, and a loop that tries until there is something.
fn without_events() -> io::Result<()> {
    let (mut ours, mut theirs) = pair()?;
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        theirs.write_all(b"hello")
    });
    let begin = Instant::now();
    let mut tries = 0;
    let length = loop {
        tries += 1;
        match ours.read(&mut [0; 8]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            result => break result?,
        }
    };
    println!(
        "without events: {length} bytes after {} ms and {tries} tries",
        begin.elapsed().as_millis()
    );
    other.join().expect("it does not panic")
}
// ANCHOR_END: busy

// ANCHOR: edge
/// The same with an event queue that reports what changes.
fn with_events() -> io::Result<()> {
    let mut queue = Poll::new()?;
    let (mut ours, mut theirs) = pair()?;
    queue
        .registry()
        .register(&mut ours, Token(7), Interest::READABLE)?;

    theirs.write_all(b"0123456789")?;
    println!("ten bytes come     {}", next_event(&mut queue)?);
    println!("a read of four     {}", read(&mut ours, 4)?);
    println!("six are left       {}", next_event(&mut queue)?);
    theirs.write_all(b"!")?;
    println!("one more comes     {}", next_event(&mut queue)?);
    println!("a read of four     {}", read(&mut ours, 4)?);
    println!("a read of four     {}", read(&mut ours, 4)?);
    println!("a read of four     {}", read(&mut ours, 4)?);
    theirs.write_all(b"?")?;
    println!("one more comes     {}", next_event(&mut queue)?);
    Ok(())
}
// ANCHOR_END: edge

/// What the queue reports within a moment.
fn next_event(queue: &mut Poll) -> io::Result<String> {
    let mut events = Events::with_capacity(8);
    queue.poll(&mut events, Some(Duration::from_millis(50)))?;
    Ok(match events.iter().next() {
        Some(event) => format!("event: token {}, readable", event.token().0),
        None => String::from("no event"),
    })
}

fn read(stream: &mut TcpStream, length: usize) -> io::Result<String> {
    let mut buffer = vec![0; length];
    match stream.read(&mut buffer) {
        Ok(length) => Ok(String::from_utf8_lossy(&buffer[..length]).into_owned()),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(String::from("would block")),
        Err(error) => Err(error),
    }
}

/// Two ends of a connection: one that is watched, and its other side.
fn pair() -> io::Result<(TcpStream, StdStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let theirs = StdStream::connect(listener.local_addr()?)?;
    let (ours, _) = listener.accept()?;
    ours.set_nonblocking(true)?;
    Ok((TcpStream::from_std(ours), theirs))
}
