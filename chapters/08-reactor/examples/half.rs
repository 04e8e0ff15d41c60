//! A client that has said all, and still listens. Two servers: one takes the end for the end of everything.
//!
//! ```text
//! cargo run -p reactor --example half_solved
//! ```

use std::io;

use current_thread::{Runtime, ThreadPark, spawn};
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream};
use reactor::{Interest, IoPark};

fn main() -> io::Result<()> {
    let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!(
            "the server that goes at the end   {}",
            ask(&listener, true).await?
        );
        println!(
            "the server that answers           {}",
            ask(&listener, false).await?
        );
        println!();
        what_is_known(&listener).await
    })
}

/// Sends a question, says that there is no more, and reads the answer.
async fn ask(listener: &TcpListener, does_go: bool) -> io::Result<String> {
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (stream, _) = listener.accept().await?;
    let server = spawn(async move {
        match does_go {
            true => goes_at_the_end(stream).await,
            false => answers(stream).await,
        }
    });
    client.write_all(b"3 + 4").await?;
    client.shutdown().await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    server.await.map_err(io::Error::other)??;
    Ok(format!("answer: {answer:?}"))
}

// ANCHOR: servers
async fn goes_at_the_end(mut stream: TcpStream) -> io::Result<()> {
    let mut question = Vec::new();
    let mut part = [0; 64];
    loop {
        match stream.read(&mut part).await? {
            // The client is gone.
            0 => return Ok(()),
            length => question.extend_from_slice(&part[..length]),
        }
        if question.ends_with(b"\n") {
            return stream.write_all(b"7").await;
        }
    }
}

async fn answers(mut stream: TcpStream) -> io::Result<()> {
    let mut question = Vec::new();
    // Until the client says that there is no more.
    stream.read_to_end(&mut question).await?;
    stream.write_all(b"7").await
}
// ANCHOR_END: servers

/// What the driver knows of a connection, before and after each end.
async fn what_is_known(listener: &TcpListener) -> io::Result<()> {
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    let show = async |when: &str| {
        let _ = server.try_read(&mut [0; 64]);
        let ready = server
            .ready(Interest::READABLE | Interest::WRITABLE)
            .await?;
        println!(
            "{when:34}read end closed: {:5}  write end closed: {}",
            ready.is_read_closed(),
            ready.is_write_closed()
        );
        io::Result::Ok(())
    };
    show("both talk").await?;
    client.shutdown().await?;
    server.readable().await?;
    show("the client has said all").await?;
    let _ = server.try_write(b"7");
    drop(client);
    // What was sent to a client that is gone comes back as a reset.
    loop {
        let _ = server.try_write(b"!");
        let ready = server
            .ready(Interest::READABLE | Interest::WRITABLE)
            .await?;
        if ready.is_write_closed() {
            break;
        }
        current_thread::yield_now().await;
    }
    show("the client is gone").await
}
