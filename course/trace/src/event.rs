//! What is told.
//!
//! An event is four words: when, what, and two numbers. The thread is not told, since each thread has a file of its own. Nor is the source
//! of a wake: it is whatever the thread was doing at that moment, and the events before it say what that was.

/// A thing that is polled.
///
/// # Examples
///
/// ```
/// use trace::Subject;
///
/// assert_eq!(Subject::Task(7).to_string(), "task 7");
/// assert_eq!(Subject::Root(0x7ffe).to_string(), "block_on");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A task, by its name.
    Task(u64),
    /// The future of a `block_on`, by the address of its waker. A later `block_on` may have the same.
    Root(u64),
}

/// How a poll ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The future waits for a wake.
    Pending,
    /// The task gave way, and is due again.
    Yielded,
    /// The future is done.
    Ready,
    /// The future has panicked.
    Panicked,
}

/// What a thread sleeps on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bed {
    /// Another thread has to unpark it.
    Thread,
    /// The event queue of the system: a socket can end the sleep as well.
    Queue,
}

/// A driver that wakes tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// That of sockets.
    Io,
    /// That of timers.
    Time,
}

/// One thing that a thread did.
///
/// # Examples
///
/// ```
/// use trace::{Event, Subject};
///
/// let event = Event::Wake(Subject::Task(7));
/// assert_eq!(Event::decode(event.encode()), Some(event));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A poll begins.
    PollBegin(Subject),
    /// It ends.
    PollEnd(Subject, How),
    /// A waker was called.
    Wake(Subject),
    /// A task was asked to end.
    Abort(Subject),
    /// A task was made. The place is the key of a text, or 0.
    Spawn(Subject, u64),
    /// A task has completed: its handle is told, and its list.
    EndBegin(Subject),
    /// That is done.
    EndEnd,
    /// The thread goes to sleep.
    ParkBegin(Bed),
    /// It is awake.
    ParkEnd,
    /// A worker took tasks from another one.
    Steal {
        /// The worker that had them.
        from: u32,
        /// The worker that has them.
        to: u32,
        /// How many.
        count: u64,
    },
    /// A driver begins to pass on what has happened.
    TurnBegin(Driver),
    /// It ends. For sockets, the number of events.
    TurnEnd(u64),
    /// The deadline of a timer has come.
    Fired {
        /// The deadline, in nanoseconds since the start of the driver's clock.
        deadline: u64,
        /// By how much it was late, in nanoseconds of that clock.
        late: u64,
    },
    /// A task is about to block its thread, and says so.
    BlockBegin,
    /// It goes on.
    BlockEnd,
    /// A thread of the blocking pool begins a job.
    JobBegin,
    /// The job is done.
    JobEnd,
    /// A text comes, in the slots that follow: its key, and its length in bytes.
    Text(u64, u64),
}

/// What an event is in a file: the kind, and two numbers.
pub type Words = [u64; 3];

/// The bit that tells a root from a task.
const ROOT: u64 = 1 << 63;

impl Subject {
    fn word(self) -> u64 {
        match self {
            Subject::Task(id) => id & !ROOT,
            Subject::Root(address) => address | ROOT,
        }
    }

    fn of(word: u64) -> Subject {
        match word & ROOT {
            0 => Subject::Task(word),
            _ => Subject::Root(word & !ROOT),
        }
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Subject::Task(id) => write!(f, "task {id}"),
            Subject::Root(_) => f.write_str("block_on"),
        }
    }
}

impl How {
    const ALL: [How; 4] = [How::Pending, How::Yielded, How::Ready, How::Panicked];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            How::Pending => "pending",
            How::Yielded => "gave way",
            How::Ready => "ready",
            How::Panicked => "panicked",
        }
    }
}

impl Bed {
    const ALL: [Bed; 2] = [Bed::Thread, Bed::Queue];
}

impl Driver {
    const ALL: [Driver; 2] = [Driver::Io, Driver::Time];
}

