//! A wake comes while the task runs: this chapter's task looks twice, and the other one does not.
//!
//! The future asks for a number that a thread is about to send. It looks, finds nothing, and leaves
//! its waker. The thread sends, and wakes, before the poll has come to its end: the task is not in
//! the run queue, because it runs, and it is not waiting either. The end of the poll must look
//! at the state once more. If not, no thread polls the task again, though the number is there.

#[path = "../tests/schedulers/pool.rs"]
mod pool;

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use pool::Pool;

fn main() {
    println!("a task that ends its poll without a second look:");
    let task = Arc::new(Forgets::new(asks_for_a_number()));
    task.wake_by_ref();
    while task.is_queued.load(SeqCst) {
        task.run();
    }
    let polls = task.polls.load(SeqCst);
    match task.is_done.load(SeqCst) {
        true => println!("  done after {polls} polls"),
        false => println!("  polled {polls} time, not queued, not done: it sleeps for ever"),
    }

    println!("this chapter's task:");
    let pool = Pool::new();
    let join = pool.spawn(asks_for_a_number());
    let mut polls = 0;
    while pool.run_one() {
        polls += 1;
    }
    match join.is_finished() {
        true => println!("  done after {polls} polls"),
        false => println!("  polled {polls} time, not queued, not done: it sleeps for ever"),
    }
}

/// The wake comes when the future has looked, and before its poll has returned.
fn asks_for_a_number() -> impl Future<Output = ()> + Send {
    let number = Arc::new(Mutex::new(None));
    poll_fn(move |cx| {
        if let Some(number) = *number.lock().unwrap() {
            println!("  poll: there is a number, {number}");
            return Poll::Ready(());
        }
        println!("  poll: no number yet");
        let (theirs, waker) = (Arc::clone(&number), cx.waker().clone());
        let sender = thread::spawn(move || {
            *theirs.lock().unwrap() = Some(7);
            println!("  another thread: sent one, and woke the task");
            waker.wake();
        });
        // An unlucky moment, made certain.
        sender.join().unwrap();
        Poll::Pending
    })
}

/// A task with a flag for "queued" and a flag for "running", and nothing for both.
struct Forgets<F> {
    future: Mutex<std::pin::Pin<Box<F>>>,
    is_queued: AtomicBool,
    is_running: AtomicBool,
    is_done: AtomicBool,
    polls: AtomicUsize,
}

impl<F: Future<Output = ()> + Send + 'static> Forgets<F> {
    fn new(future: F) -> Forgets<F> {
        Forgets {
            future: Mutex::new(Box::pin(future)),
            is_queued: AtomicBool::new(false),
            is_running: AtomicBool::new(false),
            is_done: AtomicBool::new(false),
            polls: AtomicUsize::new(0),
        }
    }

    fn run(self: &Arc<Self>) {
        self.is_queued.store(false, SeqCst);
        self.is_running.store(true, SeqCst);
        self.polls.fetch_add(1, SeqCst);
        let waker = Waker::from(Arc::clone(self));
        let mut future = self.future.lock().unwrap();
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        self.is_done.store(polled.is_ready(), SeqCst);
        self.is_running.store(false, SeqCst);
    }
}

impl<F: Future<Output = ()> + Send + 'static> Wake for Forgets<F> {
    fn wake(self: Arc<Self>) {
        // Must not be queued while it runs, or two threads would poll it.
        if !self.is_running.load(SeqCst) {
            self.is_queued.store(true, SeqCst);
        }
    }
}
