//! A room and an echo, by WebSocket, on our runtime.

use std::error::Error;
use std::sync::Arc;

use reveille::net::{TcpListener, TcpStream};
use reveille::signal::unix::{SignalKind, signal};
use reveille::sync::broadcast;
use servers::accept::{Counts, Limits, accept};
use servers::arguments::{Arguments, Flavor};
use servers::room;
use servers::stalled::Stalled;

const USAGE: &str = "room [--listen ADDRESS] [--runtime current|THREADS] [--connections COUNT]
    [--handshake-ms MS] [--ping-ms MS] [--write-ms MS] [--grace-ms MS]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(USAGE, 1);
    let runtime = arguments.get("--runtime", Flavor::MultiThread(2)).build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = arguments.get("--listen", "127.0.0.1:8081".to_owned());
    let limits = Limits {
        connections: arguments.get("--connections", 10_000),
        grace: arguments.ms("--grace-ms", 10_000),
    };
    let room_limits = room::Limits {
        handshake: arguments.ms("--handshake-ms", 10_000),
        ping: arguments.ms("--ping-ms", 20_000),
    };
    let write_limit = arguments.ms("--write-ms", 30_000);
    let (said, _) = broadcast::channel(room::KEPT);
    let counts = Arc::new(Counts::default());

    let listener = TcpListener::bind(address).await?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("listening on {}", listener.local_addr()?);

    let handle = |stream: TcpStream, _, stop| {
        let said = said.clone();
        async move {
            drop(stream.set_nodelay(true));
            let stream = Stalled::new(stream, write_limit);
            // An error says what a client has done, and there is no one to tell.
            drop(room::serve(stream, &said, room_limits, stop).await);
        }
    };
    let stop = async { _ = interrupt.recv().await };
    let all_ended = accept(&listener, limits, &counts, stop, handle).await;
    println!("stopped: {counts}, in time: {all_ended}");
    Ok(())
}
