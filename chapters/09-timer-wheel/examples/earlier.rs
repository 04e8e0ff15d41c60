//! A driver that sleeps for an hour, and another thread that has a timer of 20 ms.
//!
//! The thread of the runtime has one timer, which is due in an hour, and so it sleeps for an hour. Then another
//! thread, which drives nothing, makes a timer of its own on the same driver and waits for it.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use atomic_waker::oneshot;
use current_thread::{Park, Runtime, ThreadPark, ThreadUnpark, spawn, yield_now};
use timer_future::block_on;
use timer_wheel::{Instant, Sleep, TimePark, sleep};

const HOUR: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(20);

fn main() {
    let (tell, asked) = channel();
    let park = TimePark::new(Tells {
        below: ThreadPark::new(),
        tell,
    });
    let handle = park.handle().clone();
    let (fired, wait) = oneshot::channel();
    let other = thread::spawn(move || {
        let first = asked.recv().expect("the driver goes to sleep");
        println!("the driver      sleeps for {:>7} ms", first.as_millis());
        println!("another thread  has a timer of {} ms", SHORT.as_millis());
        // ANCHOR: other
        let started = Instant::now();
        block_on(Sleep::with_handle(handle, started + SHORT));
        let elapsed = started.elapsed();
        // ANCHOR_END: other
        let second = asked.recv().expect("the driver goes to sleep again");
        println!("the driver      sleeps for {:>7} ms", second.as_millis());
        println!("another thread  is woken after {} ms", elapsed.as_millis());
        let _ = fired.send(elapsed);
    });
    Runtime::with_park(park).block_on(async {
        drop(spawn(sleep(HOUR)));
        yield_now().await;
        let elapsed = wait.await.expect("the other thread sends it");
        assert!(SHORT <= elapsed, "it was early");
    });
    other.join().expect("it has not panicked");
}

/// Tells how long it is asked to sleep.
struct Tells {
    below: ThreadPark,
    tell: Sender<Duration>,
}

impl Park for Tells {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.below.unparker()
    }

    fn park(&mut self) {
        self.below.park();
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if !timeout.is_zero() {
            // Rounded up, as it is some microseconds less by now.
            let _ = self.tell.send(timeout + Duration::from_micros(900));
        }
        self.below.park_timeout(timeout);
    }
}
