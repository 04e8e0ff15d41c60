//! Datagrams between machines.
//!
//! In tokio: `net/udp.rs`.

use std::future::ready;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};

use socket2::SockRef;

use crate::Interest;
use crate::direction::Direction;
use crate::evented::{BOTH, Evented};
use crate::net::lookup::{ToSocketAddrs, each, no_address};
use crate::net::options::{datagrams, descriptor, readiness};
use crate::scheduled_io::Begin;

/// A UDP socket.
///
/// Any number of tasks may send and receive at the same time: no method needs `&mut self`.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::UdpSocket};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let [a, b] = [UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?];
///     a.connect(b.local_addr()?).await?;
///     a.send(b"ping").await?;
///     let mut buffer = [0; 16];
///     let (length, from) = b.recv_from(&mut buffer).await?;
///     assert_eq!((&buffer[..length], from), (&b"ping"[..], a.local_addr()?));
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct UdpSocket {
    io: Evented<mio::net::UdpSocket>,
}

impl UdpSocket {
    /// Makes a socket at the first of the addresses that can be had.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[harness::leaf("UdpSocket::bind", ())]
    pub async fn bind<A: ToSocketAddrs>(address: A) -> io::Result<UdpSocket> {
        each(address, |address| {
            let socket = mio::net::UdpSocket::bind(address);
            ready(socket.and_then(|socket| UdpSocket::begin(socket, Begin::NEW_DATAGRAMS)))
        })
        .await
    }

    #[track_caller]
    fn from_mio(socket: mio::net::UdpSocket) -> io::Result<UdpSocket> {
        UdpSocket::begin(socket, Begin::KNOWN_DATAGRAMS)
    }

    #[track_caller]
    fn begin(socket: mio::net::UdpSocket, begin: Begin) -> io::Result<UdpSocket> {
        let io = Evented::new(socket, BOTH, begin)?;
        Ok(UdpSocket { io })
    }

    /// Sets where [`send`](UdpSocket::send) sends to, and that only datagrams from there are received.
    ///
    /// # Errors
    ///
    /// That of the last of the addresses.
    #[harness::leaf("UdpSocket::connect", Resource::descriptor(self))]
    pub async fn connect<A: ToSocketAddrs>(&self, address: A) -> io::Result<()> {
        each(address, |address| ready(self.io.connect(address))).await
    }

    /// The address of this socket.
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    /// The address that it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.io.peer_addr()
    }

    /// Sends a datagram to the first of the addresses.
    ///
    /// # Errors
    ///
    /// What the system says.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped, the datagram was not sent.
    #[harness::leaf("UdpSocket::send_to", Resource::descriptor(self))]
    pub async fn send_to<A: ToSocketAddrs>(&self, buffer: &[u8], target: A) -> io::Result<usize> {
        let mut addresses = crate::net::lookup_host(target).await?;
        let target = addresses.next().ok_or_else(no_address)?;
        self.async_io(Interest::WRITABLE, || self.io.send_to(buffer, target))
            .await
    }

    /// As [`send_to`](UdpSocket::send_to). Only the latest task that sends is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::poll_send_to", Resource::descriptor(self))]
    pub fn poll_send_to(
        &self,
        cx: &mut Context<'_>,
        buffer: &[u8],
        target: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        let registration = self.io.registration();
        registration.poll_io(cx, Direction::Write, |_| self.io.send_to(buffer, target))
    }

    /// Sends a datagram, if there is room.
    ///
    /// # Errors
    ///
    /// *Would block* if there is none; or what the system says.
    pub fn try_send_to(&self, buffer: &[u8], target: SocketAddr) -> io::Result<usize> {
        self.try_io(Interest::WRITABLE, || self.io.send_to(buffer, target))
    }
}

readiness!(UdpSocket);
descriptor!(UdpSocket, std::net::UdpSocket, mio::net::UdpSocket);
datagrams!(UdpSocket, SocketAddr);

/// Options that are read and set in the same way.
macro_rules! options {
    ($($about:literal: $kind:ty, $get:ident, $set:ident;)*) => {
        impl UdpSocket {$(
            #[doc = concat!("Reads ", $about, ".\n\n# Errors\n\nIf the system cannot tell.")]
            pub fn $get(&self) -> io::Result<$kind> {
                self.io.$get()
            }

            #[doc = concat!("Sets ", $about, ".\n\n# Errors\n\nIf the system refuses.")]
            pub fn $set(&self, value: $kind) -> io::Result<()> {
                self.io.$set(value)
            }
        )*}
    };
}

options! {
    "whether datagrams may be sent to all machines of the network (`SO_BROADCAST`)":
        bool, broadcast, set_broadcast;
    "whether this machine receives its own multicasts (`IP_MULTICAST_LOOP`)":
        bool, multicast_loop_v4, set_multicast_loop_v4;
    "how many routers a multicast may pass (`IP_MULTICAST_TTL`)":
        u32, multicast_ttl_v4, set_multicast_ttl_v4;
    "whether this machine receives its own multicasts (`IPV6_MULTICAST_LOOP`)":
        bool, multicast_loop_v6, set_multicast_loop_v6;
    "how many routers a datagram may pass (`IP_TTL`)": u32, ttl, set_ttl;
}

