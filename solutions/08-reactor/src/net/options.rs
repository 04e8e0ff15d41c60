//! What every socket offers, written once: waiting, trying, the way to the system's own type, and the
//! options that several kinds have.

/// Waits and tries, for a type with a field `io: Evented<_>`.
macro_rules! readiness {
    ($type:ty) => {
        impl $type {
            /// Waits until something of `interest` is known, and returns what is.
            ///
            /// What is known is a hint: the operation may still find nothing. A socket that may have
            /// something from before it was registered, for example one that was accepted, is taken to be
            /// ready at first. The hint stays until a `try_` operation finds nothing.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses nothing: the report stays.
            #[harness::leaf(concat!(stringify!($type), "::ready"), Resource::descriptor(self))]
            pub async fn ready(
                &self,
                interest: $crate::Interest,
            ) -> std::io::Result<$crate::Ready> {
                self.io.registration().ready(interest).await
            }

            /// Waits until a read is worth a try.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses nothing: the report stays.
            #[harness::leaf(concat!(stringify!($type), "::readable"), Resource::descriptor(self))]
            pub async fn readable(&self) -> std::io::Result<()> {
                self.ready($crate::Interest::READABLE).await?;
                Ok(())
            }

            /// Waits until a write is worth a try.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses nothing: the report stays.
            #[harness::leaf(concat!(stringify!($type), "::writable"), Resource::descriptor(self))]
            pub async fn writable(&self) -> std::io::Result<()> {
                self.ready($crate::Interest::WRITABLE).await?;
                Ok(())
            }

            /// Tries an operation of the caller's own on this socket. If it says *would block*, what
            /// was reported is cleared, so it must say that of this socket only, and only if the system
            /// did.
            ///
            /// # Errors
            ///
            /// That of the operation; *would block* as well if nothing was reported that makes it worth
            /// a try, and then it is not called.
            pub fn try_io<R>(
                &self,
                interest: $crate::Interest,
                operation: impl FnOnce() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io.registration().try_io(interest, operation)
            }

            /// As [`try_io`](Self::try_io), but waits and tries again when the operation says *would
            /// block*.
            ///
            /// # Errors
            ///
            /// That of the operation, or that the runtime was shut down.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses nothing: what the operation has done is returned at once.
            #[harness::leaf(concat!(stringify!($type), "::async_io"), Resource::descriptor(self))]
            pub async fn async_io<R>(
                &self,
                interest: $crate::Interest,
                operation: impl FnMut() -> std::io::Result<R>,
            ) -> std::io::Result<R> {
                self.io.registration().async_io(interest, operation).await
            }

            /// Takes the error that the system keeps for this socket.
            ///
            /// # Errors
            ///
            /// If it cannot be asked.
            pub fn take_error(&self) -> std::io::Result<Option<std::io::Error>> {
                self.io.take_error()
            }
        }
    };
}

