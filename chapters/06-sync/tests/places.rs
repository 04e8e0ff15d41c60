//! A panic says where the mistake is: in the line that called, not in one of ours.
//!
//! One table for all functions that tokio marks with `#[track_caller]`, as far as this chapter and those
//! below it have them. To add one is to add a line.

#![cfg(not(loom))]

use std::sync::Arc;

use current_thread::Runtime;
use sync::{Mutex, RwLock, Semaphore, broadcast, mpsc};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("6.6", "sync/give-back.md");
const PLACE: Rule = EX.rule("A panic names the line of the caller whose mistake it is.");

/// Calls from code that runs tasks, where a thread must not be blocked.
fn inside(call: fn()) -> impl Fn() {
    move || Runtime::new().block_on(async move { call() })
}

/// Calls from code outside of any runtime.
fn outside(call: fn()) -> impl Fn() {
    call
}

/// The name of each call, as it is written in the table.
macro_rules! table {
    ($($where:ident $call:expr;)*) => {
        [$((stringify!($call), Box::new($where(|| {
            let _ = $call;
        })) as Box<dyn Fn()>)),*]
    };
}

fn mpsc_pair() -> (mpsc::Sender<u32>, mpsc::Receiver<u32>) {
    mpsc::channel(1)
}

#[test]
fn panics_name_their_caller() {
    let table = table! {
        // Chapter 3.
        outside harness::id();
        // Chapter 5.
        inside atomic_waker::oneshot::channel::<u32>().1.blocking_recv();
        inside atomic_waker::blocking::block_on(std::future::ready(()));
        // Locks.
        outside Semaphore::new(usize::MAX);
        inside Semaphore::new(1).blocking_acquire().map(drop);
        inside Semaphore::new(1).blocking_acquire_many(1).map(drop);
        inside Arc::new(Semaphore::new(1)).blocking_acquire_owned();
        inside Arc::new(Semaphore::new(1)).blocking_acquire_many_owned(1);
        inside Mutex::new(1).blocking_lock();
        inside Arc::new(Mutex::new(1)).blocking_lock_owned();
        outside RwLock::with_max_readers(1, u32::MAX);
        inside RwLock::new(1).blocking_read();
        inside RwLock::new(1).blocking_write();
        // Channels.
        outside mpsc::channel::<u32>(0);
        outside mpsc::channel::<u32>(usize::MAX);
        inside mpsc_pair().0.blocking_send(1);
        inside mpsc_pair().1.blocking_recv();
        inside mpsc_pair().1.blocking_recv_many(&mut Vec::new(), 1);
        inside mpsc::unbounded_channel::<u32>().1.blocking_recv();
        inside mpsc::unbounded_channel::<u32>().1.blocking_recv_many(&mut Vec::new(), 1);
        outside mpsc::PollSender::new(mpsc_pair().0).send_item(1);
        outside broadcast::channel::<u32>(0);
        outside broadcast::Sender::<u32>::new(usize::MAX);
        inside broadcast::channel::<u32>(1).1.blocking_recv();
    };
    for (call, panics) in table {
        PLACE.panics_in(file!(), call, panics);
    }
}

#[test]
fn permits_of_two_semaphores() {
    let [one, other] = [Semaphore::new(1), Semaphore::new(1)];
    let [mut first, second] = [one.try_acquire().unwrap(), other.try_acquire().unwrap()];
    PLACE.panics_in(file!(), "SemaphorePermit::merge", move || {
        first.merge(second);
    });
    let [one, other] = [Semaphore::new(1), Semaphore::new(1)].map(Arc::new);
    let mut first = one.try_acquire_owned().unwrap();
    let second = other.try_acquire_owned().unwrap();
    PLACE.panics_in(file!(), "OwnedSemaphorePermit::merge", move || {
        first.merge(second);
    });
}
