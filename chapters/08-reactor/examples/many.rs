//! Ten thousand connections at once, on one thread: both ends in one runtime.
//!
//! ```text
//! cargo run --release -p reactor --example many_solved [CONNECTIONS] [ROUNDS]
//! ```
//!
//! Each connection sends a number there and back. If the process may not have so many open files, the
//! limit is raised as far as it may be, and fewer connections are made than were asked for: the program
//! says so.

use std::env;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Instant;

use current_thread::{Runtime, ThreadPark, spawn};
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpSocket, TcpStream};
use reactor::{IoHandle, IoPark};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let mut number = |default| arguments.next().map_or(Some(default), |it| it.parse().ok());
    let (Some(asked), Some(rounds)) = (number(10_000), number(3)) else {
        eprintln!("many [CONNECTIONS] [ROUNDS]");
        return ExitCode::from(2);
    };
    let rounds = rounds as u64;
    let connections = asked.min(room_for_descriptors().saturating_sub(64) / 2);
    if connections < asked {
        println!("no more than {connections} connections: there are no more descriptors");
    }
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    let began = Instant::now();
    let outcome = runtime.block_on(run(connections, rounds));
    let left = runtime
        .handle()
        .driver::<IoHandle>()
        .map_or(0, |handle| reactor::steps::count_sources(&handle));
    match outcome {
        Ok(sum) if sum == expected(connections, rounds) && left == 0 => {
            let messages = connections as u64 * rounds;
            let took = began.elapsed();
            println!("{connections} connections, {messages} messages there and back in {took:.1?}");
            ExitCode::SUCCESS
        }
        Ok(sum) => {
            println!("the sum is {sum}, and {left} sources are left");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What the clients' numbers come to.
fn expected(connections: usize, rounds: u64) -> u64 {
    (0..connections as u64).sum::<u64>() * rounds
}

async fn run(connections: usize, rounds: u64) -> io::Result<u64> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener = socket.listen(1024)?;
    let address = listener.local_addr()?;
    let mut clients = Vec::with_capacity(connections);
    let mut servers = Vec::with_capacity(connections);
    for _ in 0..connections {
        let (client, server) = futures::join!(TcpStream::connect(address), listener.accept());
        clients.push(client?);
        servers.push(spawn(echo(server?.0)));
    }
    // All are open now, and all talk at once.
    let tasks: Vec<_> = clients
        .into_iter()
        .zip(0..)
        .map(|(client, number)| spawn(talk(client, number, rounds)))
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.map_err(io::Error::other)??;
    }
    for server in servers {
        server.await.map_err(io::Error::other)??;
    }
    Ok(sum)
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            length => stream.write_all(&buffer[..length]).await?,
        }
    }
}

async fn talk(mut stream: TcpStream, number: u64, rounds: u64) -> io::Result<u64> {
    let mut sum = 0;
    for _ in 0..rounds {
        stream.write_u64(number).await?;
        sum += stream.read_u64().await?;
    }
    Ok(sum)
}

/// How many descriptors the process may have, after the limit was raised as far as it may be.
#[cfg(unix)]
fn room_for_descriptors() -> usize {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limits` is ours.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) } != 0 {
        return 256;
    }
    limits.rlim_cur = limits.rlim_max;
    // SAFETY: as above.
    let raised = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limits) };
    if raised != 0 {
        return 256;
    }
    usize::try_from(limits.rlim_cur).unwrap_or(usize::MAX)
}

/// Sockets of Windows are not counted with files.
#[cfg(not(unix))]
fn room_for_descriptors() -> usize {
    usize::MAX
}
