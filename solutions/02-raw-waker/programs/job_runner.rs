// Exercise 2.10: a job runner. All of it is yours to write. The requirements are on the page
// `book/src/raw-waker/job-runner.md`; this is what it reads:
//
//     build 3                     a job of three steps
//     lint 1 panics               a job that panics in its last step
//     test 2 after build lint     a job that waits until both are done
//
// To try it: `cargo course run 2 job_runner --mine < chapters/02-raw-waker/programs/job_runner.txt`

// ANCHOR: ex-2-10-job-runner
use std::future::poll_fn;
use std::io;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use raw_waker::Executor;

/// A job, as its line says.
struct Job {
    name: String,
    steps: u32,
    panics: bool,
    /// The jobs it waits for, by their places in the input.
    after: Vec<usize>,
}

/// How a job ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Panicked,
    Skipped,
}

/// What the tasks know of each other's jobs.
struct Board {
    entries: Mutex<Vec<Entry>>,
}

/// What is known of one job.
#[derive(Default)]
struct Entry {
    end: Option<End>,
    /// Those of the tasks that wait for the end.
    wakers: Vec<Waker>,
}

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).expect("standard input is text");
    let jobs = parse(&input);
    let board = Arc::new(Board::new(jobs.len()));
    let executor = Executor::new();
    let can_run = without_circles(&jobs);
    for (place, job) in jobs.into_iter().enumerate() {
        let ending = Ending::new(&job.name, place, &board);
        match can_run[place] {
            true => executor.spawn(run(job, ending)),
            false => ending.with(End::Skipped),
        }
    }
    let report = executor.run();

    let count = |end| board.count(end);
    let [done, panicked, skipped] = [End::Done, End::Panicked, End::Skipped].map(count);
    debug_assert_eq!(report.panicked, panicked, "each panic is that of a job");
    println!("{done} done, {panicked} panicked, {skipped} skipped");
    match panicked + skipped {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The jobs of the input, in its order.
fn parse(input: &str) -> Vec<Job> {
    let lines = input.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lines = lines.map(|line| line.split_whitespace().collect());
    let lines: Vec<Vec<&str>> = lines.collect();
    let place_of = |name: &&str| {
        let place = lines.iter().position(|words| words[0] == *name);
        place.expect("each name is that of a job")
    };
    let job = |words: &Vec<&str>| Job {
        name: words[0].to_owned(),
        steps: words[1].parse().expect("the second word is a number"),
        panics: words.get(2) == Some(&"panics"),
        after: {
            let names = words.iter().skip_while(|word| **word != "after");
            names.skip(1).map(place_of).collect()
        },
    };
    lines.iter().map(job).collect()
}

/// For each job, whether all that it comes after can run. In a circle no job is the first that can.
fn without_circles(jobs: &[Job]) -> Vec<bool> {
    let mut can_run = vec![false; jobs.len()];
    loop {
        let is_next = |place: &usize| {
            !can_run[*place] && jobs[*place].after.iter().all(|other| can_run[*other])
        };
        match (0..jobs.len()).find(is_next) {
            Some(place) => can_run[place] = true,
            None => return can_run,
        }
    }
}

/// What a job's task does.
async fn run(job: Job, ending: Ending) {
    for other in &job.after {
        if ending.board.end_of(*other).await != End::Done {
            return ending.with(End::Skipped);
        }
    }
    for step in 1..=job.steps {
        if 1 < step {
            next_turn().await;
        }
        println!("{} {step}", job.name);
    }
    if job.panics {
        panic!("{} panics", job.name);
    }
    ending.with(End::Done);
}

/// Lets all other tasks in the queue have a turn.
async fn next_turn() {
    let mut has_waited = false;
    poll_fn(|cx| match has_waited {
        true => Poll::Ready(()),
        false => {
            has_waited = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await;
}

/// Tells the end of a job when it is dropped. A task that panics drops it, too.
struct Ending {
    name: String,
    place: usize,
    board: Arc<Board>,
    end: End,
}

impl Ending {
    fn new(name: &str, place: usize, board: &Arc<Board>) -> Ending {
        Ending {
            name: name.to_owned(),
            place,
            board: Arc::clone(board),
            end: End::Panicked,
        }
    }

    fn with(mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let word = match self.end {
            End::Done => "done",
            End::Panicked => "panicked",
            End::Skipped => "skipped",
        };
        println!("{} {word}", self.name);
        self.board.tell(self.place, self.end);
    }
}

impl Board {
    fn new(jobs: usize) -> Board {
        let entries = (0..jobs).map(|_| Entry::default()).collect();
        Board {
            entries: Mutex::new(entries),
        }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        // A job's panic comes while no task holds the lock.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, end: End) -> usize {
        let entries = self.entries();
        entries
            .iter()
            .filter(|entry| entry.end == Some(end))
            .count()
    }

    /// Waits for the end of a job.
    async fn end_of(&self, place: usize) -> End {
        poll_fn(|cx| {
            let entry = &mut self.entries()[place];
            match entry.end {
                Some(end) => Poll::Ready(end),
                None => {
                    entry.wakers.push(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Says how a job ended, and wakes the tasks that wait for it.
    fn tell(&self, place: usize, end: End) {
        let mut entries = self.entries();
        entries[place].end = Some(end);
        let wakers = std::mem::take(&mut entries[place].wakers);
        // A wake may run other code: not under the lock.
        drop(entries);
        wakers.into_iter().for_each(Waker::wake);
    }
}
// ANCHOR_END: ex-2-10-job-runner
