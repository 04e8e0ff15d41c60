use std::cell::RefCell;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::spawn;

use super::echo::echo;
use super::{Echo, MESSAGE, Sockets};

echo!();

/// `current_thread` with its driver of sockets.
pub struct Tokio(Runtime);

impl Sockets for Tokio {
    const NAME: &'static str = "tokio";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<Tokio> {
        let rt = Builder::new_current_thread().enable_io().build().unwrap();
        let clients = rt.block_on(connect(connections));
        Echo {
            runtime: Tokio(rt),
            clients: RefCell::new(clients),
        }
    }

    fn run(&self, clients: Vec<TcpStream>, n: usize, times: &mut Vec<Duration>) -> Vec<TcpStream> {
        self.0.block_on(exchange(clients, n, times))
    }
}

/// `multi_thread` with two workers.
pub struct TokioMt(Runtime);

impl Sockets for TokioMt {
    const NAME: &'static str = "tokio 2";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<TokioMt> {
        let rt = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_io()
            .build()
            .unwrap();
        let clients = rt.block_on(connect(connections));
        Echo {
            runtime: TokioMt(rt),
            clients: RefCell::new(clients),
        }
    }

    fn run(&self, clients: Vec<TcpStream>, n: usize, times: &mut Vec<Duration>) -> Vec<TcpStream> {
        self.0.block_on(exchange(clients, n, times))
    }
}
