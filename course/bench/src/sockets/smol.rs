use std::cell::RefCell;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_executor::Executor;
use async_io::Async;
use futures_lite::{AsyncReadExt, AsyncWriteExt};

use super::{Echo, MESSAGE, Sockets};

/// `async-executor` on `async-io`, on one thread.
pub struct Smol(Arc<Executor<'static>>);

impl Sockets for Smol {
    const NAME: &'static str = "smol";

    type Stream = Async<TcpStream>;

    fn start(connections: usize) -> Echo<Smol> {
        let executor = Arc::new(Executor::new());
        let clients = async_io::block_on(executor.run(async {
            let listener = Async::<TcpListener>::bind(([127, 0, 0, 1], 0)).unwrap();
            let address = listener.get_ref().local_addr().unwrap();
            let mut clients = Vec::new();
            for _ in 0..connections {
                clients.push(Async::<TcpStream>::connect(address).await.unwrap());
                let (mut server, _) = listener.accept().await.unwrap();
                let task = executor.spawn(async move {
                    let mut message = [0; 16 * MESSAGE];
                    while let Ok(length @ 1..) = server.read(&mut message).await {
                        server.write_all(&message[..length]).await.unwrap();
                    }
                });
                task.detach();
            }
            clients
        }));
        Echo {
            runtime: Smol(executor),
            clients: RefCell::new(clients),
        }
    }

    fn run(
        &self,
        clients: Vec<Async<TcpStream>>,
        n: usize,
        times: &mut Vec<Duration>,
    ) -> Vec<Async<TcpStream>> {
        async_io::block_on(self.0.run(async {
            let tasks: Vec<_> = clients
                .into_iter()
                .map(|mut client| {
                    self.0.spawn(async move {
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
                let (client, mut own) = task.await;
                times.append(&mut own);
                clients.push(client);
            }
            clients
        }))
    }
}
