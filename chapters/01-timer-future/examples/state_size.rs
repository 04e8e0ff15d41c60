//! What the compiler keeps of an async function across an await, seen by the size of its future.

use std::future::{Pending, pending};
use std::mem::size_of_val;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use timer_future::{ReadMessage, read_message};

fn main() {
    println!("a buffer of 1000 bytes, of which one byte is needed after the await");
    row("read after the await", &read_after(pending()));
    row("read before the await", &read_before(pending()));
    row("read before it, in a block", &read_in_a_block(pending()));

    println!("\n40 strings of 24 bytes, of which the length of one is needed");
    row("drop(strings) before the await", &dropped(pending()));
    row(
        "in a block before the await",
        &dropped_by_a_block(pending()),
    );

    println!("\ntwo awaits, each with a buffer of 1000 bytes kept across it");
    row("one buffer after the other", &in_turn());
    row("both to the end", &both_to_the_end());

    println!("\nthe function of exercise 1.5, with a header future of 1000 bytes");
    row("async fn read_message", &read_message(header(), open_body));
    row("enum ReadMessage", &ReadMessage::new(header(), open_body));

    println!("\nthe states of ReadMessage, from poll to poll");
    let mut machine = pin!(ReadMessage::new(header(), open_body));
    let mut cx = Context::from_waker(Waker::noop());
    println!("    {:<10}{}", "new", state(&machine));
    loop {
        let poll = machine.as_mut().poll(&mut cx);
        let answer = if poll.is_ready() { "Ready" } else { "Pending" };
        println!("    {answer:<10}{}", state(&machine));
        if poll.is_ready() {
            break;
        }
    }
}

fn row(what: &str, future: &impl Future) {
    println!("    {what:<32}{:>5} bytes", size_of_val(future));
}

async fn read_after(wait: Pending<()>) -> u8 {
    let buffer = [1; 1000];
    wait.await;
    first(&buffer)
}

async fn read_before(wait: Pending<()>) -> u8 {
    let buffer = [1; 1000];
    let first = first(&buffer);
    wait.await;
    first
}

async fn read_in_a_block(wait: Pending<()>) -> u8 {
    let first = {
        let buffer = [1; 1000];
        first(&buffer)
    };
    wait.await;
    first
}

async fn dropped(wait: Pending<()>) -> usize {
    let strings = [const { String::new() }; 40];
    let length = strings[0].len();
    drop(strings);
    wait.await;
    length
}

async fn dropped_by_a_block(wait: Pending<()>) -> usize {
    let length = {
        let strings = [const { String::new() }; 40];
        strings[0].len()
    };
    wait.await;
    length
}

async fn in_turn() -> u8 {
    read_after(pending()).await + read_after(pending()).await
}

async fn both_to_the_end() -> u8 {
    let one = [1; 1000];
    pending::<()>().await;
    let two = [2; 1000];
    pending::<()>().await;
    first(&one) + first(&two)
}

fn first(buffer: &[u8]) -> u8 {
    buffer[0]
}

fn header() -> OncePending<usize, 976> {
    OncePending::new(5)
}

fn open_body(length: usize) -> OncePending<String, 0> {
    OncePending::new("hello"[..length].to_owned())
}

/// Pending at the first poll and ready at the second, and as large as we like.
struct OncePending<T, const PADDING: usize> {
    output: Option<T>,
    polled: bool,
    _padding: [u8; PADDING],
}

impl<T, const PADDING: usize> OncePending<T, PADDING> {
    fn new(output: T) -> Self {
        Self {
            output: Some(output),
            polled: false,
            _padding: [0; PADDING],
        }
    }
}

impl<T: Unpin, const PADDING: usize> Future for OncePending<T, PADDING> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<T> {
        // Nobody is asleep in this example, so no waker is kept: we poll again anyway.
        if !self.polled {
            self.polled = true;
            return Poll::Pending;
        }
        Poll::Ready(self.output.take().expect("polled after it was ready"))
    }
}

fn state<H, B, F>(machine: &ReadMessage<H, B, F>) -> String {
    match machine {
        ReadMessage::Unresumed { .. } => "Unresumed: header, open_body".to_owned(),
        ReadMessage::AwaitingHeader { .. } => "AwaitingHeader: header, open_body".to_owned(),
        ReadMessage::AwaitingBody { length, .. } => {
            format!("AwaitingBody: length = {length}, body")
        }
        ReadMessage::Returned => "Returned".to_owned(),
        ReadMessage::Poisoned => "Poisoned".to_owned(),
    }
}
