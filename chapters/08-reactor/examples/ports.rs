//! A port scanner: which ports of a machine can be connected to.
//!
//! ```text
//! cargo run -p reactor --example ports_solved -- 127.0.0.1 1 65535
//! ```
//!
//! Many connections are on their way at once, and no more than there are descriptors for: a semaphore
//! counts them.

use std::env;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use current_thread::{Runtime, ThreadPark, spawn};
use locks::Semaphore;
use reactor::IoPark;
use reactor::net::{TcpStream, lookup_host};

/// So many attempts at once: fewer than a process may have open files.
const AT_ONCE: usize = 500;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [host, first, last] = &arguments[..] else {
        eprintln!("ports HOST FIRST LAST");
        return ExitCode::from(2);
    };
    let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
        eprintln!("a port is a number from 0 to 65535");
        return ExitCode::from(2);
    };
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    match runtime.block_on(scan(host, first, last)) {
        Ok(open) => {
            println!(
                "{open} open of {}",
                usize::from(last.saturating_sub(first)) + 1
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{host}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tries all the ports, and prints those that are open.
async fn scan(host: &str, first: u16, last: u16) -> io::Result<usize> {
    let mut addresses = lookup_host((host, 0)).await?;
    let Some(address) = addresses.next() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut attempts = Vec::new();
    for port in first..=last {
        let permit = Arc::clone(&permits).acquire_owned().await;
        let attempt = is_open(address.ip(), port);
        attempts.push(spawn(async move {
            let _permit = permit;
            attempt.await
        }));
    }
    let mut open = 0;
    for (port, attempt) in (first..=last).zip(attempts) {
        if attempt.await.map_err(io::Error::other)? {
            println!("{port}");
            open += 1;
        }
    }
    Ok(open)
}

async fn is_open(ip: IpAddr, port: u16) -> bool {
    TcpStream::connect(SocketAddr::from((ip, port)))
        .await
        .is_ok()
}
