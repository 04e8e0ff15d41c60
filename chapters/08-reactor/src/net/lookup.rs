//! From names to addresses.
//!
//! The system looks a name up by asking other machines, and it blocks the thread meanwhile. So that is
//! done beside the runtime. An address that is written in digits needs none of that.
//!
//! In tokio: `net/addr.rs`, `net/lookup_host.rs`.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::option;
use std::slice;
use std::vec;

use crate::current::run_blocking;

/// What can be turned into socket addresses without blocking the thread. It cannot be implemented
/// outside of this crate.
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// let mut addresses = runtime.block_on(net::lookup_host("127.0.0.1:80"))?;
/// assert_eq!(addresses.next(), Some(([127, 0, 0, 1], 80).into()));
/// # Ok::<_, std::io::Error>(())
/// ```
pub trait ToSocketAddrs: sealed::Lookup {}

/// Looks up all addresses of a name, or of anything else that stands for an address.
///
/// # Errors
///
/// If there is none.
#[harness::leaf("lookup_host", ())]
pub async fn lookup_host<T: ToSocketAddrs>(
    host: T,
) -> io::Result<impl Iterator<Item = SocketAddr>> {
    host.look_up().await
}

/// Calls `connect` with each address until it succeeds.
///
/// # Errors
///
/// The last one, or that there is no address.
pub(crate) async fn each<T: ToSocketAddrs, R, F: Future<Output = io::Result<R>>>(
    addresses: T,
    mut attempt: impl FnMut(SocketAddr) -> F,
) -> io::Result<R> {
    let mut last = None;
    for address in addresses.look_up().await? {
        match attempt(address).await {
            Ok(done) => return Ok(done),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(no_address))
}

pub(crate) fn no_address() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "could not resolve to any address",
    )
}

/// The addresses that were found.
#[derive(Debug)]
pub enum Addresses {
    /// One, or none.
    One(option::IntoIter<SocketAddr>),
    /// Those that a name stands for, or that were in a list.
    Several(vec::IntoIter<SocketAddr>),
}

impl Iterator for Addresses {
    type Item = SocketAddr;

    fn next(&mut self) -> Option<SocketAddr> {
        match self {
            Addresses::One(address) => address.next(),
            Addresses::Several(addresses) => addresses.next(),
        }
    }
}

mod sealed {
    use super::{Addresses, Future, io};

    /// The lookup itself.
    pub trait Lookup {
        /// Finds the addresses.
        fn look_up(&self) -> impl Future<Output = io::Result<Addresses>> + Send;
    }
}

use sealed::Lookup;

fn one(address: SocketAddr) -> io::Result<Addresses> {
    Ok(Addresses::One(Some(address).into_iter()))
}

/// Looks a name up on another thread. `digits` is the address, if it is one.
async fn by_name(host: String, port: u16, digits: Option<SocketAddr>) -> io::Result<Addresses> {
    if let Some(address) = digits {
        return one(address);
    }
    let found =
        run_blocking(move || std::net::ToSocketAddrs::to_socket_addrs(&(host.as_str(), port)))
            .await??;
    Ok(Addresses::Several(found))
}

/// Splits `host:port`.
fn split(text: &str) -> io::Result<(&str, u16)> {
    let invalid = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    let (host, port) = text
        .rsplit_once(':')
        .ok_or_else(|| invalid("invalid socket address"))?;
    let port = port.parse().map_err(|_| invalid("invalid port value"))?;
    Ok((host, port))
}

/// Implements the lookup of what is an address already.
macro_rules! is_address {
    ($($kind:ty),*) => {$(
        impl ToSocketAddrs for $kind {}

        impl Lookup for $kind {
            async fn look_up(&self) -> io::Result<Addresses> {
                one(SocketAddr::from(*self))
            }
        }
    )*};
}

is_address!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl ToSocketAddrs for &[SocketAddr] {}

impl Lookup for &[SocketAddr] {
    async fn look_up(&self) -> io::Result<Addresses> {
        let all: slice::Iter<'_, SocketAddr> = self.iter();
        Ok(Addresses::Several(
            all.copied().collect::<Vec<_>>().into_iter(),
        ))
    }
}

impl ToSocketAddrs for str {}

impl Lookup for str {
    async fn look_up(&self) -> io::Result<Addresses> {
        if let Ok(address) = self.parse() {
            return one(address);
        }
        let (host, port) = split(self)?;
        by_name(host.to_owned(), port, None).await
    }
}

impl ToSocketAddrs for String {}

impl Lookup for String {
    async fn look_up(&self) -> io::Result<Addresses> {
        self.as_str().look_up().await
    }
}

impl ToSocketAddrs for (&str, u16) {}

impl Lookup for (&str, u16) {
    async fn look_up(&self) -> io::Result<Addresses> {
        let (host, port) = *self;
        let digits = host.parse().ok().map(|ip: IpAddr| (ip, port).into());
        by_name(host.to_owned(), port, digits).await
    }
}

impl ToSocketAddrs for (String, u16) {}

impl Lookup for (String, u16) {
    async fn look_up(&self) -> io::Result<Addresses> {
        (self.0.as_str(), self.1).look_up().await
    }
}

impl<T: ToSocketAddrs + Sync + ?Sized> ToSocketAddrs for &T {}

impl<T: ToSocketAddrs + Sync + ?Sized> Lookup for &T {
    async fn look_up(&self) -> io::Result<Addresses> {
        (**self).look_up().await
    }
}
