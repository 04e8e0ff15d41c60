use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::spawn;

use super::{Echo, MESSAGE, Sockets};

/// `current_thread` with its driver of sockets.
pub struct Tokio(Runtime);

impl Sockets for Tokio {
    const NAME: &'static str = "tokio";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<Tokio> {
        let rt = Builder::new_current_thread().enable_io().build().unwrap();
        let clients = rt.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let mut clients = Vec::new();
            for _ in 0..connections {
                clients.push(TcpStream::connect(address).await.unwrap());
                let (mut server, _) = listener.accept().await.unwrap();
                drop(spawn(async move {
                    let mut message = [0; 16 * MESSAGE];
                    while let Ok(length @ 1..) = server.read(&mut message).await {
                        server.write_all(&message[..length]).await.unwrap();
                    }
                }));
            }
            clients
        });
        Echo {
            runtime: Tokio(rt),
            clients: RefCell::new(clients),
        }
    }

    fn run(&self, clients: Vec<TcpStream>, n: usize, times: &mut Vec<Duration>) -> Vec<TcpStream> {
        self.0.block_on(async {
            let tasks: Vec<_> = clients
                .into_iter()
                .map(|mut client| {
                    spawn(async move {
                        let (mut message, mut times) = ([7; MESSAGE], Vec::with_capacity(n));
                        let mut answer = [0; 2 * MESSAGE];
                        for _ in 0..n {
                            let begin = Instant::now();
                            client.write_all(&message).await.unwrap();
                            let length = client.read(&mut answer).await.unwrap();
                            times.push(begin.elapsed());
                            message.copy_from_slice(&answer[..length]);
                        }
                        (client, times)
                    })
                })
                .collect();
            let mut clients = Vec::new();
            for task in tasks {
                let (client, mut own) = task.await.unwrap();
                times.append(&mut own);
                clients.push(client);
            }
            clients
        })
    }
}
