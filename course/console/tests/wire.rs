//! What the console is told, over its socket: the program runs as a process of its own, and this is the console.
//!
//! The published `console-subscriber` makes the messages out of our spans and events, so a name that it does not know is
//! missed here. What a message has to say is what `tokio-console` makes its table and its warnings of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use console_api::Location;
use console_api::field::{Name, Value};
use console_api::instrument::instrument_client::InstrumentClient;
use console_api::instrument::{InstrumentRequest, TaskDetailsRequest, Update};
use console_api::tasks::task_details::PollTimesHistogram;
use console_api::tasks::{Stats, Task};
use tokio::time::{sleep, timeout};

/// For what never comes. Nothing here is measured.
const LIMIT: Duration = Duration::from_secs(60);

const SOURCE: &str = include_str!("../src/main.rs");

/// The program, until this is dropped.
struct Program(Child);

impl Program {
    fn start(socket: &Path) -> Program {
        let child = Command::new(env!("CARGO_BIN_EXE_console"))
            .arg(socket)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program is built, and starts");
        Program(child)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// What is known so far, as the console keeps it.
#[derive(Default)]
struct Known {
    /// The names and targets of spans and events, and of their fields.
    metadata: HashMap<u64, console_api::Metadata>,
    tasks: HashMap<u64, Task>,
    stats: HashMap<u64, Stats>,
}

impl Known {
    fn take_in(&mut self, update: Update) {
        for new in update.new_metadata.into_iter().flat_map(|it| it.metadata) {
            if let (Some(id), Some(metadata)) = (new.id, new.metadata) {
                self.metadata.insert(id.id, metadata);
            }
        }
        let tasks = update.task_update.unwrap_or_default();
        assert_eq!(tasks.dropped_events, 0, "events were lost");
        for task in tasks.new_tasks {
            self.tasks.insert(id(&task), task);
        }
        self.stats.extend(tasks.stats_update);
    }

    /// The task that is spawned where the source says so.
    fn spawned(&self, call: &str) -> Option<(&Task, &Stats)> {
        let line = 1 + SOURCE.lines().position(|line| line.contains(call))?;
        let is_here = |place: &Location| {
            place.line == Some(line as u32)
                && (place.file.as_ref()).is_some_and(|file| file.ends_with("src/main.rs"))
        };
        let mut tasks = self.tasks.values();
        let task = tasks.find(|task| task.location.as_ref().is_some_and(is_here))?;
        Some((task, self.stats.get(&id(task))?))
    }

    /// What is not as it has to be, or not yet. The statistics of a task that works grow with time.
    fn missing(&self) -> Option<String> {
        for (call, expect) in EXPECTED {
            let Some((task, stats)) = self.spawned(call) else {
                return Some(format!("no task of `{call}`"));
            };
            if !self.is_named_as_a_task(task) {
                return Some(format!("`{call}` is no task to the console: {task:?}"));
            }
            if !expect(stats) {
                return Some(format!("`{call}` is not as it should be: {stats:?}"));
            }
        }
        None
    }

    /// As tokio's are, with a number.
    fn is_named_as_a_task(&self, task: &Task) -> bool {
        let metadata = task.metadata.and_then(|it| self.metadata.get(&it.id));
        let Some(metadata) = metadata else {
            return false;
        };
        let has_number = task.fields.iter().any(|field| {
            let name = match &field.name {
                Some(Name::StrName(name)) => Some(name),
                Some(Name::NameIdx(at)) => metadata.field_names.get(*at as usize),
                None => None,
            };
            name.is_some_and(|name| name == "task.id")
                && matches!(field.value, Some(Value::U64Val(_)))
        });
        (&*metadata.name, &*metadata.target) == ("runtime.spawn", "tokio::task") && has_number
    }
}

/// A call that spawns a task, and what the console has to know of it.
type Expected = (&'static str, fn(&Stats) -> bool);

const EXPECTED: [Expected; 7] = [
    ("spawn(producer(", |it| {
        works(it) && is_kept(it) && 0 < scheduled_ns(it)
    }),
    ("spawn(consumer(", |it| works(it) && is_kept(it)),
    // The warning *this task has woken itself more than half of the time*.
    ("spawn(gives_way(", |it| {
        works(it) && it.wakes < 2 * it.self_wakes && it.self_wakes <= it.wakes
    }),
    // The warning *this task has lost its waker*.
    ("spawn(forgets_its_waker(", |it| {
        polls(it) == 1 && !is_kept(it) && it.wakes <= 1 && is_between_polls(it)
    }),
    // It is busy for a fifth of a second in each poll.
    ("spawn(computes(", |it| {
        works(it) && polls(it) * 100_000_000 < busy_ns(it)
    }),
    ("spawn(ends(", |it| it.dropped_at.is_some()),
    // This one waits for ever, too.
    ("spawn(std::future::pending", |it| {
        polls(it) == 1 && it.dropped_at.is_none()
    }),
];

fn works(stats: &Stats) -> bool {
    3 < polls(stats) && 1 < stats.wakes && stats.dropped_at.is_none()
}

/// Whether a waker of the task is somewhere.
fn is_kept(stats: &Stats) -> bool {
    stats.waker_drops < stats.waker_clones
}

fn polls(stats: &Stats) -> u64 {
    stats.poll_stats.as_ref().map_or(0, |it| it.polls)
}

fn is_between_polls(stats: &Stats) -> bool {
    let polls = stats.poll_stats.as_ref();
    polls.is_some_and(|it| it.last_poll_started.is_some() && it.last_poll_ended.is_some())
}

fn busy_ns(stats: &Stats) -> u64 {
    let busy = stats.poll_stats.as_ref().and_then(|it| it.busy_time);
    busy.map_or(0, |it| it.seconds as u64 * 1_000_000_000 + it.nanos as u64)
}

fn scheduled_ns(stats: &Stats) -> u64 {
    let scheduled = stats.scheduled_time;
    scheduled.map_or(0, |it| it.seconds as u64 * 1_000_000_000 + it.nanos as u64)
}

fn id(task: &Task) -> u64 {
    task.id.expect("a task has an id").id
}

#[test]
fn the_console_reads_what_our_tasks_do() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("the client's runtime");
    let folder = tempfile::tempdir().expect("a folder for the socket");
    let socket = folder.path().join("console");
    let _program = Program::start(&socket);
    let mut known = Known::default();
    let asked = runtime.block_on(async { timeout(LIMIT, ask(socket, &mut known)).await });
    if asked.is_err() {
        let missing = known
            .missing()
            .unwrap_or("the details of a task".to_owned());
        panic!("not within {LIMIT:?}: {missing}");
    }
}

/// Takes updates in until nothing is missing; then asks for the details of one task.
async fn ask(socket: PathBuf, known: &mut Known) {
    let address = format!("unix://{}", socket.display());
    let mut client = loop {
        match InstrumentClient::connect(address.clone()).await {
            Ok(client) => break client,
            // It does not listen yet.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    };
    let updates = client.watch_updates(InstrumentRequest {}).await;
    let mut updates = updates.expect("there are updates").into_inner();
    while known.missing().is_some() {
        let update = updates.message().await.expect("the program runs");
        known.take_in(update.expect("there is a next update"));
    }
    let (task, _) = known.spawned("spawn(computes(").expect("it is known");
    let request = TaskDetailsRequest { id: task.id };
    let details = client.watch_task_details(request).await;
    let mut details = details.expect("there are details").into_inner();
    let details = details.message().await.expect("the program runs");
    let details = details.expect("there is a first message");
    assert_eq!(details.task_id, task.id, "these are another task's");
    let Some(PollTimesHistogram::Histogram(polls)) = details.poll_times_histogram else {
        panic!("it does not say how long polls take: {details:?}");
    };
    assert!(
        100_000_000 < polls.max_value && !polls.raw_histogram.is_empty(),
        "its polls are long, and the console cannot show that"
    );
}
