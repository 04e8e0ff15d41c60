//! A look at all tasks of a runtime.
//!
//! A program that hangs has a task that waits for something that never comes, or a task that never gives its thread back. The questions are
//! which task that is, which line of the program it waits in, and for what. With the feature `dump` each task keeps a diary, and
//! [`Handle::dump`](super::Handle::dump) reads all of them:
//!
//! ```text
//!     5003 tasks: 1 running, 0 due, 5002 waiting
//!
//!     task 7: running for 31.2s on the thread `reveille-worker`, polled 3 times, woken 2 times, spawned at src/main.rs:31:9
//!         it last waited in
//!         mpsc::Receiver::recv at src/report.rs:12:38, of 0x7f6a1c0012f0
//!     task 4: waiting for 31.2s, polled 2 times, woken once, spawned at src/main.rs:28:9
//!         Mutex::lock at src/cache.rs:44:29, of 0x7f6a1c000b60
//!         sleep at src/cache.rs:45:13, for 28.8s more
//!     5001 tasks, 9, 10, 11 and others: waiting for 2.1s to 31.2s, spawned at src/main.rs:52:13
//!         TcpStream::readable at src/serve.rs:71:40
//! ```
//!
//! Task 7 has not given its thread back for half a minute, so it blocks, or computes. It came from `report.rs:12`. Perhaps it has the lock
//! that task 4 waits for. All others wait for their clients, in the same line, and so they are one entry.
//!
//! # What it costs
//!
//! With the feature `dump` each poll reads the clock twice, and twice takes a lock that only a dump ever takes besides. Each spawn takes a lock that it
//! shares with few others. On the machine that this was written on, a poll took 0.2 µs longer, and a task from its spawn to its end 0.4 µs. So a server
//! whose requests take longer than some microseconds can be built with it for good.
//! Without the feature nothing is left of it. Then a dump tells the names of the tasks and what they do, and it has to ask the threads that run
//! them, since the list of a scheduler's tasks belongs to its thread.
//!
//! # Left out
//!
//! tokio's dump polls each task once more, and records the whole stack of each leaf that returns `Pending`. This one polls no task. It tells the line
//! that awaits the leaf, and not the functions that led there. A future of another crate that polls our leaf itself, such as
//! `Map` of the crate `futures`, hides the line of the program behind its own. The future of a `block_on` is no task, and in no dump.
//!
//! In tokio: `runtime/dump.rs`.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

use harness::state::Snapshot;
use harness::{Id, Place};

/// The tasks of a runtime at one moment. Made by [`Handle::dump`](super::Handle::dump).
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::{Dump, State};
/// use reveille::runtime::{Builder, Handle};
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     let stuck = reveille::spawn(std::future::pending::<()>());
///     reveille::task::yield_now().await;
///     let dump: Dump = Handle::current().dump().await;
///     let task = dump.tasks().iter().next().expect("there is one");
///     assert_eq!(task.id(), stuck.id());
///     assert_eq!(task.state(), State::Waiting);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// Three tasks wait for a lock, and the dump says where:
///
/// ```
/// use std::sync::Arc;
///
/// use reveille::runtime::{Builder, Handle};
/// use reveille::sync::Mutex;
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     let lock = Arc::new(Mutex::new(()));
///     let _held = lock.lock().await;
///     for _ in 0..3 {
///         let lock = Arc::clone(&lock);
///         reveille::spawn(async move { drop(lock.lock().await) });
///     }
///     reveille::task::yield_now().await;
///     let text = Handle::current().dump().await.to_string();
///     // 3 tasks: 0 running, 0 due, 3 waiting
///     //
///     // 3 tasks, 1025, 1026, 1027: waiting for 8.1µs to 9.3µs, spawned at src/main.rs:12:9
///     //     Mutex::lock at src/main.rs:12:54
///     assert!(text.starts_with("3 tasks: 0 running, 0 due, 3 waiting\n\n3 tasks, "));
///     assert_eq!(text.contains("\n    Mutex::lock at "), cfg!(feature = "dump"));
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dump {
    tasks: Tasks,
}

/// All tasks of a [`Dump`].
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::Tasks;
/// use reveille::runtime::{Builder, Handle};
///
/// /// How many tasks could run at this moment.
/// fn due(tasks: &Tasks) -> usize {
///     tasks.iter().filter(|task| task.is_due()).count()
/// }
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     reveille::spawn(async {});
///     let dump = Handle::current().dump().await;
///     assert_eq!(due(dump.tasks()), 1);
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tasks {
    /// By their numbers.
    tasks: Vec<Task>,
}

