//! One connection of HTTP, on any runtime.
//!
//! Everything here is hyper's and axum's. What belongs to a runtime comes in from outside: the socket, the executor and
//! the timer. So `web` and `web_on_tokio` serve a connection by the same code.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use futures_util::future::{Either, select};
use hyper::body::Incoming;
use hyper::rt::bounds::Http2ServerConnExec;
use hyper::rt::{Read, Timer, Write};
use hyper::server::conn::{http1, http2};
use hyper::{Request, Result};
use tower_service::Service;

use crate::sniff::{Protocol, Sniffed, sniff};

/// What belongs to a runtime.
///
/// # Examples
///
/// ```
/// use servers::bridge::{Clock, Spawner};
/// use servers::http::Around;
///
/// let ours = Around { executor: Spawner, timer: Clock };
/// ```
#[derive(Clone, Debug)]
pub struct Around<E, T> {
    /// Runs streams of HTTP/2.
    pub executor: E,
    /// Ends what takes too long.
    pub timer: T,
}

/// What a client may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a client may take to say what it wants: from the start of the connection, or from the end of the last
    /// response, to the end of the next request's head.
    pub head: Duration,
    /// How long a connection of HTTP/2 may be silent before the other side is asked whether it is there; and how long it
    /// may take to answer.
    pub ping: Duration,
}

/// Which protocol, if the handshake of TLS has not told.
pub type Agreed = Option<Protocol>;

/// Serves one connection, until the client goes, or does what it may not; or, once `stop` is ready, until the requests
/// that have begun are answered.
///
/// # Errors
///
/// What hyper says of the connection. A client that says nothing for too long is no error.
///
/// # Cancellation
///
/// The connection is broken off.
pub async fn serve<I, E, T>(
    io: I,
    agreed: Agreed,
    router: Router,
    limits: Limits,
    around: Around<E, T>,
    stop: impl Future<Output = ()>,
) -> Result<()>
where
    I: Read + Write + Unpin,
    E: Http2ServerConnExec<RouteFuture<Infallible>, Body> + Clone,
    T: Timer + Clone + Send + Sync + 'static,
{
    let mut stop = pin!(stop);
    let service = Answers(router);
    let sniffed = async {
        match agreed {
            Some(protocol) => Some((protocol, Sniffed::nothing(io))),
            None => sniff(io).await.ok().flatten(),
        }
    };
    let sniffed = pin!(sniffed);
    let in_time = select(sniffed, around.timer.sleep(limits.head));
    let (protocol, io) = match select(in_time, &mut stop).await {
        Either::Left((Either::Left((Some(sniffed), _)), _)) => sniffed,
        // The client has gone, or said nothing for too long; or the server stops, and nothing was asked.
        _ => return Ok(()),
    };
    match protocol {
        Protocol::Http1 => {
            let connection = http1::Builder::new()
                .timer(around.timer)
                .header_read_timeout(limits.head)
                .serve_connection(io, service);
            let mut connection = pin!(connection);
            match select(connection.as_mut(), stop).await {
                Either::Left((ended, _)) => ended,
                Either::Right(((), _)) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
        Protocol::Http2 => {
            let connection = http2::Builder::new(around.executor)
                .timer(around.timer)
                .keep_alive_interval(limits.ping)
                .keep_alive_timeout(limits.ping)
                .serve_connection(io, service);
            let mut connection = pin!(connection);
            match select(connection.as_mut(), stop).await {
                Either::Left((ended, _)) => ended,
                Either::Right(((), _)) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
    }
}

/// A router, as hyper calls it.
struct Answers(Router);

impl hyper::service::Service<Request<Incoming>> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        // A `Router` is always ready, and a clone of it is a count.
        self.0.clone().call(request.map(Body::new))
    }
}
