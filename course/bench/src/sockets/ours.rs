use std::cell::RefCell;
use std::time::{Duration, Instant};

use current_thread::{Runtime, ThreadPark, spawn};
use reactor::IoPark;
use reactor::io::{AsyncReadExt, AsyncWriteExt};
use reactor::net::{TcpListener, TcpStream};

use super::echo::echo;
use super::{Echo, MESSAGE, Sockets};

echo!();

/// Chapter 4's scheduler on chapter 8's driver.
pub struct Ours(Runtime<IoPark>);

impl Sockets for Ours {
    const NAME: &'static str = "ours";

    type Stream = TcpStream;

    fn start(connections: usize) -> Echo<Ours> {
        let rt = Runtime::with_park(IoPark::new(ThreadPark::new()));
        let clients = rt.block_on(connect(connections));
        Echo {
            runtime: Ours(rt),
            clients: RefCell::new(clients),
        }
    }

    fn run(&self, clients: Vec<TcpStream>, n: usize, times: &mut Vec<Duration>) -> Vec<TcpStream> {
        self.0.block_on(exchange(clients, n, times))
    }
}
