// Everything under one lock.
//
// There are no lists and no words: a plain record says what is known of each direction, how many reports there
// were, and who waits. A wait has a number, by which it finds its entry again. A report takes all entries out
// that it is about, in one go, and wakes them when the lock is released.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use harness::isolate::discard;
use harness::list::Links;
use locks::list::{Batch, relock};
use model::loom::sync::{Mutex, MutexGuard};

use crate::direction::Direction;
use crate::{Interest, Ready};

/// A source, without the source itself.
pub(crate) struct ScheduledIo {
    /// The links of the list of all sources. They belong to that list's lock.
    pub(crate) links: Links<ScheduledIo>,
    state: Mutex<State>,
    /// Facts that do not mean for this source what they say.
    ignored: Ready,
}

struct State {
    known: Known,
    latest: [Option<Waker>; 2],
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    /// The number of the next wait.
    next: u64,
}

/// What is known of both directions.
#[derive(Clone, Copy, Debug)]
struct Known {
    facts: [Ready; 2],
    /// How many reports there were about each.
    reports: [u64; 2],
    is_shut_down: bool,
}

struct Waiting {
    number: u64,
    /// What it waits for.
    facts: Ready,
    waker: Waker,
}

/// What a task saw before it tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadyEvent {
    known: Known,
    interest: Ready,
}

/// How a source begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begin {
    /// Facts that are taken to be true until an operation finds nothing.
    pub(crate) assumed: Ready,
    /// Facts that are not to be kept.
    pub(crate) ignored: Ready,
}

const DIRECTIONS: [Direction; 2] = [Direction::Read, Direction::Write];

impl ScheduledIo {
    pub(crate) fn new(begin: Begin) -> ScheduledIo {
        ScheduledIo {
            links: Links::new(),
            state: Mutex::new(State {
                known: Known {
                    facts: DIRECTIONS.map(|direction| begin.assumed & direction.mask()),
                    reports: [0; 2],
                    is_shut_down: false,
                },
                latest: [None, None],
                waiting: Vec::new(),
                next: 0,
            }),
            ignored: begin.ignored,
        }
    }

    pub(crate) fn report(&self, ready: Ready, batch: &mut Batch) {
        let ready = ready - self.ignored;
        self.note(ready);
        self.call(ready, batch);
    }

    pub(crate) fn note(&self, ready: Ready) {
        let mut state = self.lock();
        for direction in DIRECTIONS {
            let facts = ready & direction.mask();
            if !facts.is_empty() {
                state.known.facts[direction as usize] |= facts;
                state.known.reports[direction as usize] += 1;
            }
        }
    }

    /// Takes those out that wait for something of `ready`, and wakes them.
    fn call(&self, ready: Ready, batch: &mut Batch) {
        let mut state = self.lock();
        let called = state
            .waiting
            .extract_if(.., |waiting| ready.intersects(waiting.facts));
        let mut wakers: Vec<Waker> = called.map(|waiting| waiting.waker).collect();
        for direction in DIRECTIONS {
            if ready.intersects(direction.mask()) {
                wakers.extend(state.latest[direction as usize].take());
            }
        }
        drop(state);
        for waker in wakers {
            if !batch.can_push() {
                batch.wake();
            }
            batch.push(Some(waker));
        }
    }

    pub(crate) fn shut_down(&self, batch: &mut Batch) {
        self.lock().known.is_shut_down = true;
        self.call(Ready::ALL, batch);
    }

    pub(crate) fn look(&self, interest: Interest) -> ReadyEvent {
        ReadyEvent {
            known: self.lock().known,
            interest: Ready::from_interest(interest),
        }
    }

    pub(crate) fn clear(&self, event: ReadyEvent) {
        let mut state = self.lock();
        for direction in DIRECTIONS {
            let at = direction as usize;
            let is_unchanged = state.known.reports[at] == event.known.reports[at];
            if event.concerns(direction) && is_unchanged {
                let seen = event.known.facts[at] & event.interest;
                let facts = state.known.facts[at] - (seen - Ready::CLOSED);
                state.known.facts[at] = facts;
            }
        }
    }

    pub(crate) fn poll_ready(
        &self,
        cx: &mut Context<'_>,
        direction: Direction,
    ) -> Poll<io::Result<ReadyEvent>> {
        let mut waker = Some(cx.waker().clone());
        let mut state = self.lock();
        let event = ReadyEvent {
            known: state.known,
            interest: direction.mask(),
        };
        let outcome = event.outcome();
        if outcome.is_none() {
            std::mem::swap(&mut state.latest[direction as usize], &mut waker);
        }
        drop(state);
        discard(waker);
        outcome.map_or(Poll::Pending, Poll::Ready)
    }

