//! An HTTP server: hyper and axum on our runtime, with TLS or without.
//!
//! It ends when it is interrupted (Ctrl-C): it accepts no more, answers what was asked, and says what it has counted.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use futures_rustls::TlsAcceptor;
use reveille::net::{TcpListener, TcpStream};
use reveille::time::{sleep, timeout};
use servers::accept::{Counts, Limits, Stop, accept};
use servers::arguments::{Arguments, Flavor};
use servers::bridge::{Clock, Io, Spawner};
use servers::http::{Around, Limits as HttpLimits, serve};
use servers::sniff::Protocol;
use servers::stalled::Stalled;
use servers::{app, certificate};

const USAGE: &str =
    "web [--listen ADDRESS] [--runtime current|THREADS] [--tls yes] [--certificate FILE]
    [--connections COUNT] [--head-ms MS] [--write-ms MS] [--ping-ms MS] [--grace-ms MS]";

const AROUND: Around<Spawner, Clock> = Around {
    executor: Spawner,
    timer: Clock,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(USAGE, 1);
    let runtime = arguments.get("--runtime", Flavor::MultiThread(2)).build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = arguments.get("--listen", "127.0.0.1:8080".to_owned());
    let limits = Limits {
        connections: arguments.get("--connections", 10_000),
        grace: arguments.ms("--grace-ms", 10_000),
    };
    let http_limits = HttpLimits {
        head: arguments.ms("--head-ms", 30_000),
        ping: arguments.ms("--ping-ms", 20_000),
    };
    let write_limit = arguments.ms("--write-ms", 30_000);
    let tls = match arguments.get("--tls", String::new()).as_str() {
        "yes" => Some(certificate::acceptor(
            &arguments.get("--certificate", String::new()),
        )?),
        _ => None,
    };
    let router = app::router(|duration| Box::pin(sleep(duration)));
    let counts = Arc::new(Counts::default());

    let listener = TcpListener::bind(address).await?;
    // Before we say that we listen: what interrupts us from here on ends us in order.
    let mut interrupt =
        reveille::signal::unix::signal(reveille::signal::unix::SignalKind::interrupt())?;
    println!("listening on {}", listener.local_addr()?);

    let handle = |stream: TcpStream, _, stop| {
        // Small responses are not held back until the client has confirmed the one before.
        drop(stream.set_nodelay(true));
        let stream = Stalled::new(stream, write_limit);
        connection(stream, tls.clone(), router.clone(), http_limits, stop)
    };
    let stop = async { _ = interrupt.recv().await };
    let all_ended = accept(&listener, limits, &counts, stop, handle).await;
    println!("stopped: {counts}, in time: {all_ended}");
    Ok(())
}

async fn connection(
    stream: Stalled<TcpStream>,
    tls: Option<TlsAcceptor>,
    router: Router,
    limits: HttpLimits,
    mut stop: Stop,
) {
    // An error says what a client has done, and there is no one to tell.
    _ = match tls {
        None => serve(Io::new(stream), None, router, limits, AROUND, stop.told()).await,
        // A future is as large as the largest of its branches. This one has a state of TLS in it, and most connections of
        // a server without TLS would never use that room.
        Some(tls) => Box::pin(secure(stream, tls, router, limits, stop)).await,
    };
}

async fn secure(
    stream: Stalled<TcpStream>,
    tls: TlsAcceptor,
    router: Router,
    limits: HttpLimits,
    mut stop: Stop,
) -> hyper::Result<()> {
    let Ok(Ok(stream)) = timeout(limits.head, tls.accept(stream)).await else {
        return Ok(());
    };
    let protocol = match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => Protocol::Http2,
        _ => Protocol::Http1,
    };
    serve(
        Io::new(stream),
        Some(protocol),
        router,
        limits,
        AROUND,
        stop.told(),
    )
    .await
}
