use std::cell::RefCell;
use std::time::{Duration, Instant};

use current_thread::{Runtime, ThreadPark, spawn};
use reactor::IoPark;
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream};

use super::{Echo, MESSAGE, Sockets};

/// Chapter 4's scheduler on chapter 8's driver.
pub struct Ours(Runtime<IoPark>);

impl Sockets for Ours {
    const NAME: &'static str = "ours";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<Ours> {
        let rt = Runtime::with_park(IoPark::new(ThreadPark::new()));
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
            runtime: Ours(rt),
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
