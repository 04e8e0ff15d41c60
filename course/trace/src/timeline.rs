//! What the events of all threads say together.
//!
//! An event says that a poll begins, or that a waker was called. A reader wants to see the poll from its beginning to its end, and who
//! called the waker. So the events are gone through in the order of their times:
//!
//! - What begins on a thread ends on it, and what begins later ends sooner: each thread has a stack of what it is doing.
//! - A wake comes from what is on top of that stack, or from the thread itself if the stack is empty.
//! - The first wake since the last poll of a task began is the one that leads to the next poll: an arrow goes from it to there. The
//!   wakes after it change nothing. A new task has such an arrow from its spawn.
//!
//! # Left out
//!
//! A wake is written down before it takes effect. If another thread's wake takes effect in between, and the task is polled at once, the arrow
//! may come from the wrong one of the two.

use std::collections::HashMap;

use crate::event::{Bed, Driver, Event, How, Subject};
use crate::read::Recording;

/// What a program did, thread by thread.
///
/// # Examples
///
/// ```
/// use trace::{Event, How, Recording, Subject, Timeline, Writer};
///
/// let folder = tempfile::tempdir()?;
/// let mut writer = Writer::create(folder.path(), 0, "main", 100)?;
/// let task = Subject::Task(7);
/// for (at, event) in [
///     (1, Event::Spawn(task, 0)),
///     (2, Event::PollBegin(task)),
///     (3, Event::PollEnd(task, How::Ready)),
/// ] {
///     writer.write(at, event);
/// }
/// let timeline = Timeline::of(&Recording::read(folder.path())?);
/// assert_eq!(timeline.rows[0].spans.len(), 1);
/// // The poll is there because of the spawn.
/// assert_eq!((timeline.arrows[0].from_at, timeline.arrows[0].to_at), (1, 2));
/// # Ok::<_, std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// One for each thread.
    pub rows: Vec<Row>,
    /// In the order in which they end.
    pub arrows: Vec<Arrow>,
    /// The last moment of which anything is known.
    pub end: u64,
}

/// What a thread did.
///
/// # Examples
///
/// ```
/// use trace::Row;
///
/// /// How long a thread was asleep, in nanoseconds.
/// fn asleep(row: &Row) -> u64 {
///     let spans = row.spans.iter();
///     let parks = spans.filter(|span| matches!(span.what, trace::timeline::What::Park(_)));
///     parks.map(|span| span.end - span.begin).sum()
/// }
/// assert_eq!(asleep(&Row::default()), 0);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The thread's number.
    pub number: u64,
    /// The thread's name.
    pub name: String,
    /// In the order of their beginnings.
    pub spans: Vec<Span>,
    /// In their order.
    pub moments: Vec<Moment>,
    /// The last moment of which anything is known.
    pub end: u64,
    /// How many events were not recorded after that.
    pub dropped: u64,
}

/// What lasts for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A poll; how it ended, if it did.
    Poll(Subject, Option<How>),
    /// A task has completed, and those who wait for it are told.
    End(Subject),
    /// A sleep.
    Park(Bed),
    /// A driver passes on what has happened: so many events.
    Turn(Driver, u64),
    /// A task blocks its thread.
    Block,
    /// A job that may block.
    Job,
}

/// A part of a thread's time.
///
/// # Examples
///
/// ```
/// use trace::event::Bed;
/// use trace::timeline::{Span, What};
///
/// let span = Span { begin: 10, end: 40, depth: 0, is_cut: false, what: What::Park(Bed::Thread) };
/// assert_eq!(span.end - span.begin, 30);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub begin: u64,
    /// When it ended.
    pub end: u64,
    /// In how many others it is.
    pub depth: usize,
    /// Its end was not recorded: the thread's last known moment is in its place.
    pub is_cut: bool,
    /// What it is.
    pub what: What,
}

