// Exercise 5.10: the first answer. All of it is yours to write. The requirements are on the page
// `book/src/atomic-waker/first-answer.md`; this is what it reads:
//
//     capital 9 atlas=3 memory=1! friend=never
//         a question, its patience, and its sources: one answers after three turns, one panics after one turn,
//         and one waits for something that does not come
//
// To try it: `cargo course run 5 first_answer --mine < chapters/05-atomic-waker/programs/first_answer.txt`

// ANCHOR: ex-5-10-first-answer
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::Poll;

use atomic_waker::oneshot::{self, Receiver, Sender};
use current_thread::{Runtime, spawn, yield_now};

/// A question, as its line says.
struct Question {
    name: String,
    /// How many turns it waits for an answer.
    patience: u64,
    sources: Vec<Source>,
}

struct Source {
    name: String,
    work: Work,
}

#[derive(Clone, Copy)]
enum Work {
    /// It answers after so many turns.
    Answers(u64),
    /// It panics after so many turns.
    Panics(u64),
    /// It waits for something that does not come.
    Never,
}

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).expect("standard input is text");
    let questions = parse(&input);
    let all = questions.len();
    let answered = Runtime::new().block_on(async {
        let asked: Vec<_> = questions.into_iter().map(|q| spawn(ask(q))).collect();
        let mut answered = 0;
        for question in asked {
            answered += usize::from(question.await.expect("only sources panic"));
        }
        answered
    });
    println!("{answered} answered, {} not", all - answered);
    match answered == all {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Asks all sources at once, takes the first answer, and sees all others to their ends. Returns whether there was
/// an answer.
async fn ask(question: Question) -> bool {
    let (mut receivers, mut tasks) = (Vec::new(), Vec::new());
    for source in question.sources {
        let (sender, receiver) = oneshot::channel();
        let panics = format!("{}: {} panics", question.name, source.name);
        tasks.push((source.name, spawn(work(source.work, panics, sender))));
        receivers.push(receiver);
    }
    // The question's patience is one more source, whose answer is that the time is over.
    let (over, clock) = oneshot::channel();
    drop(spawn(work(
        Work::Answers(question.patience),
        String::new(),
        over,
    )));

    let taken = first(receivers, clock).await;
    match taken {
        Some((place, turns)) => println!("{}: {} after {turns}", question.name, tasks[place].0),
        None => println!("{}: no answer", question.name),
    }
    // The receivers are gone, so each source learns that it need not go on.
    for (place, (name, task)) in tasks.into_iter().enumerate() {
        let is_panicked = task.await.is_err();
        if taken.is_none_or(|(first, _)| first != place) {
            let end = if is_panicked { "panicked" } else { "too late" };
            println!("{}: {name} {end}", question.name);
        }
    }
    taken.is_some()
}

/// The place of the source that answers first, and its answer; none if no source can answer any more, or if the
/// clock was first. It drops the receivers, and that is how the others learn of it.
async fn first(
    mut receivers: Vec<Receiver<u64>>,
    mut clock: Receiver<u64>,
) -> Option<(usize, u64)> {
    poll_fn(|cx| {
        let mut can_answer = false;
        for (place, receiver) in receivers.iter_mut().enumerate() {
            // A receiver that has told its end must not be polled again.
            if receiver.is_terminated() {
                continue;
            }
            match Pin::new(receiver).poll(cx) {
                Poll::Ready(Ok(answer)) => return Poll::Ready(Some((place, answer))),
                // Its sender was dropped: by a panic.
                Poll::Ready(Err(_)) => {}
                Poll::Pending => can_answer = true,
            }
        }
        match can_answer && Pin::new(&mut clock).poll(cx).is_pending() {
            true => Poll::Pending,
            false => Poll::Ready(None),
        }
    })
    .await
}

/// What a source does, until it is done or no longer asked.
async fn work(work: Work, panics: String, mut answer: Sender<u64>) {
    let (Work::Answers(turns) | Work::Panics(turns)) = work else {
        return answer.closed().await;
    };
    for _ in 0..turns {
        yield_now().await;
        if answer.is_closed() {
            return;
        }
    }
    if let Work::Panics(_) = work {
        panic!("{panics}");
    }
    // If another source was faster in this very turn, the answer comes back, and is of no use.
    let _ = answer.send(turns);
}

/// The questions of the input, in its order.
fn parse(input: &str) -> Vec<Question> {
    let lines = input.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let question = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let sources = words[2..].iter().map(|word| source(word));
        Question {
            name: words[0].to_owned(),
            patience: words[1].parse().expect("patience is a number"),
            sources: sources.collect(),
        }
    };
    lines.map(question).collect()
}

fn source(word: &str) -> Source {
    let (name, work) = word.split_once('=').expect("a source has a name and work");
    let turns = |number: &str| number.parse().expect("work is a number of turns");
    let work = match work.strip_suffix('!') {
        Some(number) => Work::Panics(turns(number)),
        None if work == "never" => Work::Never,
        None => Work::Answers(turns(work)),
    };
    let name = name.to_owned();
    Source { name, work }
}
// ANCHOR_END: ex-5-10-first-answer
