//! Counting drops: a leak is none, and a second one is found when it happens.
//!
//! A value that is dropped twice must not rely on its own fields the second time: their memory may
//! be someone else's by then. So each counted value has the number of a [`Ticket`], and whether
//! the ticket is still good is kept elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::ThreadId;

use crate::watch::run;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::report::Report;
use crate::words::rule::Rule;
use crate::words::task::{Kind, Task};

/// A value whose drops are counted under `name`, and the handle to read the count from. Move the
/// token into the future (or whatever else must be dropped once).
///
/// ```
/// let (token, drops) = testkit::drop_counter("future");
/// let future = async move {
///     let _token = token;
/// };
/// drop(future);
/// assert_eq!(drops.count(), 1);
/// ```
pub fn drop_counter(name: &str) -> (DropToken, DropCounter) {
    let task = Task::new(name, Kind::Token);
    let token = DropToken {
        ticket: issue(&task),
    };
    (token, DropCounter { task })
}

/// The value that [`drop_counter`] returns: its drop is counted.
#[derive(Debug)]
#[must_use = "it is dropped at once unless it is kept"]
pub struct DropToken {
    ticket: Ticket,
}

/// Reads how often a [`DropToken`] was dropped. Clones read the same count.
#[derive(Clone)]
pub struct DropCounter {
    task: Arc<Task>,
}

/// The right to be dropped once.
#[derive(Debug)]
pub(crate) struct Ticket {
    number: u64,
}

struct Tickets {
    good: BTreeMap<u64, Arc<Task>>,
    punched: BTreeMap<u64, Arc<Task>>,
}

static TICKETS: Lock<Tickets> = Lock::new(Tickets {
    good: BTreeMap::new(),
    punched: BTreeMap::new(),
});

/// How many punched tickets are remembered, the latest numbers.
const PUNCHED_MAX: usize = 1_000;

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

pub(crate) fn issue(task: &Arc<Task>) -> Ticket {
    // ORDERING: Relaxed; the numbers have to differ, no more.
    let number = NEXT_NUMBER.fetch_add(1, Relaxed);
    uncounted(|| TICKETS.lock().good.insert(number, Arc::clone(task)));
    Ticket { number }
}

/// Checks that `task` was dropped exactly once.
#[track_caller]
pub(crate) fn check_once(task: &Task, rule: Rule) {
    let name = &task.name;
    match task.drops.get() {
        1 => {}
        0 => rule.fail(format_args!(
            "{name} leaked: it was never dropped, so something still owns it or has forgotten it",
        )),
        n => rule.fail(format_args!("{name} was dropped {n} times")),
    }
}

impl Ticket {
    /// Counts a drop. False if it was not the first: then the value must not be touched.
    pub(crate) fn punch(&self) -> bool {
        let mut tickets = TICKETS.lock();
        if let Some(task) = tickets.good.remove(&self.number) {
            let forgotten = if tickets.punched.len() < PUNCHED_MAX {
                None
            } else {
                tickets.punched.pop_first()
            };
            uncounted(|| tickets.punched.insert(self.number, Arc::clone(&task)));
            drop(tickets);
            drop(forgotten);
            task.set_dropped();
            return true;
        }
        let again = tickets.punched.get(&self.number).cloned();
        drop(tickets);
        let saw = match &again {
            Some(task) => {
                task.set_dropped();
                format!("{} was dropped a second time", task.name)
            }
            None => "a value was dropped that had been dropped long before".to_owned(),
        };
        let rule = "Whatever is dropped is dropped once.";
        run::fail_softly(Report::wrong(None, rule, saw), again.as_deref());
        false
    }
}

impl Drop for DropToken {
    fn drop(&mut self) {
        self.ticket.punch();
    }
}

impl DropCounter {
    /// How often the token was dropped.
    pub fn count(&self) -> usize {
        self.task.drops.get()
    }

    /// Whether the token was dropped.
    pub fn is_dropped(&self) -> bool {
        self.count() > 0
    }

    /// The thread that dropped it, if it was dropped.
    pub fn thread(&self) -> Option<ThreadId> {
        self.task.dropped_on()
    }

    /// The name it was made with.
    pub fn name(&self) -> &str {
        &self.task.name
    }

    /// Checks that the token was dropped, and only once.
    ///
    /// # Panics
    ///
    /// If it was not.
    #[track_caller]
    pub fn dropped_once(&self, rule: Rule) {
        check_once(&self.task, rule);
    }
}

impl fmt::Debug for DropCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DropCounter")
            .field("name", &self.name())
            .field("count", &self.count())
            .finish()
    }
}
