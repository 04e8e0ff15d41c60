//! Clients, good ones and bad ones. They run on our runtime, too.
//!
//! A good client asks, and compares each answer with what it must be. A bad one does what clients do that are broken, or
//! mean, or whose network is; it knows how the server must get rid of it.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use async_tungstenite::client_async;
use async_tungstenite::tungstenite::error::ProtocolError;
use async_tungstenite::tungstenite::{self, Message};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::join_all;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, StatusCode};
use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::TcpStream;
use reveille::time::sleep;
use servers::bridge::{Io, Spawner};

/// Where the servers listen.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// HTTP.
    pub web: SocketAddr,
    /// HTTP, through the proxy.
    pub proxy: SocketAddr,
    /// RESP.
    pub redis: SocketAddr,
    /// WebSocket.
    pub room: SocketAddr,
}

/// Why a client did not come to its end.
#[derive(Debug)]
pub enum Trouble {
    /// The connection did not come about, or ended before the first byte of an answer. A client may ask again.
    Refused,
    /// What must not be: another answer, half an answer, or none.
    Wrong(String),
}

/// How many answers a good client got. A bad one counts one, when it was sent away.
pub type Ended = Result<u64, Trouble>;

fn wrong(what: impl Display) -> Trouble {
    Trouble::Wrong(what.to_string())
}

/// The connection, or the request, was not taken.
fn refused<E>(_: E) -> Trouble {
    Trouble::Refused
}

/// Pages, and what they say. It is the same for all versions of HTTP.
fn page(number: usize) -> (Request<Full<Bytes>>, usize) {
    let (method, path, body) = match number % 4 {
        0 | 1 => ("GET", "/".to_owned(), Bytes::new()),
        2 => (
            "POST",
            "/echo".to_owned(),
            Bytes::from(pattern(number * 1000 % 70_000)),
        ),
        _ => ("GET", format!("/bytes/{}", number * 10_000), Bytes::new()),
    };
    let request = Request::builder()
        .method(method)
        .uri(format!("http://servers{path}"))
        .header("host", "servers")
        .body(Full::new(body))
        .expect("it is a request");
    (request, number)
}

async fn look(number: usize, response: Response<hyper::body::Incoming>) -> Result<(), Trouble> {
    if response.status() != StatusCode::OK {
        return Err(wrong(format!("page {number}: {}", response.status())));
    }
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(wrong)?
        .to_bytes();
    let is_right = match number % 4 {
        0 | 1 => body == "hello\n",
        2 => body == pattern(number * 1000 % 70_000),
        _ => body.len() == number * 10_000 && body.iter().all(|byte| *byte == b'.'),
    };
    match is_right {
        true => Ok(()),
        false => Err(wrong(format!(
            "page {number}: {} bytes, or others",
            body.len()
        ))),
    }
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at % 251) as u8).collect()
}

/// Asks one page after the other, on one connection.
pub async fn http_1(address: SocketAddr) -> Ended {
    let stream = TcpStream::connect(address).await.map_err(refused)?;
    let (mut sender, connection) = http1::handshake(Io::new(stream)).await.map_err(refused)?;
    let connection = reveille::spawn(connection);
    let mut answered = 0;
    for number in 0..20 {
        let (request, number) = page(number);
        sender.ready().await.map_err(refused)?;
        let response = sender.send_request(request).await.map_err(refused)?;
        look(number, response).await?;
        answered += 1;
    }
    drop(sender);
    drop(connection.await);
    Ok(answered)
}

/// Asks eight pages at once, several times, on one connection.
pub async fn http_2(address: SocketAddr) -> Ended {
    let stream = TcpStream::connect(address).await.map_err(refused)?;
    let handshake = http2::handshake(Spawner, Io::new(stream)).await;
    let (sender, connection) = handshake.map_err(refused)?;
    let connection = reveille::spawn(connection);
    let mut answered = 0;
    for _ in 0..5 {
        let asked = (0..8).map(|number| {
            let mut sender = sender.clone();
            async move {
                let (request, number) = page(number);
                sender.ready().await.map_err(refused)?;
                look(number, sender.send_request(request).await.map_err(refused)?).await
            }
        });
        for looked in join_all(asked).await {
            looked?;
            answered += 1;
        }
    }
    drop(sender);
    drop(connection.await);
    Ok(answered)
}

/// Sends requests many at once, and reads the answers.
pub async fn redis(address: SocketAddr, client: usize) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    let mut answered = 0;
    for round in 0..20 {
        let (mut asked, mut wanted) = (String::new(), String::new());
        for key in 0..10 {
            let value = format!("{client}-{round}-{key}");
            asked += &format!("SET k:{client}:{key} {value} PX 60000\r\nGET k:{client}:{key}\r\n");
            wanted += &format!("+OK\r\n${}\r\n{value}\r\n", value.len());
        }
        stream.write_all(asked.as_bytes()).await.map_err(refused)?;
        let mut heard = vec![0; wanted.len()];
        // Between two rounds the server may send a client away that was silent for too long: on a machine that has much
        // to do, this one may have been.
        let length = match stream.read(&mut heard).await {
            Ok(0) | Err(_) => return Err(Trouble::Refused),
            Ok(length) => length,
        };
        let rest = stream.read_exact(&mut heard[length..]).await;
        rest.map_err(|error| wrong(format!("round {round}, after {length} bytes: {error}")))?;
        if heard != wanted.as_bytes() {
            return Err(wrong(String::from_utf8_lossy(&heard)));
        }
        answered += 20;
    }
    Ok(answered)
}

