// Exercise 9.12: a chat with time limits. All of it is yours to write. The requirements are on the page
// `book/src/timer-wheel/chat-timeouts.md`. It is chapter 8's chat server, and the first line of standard input is new:
//
//     limit 30000                 so many milliseconds has a client to say something, to read, and to leave
//     the server ends at six      a line for all clients: they get `* the server ends at six`
//     end                         the server ends; so it does when standard input ends
//
// To try it: `(echo limit 30000; cat) | cargo course run 9 chat_timeouts --mine`, and then `nc 127.0.0.1 PORT`

// ANCHOR: ex-9-12-chat-timeouts
use std::io;
use std::os::fd::AsFd;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use channels::broadcast::error::RecvError;
use channels::broadcast::{self, Receiver, Sender, WeakSender};
use current_thread::{Runtime, ThreadPark, spawn, yield_now};
use futures::future::{Either, select};
use locks::Semaphore;
use reactor::IoPark;
use reactor::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use reactor::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use reactor::net::unix::pipe;
use reactor::net::{TcpListener, TcpStream};
use timer_wheel::{TimePark, timeout};

/// A line, and which clients are to hear it.
#[derive(Clone)]
struct Line {
    to: To,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum To {
    All,
    AllBut(u64),
    /// It is the last one that this client hears.
    Only(u64),
}

/// Where all lines go. The clients' tasks cannot keep it open: when `main` drops it, this is the end.
type Room = WeakSender<Line>;

/// So many clients at once: fewer than a process may have descriptors.
const PLACES: u32 = 500;

/// So many lines are kept for a client that is slow. In one turn of the scheduler each client can say one.
const KEPT: usize = 2 * PLACES as usize;

const TOO_QUIET: &str = "* too quiet";

fn main() -> io::Result<()> {
    let runtime = Runtime::with_park(TimePark::new(IoPark::new(ThreadPark::new())));
    runtime.block_on(async {
        let input = io::stdin().as_fd().try_clone_to_owned()?;
        let mut commands = BufReader::new(pipe::Receiver::from_owned_fd(input)?).lines();
        let first = commands.next_line().await?.unwrap_or_default();
        let limit = first.strip_prefix("limit ").and_then(|ms| ms.parse().ok());
        let limit = Duration::from_millis(limit.ok_or(io::ErrorKind::InvalidInput)?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("chat at {}", listener.local_addr()?);
        let (room, _) = broadcast::channel(KEPT);
        let places = Arc::new(Semaphore::new(PLACES as usize));
        let accepting = accept(listener, Arc::clone(&places), room.downgrade(), limit);
        let accepting = spawn(accepting);
        obey(&mut commands, &room).await?;
        accepting.abort();
        end(room, &places, limit).await;
        Ok(())
    })
}

/// Does what standard input says, until it says that this is the end.
async fn obey(
    commands: &mut Lines<BufReader<pipe::Receiver>>,
    room: &Sender<Line>,
) -> io::Result<()> {
    while let Some(command) = commands.next_line().await? {
        if command == "end" {
            break;
        }
        say(&room.downgrade(), To::All, format!("* {command}"));
    }
    Ok(())
}

/// Gives the clients a moment to hear what is left, and to leave.
async fn end(room: Sender<Line>, places: &Semaphore, limit: Duration) {
    say(&room.downgrade(), To::All, "* the end".to_owned());
    // What was said is still heard. After that each client comes to the end of its connection.
    drop(room);
    // The clients have left when all places are free. If one has not left in time, its task is dropped with the runtime.
    let _ = timeout(limit, places.acquire_many(PLACES)).await;
}

/// Gives each client a task.
async fn accept(listener: TcpListener, places: Arc<Semaphore>, room: Room, limit: Duration) {
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
            if let Err(error) = serve(stream, number, &room, limit).await {
                eprintln!("client {number}: {error}");
            }
            drop(place);
        }));
    }
}

/// One client, from its name to its end.
async fn serve(stream: TcpStream, number: u64, room: &Room, limit: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let Ok(name) = timeout(limit, lines.next_line()).await else {
        let text = format!("{TOO_QUIET}\n");
        return timeout(limit, writer.write_all(text.as_bytes())).await?;
    };
    let (Some(name), Some(open)) = (name?, room.upgrade()) else {
        return Ok(());
    };
    let hears = hear(writer, number, open.subscribe(), limit, name.clone());
    let hears = spawn(hears);
    drop(open);
    say(room, To::AllBut(number), format!("* {name} comes"));
    let mut speaks = pin!(speak(&mut lines, number, &name, room, limit));
    // Each of the two may come to its end first.
    let (result, word, hears) = match select(speaks.as_mut(), hears).await {
        Either::Left((spoken, hears)) => (spoken, " (quiet)", Some(hears)),
        Either::Right((heard, _)) => match heard.expect("it neither panics nor is aborted") {
            // The server is about to end. The client may leave by itself.
            Ok(()) => (speaks.await, " (quiet)", None),
            // It does not read in time, or cannot be written to.
            Err(error) => (Err(error), " (slow)", None),
        },
    };
    let is_late = matches!(&result, Err(error) if error.kind() == io::ErrorKind::TimedOut);
    let why = if is_late { word } else { "" };
    say(room, To::AllBut(number), format!("* {name} goes{why}"));
    match hears {
        // It has said all, and may still listen.
        Some(hears) if result.is_ok() => drop(hears.await),
        Some(mut hears) => {
            if is_late {
                say(room, To::Only(number), TOO_QUIET.to_owned());
                let _ = timeout(limit, &mut hears).await;
            }
            hears.abort();
        }
        None => {}
    }
    result
}

/// Passes on what the client says. Each line has a limit of its own.
async fn speak(
    lines: &mut Lines<BufReader<OwnedReadHalf>>,
    number: u64,
    name: &str,
    room: &Room,
    limit: Duration,
) -> io::Result<()> {
    while let Some(line) = timeout(limit, lines.next_line()).await?? {
        say(room, To::AllBut(number), format!("{name}: {line}"));
        // Many lines may have come at once. Those that listen take this one first.
        yield_now().await;
    }
    Ok(())
}

/// Passes on what the others say, until no more can be said.
async fn hear(
    mut writer: OwnedWriteHalf,
    number: u64,
    mut room: Receiver<Line>,
    limit: Duration,
    name: String,
) -> io::Result<()> {
    let mut text = format!("* welcome {name}");
    let mut is_last = false;
    loop {
        text.push('\n');
        timeout(limit, writer.write_all(text.as_bytes())).await??;
        if is_last {
            return Ok(());
        }
        text = loop {
            match room.recv().await {
                Ok(Line {
                    to: To::AllBut(from),
                    ..
                }) if from == number => {}
                Ok(Line {
                    to: To::Only(one), ..
                }) if one != number => {}
                Ok(line) => {
                    is_last = line.to == To::Only(number);
                    break line.text;
                }
                Err(RecvError::Lagged(lost)) => break format!("* {lost} lines lost"),
                Err(RecvError::Closed) => return Ok(()),
            }
        };
    }
}

fn say(room: &Room, to: To, text: String) {
    // If the room is closed, or no client hears it, it is not said.
    if let Some(room) = room.upgrade() {
        let _ = room.send(Line { to, text });
    }
}
// ANCHOR_END: ex-9-12-chat-timeouts
