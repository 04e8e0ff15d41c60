//! A look at all tasks of a runtime.
//!
//! A program that hangs has a task that waits for something that never comes. The first question is which tasks there are, and
//! which of them wait. No thread may walk over all tasks at will: the list of a scheduler's tasks belongs to the thread that
//! runs them, and has no lock. So the threads that have the lists are asked. A runtime for one thread gets a task that looks
//! around and ends. A pool asks each worker.
//!
//! # Left out
//!
//! tokio's dump polls each task once more and records the stack of the leaf that returns `Pending`. This one polls no task. So
//! it does not say yet *what* a task waits for, nor how often a task was polled or woken.
//!
//! In tokio: `runtime/dump.rs`.

use std::fmt;
use std::panic::Location;

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
#[derive(Clone, Copy, Debug)]
pub struct Task {
    id: Id,
    state: State,
    place: Place,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// A thread is polling it.
    Running,
    /// It was woken, and waits for its turn.
    Due,
    /// It waits for a wake.
    Waiting,
}

impl Dump {
    /// Those of the tasks that are not done, without the one called `probe`.
    pub(super) fn new(looks: Vec<(Id, Snapshot, Place)>, probe: Option<Id>) -> Dump {
        let mut tasks: Vec<Task> = (looks.into_iter())
            .filter(|(id, state, _)| !state.is_complete() && Some(*id) != probe)
            .map(|(id, state, place)| Task {
                id,
                state: State::of(state),
                place,
            })
            .collect();
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
}

impl Task {
    /// Its name.
    pub fn id(&self) -> Id {
        self.id
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

/// One line: the name, the state, and the place if it is known.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Running => "running",
            State::Due => "due",
            State::Waiting => "waiting",
        };
        write!(f, "task {}: {state}", self.id)?;
        match self.spawned_at() {
            Some(place) => write!(f, ", spawned at {place}"),
            None => Ok(()),
        }
    }
}

/// One line for each task.
impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tasks.iter().try_for_each(|task| writeln!(f, "{task}"))
    }
}