fn nth<T: Copy>(all: &[T], word: u64) -> Option<T> {
    all.get(usize::try_from(word).ok()?).copied()
}

impl Event {
    /// As it is written.
    #[inline]
    pub fn encode(self) -> Words {
        match self {
            Event::PollBegin(task) => [1, task.word(), 0],
            Event::PollEnd(task, how) => [2, task.word(), how as u64],
            Event::Wake(task) => [3, task.word(), 0],
            Event::Abort(task) => [4, task.word(), 0],
            Event::Spawn(task, place) => [5, task.word(), place],
            Event::EndBegin(task) => [6, task.word(), 0],
            Event::EndEnd => [18, 0, 0],
            Event::ParkBegin(bed) => [7, bed as u64, 0],
            Event::ParkEnd => [8, 0, 0],
            Event::Steal { from, to, count } => [9, u64::from(from) << 32 | u64::from(to), count],
            Event::TurnBegin(driver) => [10, driver as u64, 0],
            Event::TurnEnd(count) => [11, count, 0],
            Event::Fired { deadline, late } => [12, deadline, late],
            Event::BlockBegin => [13, 0, 0],
            Event::BlockEnd => [14, 0, 0],
            Event::JobBegin => [15, 0, 0],
            Event::JobEnd => [16, 0, 0],
            Event::Text(key, bytes) => [17, key, bytes],
        }
    }

    /// As it was before it was written. `None` if no event is written like this.
    pub fn decode([kind, first, second]: Words) -> Option<Event> {
        Some(match kind {
            1 => Event::PollBegin(Subject::of(first)),
            2 => Event::PollEnd(Subject::of(first), nth(&How::ALL, second)?),
            3 => Event::Wake(Subject::of(first)),
            4 => Event::Abort(Subject::of(first)),
            5 => Event::Spawn(Subject::of(first), second),
            6 => Event::EndBegin(Subject::of(first)),
            7 => Event::ParkBegin(nth(&Bed::ALL, first)?),
            8 => Event::ParkEnd,
            9 => Event::Steal {
                from: (first >> 32) as u32,
                // The upper half is the other one.
                to: first as u32,
                count: second,
            },
            10 => Event::TurnBegin(nth(&Driver::ALL, first)?),
            11 => Event::TurnEnd(first),
            12 => Event::Fired {
                deadline: first,
                late: second,
            },
            13 => Event::BlockBegin,
            14 => Event::BlockEnd,
            15 => Event::JobBegin,
            16 => Event::JobEnd,
            17 => Event::Text(first, second),
            18 => Event::EndEnd,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_comes_back_as_it_went() {
        let (task, root) = (Subject::Task(7), Subject::Root(0x7fff_1234_5678));
        let all = [
            Event::PollBegin(task),
            Event::PollEnd(root, How::Panicked),
            Event::Wake(root),
            Event::Abort(task),
            Event::Spawn(task, 99),
            Event::EndBegin(task),
            Event::ParkBegin(Bed::Queue),
            Event::ParkEnd,
            Event::Steal {
                from: 3,
                to: 1,
                count: 128,
            },
            Event::TurnBegin(Driver::Time),
            Event::TurnEnd(4),
            Event::Fired {
                deadline: 5,
                late: 6,
            },
            Event::BlockBegin,
            Event::BlockEnd,
            Event::JobBegin,
            Event::JobEnd,
            Event::Text(8, 9),
            Event::EndEnd,
        ];
        for (at, event) in all.into_iter().enumerate() {
            assert_eq!(
                event.encode()[0],
                at as u64 + 1,
                "each has a kind of its own"
            );
            assert_eq!(Event::decode(event.encode()), Some(event));
        }
        assert_eq!(Event::decode([0, 0, 0]), None);
        assert_eq!(Event::decode([19, 0, 0]), None);
        assert_eq!(Event::decode([7, 2, 0]), None);
    }
}
