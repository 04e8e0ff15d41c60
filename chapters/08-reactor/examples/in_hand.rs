//! An event in hand of a source that is gone: a driver whose tokens are the numbers of slots.
//!
//! ```text
//! cargo run -p reactor --example in_hand_solved
//! ```

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream as StdStream};
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// A socket, its other side, and its name.
struct Source {
    ours: TcpStream,
    theirs: StdStream,
    name: &'static str,
}

fn main() -> io::Result<()> {
    let mut queue = Poll::new()?;
    let mut slots = [Some(source(&queue, 0, "A")?), Some(source(&queue, 1, "B")?)];
    for source in slots.iter_mut().flatten() {
        source.theirs.write_all(b"hello")?;
    }
    let mut events = Events::with_capacity(8);
    queue.poll(&mut events, Some(Duration::from_secs(1)))?;
    turn(&queue, &mut slots, &events)
}

// ANCHOR: turn
/// Each event is told to the source in its slot. The first one's task drops the other
/// source, and makes a new one. The slot is free, so it is used again.
fn turn(queue: &Poll, slots: &mut [Option<Source>; 2], events: &Events) -> io::Result<()> {
    let mut is_first = true;
    for event in events {
        let slot = event.token().0;
        let Some(told) = &mut slots[slot] else {
            continue;
        };
        println!("event of slot {slot}: {} is readable", told.name);
        let found = match told.ours.read(&mut [0; 8]) {
            Ok(length) => format!("{length} bytes"),
            Err(error) => error.kind().to_string(),
        };
        println!("  {} reads: {found}", told.name);
        if is_first {
            is_first = false;
            let other = 1 - slot;
            if let Some(mut gone) = slots[other].take() {
                queue.registry().deregister(&mut gone.ours)?;
                println!("  {} is dropped, and C gets slot {other}", gone.name);
            }
            slots[other] = Some(source(queue, other, "C")?);
        }
    }
    Ok(())
}
// ANCHOR_END: turn

fn source(queue: &Poll, slot: usize, name: &'static str) -> io::Result<Source> {
    let (mut ours, theirs) = pair()?;
    queue
        .registry()
        .register(&mut ours, Token(slot), Interest::READABLE)?;
    Ok(Source { ours, theirs, name })
}

/// Two ends of a connection: one that is watched, and its other side.
fn pair() -> io::Result<(TcpStream, StdStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let theirs = StdStream::connect(listener.local_addr()?)?;
    let (ours, _) = listener.accept()?;
    ours.set_nonblocking(true)?;
    Ok((TcpStream::from_std(ours), theirs))
}
