//! A server that speaks the protocol of Redis, on our runtime. [`servers::resp`] says what it can.

use std::error::Error;
use std::sync::Arc;

use reveille::net::{TcpListener, TcpStream};
use reveille::signal::unix::{SignalKind, signal};
use servers::accept::{Counts, Limits, accept};
use servers::arguments::{Arguments, Flavor};
use servers::resp::commands::{self, Shared};
use servers::resp::session;
use servers::stalled::Stalled;

const USAGE: &str =
    "redis [--listen ADDRESS] [--runtime current|THREADS] [--connections COUNT] [--memory BYTES]
    [--request-ms MS] [--idle-ms MS] [--write-ms MS] [--grace-ms MS]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(USAGE, 1);
    let runtime = arguments.get("--runtime", Flavor::MultiThread(2)).build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = arguments.get("--listen", "127.0.0.1:6379".to_owned());
    let limits = Limits {
        connections: arguments.get("--connections", 10_000),
        grace: arguments.ms("--grace-ms", 10_000),
    };
    let session_limits = session::Limits {
        request: arguments.ms("--request-ms", 10_000),
        idle: arguments.ms("--idle-ms", 300_000),
    };
    let write_limit = arguments.ms("--write-ms", 30_000);
    let shared = Arc::new(Shared::new(arguments.get("--memory", 256 << 20)));
    let counts = Arc::new(Counts::default());

    let listener = TcpListener::bind(address).await?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("listening on {}", listener.local_addr()?);

    let sweeping = Arc::clone(&shared);
    let sweeper = reveille::spawn(async move { commands::sweep(&sweeping).await });
    let handle = |stream: TcpStream, _, stop| {
        let shared = Arc::clone(&shared);
        async move {
            drop(stream.set_nodelay(true));
            let stream = Stalled::new(stream, write_limit);
            // An error says what a client has done, and there is no one to tell.
            drop(session::serve(stream, shared, session_limits, stop).await);
        }
    };
    let stop = async { _ = interrupt.recv().await };
    let all_ended = accept(&listener, limits, &counts, stop, handle).await;
    sweeper.abort();
    println!("stopped: {counts}, in time: {all_ended}");
    Ok(())
}
