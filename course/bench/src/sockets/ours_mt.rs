use std::cell::RefCell;
use std::time::{Duration, Instant};

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Runtime};
use reveille::spawn;

use super::echo::echo;
use super::{Echo, MESSAGE, Sockets};

echo!();

/// The finished runtime on two workers.
pub struct OursMt(Runtime);

impl Sockets for OursMt {
    const NAME: &'static str = "ours 2";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<OursMt> {
        let rt = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_io()
            .build()
            .unwrap();
        let clients = rt.block_on(connect(connections));
        Echo {
            runtime: OursMt(rt),
            clients: RefCell::new(clients),
        }
    }

    fn run(&self, clients: Vec<TcpStream>, n: usize, times: &mut Vec<Duration>) -> Vec<TcpStream> {
        self.0.block_on(exchange(clients, n, times))
    }
}