/// What happens at one moment, and is no part of a span.
///
/// # Examples
///
/// ```
/// use trace::{Event, Moment};
///
/// let steal = Moment { at: 10, depth: 0, event: Event::Steal { from: 0, to: 1, count: 5 } };
/// assert!(matches!(steal.event, Event::Steal { count: 5, .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When it was.
    pub at: u64,
    /// In how many spans of its thread it is.
    pub depth: usize,
    /// What it is.
    pub event: Event,
}

/// What a thread was doing when it woke a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It polled, or ended, this.
    Poll(Subject),
    /// It ran a driver.
    Driver(Driver),
    /// It ran a job.
    Job,
    /// It did something that is none of the runtime's business, or ran the scheduler itself.
    Thread,
}

/// Why a poll began.
///
/// # Examples
///
/// ```
/// use trace::{Arrow, Subject};
/// use trace::timeline::Source;
///
/// let arrow = Arrow {
///     task: Subject::Task(8),
///     source: Source::Poll(Subject::Task(7)),
///     is_spawn: false,
///     from_row: 0,
///     from_at: 10,
///     to_row: 1,
///     to_at: 15,
/// };
/// assert_eq!(arrow.to_string(), "task 7 wakes task 8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// What is polled.
    pub task: Subject,
    /// What woke it, or spawned it.
    pub source: Source,
    /// It is the first poll.
    pub is_spawn: bool,
    /// The row of the wake.
    pub from_row: usize,
    /// When the waker was called.
    pub from_at: u64,
    /// The row of the poll.
    pub to_row: usize,
    /// When the poll began.
    pub to_at: u64,
}

impl Timeline {
    /// Goes through all events.
    pub fn of(recording: &Recording) -> Timeline {
        let lanes = &recording.lanes;
        let mut rows: Vec<Going> = (lanes.iter())
            .map(|lane| Going {
                row: Row {
                    number: lane.number,
                    name: lane.name.clone(),
                    // What was dropped is not known; else the thread did nothing more.
                    end: match (lane.dropped, lane.events.last()) {
                        (1.., Some(last)) => last.at,
                        _ => recording.end(),
                    },
                    dropped: lane.dropped,
                    ..Row::default()
                },
                open: Vec::new(),
            })
            .collect();
        let lanes = lanes.iter().enumerate();
        let mut all: Vec<_> = lanes
            .flat_map(|(row, lane)| lane.events.iter().map(move |it| (it.at, row, it.event)))
            .collect();
        // Stable: events of one thread with the same time stay in their order.
        all.sort_by_key(|&(at, row, _)| (at, row));
        let mut due: HashMap<Subject, Cause> = HashMap::new();
        let mut arrows = Vec::new();
        for (at, row, event) in all {
            let going = &mut rows[row];
            let cause = |is_spawn| Cause {
                source: going.source(),
                is_spawn,
                row,
                at,
            };
            match event {
                Event::Wake(task) => {
                    due.entry(task).or_insert(cause(false));
                }
                Event::Spawn(task, _) => {
                    due.entry(task).or_insert(cause(true));
                }
                Event::PollBegin(task) => {
                    if let Some(cause) = due.remove(&task) {
                        arrows.push(Arrow {
                            task,
                            source: cause.source,
                            is_spawn: cause.is_spawn,
                            from_row: cause.row,
                            from_at: cause.at,
                            to_row: row,
                            to_at: at,
                        });
                    }
                }
                _ => {}
            }
            going.take(at, event);
        }
        Timeline {
            rows: rows.into_iter().map(Going::end).collect(),
            arrows,
            end: recording.end(),
        }
    }
}

/// Why a task is due.
struct Cause {
    source: Source,
    is_spawn: bool,
    row: usize,
    at: u64,
}

/// A row that is being made.
struct Going {
    row: Row,
    /// The places of the spans that have begun, the innermost last.
    open: Vec<usize>,
}

