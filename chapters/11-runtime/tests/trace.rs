//! What is recorded of a program, with the feature `trace`.
//!
//! Each program is run in a process of its own, by the executable of these tests: the environment variable says that it is recorded.

#![cfg(all(feature = "trace", not(miri)))]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc as std_mpsc;
use std::time::Duration;
use std::{env, fs, process, thread};

use reveille::io::{AsyncReadExt, AsyncWriteExt};
use reveille::net::{TcpListener, TcpStream};
use reveille::runtime::{Builder, Runtime};
use reveille::spawn;
use reveille::sync::{Notify, oneshot};
use reveille::task::{block_in_place, spawn_blocking, yield_now};
use reveille::time::sleep;
use reveille::trace::event::{Bed, Driver, Event, How, Subject};
use reveille::trace::timeline::{Row, Source, What};
use reveille::trace::{Recording, Timeline, start, start_with, stop};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("11", "runtime/index.md");

const EXACT: Rule = EX.rule("A trace tells of each poll, how it ended, and who woke the task.");
const STEAL: Rule = EX.rule("A trace tells which worker stole from which one.");
const TIMER: Rule = EX.rule("A trace tells when a timer fired, how late it was, and what it woke.");
const SOCKET: Rule = EX.rule("A trace tells of the driver's turns, and of sleeps on its queue.");
const JOB: Rule = EX.rule("A trace tells of jobs that block, and of tasks that block in place.");
const END: Rule = EX.rule("A trace tells of the end of a task, also if it was not polled for it.");
const WHOLE: Rule = EX.rule("A trace of a program that was aborted is whole up to there.");
const DROPPED: Rule = EX.rule("Events for which there is no room are counted.");
const SWITCH: Rule = EX.rule("Nothing is recorded before the start, nor after the stop.");
const NEST: Rule = EX.rule("On a thread, what begins later ends sooner.");

/// The names of the two variables that a child finds.
const RECORDS: &str = "REVEILLE_TRACE";
const PROGRAM: &str = "REVEILLE_TRACE_TEST";

/// Runs `program` in a process of its own, for the test of this name, and reads what was recorded.
fn recorded(test: &str, program: impl FnOnce()) -> (Recording, ExitStatus) {
    ran(test, RECORDS, program)
}

/// The same, with the folder in a variable that the program reads itself.
fn ran(test: &str, variable: &str, program: impl FnOnce()) -> (Recording, ExitStatus) {
    if env::var_os(PROGRAM).is_some() {
        program();
        process::exit(0);
    }
    let folder = env::temp_dir().join(format!("reveille-trace-{}-{test}", process::id()));
    // Another process that had our number may have left one.
    let _ = fs::remove_dir_all(&folder);
    let status = Command::new(env::current_exe().expect("it runs"))
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PROGRAM, test)
        .env(variable, &folder)
        .stdout(Stdio::null())
        .status()
        .expect("it was started before");
    let recording = Recording::read(&folder).expect("the program has made it");
    fs::remove_dir_all(&folder).expect("it is ours");
    (recording, status)
}

/// The timeline of a program that has to end well.
fn timeline(test: &str, program: impl FnOnce()) -> (Timeline, Recording) {
    let (recording, status) = recorded(test, program);
    EXACT.check(status.success(), format!("the program ended with {status}"));
    let timeline = Timeline::of(&recording);
    for row in &timeline.rows {
        let is_cut = row
            .spans
            .iter()
            .any(|span| span.is_cut && !is_sleep(span.what));
        NEST.check(!is_cut, format!("a span of {} has no end", row.name));
    }
    (timeline, recording)
}

/// A thread may sleep when the program ends.
fn is_sleep(what: What) -> bool {
    matches!(what, What::Park(_))
}

fn current_thread() -> Runtime {
    let built = Builder::new_current_thread().enable_all().build();
    built.expect("there is room for one")
}

fn two_workers() -> Runtime {
    let built = (Builder::new_multi_thread().worker_threads(2)).build();
    built.expect("there is room for two threads")
}

/// Names for tasks that do not depend on their numbers: letters, in the order of their spawns.
struct Names(BTreeMap<u64, char>);

impl Names {
    fn of(recording: &Recording) -> Names {
        let mut names = BTreeMap::new();
        let events = recording.lanes.iter().flat_map(|lane| &lane.events);
        let mut spawned: Vec<_> = events
            .filter_map(|timed| match timed.event {
                Event::Spawn(Subject::Task(id), _) => Some((timed.at, id)),
                _ => None,
            })
            .collect();
        spawned.sort_unstable();
        for ((_, id), name) in spawned.into_iter().zip('A'..) {
            names.insert(id, name);
        }
        Names(names)
    }

