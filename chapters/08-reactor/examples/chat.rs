//! A chat: what one says, all the others hear. The first line that a client sends is its name.
//!
//! ```text
//! cargo run -p reactor --example chat_solved
//! nc 127.0.0.1 7008                                   in two terminals
//! ```
//!
//! Each client has a task that reads and one that writes. Between them is a broadcast: a client that
//! reads too slowly misses lines, and hears how many, and keeps no other waiting. A client that closes its
//! half of the connection has said all, and still hears the others.

use std::env;
use std::io;
use std::sync::Arc;

use channels::broadcast::{self, Receiver, Sender};
use current_thread::{Runtime, ThreadPark, spawn};
use locks::Semaphore;
use reactor::IoPark;
use reactor::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use reactor::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use reactor::net::{TcpListener, TcpStream};

/// A line, and the number of the client that said it.
type Line = (usize, String);

/// So many lines are kept for a client that does not read.
const KEPT: usize = 64;

/// So many clients at once: fewer than a process may have descriptors.
const PLACES: usize = 500;

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or(String::from("127.0.0.1:7008"));
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    runtime.block_on(serve(&address))
}

async fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    println!("chat at {}", listener.local_addr()?);
    let (room, _) = broadcast::channel(KEPT);
    let places = Arc::new(Semaphore::new(PLACES));
    for number in 0.. {
        let place = Arc::clone(&places).acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // It is about this client: there are descriptors enough.
            Err(error) => {
                println!("client {number}: {error}");
                continue;
            }
        };
        let room = room.clone();
        drop(spawn(async move {
            if let Err(error) = join(stream, number, room).await {
                println!("client {number}: {error}");
            }
            drop(place);
        }));
    }
    Ok(())
}

/// One client, from its name to its end.
async fn join(stream: TcpStream, number: usize, room: Sender<Line>) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"who are you? ").await?;
    let Some(name) = lines.next_line().await? else {
        return Ok(());
    };
    let hears = spawn(hear(writer, number, room.subscribe()));
    say(&room, number, format!("* {name} comes"));
    let spoken = speak(&mut lines, number, &name, &room).await;
    say(&room, number, format!("* {name} has said all"));
    match spoken {
        // It may still listen. If it does not, a write will fail.
        Ok(()) => drop(hears.await),
        Err(_) => hears.abort(),
    }
    say(&room, number, format!("* {name} goes"));
    spoken
}

/// Passes on what the client says.
async fn speak(
    lines: &mut Lines<BufReader<OwnedReadHalf>>,
    number: usize,
    name: &str,
    room: &Sender<Line>,
) -> io::Result<()> {
    while let Some(line) = lines.next_line().await? {
        say(room, number, format!("{name}: {line}"));
    }
    Ok(())
}

fn say(room: &Sender<Line>, number: usize, line: String) {
    // If there is no client that hears it, it is not said.
    let _ = room.send((number, line));
}

/// Passes on what the others say.
async fn hear(
    mut writer: OwnedWriteHalf,
    number: usize,
    mut room: Receiver<Line>,
) -> io::Result<()> {
    loop {
        let line = match room.recv().await {
            Ok((from, _)) if from == number => continue,
            Ok((_, line)) => line,
            Err(broadcast::error::RecvError::Lagged(missed)) => format!("* you missed {missed}"),
            Err(broadcast::error::RecvError::Closed) => return Ok(()),
        };
        writer.write_all(line.as_bytes()).await?;
        writer.write_all(b"\n").await?;
    }
}