impl Going {
    fn source(&self) -> Source {
        let innermost = self.open.last().map(|&span| self.row.spans[span].what);
        match innermost {
            Some(What::Poll(task, _) | What::End(task)) => Source::Poll(task),
            Some(What::Turn(driver, _)) => Source::Driver(driver),
            Some(What::Job) => Source::Job,
            Some(What::Block | What::Park(_)) | None => Source::Thread,
        }
    }

    fn take(&mut self, at: u64, event: Event) {
        match event {
            Event::PollBegin(task) => self.begin(at, What::Poll(task, None)),
            Event::EndBegin(task) => self.begin(at, What::End(task)),
            Event::ParkBegin(bed) => self.begin(at, What::Park(bed)),
            Event::TurnBegin(driver) => self.begin(at, What::Turn(driver, 0)),
            Event::BlockBegin => self.begin(at, What::Block),
            Event::JobBegin => self.begin(at, What::Job),
            Event::PollEnd(task, how) => self.finish(at, |what| match what {
                What::Poll(begun, _) if begun == task => Some(What::Poll(task, Some(how))),
                _ => None,
            }),
            Event::EndEnd => self.finish(at, |it| matches!(it, What::End(_)).then_some(it)),
            Event::ParkEnd => self.finish(at, |it| matches!(it, What::Park(_)).then_some(it)),
            Event::TurnEnd(count) => self.finish(at, |what| match what {
                What::Turn(driver, _) => Some(What::Turn(driver, count)),
                _ => None,
            }),
            Event::BlockEnd => self.finish(at, |it| (it == What::Block).then_some(it)),
            Event::JobEnd => self.finish(at, |it| (it == What::Job).then_some(it)),
            Event::Wake(_)
            | Event::Abort(_)
            | Event::Spawn(..)
            | Event::Steal { .. }
            | Event::Fired { .. } => self.row.moments.push(Moment {
                at,
                depth: self.open.len(),
                event,
            }),
            // It has been read.
            Event::Text(..) => {}
        }
    }

    fn begin(&mut self, begin: u64, what: What) {
        let span = Span {
            begin,
            end: begin,
            depth: self.open.len(),
            is_cut: true,
            what,
        };
        self.open.push(self.row.spans.len());
        self.row.spans.push(span);
    }

    /// Ends the innermost span for which `whole` says what it has become, and all in it.
    fn finish(&mut self, at: u64, whole: impl Fn(What) -> Option<What>) {
        let spans = &self.row.spans;
        let found = (self.open.iter()).rposition(|&span| whole(spans[span].what).is_some());
        // Its beginning is not there if the recording began in the middle of it.
        let Some(found) = found else { return };
        for span in self.open.drain(found..).rev() {
            let span = &mut self.row.spans[span];
            span.end = at;
            if let Some(what) = whole(span.what) {
                span.what = what;
                span.is_cut = false;
            }
        }
    }

    fn end(mut self) -> Row {
        for span in self.open {
            self.row.spans[span].end = self.row.end.max(self.row.spans[span].begin);
        }
        self.row
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Poll(task) => task.fmt(f),
            Source::Driver(Driver::Io) => f.write_str("the I/O driver"),
            Source::Driver(Driver::Time) => f.write_str("a timer"),
            Source::Job => f.write_str("a blocking job"),
            Source::Thread => f.write_str("the thread"),
        }
    }
}

