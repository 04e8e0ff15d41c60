//! Any descriptor that the system can watch, for code that has its own system calls.
//!
//! A socket of [`net`](crate::net) clears its readiness by itself. Here the caller's operation is
//! foreign, so the caller says what it has seen: [`readable`](AsyncFd::readable) gives a guard, and the
//! guard is told whether the operation found something.
//!
//! In tokio: `io/async_fd.rs`.

use std::error::Error;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::task::{Context, Poll, ready};

use mio::unix::SourceFd;

use crate::direction::Direction;
use crate::evented::BOTH;
use crate::registration::Registration;
use crate::scheduled_io::{Begin, ReadyEvent};
use crate::{Interest, Ready};

/// A descriptor that the driver watches. The descriptor must be non-blocking, and must stay open for as
/// long as the `AsyncFd` is there.
///
/// # Examples
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{AsyncFd, IoPark};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (mut here, there) = UnixStream::pair()?;
///     there.set_nonblocking(true)?;
///     let there = AsyncFd::new(there)?;
///     here.write_all(b"x")?;
///     let mut buffer = [0; 8];
///     loop {
///         let mut guard = there.readable().await?;
///         match guard.try_io(|fd| fd.get_ref().read(&mut buffer)) {
///             Ok(result) => break assert_eq!(result?, 1),
///             Err(_would_block) => continue,
///         }
///     }
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
pub struct AsyncFd<T: AsRawFd> {
    registration: Registration,
    /// `None` only while it is dropped or given away.
    inner: Option<T>,
}

/// That something was reported of a descriptor. It is to be told what an operation found.
///
/// # Examples
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{AsyncFd, IoPark};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, mut there) = UnixStream::pair()?;
///     here.set_nonblocking(true)?;
///     let here = AsyncFd::new(here)?;
///     there.write_all(b"news")?;
///     let mut buffer = [0; 16];
///     let length = loop {
///         let mut guard = here.readable().await?;
///         // If the read finds nothing, the guard clears what was reported, and the loop waits again.
///         match guard.try_io(|fd| fd.get_ref().read(&mut buffer)) {
///             Ok(read) => break read?,
///             Err(_would_block) => continue,
///         }
///     };
///     assert_eq!(&buffer[..length], b"news");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[must_use = "an operation has to be tried, and the guard told what it found"]
pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    fd: &'a AsyncFd<T>,
    event: Option<ReadyEvent>,
}

/// As [`AsyncFdReadyGuard`], with the descriptor borrowed mutably.
///
/// # Examples
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{AsyncFd, IoPark};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, mut there) = UnixStream::pair()?;
///     here.set_nonblocking(true)?;
///     let mut here = AsyncFd::new(here)?;
///     there.write_all(b"news")?;
///     let mut buffer = [0; 16];
///     let mut guard = here.readable_mut().await?;
///     // Operations that need `&mut` are done through this guard.
///     let read = guard.try_io(|fd| fd.get_mut().read(&mut buffer));
///     assert_eq!(read.expect("something was written")?, 4);
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[must_use = "an operation has to be tried, and the guard told what it found"]
pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    fd: &'a mut AsyncFd<T>,
    event: Option<ReadyEvent>,
}

/// The operation said *would block*.
///
/// # Examples
///
/// ```
/// use std::io::{Read, Write};
/// use std::os::unix::net::UnixStream;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{AsyncFd, IoPark};
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let (here, mut there) = UnixStream::pair()?;
///     here.set_nonblocking(true)?;
///     let here = AsyncFd::new(here)?;
///     there.write_all(b"!")?;
///     let mut guard = here.readable().await?;
///     let mut buffer = [0; 16];
///     assert!(guard.try_io(|fd| fd.get_ref().read(&mut buffer)).is_ok());
///     // There is no second byte. This is no error of the descriptor, and so it is not an `io::Error`.
///     assert!(guard.try_io(|fd| fd.get_ref().read(&mut buffer)).is_err());
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TryIoError(());

