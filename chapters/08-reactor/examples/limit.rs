//! A server at the limit of its descriptors: a loop that tries again at once, and one that counts.
//!
//! ```text
//! cargo run -p reactor --example limit_solved
//! ```

use std::io;
use std::net::TcpStream as StdStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use current_thread::{Runtime, ThreadPark, spawn, yield_now};
use locks::Semaphore;
use reactor::IoPark;
use reactor::io::AsyncReadExt;
use reactor::net::{TcpListener, TcpStream};

/// The process may have so many descriptors.
const LIMIT: u32 = 64;
/// So many clients come.
const CLIENTS: usize = 10;

fn main() -> io::Result<()> {
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    let clients = runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        // They are made before the last descriptor is gone.
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| StdStream::connect(address))
            .collect::<io::Result<_>>()?;
        set_limit(LIMIT);
        let used = fill_up()?;
        again_at_once(&listener).await;
        drop(used);
        let used = fill_up_to(4)?;
        with_permits(&listener, 4).await?;
        drop(used);
        io::Result::Ok(clients)
    })?;
    drop(clients);
    Ok(())
}

// ANCHOR: again-at-once
/// `accept` fails, which may be about one client. So the loop goes on with the next one.
async fn again_at_once(listener: &TcpListener) {
    let begin = Instant::now();
    let mut failures = 0;
    while begin.elapsed() < Duration::from_millis(50) {
        match listener.accept().await {
            Ok(_) => unreachable!("there is no descriptor for it"),
            Err(_too_many_open_files) => failures += 1,
        }
        yield_now().await;
    }
    println!("again at once: accept failed {failures} times in 50 ms");
}
// ANCHOR_END: again-at-once

// ANCHOR: with-permits
/// A connection is accepted only when there is a permit for its descriptor.
async fn with_permits(listener: &TcpListener, descriptors: usize) -> io::Result<()> {
    let permits = Arc::new(Semaphore::new(descriptors));
    let (mut failures, mut served) = (0, 0);
    let mut tasks = Vec::new();
    while served < CLIENTS {
        let permit = Arc::clone(&permits).acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                served += 1;
                tasks.push(spawn(async move {
                    serve(stream).await;
                    drop(permit);
                }));
            }
            Err(_) => failures += 1,
        }
    }
    for task in tasks {
        task.await.map_err(io::Error::other)?;
    }
    println!(
        "with permits:  accept failed {failures} times; {served} clients, {descriptors} at once"
    );
    Ok(())
}
// ANCHOR_END: with-permits

/// The client says nothing, so this one is done after a moment.
async fn serve(mut stream: TcpStream) {
    for _ in 0..3 {
        yield_now().await;
    }
    let _ = futures::FutureExt::now_or_never(stream.read(&mut [0; 8]));
}

/// Opens files until there is no descriptor left.
fn fill_up() -> io::Result<Vec<std::fs::File>> {
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    Ok(files)
}

/// Opens files until so many descriptors are left.
fn fill_up_to(left: usize) -> io::Result<Vec<std::fs::File>> {
    let mut files = fill_up()?;
    files.truncate(files.len().saturating_sub(left));
    Ok(files)
}

#[cfg(unix)]
fn set_limit(limit: u32) {
    let mut limits = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limits` is ours.
    let result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) };
    assert_eq!(result, 0, "the system tells its limits");
    limits.rlim_cur = limit.into();
    // SAFETY: as above.
    let result = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limits) };
    assert_eq!(result, 0, "a limit can be lowered");
}

/// Windows has no such limit.
#[cfg(not(unix))]
fn set_limit(_: u32) {
    panic!("this example needs a limit of descriptors");
}