/// A task of a [`Dump`].
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::Task;
/// use reveille::runtime::{Builder, Handle};
///
/// let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
/// let stuck = runtime.spawn(std::future::pending::<()>());
/// let dump = runtime.block_on(runtime.handle().dump());
/// let lines: Vec<String> = dump.tasks().iter().map(Task::to_string).collect();
/// assert_eq!(lines.len(), 1);
/// assert!(lines[0].starts_with(&format!("task {}: ", stuck.id())));
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Task {
    id: Id,
    kind: Kind,
    state: State,
    place: Place,
    /// `None` without the feature `dump`.
    diary: Option<Diary>,
}

/// What a task keeps for a dump.
#[derive(Clone, Debug)]
struct Diary {
    polls: u64,
    wakes: u64,
    /// How long it has been in its state.
    age: Duration,
    /// The name of the thread that polls it.
    thread: Option<String>,
    leaves: Vec<Leaf>,
    more_leaves: usize,
}

/// What a task waits for.
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::Leaf;
/// use reveille::runtime::{Builder, Handle};
///
/// let runtime = Builder::new_current_thread().build()?;
/// runtime.block_on(async {
///     let (_sender, mut receiver) = reveille::sync::mpsc::channel::<()>(1);
///     reveille::spawn(async move { receiver.recv().await });
///     reveille::task::yield_now().await;
///     let dump = Handle::current().dump().await;
///     let task = dump.tasks().iter().next().expect("there is one");
///     let names: Vec<&str> = task.leaves().map(Leaf::name).collect();
///     match cfg!(feature = "dump") {
///         true => assert_eq!(names, ["mpsc::Receiver::recv"]),
///         false => assert!(names.is_empty()),
///     }
/// });
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    name: &'static str,
    resource: Resource,
    place: &'static Location<'static>,
}

/// The thing that a [`Leaf`] waits for.
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::{Dump, Resource};
/// use reveille::task::Id;
///
/// /// Which tasks wait for another task: its name comes second.
/// fn joins(dump: &Dump) -> Vec<(Id, Id)> {
///     let tasks = dump.tasks().iter();
///     let leaves = tasks.flat_map(|task| task.leaves().map(|leaf| (task.id(), leaf.resource())));
///     leaves
///         .filter_map(|(id, resource)| match resource {
///             Resource::Task(other) => Some((id, other)),
///             _ => None,
///         })
///         .collect()
/// }
///
/// # let runtime = reveille::runtime::Builder::new_current_thread().build()?;
/// # assert!(joins(&runtime.block_on(runtime.handle().dump())).is_empty());
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// There is none, or the name of the leaf says it all.
    None,
    /// The thing at this address. Two tasks that wait for the same one show the same address.
    Address(usize),
    /// The output of this task.
    Task(Id),
    /// A moment, so far away.
    In(Duration),
    /// This descriptor of the system.
    Descriptor(i32),
}

/// What is called a task.
///
/// # Examples
///
/// ```
/// use reveille::runtime::Builder;
/// use reveille::runtime::dump::Kind;
///
/// let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
/// runtime.spawn(std::future::pending::<()>());
/// let dump = runtime.block_on(runtime.handle().dump());
/// let kinds: Vec<Kind> = dump.tasks().iter().map(|task| task.kind()).collect();
/// assert_eq!(kinds, [Kind::Task]);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A task that the runtime polls.
    Task,
    /// A task of a [`LocalSet`](crate::task::LocalSet). Told with the feature `dump`.
    Local,
    /// A closure on a thread of the blocking pool, or in its queue. Told with the feature `dump`.
    BlockingJob,
}

/// What a task does.
///
/// # Examples
///
/// ```
/// use reveille::runtime::dump::State;
/// use reveille::runtime::{Builder, Handle};
///
/// let runtime = Builder::new_current_thread().build()?;
/// let states = runtime.block_on(async {
///     reveille::spawn(std::future::pending::<()>());
///     reveille::task::yield_now().await;
///     // The first task has had its turn. The second one has not.
///     reveille::spawn(async {});
///     let dump = Handle::current().dump().await;
///     dump.tasks().iter().map(|task| task.state()).collect::<Vec<_>>()
/// });
/// assert_eq!(states, [State::Waiting, State::Due]);
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State {
    /// A thread is polling it.
    Running,
    /// It was woken, and waits for its turn.
    Due,
    /// It waits for a wake.
    Waiting,
}

/// What the tasks of one entry have in common.
#[derive(Hash, PartialEq, Eq)]
struct Likeness {
    state: State,
    kind: Kind,
    place: Option<&'static Location<'static>>,
    leaves: Vec<(&'static str, &'static Location<'static>)>,
    more_leaves: usize,
}

/// Tasks that do the same, shown as one entry.
struct Alike<'a> {
    /// At least one, by their numbers.
    tasks: Vec<&'a Task>,
}

/// So many names of an entry are shown.
const NAMES_MAX: usize = 3;

