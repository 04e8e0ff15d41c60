//! What each runtime with tokio's names does in an echo race. The code is the same; only `spawn` and the sockets are a runtime's own.

/// Makes `connect` and `exchange` of the `spawn`, `TcpListener`, `TcpStream` and extension traits in scope.
macro_rules! echo {
    () => {
        /// Connects so many clients to an echo server.
        async fn connect(connections: usize) -> Vec<TcpStream> {
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
        }

        /// Each client sends `n` messages, and says how long each took there and back.
        async fn exchange(
            clients: Vec<TcpStream>,
            n: usize,
            times: &mut Vec<Duration>,
        ) -> Vec<TcpStream> {
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
        }
    };
}

pub(super) use echo;