/// The system refused to watch a descriptor. The descriptor is in here.
///
/// # Examples
///
/// ```
/// use std::os::fd::AsRawFd;
/// use std::os::unix::net::UnixStream;
///
/// use current_thread::{Runtime, ThreadPark};
/// use reactor::{AsyncFd, IoPark};
///
/// /// Something without a descriptor, so that the system refuses to watch it.
/// #[derive(Debug, PartialEq)]
/// struct Broken;
///
/// impl AsRawFd for Broken {
///     fn as_raw_fd(&self) -> i32 {
///         -1
///     }
/// }
///
/// let runtime = Runtime::with_park(IoPark::new(ThreadPark::new()));
/// runtime.block_on(async {
///     let error = AsyncFd::try_new(Broken).err().expect("there is nothing to watch");
///     let (given_back, _cause) = error.into_parts();
///     assert_eq!(given_back, Broken);
/// });
/// ```
pub struct AsyncFdTryNewError<T> {
    inner: T,
    cause: io::Error,
}

impl<T: AsRawFd> AsyncFd<T> {
    /// Watches a descriptor for reads and writes.
    ///
    /// # Errors
    ///
    /// If the system cannot watch it, as it is with plain files. The descriptor is dropped then.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn new(inner: T) -> io::Result<AsyncFd<T>> {
        AsyncFd::with_interest(inner, BOTH)
    }

    /// Watches a descriptor for some things only.
    ///
    /// # Errors
    ///
    /// As [`new`](AsyncFd::new).
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn with_interest(inner: T, interest: Interest) -> io::Result<AsyncFd<T>> {
        AsyncFd::try_with_interest(inner, interest).map_err(|error| error.cause)
    }

    /// As [`new`](AsyncFd::new), and the descriptor is not lost if the system cannot watch it.
    ///
    /// # Errors
    ///
    /// If the system cannot watch it.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn try_new(inner: T) -> Result<AsyncFd<T>, AsyncFdTryNewError<T>> {
        AsyncFd::try_with_interest(inner, BOTH)
    }

    /// As [`with_interest`](AsyncFd::with_interest), and the descriptor is not lost if the system cannot
    /// watch it.
    ///
    /// # Errors
    ///
    /// If the system cannot watch it.
    ///
    /// # Panics
    ///
    /// If the thread is in no runtime, or in one without an I/O driver.
    #[track_caller]
    pub fn try_with_interest(
        inner: T,
        interest: Interest,
    ) -> Result<AsyncFd<T>, AsyncFdTryNewError<T>> {
        let handle = crate::current::handle();
        let fd = inner.as_raw_fd();
        match Registration::new(handle, &mut SourceFd(&fd), interest, Begin::NEW) {
            Ok(registration) => Ok(AsyncFd {
                registration,
                inner: Some(inner),
            }),
            Err(cause) => Err(AsyncFdTryNewError { inner, cause }),
        }
    }

    /// What the descriptor belongs to.
    #[inline]
    pub fn get_ref(&self) -> &T {
        self.inner.as_ref().expect("it is not given away yet")
    }

    /// What the descriptor belongs to.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("it is not given away yet")
    }

    /// Stops watching the descriptor, and gives it back.
    pub fn into_inner(mut self) -> T {
        self.deregister();
        self.inner.take().expect("it is not given away yet")
    }

    fn deregister(&mut self) {
        if let Some(inner) = &self.inner {
            // If the system does not know it any more, there is nothing to be done, and the driver
            // keeps what an event may still speak of.
            let _ = self
                .registration
                .deregister(&mut SourceFd(&inner.as_raw_fd()));
        }
    }

    fn guard(&self, event: ReadyEvent) -> AsyncFdReadyGuard<'_, T> {
        AsyncFdReadyGuard {
            fd: self,
            event: Some(event),
        }
    }

    /// Waits until a read is worth a try. Only the latest task that calls it is woken.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("AsyncFd::poll_read_ready", Resource::descriptor(self))]
    pub fn poll_read_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(cx, Direction::Read))?;
        Poll::Ready(Ok(self.guard(event)))
    }

    /// Waits until a write is worth a try. Only the latest task that calls it is woken.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("AsyncFd::poll_write_ready", Resource::descriptor(self))]
    pub fn poll_write_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(cx, Direction::Write))?;
        Poll::Ready(Ok(self.guard(event)))
    }

    /// As [`poll_read_ready`](AsyncFd::poll_read_ready), with `&mut self`.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("AsyncFd::poll_read_ready_mut", Resource::descriptor(self))]
    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(cx, Direction::Read))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard {
            fd: self,
            event: Some(event),
        }))
    }

    /// As [`poll_write_ready`](AsyncFd::poll_write_ready), with `&mut self`.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    #[harness::leaf("AsyncFd::poll_write_ready_mut", Resource::descriptor(self))]
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let event = ready!(self.registration.poll_ready(cx, Direction::Write))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard {
            fd: self,
            event: Some(event),
        }))
    }

    /// Waits until something of `interest` is reported. Any number of tasks may.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing: the report stays.
    #[harness::leaf("AsyncFd::ready", Resource::descriptor(self))]
    pub async fn ready(&self, interest: Interest) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        let event = self.registration.wait(interest).await?;
        Ok(self.guard(event))
    }

    /// As [`ready`](AsyncFd::ready), with `&mut self`.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// As [`ready`](AsyncFd::ready).
    #[harness::leaf("AsyncFd::ready_mut", Resource::descriptor(self))]
    pub async fn ready_mut(
        &mut self,
        interest: Interest,
    ) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        let event = self.registration.wait(interest).await?;
        Ok(AsyncFdReadyMutGuard {
            fd: self,
            event: Some(event),
        })
    }

    /// Waits until a read is worth a try.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// As [`ready`](AsyncFd::ready).
    #[harness::leaf("AsyncFd::readable", Resource::descriptor(self))]
    pub async fn readable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::READABLE).await
    }

    /// As [`readable`](AsyncFd::readable), with `&mut self`.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// As [`ready`](AsyncFd::ready).
    #[harness::leaf("AsyncFd::readable_mut", Resource::descriptor(self))]
    pub async fn readable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::READABLE).await
    }

    /// Waits until a write is worth a try.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// As [`ready`](AsyncFd::ready).
    #[harness::leaf("AsyncFd::writable", Resource::descriptor(self))]
    pub async fn writable(&self) -> io::Result<AsyncFdReadyGuard<'_, T>> {
        self.ready(Interest::WRITABLE).await
    }

    /// As [`writable`](AsyncFd::writable), with `&mut self`.
    ///
    /// # Errors
    ///
    /// If the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// As [`ready`](AsyncFd::ready).
    #[harness::leaf("AsyncFd::writable_mut", Resource::descriptor(self))]
    pub async fn writable_mut(&mut self) -> io::Result<AsyncFdReadyMutGuard<'_, T>> {
        self.ready_mut(Interest::WRITABLE).await
    }

    /// Tries an operation until it does not say *would block*, and waits in between.
    ///
    /// # Errors
    ///
    /// That of the operation, or that the runtime was shut down.
    ///
    /// # Cancellation
    ///
    /// To drop the future loses nothing: what the operation has done is returned at once.
    #[harness::leaf("AsyncFd::async_io", Resource::descriptor(self))]
    pub async fn async_io<R>(
        &self,
        interest: Interest,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let inner = self.get_ref();
        self.registration
            .async_io(interest, || operation(inner))
            .await
    }

    /// As [`async_io`](AsyncFd::async_io), with `&mut self`.
    ///
    /// # Errors
    ///
    /// As [`async_io`](AsyncFd::async_io).
    ///
    /// # Cancellation
    ///
    /// As [`async_io`](AsyncFd::async_io).
    #[harness::leaf("AsyncFd::async_io_mut", Resource::descriptor(self))]
    pub async fn async_io_mut<R>(
        &mut self,
        interest: Interest,
        mut operation: impl FnMut(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let inner = self.inner.as_mut().expect("it is not given away yet");
        self.registration
            .async_io(interest, || operation(inner))
            .await
    }

    /// Tries an operation, if something was reported that makes it worth a try.
    ///
    /// # Errors
    ///
    /// That of the operation; *would block* as well if it was not worth a try.
    pub fn try_io<R>(
        &self,
        interest: Interest,
        operation: impl FnOnce(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.registration
            .try_io(interest, || operation(self.get_ref()))
    }

    /// As [`try_io`](AsyncFd::try_io), with `&mut self`.
    ///
    /// # Errors
    ///
    /// As [`try_io`](AsyncFd::try_io).
    pub fn try_io_mut<R>(
        &mut self,
        interest: Interest,
        operation: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let inner = self.inner.as_mut().expect("it is not given away yet");
        self.registration.try_io(interest, || operation(inner))
    }
}

impl<T: AsRawFd> AsRawFd for AsyncFd<T> {
    fn as_raw_fd(&self) -> RawFd {
        self.get_ref().as_raw_fd()
    }
}

impl<T: AsRawFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the descriptor stays open for as long as we are there: that is the promise of
        // `AsyncFd::new`'s caller.
        unsafe { BorrowedFd::borrow_raw(self.as_raw_fd()) }
    }
}

