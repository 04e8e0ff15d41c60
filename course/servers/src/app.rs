//! What the web server answers: an axum `Router`, as one would write it for any runtime.
//!
//! Only the waits know ours, and they come in from outside as well ([`Wait`]).

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use futures_util::future::{Either, select};
use futures_util::stream;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// A wait for so long, on the runtime that the server runs on.
pub type Wait = fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The most that a client may send as the body of a request.
pub const BODY_MAX: usize = 1 << 20;

/// How long a client may take to send it.
pub const BODY_LIMIT: Duration = Duration::from_secs(5);

/// The most that a client may ask for.
pub const BYTES_MAX: u64 = 1 << 30;

/// What `/bytes` sends at once.
const PIECE: &[u8] = &[b'.'; 16 * 1024];

struct Shared {
    wait: Wait,
    /// Requests that were routed.
    requests: AtomicU64,
}

/// The routes:
///
/// - `/` says hello;
/// - `/echo` sends back what it is sent: at most [`BODY_MAX`] bytes, within [`BODY_LIMIT`];
/// - `/wait/250` answers after so many milliseconds;
/// - `/bytes/100000` sends so many bytes, as they are taken;
/// - `/requests` counts requests.
pub fn router(wait: Wait) -> Router {
    let shared = Arc::new(Shared {
        wait,
        requests: AtomicU64::new(0),
    });
    Router::new()
        .route("/", get(hello))
        .route("/echo", post(echo))
        .route("/wait/{ms}", get(late))
        .route("/bytes/{count}", get(bytes))
        .route("/requests", get(requests))
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

async fn hello(State(shared): State<Arc<Shared>>) -> &'static str {
    // ORDERING: Relaxed, here and below: the number says nothing of other memory.
    shared.requests.fetch_add(1, Relaxed);
    "hello\n"
}

async fn echo(State(shared): State<Arc<Shared>>, request: Request) -> Result<Bytes, StatusCode> {
    shared.requests.fetch_add(1, Relaxed);
    let body = Limited::new(request.into_body(), BODY_MAX).collect();
    match select(std::pin::pin!(body), (shared.wait)(BODY_LIMIT)).await {
        Either::Left((Ok(body), _)) => Ok(body.to_bytes()),
        Either::Left((Err(error), _)) if error.is::<LengthLimitError>() => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Either::Left((Err(_), _)) => Err(StatusCode::BAD_REQUEST),
        Either::Right(_) => Err(StatusCode::REQUEST_TIMEOUT),
    }
}

async fn late(State(shared): State<Arc<Shared>>, Path(ms): Path<u32>) -> &'static str {
    shared.requests.fetch_add(1, Relaxed);
    (shared.wait)(Duration::from_millis(ms.into())).await;
    "late\n"
}

async fn bytes(
    State(shared): State<Arc<Shared>>,
    Path(count): Path<u64>,
) -> Result<Body, StatusCode> {
    shared.requests.fetch_add(1, Relaxed);
    if BYTES_MAX < count {
        return Err(StatusCode::BAD_REQUEST);
    }
    let pieces = stream::unfold(count, async |left| {
        let length = left.min(PIECE.len() as u64);
        let piece = Bytes::from_static(&PIECE[..length as usize]);
        (0 < left).then(|| (Ok::<_, Infallible>(piece), left - length))
    });
    Ok(Body::from_stream(pieces))
}

async fn requests(State(shared): State<Arc<Shared>>) -> String {
    let requests = shared.requests.fetch_add(1, Relaxed);
    format!("{requests}\n")
}
