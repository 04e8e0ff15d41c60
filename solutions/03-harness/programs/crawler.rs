// Exercise 3.10: a crawler. All of it is yours to write. The requirements are on the page
// `book/src/harness/crawler.md`; this is what it reads, a made-up site:
//
//     limit 20                    at most so many pages (this line may be missing)
//     / 1 -> /docs /blog          a page that takes one turn, with two links; the first page is the start
//     /docs 3 -> /                a page that takes three turns
//     /blog 2 broken              a page that makes its fetch panic
//     /slow never                 a page that never comes
//
// To try it: `cargo course run 3 crawler --mine < chapters/03-harness/programs/crawler.txt`

// ANCHOR: ex-3-10-crawler
use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::io;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use harness::{AbortHandle, Id, JoinHandle, Notified, OwnedTasks, Schedule, Task, TaskQueue};

/// A scheduler: all tasks, and those that are due.
#[derive(Clone)]
struct Scheduler(Arc<Tasks>);

struct Tasks {
    all: OwnedTasks<Scheduler>,
    queue: Mutex<TaskQueue<Scheduler>>,
}

/// The made-up site, and where its crawl begins and ends.
struct Site {
    start: String,
    pages: HashMap<String, Page>,
    limit: usize,
}

/// A page as its line says.
struct Page {
    /// None if it never comes.
    turns: Option<u32>,
    is_broken: bool,
    links: Vec<String>,
}

/// What all tasks of a crawl share.
struct Crawl {
    scheduler: Scheduler,
    site: Site,
    found: Mutex<Found>,
}

/// What a crawl has found so far.
#[derive(Default)]
struct Found {
    /// The pages that have been found, and what aborts the fetches of those that are not told.
    fetches: HashMap<String, Option<AbortHandle>>,
    /// How many were told of with each word.
    counts: HashMap<&'static str, usize>,
}

fn main() -> ExitCode {
    let input = io::read_to_string(io::stdin()).expect("standard input is text");
    let site = parse(&input).expect("each line is a limit or a page");
    let start = site.start.clone();
    let crawl = Arc::new(Crawl {
        scheduler: Scheduler::new(),
        site,
        found: Mutex::default(),
    });
    crawl.visit(&start);
    crawl.scheduler.run();
    // Nothing is due, so what is still under way will never come.
    crawl.found().abort_all();
    crawl.scheduler.run();

    let counts = &crawl.found().counts;
    let count = |word: &str| counts.get(word).copied().unwrap_or(0);
    let failed = ["error", "missing", "aborted"].map(count);
    let [errors, missing, aborted] = failed;
    let pages = count("page");
    println!("{pages} pages, {errors} errors, {missing} missing, {aborted} aborted");
    match failed {
        [0, 0, 0] => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

impl Crawl {
    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches a page, unless that was begun before, and has a task wait for it.
    fn visit(self: &Arc<Crawl>, path: &str) {
        if self.found().fetches.contains_key(path) {
            return;
        }
        let path = path.to_owned();
        let fetch = fetch(Arc::clone(self), path.clone());
        let fetch = self.scheduler.spawn(fetch);
        let abort = fetch.abort_handle();
        self.found().fetches.insert(path.clone(), Some(abort));
        let follow = follow(Arc::clone(self), path, fetch);
        // All that it finds, it tells.
        drop(self.scheduler.spawn(follow));
    }
}

impl Found {
    /// Tells what became of a page.
    fn tell(&mut self, path: &str, word: &'static str, why: &str) {
        self.fetches.insert(path.to_owned(), None);
        *self.counts.entry(word).or_default() += 1;
        println!("{word} {path}{why}");
    }

    /// Aborts the fetches of which nothing is told. The tasks are queued by that, and run later.
    fn abort_all(&self) {
        self.fetches.values().flatten().for_each(AbortHandle::abort);
    }
}

/// Waits for a fetch, tells what became of it, and visits what the page links to.
async fn follow(crawl: Arc<Crawl>, path: String, fetch: JoinHandle<Option<Vec<String>>>) {
    let fetched = fetch.await;
    let mut found = crawl.found();
    let is_over = |found: &Found| found.counts.get("page") == Some(&crawl.site.limit);
    let mut links = Vec::new();
    match fetched {
        _ if is_over(&found) => found.tell(&path, "aborted", ""),
        Ok(Some(of_page)) => {
            found.tell(&path, "page", "");
            links = of_page;
        }
        Ok(None) => found.tell(&path, "missing", ""),
        Err(error) if error.is_panic() => {
            let text = error.into_panic().downcast::<String>();
            found.tell(&path, "error", &format!(": {}", text.unwrap_or_default()));
        }
        Err(_) => found.tell(&path, "aborted", ""),
    }
    if is_over(&found) {
        return found.abort_all();
    }
    // The lock is released first.
    drop(found);
    links.iter().for_each(|link| crawl.visit(link));
}

/// Asks the site for a page: its links, or none if there is no such page.
async fn fetch(crawl: Arc<Crawl>, path: String) -> Option<Vec<String>> {
    let _connection = Connection::open(&path);
    let Some(page) = crawl.site.pages.get(&path) else {
        next_turn().await;
        return None;
    };
    let Some(turns) = page.turns else {
        return pending().await;
    };
    for _ in 0..turns {
        next_turn().await;
    }
    if page.is_broken {
        panic!("{path} ends in the middle of a word");
    }
    Some(page.links.clone())
}

/// Says when it is opened, and when it is closed: at the end of the fetch, at a panic, or at an abort.
struct Connection<'a>(&'a str);

impl Connection<'_> {
    fn open(path: &str) -> Connection<'_> {
        println!("fetch {path}");
        Connection(path)
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        println!("close {}", self.0);
    }
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

