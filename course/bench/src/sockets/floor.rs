use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::{Echo, MESSAGE, Sockets};

/// No runtime at all: a thread that knows whose turn it is, and asks nobody. It reads and writes as often
/// as the others, and never sleeps.
pub struct Floor(RefCell<Vec<TcpStream>>);

impl Sockets for Floor {
    const NAME: &'static str = "floor";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<Floor> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (mut clients, mut servers) = (Vec::new(), Vec::new());
        for _ in 0..connections {
            clients.push(TcpStream::connect(address).unwrap());
            servers.push(listener.accept().unwrap().0);
        }
        Echo {
            runtime: Floor(RefCell::new(servers)),
            clients: RefCell::new(clients),
        }
    }

    fn run(
        &self,
        mut clients: Vec<TcpStream>,
        n: usize,
        times: &mut Vec<Duration>,
    ) -> Vec<TcpStream> {
        let mut message = [7; MESSAGE];
        for _ in 0..n {
            let begin = Instant::now();
            for client in &mut clients {
                client.write_all(&message).unwrap();
            }
            for server in self.0.borrow_mut().iter_mut() {
                server.read_exact(&mut message).unwrap();
                server.write_all(&message).unwrap();
            }
            for client in &mut clients {
                client.read_exact(&mut message).unwrap();
                times.push(begin.elapsed());
            }
        }
        clients
    }
}
