//! UDP, and names.

#![cfg(not(any(loom, miri)))]

mod rt;

use std::future::poll_fn;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::task::Poll;

use reactor::net::{UdpSocket, lookup_host};
use testkit::{Exercise, Rule};

use rt::block_on;

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const WHOLE: Rule = CHAPTER.rule("A datagram comes as a whole, once, and with its sender.");
const NAMES: Rule =
    CHAPTER.rule("A name is looked up beside the runtime, and digits are not looked up.");

async fn sockets() -> [UdpSocket; 2] {
    [
        UdpSocket::bind("127.0.0.1:0").await.unwrap(),
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(),
    ]
}

#[test]
fn with_addresses() {
    WHOLE.holds("send_to and recv_from, in all forms", || {
        block_on(async {
            let [a, b] = sockets().await;
            let (to_a, to_b) = (a.local_addr().unwrap(), b.local_addr().unwrap());
            let mut buffer = [0; 16];
            let nothing = b.try_recv_from(&mut buffer).unwrap_err().kind();
            WHOLE.check_eq("nothing yet", nothing, ErrorKind::WouldBlock);
            a.send_to(b"one", to_b).await.unwrap();
            WHOLE.check_eq(
                "received",
                b.recv_from(&mut buffer).await.unwrap(),
                (3, to_a),
            );
            poll_fn(|cx| a.poll_send_to(cx, b"four", to_b))
                .await
                .unwrap();
            let received = poll_fn(|cx| b.poll_recv_from(cx, &mut buffer))
                .await
                .unwrap();
            WHOLE.check_eq("received", received, (4, to_a));
            a.try_send_to(b"hello", to_b).unwrap();
            b.readable().await.unwrap();
            WHOLE.check_eq("received", b.try_recv_from(&mut buffer).unwrap(), (5, to_a));
        });
    });
}

#[test]
fn connected() {
    WHOLE.holds("send and recv, in all forms", || {
        block_on(async {
            let [a, b] = sockets().await;
            a.connect(b.local_addr().unwrap()).await.unwrap();
            b.connect(a.local_addr().unwrap()).await.unwrap();
            WHOLE.check_eq("peer", a.peer_addr().unwrap(), b.local_addr().unwrap());
            let mut buffer = [0; 16];
            a.send(b"one").await.unwrap();
            WHOLE.check_eq("received", b.recv(&mut buffer).await.unwrap(), 3);
            poll_fn(|cx| a.poll_send(cx, b"four")).await.unwrap();
            let received = poll_fn(|cx| b.poll_recv(cx, &mut buffer)).await.unwrap();
            WHOLE.check_eq("received", received, 4);
            poll_fn(|cx| a.poll_send_ready(cx)).await.unwrap();
            a.try_send(b"hello").unwrap();
            poll_fn(|cx| b.poll_recv_ready(cx)).await.unwrap();
            WHOLE.check_eq("received", b.try_recv(&mut buffer).unwrap(), 5);
            let nothing = b.try_recv(&mut buffer).unwrap_err().kind();
            WHOLE.check_eq("no more", nothing, ErrorKind::WouldBlock);
            let waits = poll_fn(|cx| Poll::Ready(b.poll_recv_ready(cx).is_pending())).await;
            WHOLE.check_eq("a receiver waits", waits, true);
            // What does not fit is lost.
            a.send(b"hello").await.unwrap();
            a.send(b"x").await.unwrap();
            WHOLE.check_eq("cut off", b.recv(&mut buffer[..2]).await.unwrap(), 2);
            WHOLE.check_eq("the next", b.recv(&mut buffer).await.unwrap(), 1);
        });
    });
}

