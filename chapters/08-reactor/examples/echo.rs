//! An echo server: what a client sends comes back.
//!
//! ```text
//! cargo run -p reactor --example echo_solved          it says at which port
//! nc 127.0.0.1 7007                                   type something
//! ```

use std::env;
use std::io;
use std::time::Duration;

use current_thread::{Runtime, ThreadPark, spawn};
use reactor::IoPark;
use reactor::io::{AsyncWriteExt, copy};
use reactor::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = env::args().nth(1).unwrap_or(String::from("127.0.0.1:7007"));
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    runtime.block_on(serve(&address))
}

async fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    println!("echo at {}", listener.local_addr()?);
    loop {
        match listener.accept().await {
            Ok((stream, from)) => drop(spawn(async move {
                if let Err(error) = echo(stream).await {
                    println!("{from}: {error}");
                }
            })),
            // Most often there are too many connections. One of them will end.
            Err(error) => back_off(&error).await?,
        }
    }
}

async fn echo(mut stream: TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = stream.split();
    copy(&mut reader, &mut writer).await?;
    writer.shutdown().await
}

/// Lets the connections that there are go on for a while. There is no clock yet (chapter 9), so another
/// thread waits.
async fn back_off(error: &io::Error) -> io::Result<()> {
    println!("accept: {error}");
    let (send, receive) = atomic_waker::oneshot::channel();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        let _ = send.send(());
    });
    receive.await.map_err(io::Error::other)
}