/// The way to the system's own types, for a type with a field `io: Evented<_>`.
macro_rules! descriptor {
    ($type:ty, $std:ty, $mio:ty) => {
        impl $type {
            /// Takes a socket of the standard library. It must be non-blocking: otherwise an operation
            /// that finds nothing stops the whole thread.
            ///
            /// # Errors
            ///
            /// If the system refuses to watch it.
            ///
            /// # Panics
            ///
            /// If the thread is in no runtime, or in one without an I/O driver.
            #[track_caller]
            pub fn from_std(socket: $std) -> std::io::Result<$type> {
                Self::from_mio(<$mio>::from_std(socket))
            }

            /// Gives the socket to the standard library. It is still non-blocking.
            ///
            /// # Errors
            ///
            /// If the driver cannot let go of it.
            pub fn into_std(self) -> std::io::Result<$std> {
                Ok(self.io.into_inner()?.into())
            }
        }

        impl TryFrom<$std> for $type {
            type Error = std::io::Error;

            #[track_caller]
            fn try_from(socket: $std) -> std::io::Result<$type> {
                Self::from_std(socket)
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(&*self.io)
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(&*self.io)
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawSocket for $type {
            fn as_raw_socket(&self) -> std::os::windows::io::RawSocket {
                std::os::windows::io::AsRawSocket::as_raw_socket(&*self.io)
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $type {
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                // SAFETY: the socket is open as long as `self` is, which the result borrows.
                unsafe {
                    std::os::windows::io::BorrowedSocket::borrow_raw(
                        std::os::windows::io::AsRawSocket::as_raw_socket(self),
                    )
                }
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&*self.io, f)
            }
        }
    };
}

/// Reads and writes of a stream, for a type with a field `io: Evented<_>`.
macro_rules! stream {
    ($type:ty) => {
        impl $type {
            /// As [`readable`](Self::readable). Only the latest task that calls it is woken.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($type), "::poll_read_ready"), Resource::descriptor(self))]
            pub fn poll_read_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let direction = $crate::direction::Direction::Read;
                self.io
                    .registration()
                    .poll_ready(cx, direction)
                    .map_ok(drop)
            }

            /// As [`writable`](Self::writable). Only the latest task that calls it is woken.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($type), "::poll_write_ready"), Resource::descriptor(self))]
            pub fn poll_write_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let direction = $crate::direction::Direction::Write;
                self.io
                    .registration()
                    .poll_ready(cx, direction)
                    .map_ok(drop)
            }

            /// Reads into memory that may never have been written. The first bytes of the buffer, as many as it says,
            /// are initialized then; the others are as they were. As [`poll_read_ready`](Self::poll_read_ready), it wakes
            /// only the latest task that reads.
            ///
            /// A slice of `u8` has to be initialized before one reads into it, and a buffer of 16 KiB takes longer to
            /// fill with zeros than a small message takes to be read.
            ///
            /// # Errors
            ///
            /// What the system says.
            #[harness::leaf(concat!(stringify!($type), "::poll_read_uninit"), Resource::descriptor(self))]
            pub fn poll_read_uninit(
                &self,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [std::mem::MaybeUninit<u8>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.io.poll_read_by(cx, buffer.len(), |socket| {
                    socket2::SockRef::from(socket).recv(buffer)
                })
            }

            /// Reads what is there.
            ///
            /// # Errors
            ///
            /// *Would block* if nothing is; or what the system says.
            pub fn try_read(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.io.try_read(buffer)
            }

            /// Reads what is there into several buffers.
            ///
            /// # Errors
            ///
            /// As [`try_read`](Self::try_read).
            pub fn try_read_vectored(
                &self,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::io::Result<usize> {
                self.io.try_read_vectored(buffers)
            }

            /// Writes as much as there is room for.
            ///
            /// # Errors
            ///
            /// *Would block* if there is none; or what the system says.
            pub fn try_write(&self, buffer: &[u8]) -> std::io::Result<usize> {
                self.io.try_write(buffer)
            }

            /// Writes as much of several buffers as there is room for.
            ///
            /// # Errors
            ///
            /// As [`try_write`](Self::try_write).
            pub fn try_write_vectored(
                &self,
                buffers: &[std::io::IoSlice<'_>],
            ) -> std::io::Result<usize> {
                self.io.try_write_vectored(buffers)
            }
        }

        impl futures::io::AsyncRead for $type {
            #[harness::leaf(concat!(stringify!($type), "::read"), Resource::descriptor(&*self))]
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.io.poll_read(cx, buffer)
            }

            #[harness::leaf(concat!(stringify!($type), "::read_vectored"), Resource::descriptor(&*self))]
            fn poll_read_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.io.poll_read_vectored(cx, buffers)
            }
        }

        /// Closing it says that no more will be written; reading goes on.
        impl futures::io::AsyncWrite for $type {
            #[harness::leaf(concat!(stringify!($type), "::write"), Resource::descriptor(&*self))]
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.io.poll_write(cx, buffer)
            }

            #[harness::leaf(concat!(stringify!($type), "::write_vectored"), Resource::descriptor(&*self))]
            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.io.poll_write_vectored(cx, buffers)
            }

            /// Does nothing: the system has what was written.
            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_close(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(self.shutdown_std(std::net::Shutdown::Write))
            }
        }
    };
}