    fn name(&self, subject: Subject) -> String {
        match subject {
            Subject::Task(id) => self.0[&id].to_string(),
            Subject::Root(_) => "root".to_owned(),
        }
    }

    /// Who caused which poll, in the order of the polls.
    fn arrows(&self, timeline: &Timeline) -> Vec<String> {
        let source = |source| match source {
            Source::Poll(subject) => self.name(subject),
            Source::Driver(Driver::Io) => "socket".to_owned(),
            Source::Driver(Driver::Time) => "timer".to_owned(),
            Source::Job => "job".to_owned(),
            Source::Thread => "thread".to_owned(),
        };
        let arrows = timeline.arrows.iter().map(|arrow| {
            let verb = if arrow.is_spawn { "spawns" } else { "wakes" };
            format!("{} {verb} {}", source(arrow.source), self.name(arrow.task))
        });
        arrows.collect()
    }

    /// The polls and ends of a thread.
    fn spans(&self, row: &Row) -> Vec<String> {
        let spans = row.spans.iter().filter_map(|span| match span.what {
            What::Poll(subject, how) => {
                let how = how.map_or("cut", How::word);
                Some(format!("{}: {how}", self.name(subject)))
            }
            What::End(subject) => Some(format!("{} ends", self.name(subject))),
            _ => None,
        });
        spans.collect()
    }
}

/// The row of the thread on which the test's program runs.
fn main_row(timeline: &Timeline) -> &Row {
    &timeline.rows[0]
}