impl<T: AsRawFd> Drop for AsyncFd<T> {
    fn drop(&mut self) {
        self.deregister();
    }
}

impl<T: AsRawFd + fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncFd")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

/// What both guards have. `$give` is how the descriptor is given to an operation.
macro_rules! guard {
    ($guard:ident, $($mutable:tt)?) => {
        impl<'a, T: AsRawFd> $guard<'a, T> {
            /// Says that an operation found nothing: a task that waits from now on waits for a new
            /// report. What was reported since the guard was made is not forgotten.
            pub fn clear_ready(&mut self) {
                if let Some(event) = self.event.take() {
                    self.fd.registration.clear(event);
                }
            }

            /// Says that there was nothing left of some of the facts.
            pub fn clear_ready_matching(&mut self, ready: Ready) {
                if let Some(event) = &mut self.event {
                    self.fd.registration.clear(event.narrow(ready));
                    *event = event.narrow(Ready::ALL - ready);
                }
            }

            /// Says that there may be more. This is what a guard says that is told nothing.
            pub fn retain_ready(&mut self) {}

            /// What was reported.
            pub fn ready(&self) -> Ready {
                self.event.map_or(Ready::EMPTY, |event| event.ready())
            }

            /// The descriptor.
            pub fn get_ref(&self) -> &AsyncFd<T> {
                self.fd
            }

            /// What the descriptor belongs to.
            pub fn get_inner(&self) -> &T {
                self.fd.get_ref()
            }

            /// Tries an operation, and clears what was reported if it says *would block*.
            ///
            /// # Errors
            ///
            /// If it said *would block*. What else it says is within the `Ok`.
            pub fn try_io<R>(
                &mut self,
                operation: impl FnOnce(&$($mutable)? AsyncFd<T>) -> io::Result<R>,
            ) -> Result<io::Result<R>, TryIoError> {
                match operation(self.fd) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.clear_ready();
                        Err(TryIoError(()))
                    }
                    result => Ok(result),
                }
            }
        }

        impl<T: AsRawFd + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($guard))
                    .field("fd", &self.fd)
                    .finish_non_exhaustive()
            }
        }
    };
}

guard!(AsyncFdReadyGuard,);
guard!(AsyncFdReadyMutGuard, mut);

impl<T: AsRawFd> AsyncFdReadyMutGuard<'_, T> {
    /// The descriptor.
    pub fn get_mut(&mut self) -> &mut AsyncFd<T> {
        self.fd
    }

    /// What the descriptor belongs to.
    pub fn get_inner_mut(&mut self) -> &mut T {
        self.fd.get_mut()
    }
}

impl fmt::Display for TryIoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operation would block")
    }
}

impl Error for TryIoError {}

impl<T> AsyncFdTryNewError<T> {
    /// The descriptor, and why it was refused.
    pub fn into_parts(self) -> (T, io::Error) {
        (self.inner, self.cause)
    }
}

impl<T> fmt::Display for AsyncFdTryNewError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.cause, f)
    }
}

impl<T> fmt::Debug for AsyncFdTryNewError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.cause, f)
    }
}

impl<T> Error for AsyncFdTryNewError<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}

impl<T> From<AsyncFdTryNewError<T>> for io::Error {
    fn from(error: AsyncFdTryNewError<T>) -> io::Error {
        error.cause
    }
}