impl Scheduler {
    fn new() -> Scheduler {
        Scheduler(Arc::new(Tasks {
            all: OwnedTasks::new(),
            queue: Mutex::new(TaskQueue::new()),
        }))
    }

    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let (join, notified) = self.0.all.bind(future, self.clone(), Id::next());
        // There is none if the list is closed, and this one never is.
        notified.into_iter().for_each(Scheduler::schedule);
        join
    }

    /// Polls tasks until none is due.
    fn run(&self) {
        while let Some(notified) = self.next() {
            self.0.all.assert_owner(notified).run();
        }
    }

    /// The next ticket. The lock is released before the task is polled, which may spawn another.
    fn next(&self) -> Option<Notified<Scheduler>> {
        self.queue().pop_front()
    }

    fn queue(&self) -> MutexGuard<'_, TaskQueue<Scheduler>> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Schedule for Scheduler {
    fn schedule(task: Notified<Scheduler>) {
        let scheduler = task.scheduler().clone();
        scheduler.queue().push_back(task);
    }

    fn release(&self, task: &Task<Scheduler>) -> Option<Task<Scheduler>> {
        self.0.all.remove(task)
    }
}

/// The site of the input; none if a line is something else.
fn parse(input: &str) -> Option<Site> {
    let (mut start, mut pages, mut limit) = (None, HashMap::new(), usize::MAX);
    for line in input.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["limit", number] => limit = number.parse().ok()?,
            [path, turns, ref rest @ ..] => {
                let is_broken = rest.first() == Some(&"broken");
                let links = rest.iter().filter(|word| word.starts_with('/'));
                let page = Page {
                    turns: match turns {
                        "never" => None,
                        number => Some(number.parse().ok()?),
                    },
                    is_broken,
                    links: links.map(|link| (*link).to_owned()).collect(),
                };
                start.get_or_insert_with(|| path.to_owned());
                pages.insert(path.to_owned(), page);
            }
            _ => return None,
        }
    }
    Some(Site {
        start: start?,
        pages,
        limit,
    })
}
// ANCHOR_END: ex-3-10-crawler