/// Sends and receives, for a type with a field `io: Evented<_>`.
macro_rules! datagrams {
    ($type:ty, $address:ty) => {
        impl $type {
            /// As [`readable`](Self::readable). Only the latest task that calls it is woken.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($type), "::poll_recv_ready"), Resource::descriptor(self))]
            pub fn poll_recv_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let direction = $crate::direction::Direction::Read;
                self.io
                    .registration()
                    .poll_ready(cx, direction)
                    .map_ok(drop)
            }

            /// As [`writable`](Self::writable). Only the latest task that calls it is woken.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($type), "::poll_send_ready"), Resource::descriptor(self))]
            pub fn poll_send_ready(
                &self,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let direction = $crate::direction::Direction::Write;
                self.io
                    .registration()
                    .poll_ready(cx, direction)
                    .map_ok(drop)
            }

            /// Sends a datagram to where the socket is connected to.
            ///
            /// # Errors
            ///
            /// What the system says.
            ///
            /// # Cancellation
            ///
            /// If the future is dropped, the datagram was not sent.
            #[harness::leaf(concat!(stringify!($type), "::send"), Resource::descriptor(self))]
            pub async fn send(&self, buffer: &[u8]) -> std::io::Result<usize> {
                self.async_io($crate::Interest::WRITABLE, || self.io.send(buffer))
                    .await
            }

            /// As [`send`](Self::send). Only the latest task that sends is woken.
            ///
            /// # Errors
            ///
            /// What the system says.
            #[harness::leaf(concat!(stringify!($type), "::poll_send"), Resource::descriptor(self))]
            pub fn poll_send(
                &self,
                cx: &mut std::task::Context<'_>,
                buffer: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let direction = $crate::direction::Direction::Write;
                let registration = self.io.registration();
                registration.poll_io(cx, direction, |_| self.io.send(buffer))
            }

            /// Sends a datagram, if there is room.
            ///
            /// # Errors
            ///
            /// *Would block* if there is none; or what the system says.
            pub fn try_send(&self, buffer: &[u8]) -> std::io::Result<usize> {
                self.try_io($crate::Interest::WRITABLE, || self.io.send(buffer))
            }

            /// Waits for a datagram. What does not fit is cut off and lost.
            ///
            /// # Errors
            ///
            /// What the system says.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses no datagram.
            #[harness::leaf(concat!(stringify!($type), "::recv"), Resource::descriptor(self))]
            pub async fn recv(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.async_io($crate::Interest::READABLE, || self.io.recv(buffer))
                    .await
            }

            /// As [`recv`](Self::recv). Only the latest task that receives is woken.
            ///
            /// # Errors
            ///
            /// What the system says.
            #[harness::leaf(concat!(stringify!($type), "::poll_recv"), Resource::descriptor(self))]
            pub fn poll_recv(
                &self,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let direction = $crate::direction::Direction::Read;
                let registration = self.io.registration();
                registration.poll_io(cx, direction, |_| self.io.recv(buffer))
            }

            /// Receives the next datagram.
            ///
            /// # Errors
            ///
            /// *Would block* if there is none; or what the system says.
            pub fn try_recv(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.try_io($crate::Interest::READABLE, || self.io.recv(buffer))
            }

            /// Waits for a datagram, and returns its length and where it came from. What does not fit
            /// is cut off and lost.
            ///
            /// # Errors
            ///
            /// What the system says.
            ///
            /// # Cancellation
            ///
            /// To drop the future loses no datagram.
            #[harness::leaf(concat!(stringify!($type), "::recv_from"), Resource::descriptor(self))]
            pub async fn recv_from(&self, buffer: &mut [u8]) -> std::io::Result<(usize, $address)> {
                self.async_io($crate::Interest::READABLE, || self.io.recv_from(buffer))
                    .await
            }

            /// As [`recv_from`](Self::recv_from). Only the latest task that receives is woken.
            ///
            /// # Errors
            ///
            /// What the system says.
            #[harness::leaf(concat!(stringify!($type), "::poll_recv_from"), Resource::descriptor(self))]
            pub fn poll_recv_from(
                &self,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<(usize, $address)>> {
                let direction = $crate::direction::Direction::Read;
                let registration = self.io.registration();
                registration.poll_io(cx, direction, |_| self.io.recv_from(buffer))
            }

            /// Receives the next datagram, and where it came from.
            ///
            /// # Errors
            ///
            /// *Would block* if there is none; or what the system says.
            pub fn try_recv_from(&self, buffer: &mut [u8]) -> std::io::Result<(usize, $address)> {
                self.try_io($crate::Interest::READABLE, || self.io.recv_from(buffer))
            }
        }
    };
}

pub(super) use {datagrams, descriptor, readiness, stream};
