//! The process on the other side of a connection.
//!
//! In tokio: `net/unix/ucred.rs`.

use std::io;
use std::os::fd::AsRawFd;

use super::UnixStream;

/// The user, the group and the process of the other side. Made by [`UnixStream::peer_cred`].
///
/// # Examples
///
/// ```
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{IoPark, net::UnixStream};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, there) = UnixStream::pair()?;
///     // Both ends are ours, so they say the same.
///     let user = here.peer_cred()?;
///     assert_eq!(user, there.peer_cred()?);
///     if let Some(process) = user.pid() {
///         assert_eq!(process, std::process::id() as i32);
///     }
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pid: Option<libc::pid_t>,
    uid: libc::uid_t,
    gid: libc::gid_t,
}

impl UCred {
    /// The user.
    pub fn uid(&self) -> libc::uid_t {
        self.uid
    }

    /// The group.
    pub fn gid(&self) -> libc::gid_t {
        self.gid
    }

    /// The process, where the system tells.
    pub fn pid(&self) -> Option<libc::pid_t> {
        self.pid
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn of_peer(stream: &UnixStream) -> io::Result<UCred> {
    let mut credentials = libc::ucred {
        pid: 0,
        uid: 0,
        gid: 0,
    };
    let mut length = size_of::<libc::ucred>() as libc::socklen_t;
    // SAFETY: the descriptor is open as long as the stream is borrowed; `credentials` and `length` are
    // ours, and `length` says how large the first is.
    let result = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut credentials).cast(),
            &raw mut length,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(UCred {
        pid: Some(credentials.pid),
        uid: credentials.uid,
        gid: credentials.gid,
    })
}

/// Other systems tell the user and the group.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn of_peer(stream: &UnixStream) -> io::Result<UCred> {
    let (mut uid, mut gid) = (0, 0);
    // SAFETY: the descriptor is open as long as the stream is borrowed; `uid` and `gid` are ours.
    let result = unsafe { libc::getpeereid(stream.as_raw_fd(), &raw mut uid, &raw mut gid) };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(UCred {
        pid: None,
        uid,
        gid,
    })
}