impl Dump {
    /// Those of the tasks that are not done, without the one called `probe`.
    #[cfg(not(feature = "dump"))]
    pub(super) fn new(looks: Vec<(Id, Snapshot, Place)>, probe: Option<Id>) -> Dump {
        let tasks = looks
            .into_iter()
            .filter(|(id, state, _)| !state.is_complete() && Some(*id) != probe)
            .map(|(id, state, place)| Task {
                id,
                kind: Kind::Task,
                state: State::of(state),
                place,
                diary: None,
            });
        Dump::of(tasks.collect())
    }

    /// The tasks of this runtime.
    #[cfg(feature = "dump")]
    pub(super) fn new(runtime: harness::OwnerId) -> Dump {
        // Of this thread's runtime: its clock may be one that is moved by hand.
        let now = harness::context::now().unwrap_or_else(std::time::Instant::now);
        let looks = harness::diary::look().into_iter();
        let looks = looks.filter(|look| look.runtime == Some(runtime));
        Dump::of(looks.map(|look| Task::new(look, now)).collect())
    }

    fn of(mut tasks: Vec<Task>) -> Dump {
        tasks.sort_by_key(|task| task.id);
        Dump {
            tasks: Tasks { tasks },
        }
    }

    /// The tasks.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }
}

impl Tasks {
    /// Goes through the tasks, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter()
    }

    /// Those that are running first, then those that are due.
    fn alike(&self) -> Vec<Alike<'_>> {
        let mut places: HashMap<Likeness, usize> = HashMap::new();
        let mut entries: Vec<Alike<'_>> = Vec::new();
        for task in &self.tasks {
            let place = *(places.entry(task.likeness())).or_insert(entries.len());
            match entries.get_mut(place) {
                Some(entry) => entry.tasks.push(task),
                None => entries.push(Alike { tasks: vec![task] }),
            }
        }
        entries.sort_by_key(|entry| entry.tasks[0].state);
        entries
    }
}

impl Task {
    #[cfg(feature = "dump")]
    fn new(look: harness::diary::Look, now: std::time::Instant) -> Task {
        let kind = match look.owner {
            None => Kind::BlockingJob,
            Some(_) if look.is_of_scheduler => Kind::Task,
            Some(_) => Kind::Local,
        };
        let diary = Diary {
            polls: look.polls,
            wakes: look.wakes,
            age: look.since.elapsed(),
            thread: look.thread.map(|thread| {
                let id = thread.id();
                thread
                    .name()
                    .map_or_else(|| format!("{id:?}"), str::to_owned)
            }),
            leaves: look.notes.iter().map(|note| Leaf::new(note, now)).collect(),
            more_leaves: look.more,
        };
        Task {
            id: look.id,
            kind,
            state: State::of(look.state),
            place: look.place,
            diary: Some(diary),
        }
    }

    /// Its name.
    pub fn id(&self) -> Id {
        self.id
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What it did when its scheduler was asked.
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether it was woken, and waits for its turn.
    pub fn is_due(&self) -> bool {
        self.state == State::Due
    }

    /// The line that spawned it. `None` without the feature `spawn-places`: each task pays 8 bytes for it.
    pub fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.place.location()
    }

    /// How often its future was polled. `None` without the feature `dump`.
    pub fn polls(&self) -> Option<u64> {
        self.diary.as_ref().map(|diary| diary.polls)
    }

    /// How often one of its wakers was called. `None` without the feature `dump`.
    pub fn wakes(&self) -> Option<u64> {
        self.diary.as_ref().map(|diary| diary.wakes)
    }

    /// Of a task that is running, since when its poll has taken; of another one, how long ago its last poll ended, or, before the first
    /// one, how long ago it was spawned. `None` without the feature `dump`.
    pub fn age(&self) -> Option<Duration> {
        self.diary.as_ref().map(|diary| diary.age)
    }

    /// The name of the thread that polls it. `None` if it is not running, or without the feature `dump`.
    pub fn thread(&self) -> Option<&str> {
        self.diary.as_ref()?.thread.as_deref()
    }

    /// What it waited for at the end of its last poll: one leaf, or the first few of several, as in a `select!`. None of them is ours if
    /// this is empty; so it is without the feature `dump`.
    pub fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.diary.iter().flat_map(|diary| &diary.leaves)
    }

    /// How many leaves more it waited for.
    pub fn more_leaves(&self) -> usize {
        self.diary.as_ref().map_or(0, |diary| diary.more_leaves)
    }

    fn likeness(&self) -> Likeness {
        Likeness {
            state: self.state,
            kind: self.kind,
            place: self.spawned_at(),
            leaves: self.leaves().map(|leaf| (leaf.name, leaf.place)).collect(),
            more_leaves: self.more_leaves(),
        }
    }
}

