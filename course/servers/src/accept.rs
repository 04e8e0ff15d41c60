//! Accepts connections, no more than so many, until it is told to stop.
//!
//! A permit of a semaphore is a place for a connection. The loop takes one before it accepts, and the connection's task
//! gives it back when it ends, however it ends. So the number of connections is bounded, and those beyond it wait in the
//! system's queue, which is bounded too. At the end the loop takes *all* permits: when it has them, no connection is
//! left.
//!
//! ```text
//!     a permit ──> accept ──> task: handle(stream) ──> the permit is back
//!        ^ no permit: the queue of the system fills
//! ```
//!
//! # When the process has no descriptor left
//!
//! Then `accept` fails, and the connection stays in the queue. To call again at once would burn a processor until some
//! other connection ends, so the loop waits a little ([`PAUSE`]).

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::FutureExt;
use reveille::net::{TcpListener, TcpStream};
use reveille::sync::{Semaphore, watch};
use reveille::time::{sleep, timeout};

/// What a server allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections there are at once.
    pub connections: usize,
    /// How long connections may go on after the server was told to stop.
    pub grace: Duration,
}

/// What has happened so far. All tasks add to it, and any may look.
#[derive(Debug, Default)]
pub struct Counts {
    /// Connections that were accepted.
    pub accepted: AtomicU64,
    /// Connections that have ended.
    pub ended: AtomicU64,
    /// Calls of `accept` that failed for want of a descriptor, or of memory.
    pub starved: AtomicU64,
    /// Calls of `accept` that failed for another reason, such as a connection that was broken off in the queue.
    pub failed: AtomicU64,
}

/// Tells a connection that the server stops.
///
/// # Examples
///
/// ```no_run
/// # use servers::accept::{Counts, Limits, Stop, accept};
/// # use reveille::net::{TcpListener, TcpStream};
/// # async fn serve(limits: Limits, counts: std::sync::Arc<Counts>) -> std::io::Result<()> {
/// async fn connection(stream: TcpStream, mut stop: Stop) {
///     reveille::select! {
///         () = stop.told() => {}
///         _ = stream.readable() => { /* ... */ }
///     }
/// }
///
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let ctrl_c = async { drop(reveille::signal::ctrl_c().await) };
/// accept(&listener, limits, &counts, ctrl_c, |stream, _, stop| connection(stream, stop)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// How long the loop waits if the process has no descriptor left. Long enough to cost nothing, and short enough that a
/// client hardly sees it.
pub const PAUSE: Duration = Duration::from_millis(20);

impl Stop {
    /// Ready when the server stops; at once if it has stopped already.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing.
    pub async fn told(&mut self) {
        // An error says that the loop is gone, and then the server has stopped, too.
        drop(self.0.wait_for(|is_stopped| *is_stopped).await);
    }
}

/// Runs `handle` for each connection that comes, as a task of its own, until `stop` is ready. Then waits for those that
/// are left, and returns whether all have ended in time. Those that have not are left to the end of the runtime.
///
/// # Cancellation
///
/// If the future is dropped, all connections are told to stop.
pub async fn accept<S, H, F>(
    listener: &TcpListener,
    limits: Limits,
    counts: &Arc<Counts>,
    stop: S,
    handle: H,
) -> bool
where
    S: Future<Output = ()>,
    H: Fn(TcpStream, SocketAddr, Stop) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let (tell, told) = watch::channel(false);
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = pin!(stop);
    loop {
        let place = reveille::select! {
            place = Arc::clone(&places).acquire_owned() => place.expect("it is never closed"),
            () = &mut stop => break,
        };
        let (stream, peer) = reveille::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause(&error, counts).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        // ORDERING: Relaxed, here and below: these numbers say nothing of other memory.
        counts.accepted.fetch_add(1, Relaxed);
        let connection = handle(stream, peer, Stop(told.clone()));
        let counts = Arc::clone(counts);
        // If the connection's code panics, its task ends. The guard counts that, and gives the place back. (An `async`
        // block around the future would have room for it twice: as what it captures, and as what it awaits.)
        let ended = Ended {
            counts,
            _place: place,
        };
        reveille::spawn(connection.map(move |()| drop(ended)));
    }
    tell.send_replace(true);
    let all = u32::try_from(limits.connections).expect("that many connections are not possible");
    timeout(limits.grace, places.acquire_many(all))
        .await
        .is_ok()
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "accepted {}, ended {}, starved {}, failed {}",
            self.accepted.load(Relaxed),
            self.ended.load(Relaxed),
            self.starved.load(Relaxed),
            self.failed.load(Relaxed)
        )
    }
}

/// Counts an error of `accept`, and waits if the next call would find the same.
async fn pause(error: &io::Error, counts: &Counts) {
    let is_starved = matches!(
        error.raw_os_error(),
        Some(libc::EMFILE | libc::ENFILE | libc::ENOBUFS | libc::ENOMEM)
    );
    if !is_starved {
        counts.failed.fetch_add(1, Relaxed);
        return;
    }
    counts.starved.fetch_add(1, Relaxed);
    sleep(PAUSE).await;
}

/// Dropped when a connection ends.
struct Ended {
    counts: Arc<Counts>,
    _place: reveille::sync::OwnedSemaphorePermit,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.counts.ended.fetch_add(1, Relaxed);
    }
}
