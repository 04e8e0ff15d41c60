//! A task that answers questions. Each question brings the way back with it: a oneshot, whose
//! receiver the asker awaits. One asker does not wait for its answer, and the work for it is given
//! up.
//!
//!     cargo run -p atomic-waker --example oneshot_round_solved

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use atomic_waker::AtomicWaker;
use atomic_waker::oneshot::{self, Sender};
use current_thread::{Runtime, spawn, yield_now};

struct Question {
    number: u64,
    answer: Sender<u64>,
}

/// Where questions are put: a queue, and whom to wake. Chapter 6 makes a channel of this.
#[derive(Default)]
struct Counter {
    questions: Mutex<VecDeque<Question>>,
    place: AtomicWaker,
}

impl Counter {
    fn put(&self, question: Question) {
        self.questions
            .lock()
            .expect("nobody panics")
            .push_back(question);
        self.place.wake();
    }

    async fn next(&self) -> Question {
        poll_fn(|cx| {
            self.place.register(cx.waker());
            match self.questions.lock().expect("nobody panics").pop_front() {
                Some(question) => Poll::Ready(question),
                None => Poll::Pending,
            }
        })
        .await
    }
}

fn main() {
    let rt = Runtime::new();
    rt.block_on(async {
        let counter = Arc::new(Counter::default());
        let clerk = spawn(answer(Arc::clone(&counter)));
        for number in [3, 4, 5] {
            let (sender, receiver) = oneshot::channel();
            counter.put(Question {
                number,
                answer: sender,
            });
            if number == 4 {
                yield_now().await;
                println!("asker:  4 squared? never mind");
                drop(receiver);
                continue;
            }
            let answer = receiver.await.expect("it is answered");
            println!("asker:  {number} squared is {answer}");
        }
        clerk.await.expect("it does not panic");
    });
}

/// Answers three questions, and takes its time: until it is done, or nobody wants to know.
async fn answer(counter: Arc<Counter>) {
    for _ in 0..3 {
        let Question { number, answer } = counter.next().await;
        println!("clerk:  {number} squared?");
        let mut square = 0;
        for _ in 0..number {
            square += number;
            yield_now().await;
            if answer.is_closed() {
                break;
            }
        }
        if let Err(square) = answer.send(square) {
            println!("clerk:  nobody wants to know; I was at {square}");
        }
    }
}
