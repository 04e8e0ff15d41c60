// Exercise 7.8: a log pipeline. All of it is yours to write. The requirements are on the page
// `book/src/channels/log-pipeline.md`; this is what it reads:
//
//     room 2                      how many lines each channel has room for
//     limit 5                     after so many lines the writer has enough; this line may be missing
//     web GET /index              a line of the log: its source, and its text
//     db panics                   at this line the worker of `db` panics
//
// To try it: `cargo course run 7 log_pipeline --mine < chapters/07-channels/programs/log_pipeline.txt`

// ANCHOR: ex-7-8-log-pipeline
use std::collections::HashMap;
use std::io::{self, BufRead};
use std::iter::Peekable;
use std::process::ExitCode;

use channels::mpsc::{Receiver, Sender, channel};
use current_thread::{JoinHandle, Runtime, spawn};

/// What the first lines say.
struct Head {
    room: usize,
    limit: Option<u64>,
}

/// What the last line says, and the exit code.
#[derive(Default)]
struct Tally {
    read: u64,
    written: u64,
    /// Whether a line was wrong, or a worker panicked.
    is_bad: bool,
}

fn main() -> ExitCode {
    // Numbered from 1. No line is read before it is asked for.
    let lines = (1..).zip(io::stdin().lock().lines().map_while(Result::ok));
    let mut lines = lines.peekable();
    let head = head(&mut lines);
    let tally = Runtime::new().block_on(run(head, lines));
    println!("read {}, written {}", tally.read, tally.written);
    match tally.is_bad {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// Reads the log, and hands each line to the worker of its source, until the log ends or the writer has enough.
async fn run(head: Head, lines: impl Iterator<Item = (usize, String)>) -> Tally {
    let (to_writer, from_workers) = channel(head.room);
    let writer = spawn(write(from_workers, head.limit));
    let mut workers: HashMap<String, (Sender<String>, JoinHandle<()>)> = HashMap::new();
    let mut tally = Tally::default();
    for (number, line) in lines {
        if to_writer.is_closed() {
            break;
        }
        tally.read += 1;
        let Some((source, text)) = line.split_once(' ') else {
            eprintln!("line {number}: a source and a text are expected");
            tally.is_bad = true;
            continue;
        };
        let (worker, _) = workers.entry(source.to_owned()).or_insert_with(|| {
            let (sender, receiver) = channel(head.room);
            let working = work(source.to_owned(), receiver, to_writer.clone());
            (sender, spawn(working))
        });
        // An error says that this worker has ended: it has panicked, or the writer has enough. The next look says which.
        let _ = worker.send(text.to_owned()).await;
    }
    // Each stage ends when nothing can come any more: when the last sender to it is gone. This one is ours.
    drop(to_writer);
    for (_, (sender, task)) in workers {
        drop(sender);
        tally.is_bad |= task.await.is_err();
    }
    tally.written = writer.await.expect("the writer does not panic");
    tally
}

/// Numbers the lines of one source.
async fn work(source: String, mut lines: Receiver<String>, to_writer: Sender<String>) {
    let mut number = 0;
    while let Some(text) = lines.recv().await {
        number += 1;
        if text == "panics" {
            panic!("{source} panics");
        }
        // The writer has enough, and so have we.
        if to_writer
            .send(format!("{source} {number} {text}"))
            .await
            .is_err()
        {
            return;
        }
    }
}

/// Writes lines until none can come, or until it has enough. Returns how many.
async fn write(mut lines: Receiver<String>, limit: Option<u64>) -> u64 {
    let mut written = 0;
    while Some(written) != limit
        && let Some(line) = lines.recv().await
    {
        println!("{line}");
        written += 1;
    }
    written
}

/// What stands in front of the log.
fn head(lines: &mut Peekable<impl Iterator<Item = (usize, String)>>) -> Head {
    let mut number_behind = |word: &str| {
        let line = lines.next_if(|(_, line)| line.starts_with(word))?.1;
        line[word.len()..].trim().parse().ok()
    };
    Head {
        room: number_behind("room ").expect("the first line says `room` and a number") as usize,
        limit: number_behind("limit "),
    }
}
// ANCHOR_END: ex-7-8-log-pipeline