/// Hears what it says.
pub async fn echo(address: SocketAddr) -> Ended {
    let mut socket = enter(address, "/echo").await?;
    let mut answered = 0;
    for number in 0..20 {
        let said = Message::binary(pattern(number * 500));
        socket.send(said.clone()).await.map_err(refused)?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(heard)) if heard == said => break,
                Some(Ok(heard)) => return Err(wrong(format!("{} other bytes", heard.len()))),
                // It did not answer a ping in time, and was sent away.
                Some(Err(tungstenite::Error::Protocol(
                    ProtocolError::ResetWithoutClosingHandshake,
                )))
                | None => return Err(Trouble::Refused),
                Some(Err(tungstenite::Error::Io(error)))
                    if matches!(
                        error.kind(),
                        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
                    ) =>
                {
                    return Err(Trouble::Refused);
                }
                Some(Err(error)) => return Err(wrong(error)),
            }
        }
        answered += 1;
    }
    socket.close(None).await.map_err(refused)?;
    // The other side says that it has heard that.
    while let Some(Ok(_)) = socket.next().await {}
    Ok(answered)
}

async fn enter(
    address: SocketAddr,
    path: &str,
) -> Result<async_tungstenite::WebSocketStream<TcpStream>, Trouble> {
    let stream = TcpStream::connect(address).await.map_err(refused)?;
    match client_async(format!("ws://{address}{path}"), stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(response)) => Err(wrong(response.status())),
        Err(_) => Err(Trouble::Refused),
    }
}

/// Says this, and no more, and waits until it is sent away.
pub async fn stops(address: SocketAddr, says: &[u8]) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    stream.write_all(says).await.map_err(refused)?;
    until_the_end(&mut stream).await;
    Ok(1)
}

/// Says this, and goes on with `more`, again and again and slowly, until it is sent away.
pub async fn slow(address: SocketAddr, says: &[u8], more: &[u8]) -> Ended {
    let stream = TcpStream::connect(address).await.map_err(refused)?;
    let (mut reader, mut writer) = stream.into_split();
    let speaks = async {
        writer.write_all(says).await?;
        loop {
            sleep(Duration::from_millis(100)).await;
            writer.write_all(more).await?;
        }
    };
    reveille::select! {
        _ = until_the_end(&mut reader) => Ok(1),
        // What it says is not taken any more.
        spoken = speaks => { let _: io::Result<()> = spoken; Ok(1) }
    }
}

/// Asks for more than fits anywhere, reads nothing for so long, and then finds that it was sent away.
pub async fn never_reads(address: SocketAddr, says: &[u8], for_: Duration, all: u64) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    stream.write_all(says).await.map_err(refused)?;
    sleep(for_).await;
    match until_the_end(&mut stream).await {
        read if read < all => Ok(1),
        _ => Err(wrong("it was sent all")),
    }
}

/// Subscribes, hears nothing for so long, and then wants to go, if it was not sent away. (It is, if enough was published.)
pub async fn hears_nothing(address: SocketAddr, for_: Duration) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    let subscribed = stream.write_all(b"SUBSCRIBE flood\r\n").await;
    subscribed.map_err(refused)?;
    sleep(for_).await;
    // An error says that it was.
    drop(stream.write_all(b"QUIT\r\n").await);
    until_the_end(&mut stream).await;
    Ok(1)
}

/// Asks without an end, and reads nothing, until it is sent away.
pub async fn never_reads_answers(address: SocketAddr, asks: &[u8]) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    while stream.write_all(asks).await.is_ok() {}
    Ok(1)
}

/// Asks by HTTP/2 for more than fits anywhere, gives no more room for it, and goes after a while.
pub async fn no_window(address: SocketAddr) -> Ended {
    let stream = TcpStream::connect(address).await.map_err(refused)?;
    let handshake = http2::handshake::<_, _, Full<Bytes>>(Spawner, Io::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(refused)?;
    let connection = reveille::spawn(connection);
    let request = Request::get("http://servers/bytes/1000000000").body(Full::default());
    let asked = sender.send_request(request.expect("it is a request")).await;
    let response = asked.map_err(refused)?;
    // A body that is not polled gives no room.
    sleep(Duration::from_secs(2)).await;
    drop((response, sender));
    connection.abort();
    Ok(1)
}

/// Says this, waits for a moment, and breaks the connection off.
pub async fn breaks_off(address: SocketAddr, says: &[u8], after: Duration) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    stream.write_all(says).await.map_err(refused)?;
    sleep(after).await;
    stream.set_zero_linger().map_err(wrong)?;
    Ok(1)
}

/// Publishes so many messages.
pub async fn publishes(address: SocketAddr, count: usize) -> Ended {
    let mut stream = TcpStream::connect(address).await.map_err(refused)?;
    let text = "x".repeat(2000);
    for _ in 0..count {
        let asked = format!("PUBLISH flood {text}\r\n");
        stream.write_all(asked.as_bytes()).await.map_err(refused)?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer).await.map_err(refused)?;
        if answer[0] != b':' {
            return Err(wrong(String::from_utf8_lossy(&answer)));
        }
        // A number of two digits or more.
        while !answer.ends_with(b"\n") {
            answer.rotate_left(1);
            stream.read_exact(&mut answer[3..]).await.map_err(wrong)?;
        }
    }
    Ok(count as u64)
}

/// Talks in the room, and does not listen, until it is sent away.
pub async fn talks(address: SocketAddr) -> Ended {
    let mut socket = enter(address, "/room").await?;
    let said = Message::text("x".repeat(2000));
    while socket.send(said.clone()).await.is_ok() {}
    Ok(1)
}

/// Reads until the end, or until the connection is broken off. Returns how much it was.
async fn until_the_end<R: futures_util::AsyncRead + Unpin>(stream: &mut R) -> u64 {
    let mut buffer = vec![0; 16 * 1024];
    let mut all = 0;
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        all += length as u64;
    }
    all
}