impl Leaf {
    #[cfg(feature = "dump")]
    fn new(note: &harness::leaf::Note, now: std::time::Instant) -> Leaf {
        use harness::leaf::Resource as Noted;
        let resource = match note.resource() {
            Noted::Address(address) => Resource::Address(address),
            Noted::Task(id) => Resource::Task(id),
            Noted::Until(moment) => Resource::In(moment.saturating_duration_since(now)),
            Noted::Descriptor(fd) => Resource::Descriptor(fd),
            _ => Resource::None,
        };
        Leaf {
            name: note.name(),
            resource,
            place: note.place(),
        }
    }

    /// The operation, as a program calls it: for example `Mutex::lock`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The thing that it waits for.
    pub fn resource(&self) -> Resource {
        self.resource
    }

    /// The line that waits: that of the `.await`, or of the macro.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }
}

impl State {
    fn of(state: Snapshot) -> State {
        if state.is_running() {
            State::Running
        } else if state.is_notified() {
            State::Due
        } else {
            State::Waiting
        }
    }
}

impl Alike<'_> {
    /// `task 7`, or `5001 tasks, 9, 10, 11 and others`.
    fn write_names(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.tasks[0].kind {
            Kind::Task => "task",
            Kind::Local => "local task",
            Kind::BlockingJob => "blocking job",
        };
        if let [task] = *self.tasks {
            return write!(f, "{kind} {}", task.id);
        }
        write!(f, "{} {kind}s", self.tasks.len())?;
        for task in self.tasks.iter().take(NAMES_MAX) {
            write!(f, ", {}", task.id)?;
        }
        match self.tasks.len() <= NAMES_MAX {
            true => Ok(()),
            false => f.write_str(" and others"),
        }
    }

    /// `waiting for 2.1s to 31.2s`, and what else only the diary knows.
    fn write_state(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.tasks[0];
        f.write_str(match first.state {
            State::Running => "running",
            State::Due => "due",
            State::Waiting => "waiting",
        })?;
        let ages = || self.tasks.iter().filter_map(|task| task.age());
        if let (Some(least), Some(most)) = (ages().min(), ages().max()) {
            write!(f, " for {least:.1?}")?;
            if least != most {
                write!(f, " to {most:.1?}")?;
            }
        }
        let ([task], Some(diary)) = (&*self.tasks, &first.diary) else {
            return Ok(());
        };
        if let Some(thread) = task.thread() {
            write!(f, " on the thread `{thread}`")?;
        }
        let times = |count| match count {
            1 => "once".to_owned(),
            _ => format!("{count} times"),
        };
        write!(
            f,
            ", polled {}, woken {}",
            times(diary.polls),
            times(diary.wakes)
        )
    }

    fn write_leaves(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.tasks[0];
        let is_waiting = first.state == State::Waiting;
        let has_leaves = first.leaves().next().is_some();
        if is_waiting && !has_leaves && first.diary.is_some() && first.kind != Kind::BlockingJob {
            return f.write_str("\n    something that is not of this runtime");
        }
        if !is_waiting && has_leaves {
            f.write_str("\n    it last waited in")?;
        }
        for leaf in first.leaves() {
            write!(f, "\n    {} at {}", leaf.name, leaf.place)?;
            if self.tasks.len() == 1 {
                write!(f, "{}", leaf.resource)?;
            }
        }
        match first.more_leaves() {
            0 => Ok(()),
            more => write!(f, "\n    and {more} more"),
        }
    }
}

/// `, of task 7`, for example.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Resource::None => Ok(()),
            Resource::Address(address) => write!(f, ", of {address:#x}"),
            Resource::Task(id) => write!(f, ", of task {id}"),
            Resource::In(duration) => write!(f, ", for {duration:.1?} more"),
            Resource::Descriptor(fd) => write!(f, ", of descriptor {fd}"),
        }
    }
}

impl fmt::Display for Alike<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_names(f)?;
        f.write_str(": ")?;
        self.write_state(f)?;
        if let Some(place) = self.tasks[0].spawned_at() {
            write!(f, ", spawned at {place}")?;
        }
        self.write_leaves(f)
    }
}

/// One line: the name, the state, and the place if it is known. With the feature `dump`, a line for each leaf follows.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Alike { tasks: vec![self] }.fmt(f)
    }
}

/// How many tasks there are, and then an entry for each task. Tasks that do the same share one.
impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |state| self.tasks.iter().filter(|task| task.state == state).count();
        let (running, due) = (count(State::Running), count(State::Due));
        let waiting = count(State::Waiting);
        let all = running + due + waiting;
        writeln!(
            f,
            "{all} tasks: {running} running, {due} due, {waiting} waiting\n"
        )?;
        (self.tasks.alike().iter()).try_for_each(|entry| writeln!(f, "{entry}"))
    }
}
