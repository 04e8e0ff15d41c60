//! What a compiler may believe of our types, and where a program for tokio looks for their names.

use std::panic::{RefUnwindSafe, UnwindSafe};

use reveille::io::{DuplexStream, ReadHalf, WriteHalf};
use reveille::runtime::{Builder, Handle, LocalRuntime, Runtime};
use reveille::sync::futures::{Notified, OwnedNotified};
use reveille::sync::{Barrier, Notify, Semaphore, broadcast, mpsc, watch};
use reveille::task::{AbortHandle, JoinHandle, LocalEnterGuard, LocalSet};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const NAMES: Rule = EX.rule("A type is where tokio has it.");

/// A program that catches panics may hold one of these meanwhile, as with tokio's.
#[test]
fn what_a_panic_leaves_whole() {
    fn is_whole<T: UnwindSafe + RefUnwindSafe>() {}
    is_whole::<Runtime>();
    is_whole::<LocalRuntime>();
    is_whole::<Handle>();
    is_whole::<JoinHandle<()>>();
    is_whole::<AbortHandle>();
    is_whole::<Notify>();
    is_whole::<Semaphore>();
    is_whole::<Barrier>();
    is_whole::<mpsc::Sender<u8>>();
    is_whole::<mpsc::Receiver<u8>>();
    is_whole::<watch::Sender<u8>>();
    is_whole::<broadcast::Sender<u8>>();
    is_whole::<DuplexStream>();
    is_whole::<ReadHalf<DuplexStream>>();
    is_whole::<WriteHalf<DuplexStream>>();
    #[cfg(not(miri))]
    {
        use reveille::net::{TcpListener, TcpSocket, TcpStream, UdpSocket, tcp};
        is_whole::<TcpListener>();
        is_whole::<TcpSocket>();
        is_whole::<TcpStream>();
        is_whole::<UdpSocket>();
        is_whole::<tcp::ReadHalf<'_>>();
        is_whole::<tcp::WriteHalf<'_>>();
        is_whole::<tcp::OwnedReadHalf>();
        is_whole::<tcp::OwnedWriteHalf>();
        is_whole::<tcp::ReuniteError>();
    }
    #[cfg(all(unix, not(miri)))]
    {
        use reveille::net::{UnixDatagram, UnixListener, UnixStream, unix};
        is_whole::<UnixListener>();
        is_whole::<UnixStream>();
        is_whole::<UnixDatagram>();
        is_whole::<unix::OwnedReadHalf>();
        is_whole::<unix::OwnedWriteHalf>();
        is_whole::<unix::ReuniteError>();
        is_whole::<unix::pipe::Sender>();
        is_whole::<unix::pipe::Receiver>();
    }
}

/// Futures and guards that a program keeps in types of its own.
#[test]
fn names_of_futures_and_guards() {
    struct Waits<'a> {
        one: Notified<'a>,
        other: OwnedNotified,
        _within: LocalEnterGuard,
    }
    EX.within("keeping a future and a guard", || {
        let notify = std::sync::Arc::new(Notify::new());
        let set = LocalSet::new();
        let waits = Waits {
            one: notify.notified(),
            other: std::sync::Arc::clone(&notify).notified_owned(),
            _within: set.enter(),
        };
        notify.notify_waiters();
        let runtime = Builder::new_current_thread().build();
        let runtime = runtime.expect("nothing is asked of the system");
        let both = runtime.block_on(async { reveille::join!(waits.one, waits.other) });
        NAMES.check_eq("both are told", both, ((), ()));
    });
}
