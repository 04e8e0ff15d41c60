//! A flag, and a slot for the waker of whoever waits for it. Both are as they should be, and the
//! wake is lost: it comes after the look at the flag, and before the waker is in the slot.
//!
//! Seldom, that is: the window is as wide as two lines of code. Here the other thread is made to
//! come just then. The program would hang; the course's test kit ends it, and says what it sees.
//!
//!     cargo run -p atomic-waker --example lost_wake_up_solved

use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use atomic_waker::blocking::block_on;
use testkit::{LIMIT, PanicMessage, probe, within};

// ANCHOR: flag
#[derive(Default)]
struct Flag {
    is_set: AtomicBool,
    slot: Mutex<Option<Waker>>,
}

impl Flag {
    /// Sets the flag, and wakes whoever waits for it.
    fn set(&self) {
        self.is_set.store(true, SeqCst);
        let waker = self.slot.lock().expect("nobody panics").take();
        match waker {
            Some(waker) => {
                println!("  the other thread: sets the flag, finds a waker, and wakes it");
                waker.wake();
            }
            None => println!("  the other thread: sets the flag, and finds no waker"),
        }
    }

    /// Ready when the flag is set. `in_the_window` is called between the look and the registration.
    fn poll(&self, waker: &Waker, in_the_window: impl FnOnce()) -> Poll<()> {
        if self.is_set.load(SeqCst) {
            return Poll::Ready(());
        }
        println!("  the task:         looks at the flag, which is not set");
        in_the_window();
        *self.slot.lock().expect("nobody panics") = Some(waker.clone());
        println!("  the task:         leaves its waker, and returns Pending");
        Poll::Pending
    }
}
// ANCHOR_END: flag

fn main() {
    // Its message is printed below, with the rest.
    panic::set_hook(Box::new(|_| {}));

    println!("the other thread comes before the look, or after the registration:");
    wait_for_the_flag(Arc::new(Flag::default()), || {});

    println!("\nthe other thread comes between the two:");
    let flag = Arc::new(Flag::default());
    let other = Arc::clone(&flag);
    let hang = panic::catch_unwind(AssertUnwindSafe(|| {
        wait_for_the_flag(flag, move || {
            let setting = thread::spawn(move || other.set());
            setting.join().expect("it does not panic");
        });
    }));
    match hang {
        Ok(()) => println!("  it has come to an end"),
        Err(payload) => println!("\n{}", PanicMessage::of(&*payload)),
    }
}

/// Waits for the flag, which another thread sets: in the window of the first poll, if
/// `in_the_window` does that, and when the task sleeps if not.
fn wait_for_the_flag(flag: Arc<Flag>, in_the_window: impl FnOnce() + Send + 'static) {
    within(LIMIT, "waiting for the flag", move || {
        let mut in_the_window = Some(in_the_window);
        let mut late = None;
        let waits = poll_fn(move |cx| {
            let polled = flag.poll(cx.waker(), || {
                if let Some(f) = in_the_window.take() {
                    f();
                }
            });
            if polled.is_pending() && !flag.is_set.load(SeqCst) {
                let flag = Arc::clone(&flag);
                late = Some(thread::spawn(move || flag.set()));
            }
            if polled.is_ready() {
                println!("  the task:         looks at the flag, which is set");
                if let Some(thread) = late.take() {
                    thread.join().expect("it does not panic");
                }
            }
            polled
        });
        let (waits, _) = probe("the task", waits);
        block_on(waits);
    });
}
