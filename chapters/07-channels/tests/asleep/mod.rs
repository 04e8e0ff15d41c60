//! A thread that sleeps while its future waits, for models: a wake that is missed is a deadlock, which
//! loom reports.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use current_thread::{Park, ThreadPark, ThreadUnpark, Unpark};

pub struct Asleep {
    park: ThreadPark,
}

struct Unparks(ThreadUnpark);

impl Wake for Unparks {
    fn wake(self: Arc<Unparks>) {
        self.0.unpark();
    }
}

impl Asleep {
    pub fn new() -> Asleep {
        Asleep {
            park: ThreadPark::new(),
        }
    }

    /// Ends the sleep.
    pub fn waker(&self) -> Waker {
        Waker::from(Arc::new(Unparks(self.park.unparker())))
    }

    /// Sleeps until it is ended. Others have their turn then, as they would if this were a task.
    pub fn sleep(&mut self) {
        self.park.park();
        model::loom::thread::yield_now();
    }
}

/// Polls the future, and sleeps in between.
#[allow(dead_code, reason = "not every model has a future")]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut asleep = Asleep::new();
    let waker = asleep.waker();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        asleep.sleep();
    }
}
