//! The flags of a descriptor: whether its operations may block, and which of them it allows.

use std::io;
use std::os::fd::AsRawFd;

/// The flags, as `open` has them: `O_NONBLOCK`, and one of `O_RDONLY`, `O_WRONLY` and `O_RDWR`.
///
/// # Errors
///
/// If the system cannot tell.
pub(super) fn of(descriptor: &impl AsRawFd) -> io::Result<libc::c_int> {
    // SAFETY: this reads a number, and changes nothing.
    match unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL) } {
        -1 => Err(io::Error::last_os_error()),
        flags => Ok(flags),
    }
}

/// Sets whether operations say *would block* in place of blocking.
///
/// # Errors
///
/// If the system refuses.
pub(super) fn set_nonblocking(descriptor: &impl AsRawFd, is_set: bool) -> io::Result<()> {
    let flags = of(descriptor)?;
    let flags = match is_set {
        true => flags | libc::O_NONBLOCK,
        false => flags & !libc::O_NONBLOCK,
    };
    // SAFETY: this sets flags of a descriptor that the caller has; memory is not touched.
    match unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_SETFL, flags) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