impl std::fmt::Display for Arrow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.is_spawn { "spawns" } else { "wakes" };
        write!(f, "{} {verb} {}", self.source, self.task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Lane, Timed};

    const A: Subject = Subject::Task(1);
    const B: Subject = Subject::Task(2);

    fn lane(number: u64, dropped: u64, events: &[(u64, Event)]) -> Lane {
        let timed = |&(at, event): &(u64, Event)| Timed { at, event };
        Lane {
            number,
            name: format!("thread {number}"),
            events: events.iter().map(timed).collect(),
            dropped,
        }
    }

    fn timeline(lanes: Vec<Lane>) -> Timeline {
        Timeline::of(&Recording {
            lanes,
            ..Recording::default()
        })
    }

    fn said(timeline: &Timeline) -> Vec<String> {
        timeline.arrows.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_arrow_comes_from_the_first_wake_since_the_last_poll_began() {
        let timeline = timeline(vec![
            lane(
                0,
                0,
                &[
                    (1, Event::Spawn(A, 0)),
                    (2, Event::Wake(A)), // It is due already.
                    (3, Event::PollBegin(A)),
                    (4, Event::Wake(B)),
                    (5, Event::PollEnd(A, How::Pending)),
                ],
            ),
            lane(
                1,
                0,
                &[
                    (6, Event::PollBegin(B)),
                    (7, Event::Wake(A)),
                    (8, Event::PollEnd(B, How::Ready)),
                    (9, Event::TurnBegin(Driver::Io)),
                    (10, Event::Wake(A)), // Too late.
                    (11, Event::TurnEnd(1)),
                    (12, Event::PollBegin(A)),
                    (13, Event::PollEnd(A, How::Ready)),
                ],
            ),
        ]);
        assert_eq!(
            said(&timeline),
            [
                "the thread spawns task 1",
                "task 1 wakes task 2",
                "task 2 wakes task 1"
            ]
        );
        let last = timeline.arrows[2];
        assert_eq!((last.from_row, last.from_at), (1, 7));
        assert_eq!((last.to_row, last.to_at), (1, 12));
        assert_eq!(timeline.rows[1].spans[1].what, What::Turn(Driver::Io, 1));
    }

    #[test]
    fn a_wake_comes_from_the_innermost_poll() {
        let timeline = timeline(vec![lane(
            0,
            0,
            &[
                (1, Event::PollBegin(Subject::Root(16))),
                (2, Event::PollBegin(A)),
                (3, Event::Wake(B)),
                (4, Event::PollEnd(A, How::Ready)),
                (5, Event::PollEnd(Subject::Root(16), How::Pending)),
                (6, Event::PollBegin(B)),
                (7, Event::PollEnd(B, How::Yielded)),
            ],
        )]);
        assert_eq!(said(&timeline), ["task 1 wakes task 2"]);
        let depths = timeline.rows[0].spans.iter().map(|span| span.depth);
        assert_eq!(depths.collect::<Vec<_>>(), [0, 1, 0]);
    }

    #[test]
    fn what_has_no_end_is_cut_where_the_recording_ends() {
        let timeline = timeline(vec![
            lane(
                0,
                0,
                &[(1, Event::PollBegin(A)), (2, Event::ParkBegin(Bed::Thread))],
            ),
            lane(1, 7, &[(1, Event::PollBegin(B)), (3, Event::Wake(A))]),
            lane(2, 0, &[(9, Event::ParkEnd), (10, Event::BlockEnd)]),
        ]);
        let ends = |row: usize| -> Vec<(u64, bool)> {
            let spans = timeline.rows[row].spans.iter();
            spans.map(|span| (span.end, span.is_cut)).collect()
        };
        assert_eq!(ends(0), [(10, true), (10, true)], "it may have gone on");
        assert_eq!(ends(1), [(3, true)], "what it did then was not recorded");
        assert_eq!(ends(2), []);
        assert_eq!((timeline.rows[1].end, timeline.rows[1].dropped), (3, 7));
    }

    #[test]
    fn an_outer_end_ends_what_is_in_it() {
        let timeline = timeline(vec![lane(
            0,
            0,
            &[
                (1, Event::PollBegin(A)),
                (2, Event::BlockBegin),
                (4, Event::PollEnd(A, How::Ready)),
                (5, Event::PollBegin(B)),
                (6, Event::PollEnd(B, How::Ready)),
            ],
        )]);
        let spans = &timeline.rows[0].spans;
        assert_eq!((spans[1].end, spans[1].is_cut), (4, true));
        assert_eq!((spans[0].end, spans[0].is_cut), (4, false));
        assert_eq!(spans[2].depth, 0);
    }
}