#[test]
fn peeked() {
    WHOLE.holds("all peeks", || {
        block_on(async {
            let [a, b] = sockets().await;
            let (to_a, to_b) = (a.local_addr().unwrap(), b.local_addr().unwrap());
            let mut buffer = [0; 16];
            let nothing = b.try_peek(&mut buffer).unwrap_err().kind();
            WHOLE.check_eq("nothing yet", nothing, ErrorKind::WouldBlock);
            a.send_to(b"hello", to_b).await.unwrap();
            WHOLE.check_eq("peeked", b.peek_from(&mut buffer).await.unwrap(), (5, to_a));
            WHOLE.check_eq("peeked", b.peek(&mut buffer).await.unwrap(), 5);
            WHOLE.check_eq("peeked", b.peek_sender().await.unwrap(), to_a);
            let polled = poll_fn(|cx| b.poll_peek_from(cx, &mut buffer))
                .await
                .unwrap();
            WHOLE.check_eq("peeked", polled, (5, to_a));
            let polled = poll_fn(|cx| b.poll_peek_sender(cx)).await.unwrap();
            WHOLE.check_eq("peeked", polled, to_a);
            WHOLE.check_eq("peeked", b.try_peek_from(&mut buffer).unwrap(), (5, to_a));
            WHOLE.check_eq("peeked", b.try_peek_sender().unwrap(), to_a);
            WHOLE.check_eq(
                "received",
                b.recv_from(&mut buffer).await.unwrap(),
                (5, to_a),
            );
        });
    });
}

#[test]
fn options() {
    WHOLE.holds("options of a socket", || {
        block_on(async {
            let [a, _] = sockets().await;
            a.set_broadcast(true).unwrap();
            a.set_ttl(42).unwrap();
            a.set_multicast_loop_v4(false).unwrap();
            a.set_multicast_ttl_v4(7).unwrap();
            let read = (
                a.broadcast().unwrap(),
                a.ttl().unwrap(),
                a.multicast_loop_v4().unwrap(),
                a.multicast_ttl_v4().unwrap(),
            );
            WHOLE.check_eq("read back", read, (true, 42, false, 7));
            WHOLE.check_eq("no error", a.take_error().unwrap().is_none(), true);
            #[cfg(target_os = "linux")]
            {
                a.set_tos_v4(0x10).unwrap();
                WHOLE.check_eq("the type of service", a.tos_v4().unwrap(), 0x10);
                if let Ok(six) = UdpSocket::bind("[::1]:0").await {
                    six.set_tclass_v6(0x20).unwrap();
                    WHOLE.check_eq("the traffic class", six.tclass_v6().unwrap(), 0x20);
                }
            }
            let address = a.local_addr().unwrap();
            let a = UdpSocket::from_std(a.into_std().unwrap()).unwrap();
            WHOLE.check_eq("the address", a.local_addr().unwrap(), address);
        });
    });
}

#[test]
fn names() {
    NAMES.holds("addresses in all forms", || {
        block_on(async {
            let expected: SocketAddr = ([127, 0, 0, 1], 80).into();
            let first = lookup_host("127.0.0.1:80").await.unwrap().next();
            NAMES.check_eq("digits", first, Some(expected));
            let first = lookup_host(("127.0.0.1", 80)).await.unwrap().next();
            NAMES.check_eq("digits and a port", first, Some(expected));
            let first = lookup_host(&[expected][..]).await.unwrap().next();
            NAMES.check_eq("a list", first, Some(expected));
            let all: Vec<_> = lookup_host("localhost:80").await.unwrap().collect();
            let is_found = all.iter().all(|address| address.ip().is_loopback());
            NAMES.check(is_found && !all.is_empty(), format!("localhost is {all:?}"));
            let all = lookup_host((String::from("localhost"), 80)).await.unwrap();
            NAMES.check(all.count() > 0, "localhost has no address");
            for wrong in ["localhost", "localhost:port", "127.0.0.1:99999"] {
                let error = lookup_host(wrong).await.map(|_| ()).unwrap_err().kind();
                NAMES.check_eq(wrong, error, ErrorKind::InvalidInput);
            }
            let none: &[SocketAddr] = &[];
            let error = UdpSocket::bind(none).await.unwrap_err().kind();
            NAMES.check_eq("no address", error, ErrorKind::InvalidInput);
        });
    });
}
