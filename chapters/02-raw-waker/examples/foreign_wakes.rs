//! Two tasks and a foreign thread: who wakes, who queues and who polls, on which thread, and what
//! the two state words say.
//!
//! The foreign thread acts only while a poll of B waits for it, so that the order is always the
//! same. A future that blocks its executor like this would be a bug anywhere else.

use std::future::poll_fn;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;

use raw_waker::{Ran, Task, new_task, run_queue, waker_ref};

/// What the foreign thread is asked to do.
enum Request {
    WakeTwice(&'static str, Waker),
    Wake(&'static str, Waker),
}

fn main() {
    let trace = Arc::new(Trace::default());
    let (to_foreign, requests) = mpsc::channel();
    let (done, is_done) = mpsc::channel();
    let foreign = thread::Builder::new().name("foreign".to_owned()).spawn({
        let trace = Arc::clone(&trace);
        move || serve(&requests, &done, &trace)
    });
    let executor = thread::Builder::new().name("executor".to_owned()).spawn({
        let trace = Arc::clone(&trace);
        move || execute(to_foreign, is_done, &trace)
    });
    executor.expect("a thread").join().expect("the executor");
    foreign
        .expect("a thread")
        .join()
        .expect("the foreign thread");
}

/// The foreign thread: wakes whom it is asked to wake.
fn serve(requests: &Receiver<Request>, done: &Sender<()>, trace: &Trace) {
    for request in requests {
        match request {
            Request::WakeTwice(name, waker) => {
                waker.wake_by_ref();
                trace.event(format!("wakes {name}"));
                waker.wake();
                trace.event(format!("wakes {name} again"));
            }
            Request::Wake(name, waker) => {
                waker.wake();
                trace.event(format!("wakes {name}"));
            }
        }
        done.send(()).expect("a poll of B waits for this");
    }
}

/// The executor's loop, written out so that it can be watched.
fn execute(to_foreign: Sender<Request>, is_done: Receiver<()>, trace: &Arc<Trace>) {
    let wakers_of_a: Arc<Mutex<Vec<Waker>>> = Arc::default();

    let a = {
        let (wakers, mut polls) = (Arc::clone(&wakers_of_a), 0);
        poll_fn(move |cx| {
            polls += 1;
            // Two wakers: one for now, one that will come late.
            wakers.lock().unwrap().push(cx.waker().clone());
            if polls == 1 {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
    };
    let b = {
        let (trace, mut polls) = (Arc::clone(trace), 0);
        poll_fn(move |cx| {
            polls += 1;
            let a = wakers_of_a.lock().unwrap().pop().expect("A left one");
            let requests = match polls {
                1 => vec![
                    Request::WakeTwice("A", a),
                    Request::Wake("B", cx.waker().clone()),
                ],
                _ => vec![Request::Wake("A", a)],
            };
            trace.event("polls B, which waits for the foreign thread".to_owned());
            for request in requests {
                to_foreign.send(request).expect("the foreign thread runs");
                is_done.recv().expect("the foreign thread answers");
            }
            if polls == 1 {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
    };

    let (sender, queue) = run_queue();
    let a = new_task(a, Arc::clone(&sender));
    let b = new_task(b, sender);
    trace.watch("A", a.task());
    trace.watch("B", b.task());
    trace.head();
    a.schedule();
    b.schedule();
    trace.event("has spawned A and B".to_owned());

    while let Some(notified) = queue.pop() {
        let name = trace.name_of(notified.task());
        trace.event(format!("takes {name} from the run queue"));
        let ran = notified.run();
        let outcome = match ran {
            Ran::Pending => "returned Pending",
            Ran::Complete => "returned Ready",
            Ran::Panicked => "panicked",
        };
        trace.event(format!("has polled {name}, which {outcome}"));
    }
    trace.event("finds no task left".to_owned());
}

/// Prints what happens, on which thread, and the states of the tasks after it.
#[derive(Default)]
struct Trace {
    tasks: Mutex<Vec<(&'static str, Task)>>,
}

impl Trace {
    fn watch(&self, name: &'static str, task: &Task) {
        self.tasks.lock().unwrap().push((name, task.clone()));
    }

    /// Tasks have no names. But each has one address, and its wakers know it.
    fn name_of(&self, task: &Task) -> &'static str {
        let tasks = self.tasks.lock().unwrap();
        let is_it = |known: &Task| waker_ref(known).will_wake(&waker_ref(task));
        tasks
            .iter()
            .find(|(_, known)| is_it(known))
            .map_or("?", |(name, _)| name)
    }

    fn head(&self) {
        println!("{:<9} {:<48} {:<17} B", "thread", "does", "A");
    }

    fn event(&self, what: String) {
        let tasks = self.tasks.lock().unwrap();
        let states: Vec<String> = tasks
            .iter()
            .map(|(_, task)| format!("{:?}", task.state().load()))
            .collect();
        let thread = thread::current();
        println!(
            "{:<9} {what:<48} {:<17} {}",
            thread.name().unwrap_or("?"),
            states[0],
            states[1]
        );
    }
}
