//! The two halves of a stream, written once for TCP and Unix.
//!
//! The borrowed halves are a reference each, for one task that reads and writes at the same time. The
//! owned ones share the stream by counting, for two tasks. Either way the halves wait separately: a
//! stream has one place for the latest reader and one for the latest writer.
//!
//! In tokio: `net/tcp/split.rs`, `net/tcp/split_owned.rs`, `net/unix/split.rs`, and
//! `net/unix/split_owned.rs`.

/// What a half has, be it borrowed or owned. `self.0` is the stream.
macro_rules! half {
    ($stream:ty, $address:ty, $read:ty, $write:ty) => {
        impl futures::io::AsyncRead for $read {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &mut [u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.io().poll_read(cx, buffer)
            }

            fn poll_read_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &mut [std::io::IoSliceMut<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.io().poll_read_vectored(cx, buffers)
            }
        }

        impl futures::io::AsyncWrite for $write {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffer: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.io().poll_write(cx, buffer)
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buffers: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.0.io().poll_write_vectored(cx, buffers)
            }

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
                std::task::Poll::Ready(self.get_mut().close())
            }
        }

        impl AsRef<$stream> for $read {
            fn as_ref(&self) -> &$stream {
                &self.0
            }
        }

        impl AsRef<$stream> for $write {
            fn as_ref(&self) -> &$stream {
                &self.0
            }
        }

        impl $read {
            /// The address of the other side.
            ///
            /// # Errors
            ///
            /// If it is gone.
            pub fn peer_addr(&self) -> std::io::Result<$address> {
                self.0.peer_addr()
            }

            /// The address of this side.
            ///
            /// # Errors
            ///
            /// If the system cannot tell.
            pub fn local_addr(&self) -> std::io::Result<$address> {
                self.0.local_addr()
            }

            /// Waits until something of `interest` is known. See `ready` of the stream.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($read), "::ready"), Resource::descriptor(&*self.0))]
            pub async fn ready(
                &self,
                interest: $crate::Interest,
            ) -> std::io::Result<$crate::Ready> {
                self.0.ready(interest).await
            }

            /// Waits until a read is worth a try.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($read), "::readable"), Resource::descriptor(&*self.0))]
            pub async fn readable(&self) -> std::io::Result<()> {
                self.0.readable().await
            }

            /// Reads what is there.
            ///
            /// # Errors
            ///
            /// *Would block* if nothing is; or what the system says.
            pub fn try_read(&self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.0.try_read(buffer)
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
                self.0.try_read_vectored(buffers)
            }
        }

        impl $write {
            /// The address of the other side.
            ///
            /// # Errors
            ///
            /// If it is gone.
            pub fn peer_addr(&self) -> std::io::Result<$address> {
                self.0.peer_addr()
            }

            /// The address of this side.
            ///
            /// # Errors
            ///
            /// If the system cannot tell.
            pub fn local_addr(&self) -> std::io::Result<$address> {
                self.0.local_addr()
            }

            /// Waits until something of `interest` is known. See `ready` of the stream.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($write), "::ready"), Resource::descriptor(&*self.0))]
            pub async fn ready(
                &self,
                interest: $crate::Interest,
            ) -> std::io::Result<$crate::Ready> {
                self.0.ready(interest).await
            }

            /// Waits until a write is worth a try.
            ///
            /// # Errors
            ///
            /// If the runtime was shut down.
            #[harness::leaf(concat!(stringify!($write), "::writable"), Resource::descriptor(&*self.0))]
            pub async fn writable(&self) -> std::io::Result<()> {
                self.0.writable().await
            }

            /// Writes as much as there is room for.
            ///
            /// # Errors
            ///
            /// *Would block* if there is none; or what the system says.
            pub fn try_write(&self, buffer: &[u8]) -> std::io::Result<usize> {
                self.0.try_write(buffer)
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
                self.0.try_write_vectored(buffers)
            }
        }
    };
}

/// How the four halves of a stream are made, and what they do. Beside it stand the types: `ReadHalf`, `WriteHalf`,
/// `OwnedReadHalf`, `OwnedWriteHalf` and `ReuniteError`.
macro_rules! halves {
    ($stream:ty, $address:ty) => {
        pub(super) fn split(stream: &mut $stream) -> (ReadHalf<'_>, WriteHalf<'_>) {
            (ReadHalf(stream), WriteHalf(stream))
        }

        pub(super) fn into_split(stream: $stream) -> (OwnedReadHalf, OwnedWriteHalf) {
            let stream = std::sync::Arc::new(stream);
            let reader = OwnedReadHalf(std::sync::Arc::clone(&stream));
            (reader, OwnedWriteHalf(stream, true))
        }

        $crate::net::split::half!($stream, $address, ReadHalf<'_>, WriteHalf<'_>);
        $crate::net::split::half!($stream, $address, OwnedReadHalf, OwnedWriteHalf);

        impl WriteHalf<'_> {
            fn close(&self) -> std::io::Result<()> {
                self.0.shutdown_std(std::net::Shutdown::Write)
            }
        }

        impl OwnedReadHalf {
            /// Makes the stream again.
            ///
            /// # Errors
            ///
            /// If the halves do not belong together.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                if !std::sync::Arc::ptr_eq(&self.0, &other.0) {
                    return Err(ReuniteError(self, other));
                }
                other.forget();
                Ok(std::sync::Arc::into_inner(self.0).expect("there are two halves"))
            }
        }

        impl OwnedWriteHalf {
            /// Makes the stream again.
            ///
            /// # Errors
            ///
            /// If the halves do not belong together.
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                other.reunite(self)
            }

            /// Drops the half, and does not say that no more will be written.
            pub fn forget(mut self) {
                self.1 = false;
            }

            fn close(&mut self) -> std::io::Result<()> {
                self.0.shutdown_std(std::net::Shutdown::Write)?;
                self.1 = false;
                Ok(())
            }
        }

        impl Drop for OwnedWriteHalf {
            fn drop(&mut self) {
                if self.1 {
                    // If the connection is broken, the other side knows already.
                    let _ = self.0.shutdown_std(std::net::Shutdown::Write);
                }
            }
        }

        impl std::fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("tried to reunite halves that are not from the same socket")
            }
        }

        impl std::error::Error for ReuniteError {}
    };
}

pub(super) use {half, halves};