    pub(crate) fn wait(&self, interest: Interest) -> Wait<'_> {
        Wait {
            io: self,
            interest,
            number: None,
        }
    }

    pub(crate) fn forget_latest(&self) {
        let latest = std::mem::take(&mut self.lock().latest);
        discard(latest);
    }

    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn is_locked(&self) -> bool {
        self.state.try_lock().is_err()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }
}

/// Waits until something of an interest is reported.
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Wait<'a> {
    io: &'a ScheduledIo,
    interest: Interest,
    /// That of its entry, which may have been taken out since.
    number: Option<u64>,
}

impl Future for Wait<'_> {
    type Output = io::Result<ReadyEvent>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<ReadyEvent>> {
        let interest = Ready::from_interest(self.interest);
        let mut own = None;
        loop {
            let mut state = self.io.lock();
            let known = state.known;
            let outcome = ReadyEvent { known, interest }.outcome();
            let at = state.position(self.number);
            if outcome.is_some() {
                let entry = at.map(|at| state.waiting.remove(at));
                drop(state);
                self.number = None;
                discard((entry, own));
                return outcome.map_or(Poll::Pending, Poll::Ready);
            }
            if let Some(at) = at
                && state.waiting[at].waker.will_wake(cx.waker())
            {
                drop(state);
                discard(own);
                return Poll::Pending;
            }
            let Some(waker) = own.take() else {
                drop(state);
                own = Some(cx.waker().clone());
                continue;
            };
            let stale = match at {
                Some(at) => Some(std::mem::replace(&mut state.waiting[at].waker, waker)),
                None => {
                    self.number = Some(state.next);
                    state.push(waits_for(self.interest), waker);
                    None
                }
            };
            drop(state);
            discard(stale);
            return Poll::Pending;
        }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.number.is_some() {
            let mut state = self.io.lock();
            let at = state.position(self.number);
            let entry = at.map(|at| state.waiting.remove(at));
            drop(state);
            drop(entry);
        }
    }
}

impl State {
    /// Where the entry of this number is, if it was not taken out.
    fn position(&self, number: Option<u64>) -> Option<usize> {
        let number = number?;
        self.waiting
            .binary_search_by_key(&number, |waiting| waiting.number)
            .ok()
    }

    fn push(&mut self, facts: Ready, waker: Waker) {
        self.waiting.push(Waiting {
            number: self.next,
            facts,
            waker,
        });
        self.next += 1;
    }
}

/// The facts that a wait is called by.
fn waits_for(interest: Interest) -> Ready {
    let is_reader = interest.is_readable() || interest.is_priority();
    match (is_reader, interest.is_writable()) {
        (true, true) => Ready::ALL,
        (_, true) => Ready::WRITE,
        (_, false) => Ready::READ,
    }
}

impl ReadyEvent {
    fn concerns(&self, direction: Direction) -> bool {
        self.interest.intersects(direction.mask() - Ready::ERROR)
            || (self.interest == Ready::ERROR && direction == Direction::Read)
    }

    pub(crate) fn ready(&self) -> Ready {
        let mut ready = Ready::EMPTY;
        for direction in DIRECTIONS {
            if self.concerns(direction) {
                ready |= self.known.facts[direction as usize];
            }
        }
        ready & self.interest
    }

    pub(crate) fn is_worth_a_try(&self) -> bool {
        !self.ready().is_empty()
    }

    pub(crate) fn is_shut_down(&self) -> bool {
        self.known.is_shut_down
    }

    /// How a wait ends now, if it does.
    fn outcome(&self) -> Option<io::Result<ReadyEvent>> {
        if self.is_shut_down() {
            return Some(Err(shut_down_error()));
        }
        self.is_worth_a_try().then_some(Ok(*self))
    }

    #[cfg(unix)]
    pub(crate) fn narrow(mut self, ready: Ready) -> ReadyEvent {
        self.interest = self.interest & ready;
        self
    }

    pub(crate) fn is_priority(&self) -> bool {
        self.known.facts[Direction::Read as usize].is_priority()
    }
}

/// The driver is gone.
#[derive(Debug)]
struct ShutDown;

pub(crate) fn shut_down_error() -> io::Error {
    io::Error::other(ShutDown)
}

/// Whether an error of a source means that its driver is gone.
pub fn is_shut_down_error(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|error| error.is::<ShutDown>())
}

impl Error for ShutDown {}

impl fmt::Display for ShutDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the runtime that drives this source is being shut down")
    }
}

impl fmt::Debug for ScheduledIo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScheduledIo").finish_non_exhaustive()
    }
}

// SAFETY: the links are touched under the lock of the list of all sources alone, whichever thread
// has it; all other fields are `Send`.
unsafe impl Send for ScheduledIo {}

// SAFETY: as above, and all other fields are `Sync`.
unsafe impl Sync for ScheduledIo {}
