//! Signals by their kind.
//!
//! In tokio: `signal/unix.rs`.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::registry::{Listener, listen};

/// Which signal.
///
/// # Examples
///
/// ```
/// use std::os::raw::c_int;
///
/// use reveille::signal::unix::SignalKind;
///
/// // By name, or by the number that a configuration gives.
/// let kind = SignalKind::from_raw(15);
/// # #[cfg(target_os = "linux")]
/// assert_eq!(kind, SignalKind::terminate());
/// assert_eq!(c_int::from(kind), 15);
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct SignalKind(libc::c_int);

/// Waits for a signal. Made by [`signal`].
///
/// # Examples
///
/// ```
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// use reveille::signal::unix::{SignalKind, signal};
///
/// runtime.block_on(async {
///     let mut hangup = signal(SignalKind::hangup())?;
///     # unsafe { libc::raise(libc::SIGHUP) };
///     // … kill -HUP, from elsewhere …
///     hangup.recv().await;
///     println!("reading the configuration again");
///     Ok::<_, std::io::Error>(())
/// })?;
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct Signal {
    listener: Arc<Listener>,
}

/// A listener for a signal, of those that come from now on. The system does not do any more what it would do
/// without a handler, for as long as the program runs.
///
/// # Errors
///
/// If the signal cannot be handled, such as `SIGKILL`; or if the system has nothing left.
///
/// # Examples
///
/// ```
/// use reveille::signal::unix::{SignalKind, signal};
///
/// assert!(signal(SignalKind::from_raw(9)).is_err());
/// ```
pub fn signal(kind: SignalKind) -> io::Result<Signal> {
    let number = kind.0;
    if number < 0 || signal_hook_registry::FORBIDDEN.contains(&number) {
        return Err(io::Error::other(format!(
            "Refusing to register signal {number}"
        )));
    }
    Ok(Signal {
        listener: listen(number)?,
    })
}

impl Signal {
    /// Waits for the signal. Any number of signals since the last call are one. It is never `None`.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost.
    #[harness::leaf("Signal::recv")]
    pub async fn recv(&mut self) -> Option<()> {
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    /// Polls for the signal.
    #[harness::leaf("Signal::poll_recv")]
    pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        if self.listener.take() {
            return Poll::Ready(Some(()));
        }
        self.listener.waker.register(cx.waker());
        // It may have come between the look and the registration.
        match self.listener.take() {
            true => Poll::Ready(Some(())),
            false => Poll::Pending,
        }
    }
}

/// Makes the constructors of [`SignalKind`].
macro_rules! kinds {
    ($($(#[$attribute:meta])* $name:ident = $number:ident;)*) => {
        impl SignalKind {
            $(
                $(#[$attribute])*
                pub const fn $name() -> SignalKind {
                    SignalKind(libc::$number)
                }
            )*
        }
    };
}

kinds! {
    /// `SIGALRM`: a timer of the system has fired. Without a handler the program ends.
    alarm = SIGALRM;
    /// `SIGCHLD`: a child has ended. Without a handler it is ignored.
    child = SIGCHLD;
    /// `SIGHUP`: the terminal is gone. Without a handler the program ends.
    hangup = SIGHUP;
    /// `SIGINT`: Ctrl-C. Without a handler the program ends.
    interrupt = SIGINT;
    /// `SIGIO`: a file is ready. Without a handler it is ignored, or the program ends.
    io = SIGIO;
    /// `SIGPIPE`: nobody reads the pipe. Rust ignores it from the beginning.
    pipe = SIGPIPE;
    /// `SIGQUIT`: Ctrl-\. Without a handler the program ends, and leaves a core.
    quit = SIGQUIT;
    /// `SIGTERM`: the polite way to end a program.
    terminate = SIGTERM;
    /// `SIGUSR1`. Without a handler the program ends.
    user_defined1 = SIGUSR1;
    /// `SIGUSR2`. Without a handler the program ends.
    user_defined2 = SIGUSR2;
    /// `SIGWINCH`: the terminal has another size. Without a handler it is ignored.
    window_change = SIGWINCH;
}

impl SignalKind {
    /// The signal of this number.
    pub const fn from_raw(signum: std::os::raw::c_int) -> SignalKind {
        SignalKind(signum)
    }

    /// The number of the signal.
    pub const fn as_raw_value(&self) -> std::os::raw::c_int {
        self.0
    }
}

impl From<std::os::raw::c_int> for SignalKind {
    fn from(signum: std::os::raw::c_int) -> SignalKind {
        SignalKind(signum)
    }
}

impl From<SignalKind> for std::os::raw::c_int {
    fn from(kind: SignalKind) -> std::os::raw::c_int {
        kind.0
    }
}
