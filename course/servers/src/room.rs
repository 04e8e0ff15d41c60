//! A room where everybody hears everybody, and an echo, by WebSocket.
//!
//! The crate of others does the protocol: handshake, frames, masks, pongs. It asks for a stream with the traits of
//! `futures::io`, and gets ours. What is said in the room goes through a channel that keeps the last messages for all
//! ([`broadcast`]): a client that reads too slowly misses some, is told so, and is sent away.

use std::io;
use std::time::Duration;

use async_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use async_tungstenite::tungstenite::http::StatusCode;
use async_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use async_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use async_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use async_tungstenite::{WebSocketStream, accept_hdr_async_with_config};
use futures_util::StreamExt;
use futures_util::io::{AsyncRead, AsyncWrite};
use reveille::sync::broadcast;
use reveille::time::{Instant, sleep_until, timeout};

use crate::accept::Stop;

/// What is said in the room.
pub type Room = broadcast::Sender<Utf8Bytes>;

/// What a client may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the handshake may take.
    pub handshake: Duration,
    /// How long a client may be silent before it is asked whether it is there; and how long it may take to answer.
    pub ping: Duration,
}

/// How many messages the room keeps for those who are slow.
pub const KEPT: usize = 256;

/// The longest message, in bytes.
pub const MESSAGE_MAX: usize = 64 * 1024;

/// How much is read at once.
const BUFFER: usize = 4 * 1024;

/// Where a client has come to.
#[derive(Clone, Copy)]
enum Place {
    Echo,
    Room,
}

/// Serves a client: at `/echo` it hears what it says, at `/room` what all say.
///
/// # Errors
///
/// What the client did, or the stream says.
///
/// # Cancellation
///
/// The connection is broken off.
pub async fn serve<S>(stream: S, room: &Room, limits: Limits, mut stop: Stop) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut place = Place::Echo;
    // The signature is the crate's.
    #[allow(clippy::result_large_err)]
    let route = |request: &Request, response: Response| {
        place = match request.uri().path() {
            "/echo" => Place::Echo,
            "/room" => Place::Room,
            _ => {
                let mut refused =
                    ErrorResponse::new(Some("there are /echo and /room\n".to_owned()));
                *refused.status_mut() = StatusCode::NOT_FOUND;
                return Err(refused);
            }
        };
        Ok(response)
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(4 * MESSAGE_MAX)
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let accepted = accept_hdr_async_with_config(stream, route, Some(config));
    let mut socket = timeout(limits.handshake, accepted)
        .await
        .map_err(io::Error::from)??;
    let mut heard = room.subscribe();
    let mut deadline = Instant::now() + limits.ping;
    let mut is_asked = false;
    loop {
        reveille::select! {
            said = socket.next() => {
                (deadline, is_asked) = (Instant::now() + limits.ping, false);
                let Some(said) = said else {
                    return Ok(());
                };
                match (said?, place) {
                    (said @ (Message::Text(_) | Message::Binary(_)), Place::Echo) => socket.send(said).await?,
                    // An error says that nobody is in the room, but we are.
                    (Message::Text(said), Place::Room) => _ = room.send(said),
                    (Message::Binary(_), Place::Room) => {
                        return end(&mut socket, CloseCode::Unsupported, "only text").await;
                    }
                    // The crate answers pings, and sees to the end.
                    _ => {}
                }
            },
            message = heard.recv(), if matches!(place, Place::Room) => match message {
                Ok(message) => socket.send(Message::Text(message)).await?,
                Err(_) => return end(&mut socket, CloseCode::Policy, "too slow").await,
            },
            () = sleep_until(deadline) => {
                if is_asked {
                    return Err(Error::Io(io::ErrorKind::TimedOut.into()));
                }
                socket.send(Message::Ping(Default::default())).await?;
                (deadline, is_asked) = (Instant::now() + limits.ping, true);
            },
            () = stop.told() => return end(&mut socket, CloseCode::Away, "the server stops").await,
        }
    }
}

/// Says why, and goes.
async fn end<S>(
    socket: &mut WebSocketStream<S>,
    code: CloseCode,
    why: &'static str,
) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let reason = Utf8Bytes::from_static(why);
    socket.close(Some(CloseFrame { code, reason })).await
}