#[test]
fn each_poll_and_each_cause_of_one() {
    let test = "each_poll_and_each_cause_of_one";
    let (timeline, recording) = timeline(test, || {
        current_thread().block_on(async {
            let (question, asked) = oneshot::channel();
            let (answer, answered) = oneshot::channel();
            let b = spawn(async move {
                let n: u32 = asked.await.expect("it is asked");
                yield_now().await;
                answer.send(n + 1).expect("it is waited for");
            });
            spawn(async move { question.send(41).expect("it is waited for") });
            assert_eq!(answered.await, Ok(42));
            b.await.expect("it has not panicked");
        });
    });
    let names = Names::of(&recording);
    EXACT.check_eq(
        "causes",
        names.arrows(&timeline),
        [
            "root spawns A",
            "root spawns B",
            "B wakes A",
            // The second wake, by the handle, changes nothing.
            "A wakes root",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    EXACT.check_eq(
        "polls",
        names.spans(main_row(&timeline)),
        [
            "root: pending",
            "A: pending",
            "B: ready",
            "B ends",
            "A: gave way",
            "A: ready",
            "A ends",
            "root: ready",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    let places: Vec<&String> = recording.places.values().collect();
    EXACT.check_eq("places of spawns", places.len(), 2);
    let is_here = places.iter().all(|place| place.contains(file!()));
    EXACT.check(is_here, format!("they are {places:?}"));
    let lane = &recording.lanes[0];
    EXACT.check_eq("the thread's name", lane.name.as_str(), test);
}

#[test]
fn a_worker_steals() {
    let test = "a_worker_steals";
    let (timeline, recording) = timeline(test, || {
        let runtime = two_workers();
        let stuck = runtime.spawn(async {
            let (told, tells) = std_mpsc::channel();
            let (ends, ended) = std_mpsc::channel::<()>();
            let other = spawn(async move {
                told.send(()).expect("it is waited for");
                // As long as one does not return, the other one cannot run on this thread.
                ended.recv().expect("it is told");
            });
            // This thread is the only one that has the task.
            tells.recv().expect("the task was stolen");
            ends.send(()).expect("it is waited for");
            drop(other);
        });
        runtime.block_on(stuck).expect("it has not panicked");
    });
    let steals: Vec<_> = (timeline.rows.iter().enumerate())
        .flat_map(|(row, it)| it.moments.iter().map(move |moment| (row, *moment)))
        .filter_map(|(row, moment)| match moment.event {
            Event::Steal { from, to, count } => Some((row, moment.at, from, to, count)),
            _ => None,
        })
        .collect();
    let arrow = |name: &str| {
        let names = Names::of(&recording);
        let arrows = names.arrows(&timeline);
        let found = arrows.iter().position(|arrow| arrow == name);
        timeline.arrows[found.unwrap_or_else(|| panic!("no `{name}` in {arrows:?}"))]
    };
    let (first, second) = (arrow("thread spawns A"), arrow("A spawns B"));
    STEAL.check(
        first.to_row != second.to_row,
        "both tasks were polled on one thread",
    );
    let of_b = steals
        .iter()
        .find(|(row, at, ..)| *row == second.to_row && second.from_at < *at && *at < second.to_at);
    let Some((_, _, from, to, count)) = of_b else {
        panic!("no steal before the poll of B: {steals:?}");
    };
    STEAL.check(from != to, "a worker stole from itself");
    STEAL.check_eq("tasks", *count, 1);
}

#[test]
fn a_timer_fires() {
    let test = "a_timer_fires";
    let (timeline, recording) = timeline(test, || {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        let runtime = runtime.expect("there is room for one");
        runtime.block_on(async { sleep(Duration::from_millis(7)).await });
    });
    let names = Names::of(&recording);
    TIMER.check_eq(
        "causes",
        names.arrows(&timeline),
        vec!["timer wakes root".to_owned()],
    );
    let row = main_row(&timeline);
    let fired: Vec<Event> = (row.moments.iter().map(|moment| moment.event))
        .filter(|event| matches!(event, Event::Fired { .. }))
        .collect();
    let deadline = 7_000_000;
    TIMER.check_eq("timers", fired, vec![Event::Fired { deadline, late: 0 }]);
    let turns = row
        .spans
        .iter()
        .filter(|span| matches!(span.what, What::Turn(Driver::Time, _)));
    TIMER.check_eq("turns", turns.count(), 1);
}

#[test]
fn a_socket_wakes() {
    let test = "a_socket_wakes";
    let (timeline, recording) = timeline(test, || {
        let (hears, heard) = std_mpsc::channel();
        let client = thread::spawn(move || {
            use std::io::Write;
            let address = heard.recv().expect("the server is there");
            let mut stream = std::net::TcpStream::connect(address).expect("it listens");
            stream.write_all(b"x").expect("it is read");
            stream
        });
        current_thread().block_on(async {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
            let listener = listener.expect("a port is free");
            let address = listener.local_addr().expect("it is bound");
            hears.send(address).expect("it waits");
            let (mut stream, _): (TcpStream, _) = listener.accept().await.expect("it comes");
            let mut byte = [0];
            stream.read_exact(&mut byte).await.expect("it is sent");
            stream.flush().await.expect("it is open");
        });
        drop(client.join());
    });
    let row = main_row(&timeline);
    let sleeps = (row.spans.iter()).filter(|span| span.what == What::Park(Bed::Queue));
    let woken = Names::of(&recording).arrows(&timeline);
    let by_socket = woken.iter().filter(|arrow| *arrow == "socket wakes root");
    // The byte may be there when it is first asked for. The connection cannot: nobody knew the address.
    SOCKET.check(0 < by_socket.count(), format!("no socket in {woken:?}"));
    SOCKET.check(0 < sleeps.count(), "the thread did not sleep on the queue");
    let counts = row.spans.iter().filter_map(|span| match span.what {
        What::Turn(Driver::Io, count) => Some(count),
        _ => None,
    });
    SOCKET.check(0 < counts.sum::<u64>(), "no turn passed on an event");
}

#[test]
fn jobs_and_tasks_that_block() {
    let test = "jobs_and_tasks_that_block";
    let (timeline, _) = timeline(test, || {
        two_workers().block_on(async {
            let task = spawn(async { block_in_place(|| 1) });
            let job = spawn_blocking(|| 2);
            assert_eq!(task.await.unwrap() + job.await.unwrap(), 3);
        });
    });
    let spans = timeline.rows.iter().flat_map(|row| &row.spans);
    let depths = |wanted: What| -> Vec<usize> {
        let found = spans.clone().filter(|span| span.what == wanted);
        found.map(|span| span.depth).collect()
    };
    JOB.check_eq(
        "a task that blocks is in its poll",
        depths(What::Block),
        vec![1],
    );
    JOB.check(!depths(What::Job).is_empty(), "there is no job");
}

#[test]
fn ends_of_all_kinds() {
    let test = "ends_of_all_kinds";
    let (timeline, recording) = timeline(test, || {
        std::panic::set_hook(Box::new(|_| {}));
        current_thread().block_on(async {
            let panics = spawn(async { panic!("as it should") });
            assert!(panics.await.unwrap_err().is_panic());
            let notify = std::sync::Arc::new(Notify::new());
            let waits = spawn({
                let notify = notify.clone();
                async move { notify.notified().await }
            });
            yield_now().await;
            waits.abort();
            assert!(waits.await.unwrap_err().is_cancelled());
            // It is never polled: it ends with the runtime.
            spawn(std::future::pending::<()>());
        });
    });
    let names = Names::of(&recording);
    let spans = names.spans(main_row(&timeline));
    let of_tasks: Vec<_> = spans
        .iter()
        .filter(|said| !said.starts_with("root"))
        .collect();
    END.check_eq(
        "polls and ends",
        of_tasks,
        ["A: panicked", "A ends", "B: pending", "B ends", "C ends"]
            .map(str::to_owned)
            .iter()
            .collect(),
    );
    let aborts = main_row(&timeline).moments.iter();
    let aborts = aborts.filter(|moment| matches!(moment.event, Event::Abort(_)));
    END.check_eq("aborts", aborts.count(), 1);
}

#[test]
fn a_wake_from_outside_ends_a_sleep() {
    let test = "a_wake_from_outside_ends_a_sleep";
    let (timeline, recording) = timeline(test, || {
        let (answer, answered) = oneshot::channel();
        let waiter = thread::Builder::new().name("outside".to_owned());
        let waiter = waiter.spawn(move || {
            while !is_asleep() {
                thread::yield_now();
            }
            answer.send(1).expect("it is waited for");
        });
        assert_eq!(current_thread().block_on(answered), Ok(1));
        waiter.unwrap().join().unwrap();
    });
    EXACT.check_eq(
        "causes",
        Names::of(&recording).arrows(&timeline),
        vec!["thread wakes root".to_owned()],
    );
    let arrow = timeline.arrows[0];
    EXACT.check_eq(
        "from",
        timeline.rows[arrow.from_row].name.as_str(),
        "outside",
    );
    EXACT.check_eq("to", timeline.rows[arrow.to_row].name.as_str(), test);
    let spans = main_row(&timeline).spans.iter();
    let asleep = spans.filter(|span| is_sleep(span.what));
    let was_asleep = |at: u64| asleep.clone().any(|it| it.begin <= at && at <= it.end);
    EXACT.check(was_asleep(arrow.from_at), "the thread was not asleep");
}

/// Whether the recording says that the first thread is asleep: what a program does is in its file at once.
fn is_asleep() -> bool {
    let folder = env::var_os(RECORDS).expect("it is recorded");
    // Before the first event there is no folder.
    let recording = Recording::read(Path::new(&folder)).unwrap_or_default();
    let lane = recording.lanes.first();
    lane.and_then(|lane| lane.events.last())
        .is_some_and(|last| matches!(last.event, Event::ParkBegin(_)))
}

#[test]
fn an_abort_in_the_middle_of_a_poll() {
    let test = "an_abort_in_the_middle_of_a_poll";
    let (recording, status) = recorded(test, || {
        current_thread().block_on(async {
            let aborts = spawn(async { process::abort() });
            drop(aborts.await);
        });
    });
    WHOLE.check(!status.success(), "the program was not aborted");
    let timeline = Timeline::of(&recording);
    let names = Names::of(&recording);
    WHOLE.check_eq(
        "polls",
        names.spans(main_row(&timeline)),
        vec!["root: pending".to_owned(), "A: cut".to_owned()],
    );
}

/// The folder that the test has chosen for a program that starts and stops by itself.
fn chosen() -> PathBuf {
    env::var_os(CHOSEN).expect("the test has set it").into()
}

const CHOSEN: &str = "REVEILLE_TRACE_CHOSEN";

fn a_hundred_tasks() {
    current_thread().block_on(async {
        for _ in 0..100 {
            spawn(async {}).await.expect("it does not panic");
        }
    });
}

#[test]
fn what_there_is_no_room_for() {
    let test = "what_there_is_no_room_for";
    const ROOM: usize = 50;
    let (recording, _) = ran(test, CHOSEN, || {
        start_with(chosen(), ROOM).expect("there is none yet");
        a_hundred_tasks();
        stop();
    });
    let lane = &recording.lanes[0];
    DROPPED.check(
        lane.events.len() < ROOM,
        "there is more than there is room for",
    );
    DROPPED.check(0 < lane.dropped, "nothing was dropped");
    let all = lane.events.len() as u64 + lane.dropped;
    // A spawn; a poll and an end, each with beginning and end; a wake of the root, and its poll.
    DROPPED.check_eq("all events", all, 100 * (1 + 2 + 2 + 1 + 2) + 2);
}

#[test]
fn from_start_to_stop() {
    let test = "from_start_to_stop";
    let (recording, _) = ran(test, CHOSEN, || {
        a_hundred_tasks();
        start(chosen()).expect("there is none yet");
        current_thread().block_on(async {});
        assert!(start(chosen()).is_err(), "there is a recording already");
        stop();
        a_hundred_tasks();
        // Another one has files of its own.
        start(chosen().join("second")).expect("there is none yet");
        current_thread().block_on(yield_now());
        let second = Recording::read(&chosen().join("second")).expect("it is there");
        assert_eq!(second.lanes[0].events.len(), 5);
    });
    SWITCH.check_eq("threads", recording.lanes.len(), 1);
    SWITCH.check_eq("events", recording.lanes[0].events.len(), 2);
}
