//! A proxy for TCP, on our runtime.
//!
//! When it is interrupted it accepts no more, and connections have until the end of the grace to come to their ends.

use std::error::Error;
use std::sync::Arc;

use reveille::net::{TcpListener, TcpStream};
use reveille::signal::unix::{SignalKind, signal};
use servers::accept::{Counts, Limits, accept};
use servers::arguments::{Arguments, Flavor};
use servers::proxy;
use servers::stalled::Stalled;

const USAGE: &str =
    "proxy [--listen ADDRESS] [--to ADDRESS] [--runtime current|THREADS] [--connections COUNT]
    [--connect-ms MS] [--idle-ms MS] [--write-ms MS] [--grace-ms MS]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(USAGE, 1);
    let runtime = arguments.get("--runtime", Flavor::MultiThread(2)).build()?;
    runtime.block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let address = arguments.get("--listen", "127.0.0.1:8082".to_owned());
    let to: Arc<str> = arguments.get("--to", "127.0.0.1:8080".to_owned()).into();
    let limits = Limits {
        connections: arguments.get("--connections", 10_000),
        grace: arguments.ms("--grace-ms", 2_000),
    };
    let proxy_limits = proxy::Limits {
        connect: arguments.ms("--connect-ms", 5_000),
        idle: arguments.ms("--idle-ms", 60_000),
    };
    let write_limit = arguments.ms("--write-ms", 30_000);
    let counts = Arc::new(Counts::default());

    let listener = TcpListener::bind(address).await?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    println!("listening on {}", listener.local_addr()?);

    let handle = |stream: TcpStream, _, _| {
        let to = Arc::clone(&to);
        async move {
            drop(stream.set_nodelay(true));
            let stream = Stalled::new(stream, write_limit);
            // An error says what one of the two has done, and there is no one to tell.
            drop(proxy::serve(stream, &*to, proxy_limits).await);
        }
    };
    let stop = async { _ = interrupt.recv().await };
    let all_ended = accept(&listener, limits, &counts, stop, handle).await;
    println!("stopped: {counts}, in time: {all_ended}");
    Ok(())
}
