//! The flag of `lost_wake_up` with an `AtomicWaker` in place of the slot, and with the waker left
//! before the look. The other thread comes at each moment there is, and the task is always woken,
//! or need not be.
//!
//!     cargo run -p atomic-waker --example wake_up_kept_solved

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Poll, Waker};
use std::thread;

use atomic_waker::AtomicWaker;
use atomic_waker::blocking::block_on;

#[derive(Default)]
struct Flag {
    /// Relaxed is enough: what orders it is in the place.
    is_set: AtomicBool,
    place: AtomicWaker,
}

/// When the other thread comes, in the first poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    BeforeTheRegistration,
    BetweenRegistrationAndLook,
    AfterTheLook,
}

// ANCHOR: flag
impl Flag {
    fn set(&self) {
        self.is_set.store(true, Relaxed);
        self.place.wake();
    }

    /// Register, then look.
    fn poll(&self, waker: &Waker, at: impl Fn(Comes)) -> Poll<()> {
        at(Comes::BeforeTheRegistration);
        self.place.register(waker);
        at(Comes::BetweenRegistrationAndLook);
        let is_set = self.is_set.load(Relaxed);
        at(Comes::AfterTheLook);
        match is_set {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}
// ANCHOR_END: flag

fn main() {
    println!(
        "{:<28}{:<24}polls",
        "the other thread comes", "the first poll says"
    );
    for comes in [
        Comes::BeforeTheRegistration,
        Comes::BetweenRegistrationAndLook,
        Comes::AfterTheLook,
    ] {
        let (first, polls) = wait_for_the_flag(comes);
        println!("{:<28}{first:<24}{polls}", format!("{comes:?}"));
    }
}

/// What the first poll said, and how many there were.
fn wait_for_the_flag(comes: Comes) -> (&'static str, usize) {
    let flag = Flag::default();
    let (first, polls) = (Cell::new(""), Cell::new(0));
    block_on(poll_fn(|cx| {
        polls.set(polls.get() + 1);
        let polled = flag.poll(cx.waker(), |now| {
            if now == comes && polls.get() == 1 {
                thread::scope(|scope| {
                    scope
                        .spawn(|| flag.set())
                        .join()
                        .expect("it does not panic")
                });
            }
        });
        if polls.get() == 1 {
            first.set(match polled {
                Poll::Ready(()) => "Ready",
                Poll::Pending => "Pending, and is woken",
            });
        }
        polled
    }));
    (first.get(), polls.get())
}