impl UdpSocket {
    /// The type of service (`IP_TOS`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
    pub fn tos_v4(&self) -> io::Result<u32> {
        SockRef::from(&*self.io).tos_v4()
    }

    /// Sets the type of service.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
    pub fn set_tos_v4(&self, tos: u32) -> io::Result<()> {
        SockRef::from(&*self.io).set_tos_v4(tos)
    }

    /// The traffic class of IPv6 packets (`IPV6_TCLASS`).
    ///
    /// # Errors
    ///
    /// If the system cannot tell.
    #[cfg(any(
        target_os = "android",
        target_os = "freebsd",
        target_os = "linux",
        target_os = "macos"
    ))]
    pub fn tclass_v6(&self) -> io::Result<u32> {
        SockRef::from(&*self.io).tclass_v6()
    }

    /// Sets the traffic class.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[cfg(any(
        target_os = "android",
        target_os = "freebsd",
        target_os = "linux",
        target_os = "macos"
    ))]
    pub fn set_tclass_v6(&self, tclass: u32) -> io::Result<()> {
        SockRef::from(&*self.io).set_tclass_v6(tclass)
    }

    /// Binds the socket to a network interface, by its name; or to none (`SO_BINDTODEVICE`).
    ///
    /// # Errors
    ///
    /// If the system refuses.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn bind_device(&self, interface: Option<&[u8]>) -> io::Result<()> {
        SockRef::from(&*self.io).bind_device(interface)
    }

    /// Joins a group of multicast addresses.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.io.join_multicast_v4(&group, &interface)
    }

    /// Joins a group of multicast addresses.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn join_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.io.join_multicast_v6(group, interface)
    }

    /// Leaves a group of multicast addresses.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.io.leave_multicast_v4(&group, &interface)
    }

    /// Leaves a group of multicast addresses.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn leave_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.io.leave_multicast_v6(group, interface)
    }

    /// Waits for a datagram and leaves it there. Returns where it came from.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::peek_sender", Resource::descriptor(self))]
    pub async fn peek_sender(&self) -> io::Result<SocketAddr> {
        self.async_io(Interest::READABLE, || self.sender()).await
    }

    /// As [`peek_sender`](UdpSocket::peek_sender). Only the latest task that receives is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::poll_peek_sender", Resource::descriptor(self))]
    pub fn poll_peek_sender(&self, cx: &mut Context<'_>) -> Poll<io::Result<SocketAddr>> {
        let registration = self.io.registration();
        registration.poll_io(cx, Direction::Read, |_| self.sender())
    }

    /// Where the next datagram came from.
    ///
    /// # Errors
    ///
    /// *Would block* if there is none; or what the system says.
    pub fn try_peek_sender(&self) -> io::Result<SocketAddr> {
        self.try_io(Interest::READABLE, || self.sender())
    }

    fn sender(&self) -> io::Result<SocketAddr> {
        let not_ip = || io::Error::other("the sender's address is not one of IP");
        let sender = SockRef::from(&*self.io).peek_sender()?;
        sender.as_socket().ok_or_else(not_ip)
    }

    /// Waits for a datagram, copies it, and leaves it there. What does not fit is cut off.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::peek_from", Resource::descriptor(self))]
    pub async fn peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.async_io(Interest::READABLE, || self.io.peek_from(buffer))
            .await
    }

    /// As [`peek_from`](UdpSocket::peek_from). Only the latest task that receives is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::poll_peek_from", Resource::descriptor(self))]
    pub fn poll_peek_from(
        &self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        let registration = self.io.registration();
        registration.poll_io(cx, Direction::Read, |_| self.io.peek_from(buffer))
    }

    /// Copies the next datagram, and leaves it there.
    ///
    /// # Errors
    ///
    /// *Would block* if there is none; or what the system says.
    pub fn try_peek_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.try_io(Interest::READABLE, || self.io.peek_from(buffer))
    }

    /// As [`peek_from`](UdpSocket::peek_from), for a socket that is connected.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::peek", Resource::descriptor(self))]
    pub async fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.async_io(Interest::READABLE, || self.io.peek(buffer))
            .await
    }

    /// As [`peek`](UdpSocket::peek). Only the latest task that receives is woken.
    ///
    /// # Errors
    ///
    /// What the system says.
    #[harness::leaf("UdpSocket::poll_peek", Resource::descriptor(self))]
    pub fn poll_peek(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let registration = self.io.registration();
        registration.poll_io(cx, Direction::Read, |_| self.io.peek(buffer))
    }

    /// As [`try_peek_from`](UdpSocket::try_peek_from), for a socket that is connected.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn try_peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.try_io(Interest::READABLE, || self.io.peek(buffer))
    }
}
