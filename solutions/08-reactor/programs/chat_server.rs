// Exercise 8.12: a chat server. All of it is yours to write. The requirements are on the page
// `book/src/reactor/chat-server.md`; this is what a client sends:
//
//     ann                         its first line is its name
//     hello                       each other line is for all other clients: they get `ann: hello`
//
// and this is what standard input, which is a pipe, may say:
//
//     the server ends at six      a line for all clients: they get `* the server ends at six`
//     end                         the server ends; so it does when standard input ends
//
// To try it: `cat | cargo course run 8 chat_server --mine`, and then `nc 127.0.0.1 PORT` in two other terminals

// ANCHOR: ex-8-12-chat-server
use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;

use channels::broadcast::error::RecvError;
use channels::broadcast::{self, Receiver, Sender};
use current_thread::{Runtime, ThreadPark, spawn, yield_now};
use locks::Semaphore;
use reactor::IoPark;
use reactor::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use reactor::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use reactor::net::unix::pipe;
use reactor::net::{TcpListener, TcpStream};

/// A line, and the number of the client that is not to hear it.
#[derive(Clone)]
struct Line {
    from: Option<u64>,
    text: String,
}

/// Where all lines go.
type Room = Sender<Line>;

/// So many clients at once: fewer than a process may have descriptors.
const PLACES: usize = 500;

/// So many lines are kept for a client that does not read. In one turn of the scheduler each client can say one.
const KEPT: usize = 2 * PLACES;

fn main() -> io::Result<()> {
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("chat at {}", listener.local_addr()?);
        let (room, _) = broadcast::channel(KEPT);
        drop(spawn(accept(listener, room.clone())));
        obey(&room).await
    })
    // The runtime is dropped, and with it all tasks and their sockets, whatever they wait for.
}

/// Does what standard input says, until it says that this is the end.
async fn obey(room: &Room) -> io::Result<()> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let mut commands = BufReader::new(pipe::Receiver::from_owned_fd(input)?).lines();
    while let Some(command) = commands.next_line().await? {
        if command == "end" {
            break;
        }
        say(room, None, format!("* {command}"));
    }
    Ok(())
}

/// Gives each client a task.
async fn accept(listener: TcpListener, room: Room) {
    let places = Arc::new(Semaphore::new(PLACES));
    for number in 0.. {
        let place = Arc::clone(&places).acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // It is about this client only: there are descriptors enough.
            Err(error) => {
                eprintln!("client {number}: {error}");
                continue;
            }
        };
        let room = room.clone();
        drop(spawn(async move {
            if let Err(error) = serve(stream, number, &room).await {
                eprintln!("client {number}: {error}");
            }
            drop(place);
        }));
    }
}

/// One client, from its name to its end.
async fn serve(stream: TcpStream, number: u64, room: &Room) -> io::Result<()> {
    // A line goes out at once, and does not wait for the client to confirm the one before.
    stream.set_nodelay(true)?;
    let (reader, writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let Some(name) = lines.next_line().await? else {
        return Ok(());
    };
    // From here on it hears all that is said.
    let hears = spawn(hear(writer, number, room.subscribe(), name.clone()));
    say(room, Some(number), format!("* {name} comes"));
    let spoken = speak(&mut lines, number, &name, room).await;
    // However it ended: the others are told first.
    say(room, Some(number), format!("* {name} goes"));
    match spoken {
        // It has said all, and may still listen. If it does not, a write will fail.
        Ok(()) => drop(hears.await),
        Err(_) => hears.abort(),
    }
    spoken
}

/// Passes on what the client says.
async fn speak(
    lines: &mut Lines<BufReader<OwnedReadHalf>>,
    number: u64,
    name: &str,
    room: &Room,
) -> io::Result<()> {
    while let Some(line) = lines.next_line().await? {
        say(room, Some(number), format!("{name}: {line}"));
        // Many lines may have come at once. Those that listen take this one first.
        yield_now().await;
    }
    Ok(())
}

/// Passes on what the others say.
async fn hear(
    mut writer: OwnedWriteHalf,
    number: u64,
    mut room: Receiver<Line>,
    name: String,
) -> io::Result<()> {
    let mut text = format!("* welcome {name}");
    loop {
        text.push('\n');
        writer.write_all(text.as_bytes()).await?;
        text = loop {
            match room.recv().await {
                Ok(line) if line.from == Some(number) => {}
                Ok(line) => break line.text,
                Err(RecvError::Lagged(lost)) => break format!("* {lost} lines lost"),
                Err(RecvError::Closed) => return Ok(()),
            }
        };
    }
}

fn say(room: &Room, from: Option<u64>, text: String) {
    // This never waits. If there is no client that hears it, it is not said.
    let _ = room.send(Line { from, text });
}
// ANCHOR_END: ex-8-12-chat-server
