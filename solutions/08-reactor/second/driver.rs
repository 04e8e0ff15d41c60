// Everything under one lock.
//
// A token is a number that one source gets, and no other one after it. So an event in hand of a source that is gone
// finds nothing, whatever was registered since, and a source is freed as soon as it goes. What is
// registered, whether an unpark came, where the owner sleeps and who has the turn are fields of one record.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use current_thread::{Park, ThreadPark, Unpark};
use harness::isolate::{discard, isolate};
use locks::list::{Batch, relock};
use model::loom::sync::{Mutex, MutexGuard};

use crate::Interest;
use crate::poller::{Poller, Selector, Source};
use crate::scheduled_io::{Begin, ScheduledIo, shut_down_error};

/// What a scheduler sleeps on if its tasks use sockets. While no socket is registered it sleeps on
/// `P`.
#[derive(Debug)]
pub struct IoPark<P: Park = ThreadPark> {
    below: P,
    handle: IoHandle,
    /// When the system was last asked.
    last_look: Option<Instant>,
}

/// While there are tasks to run, the system is asked so often.
const LOOK_INTERVAL: Duration = Duration::from_micros(10);

/// A handle on a driver of sources: registers sources, wakes the driver's owner, or takes a turn in
/// its place. Cloning it is cheap.
#[derive(Clone)]
pub struct IoHandle {
    shared: Arc<Shared>,
}

struct Shared {
    /// Wakes the owner where it sleeps if not on its sources.
    below: Box<dyn Unpark>,
    state: Mutex<State>,
}

struct State {
    /// An unpark came, and the owner has not seen it.
    is_notified: bool,
    asleep: Asleep,
    turn: Turn,
    /// The owner sleeps until the turn is back.
    does_owner_wait: bool,
    /// The half of the event queue that is for all threads.
    poller: Option<Arc<Poller>>,
    /// All that is registered, by the number that the system brings back.
    sources: BTreeMap<usize, Arc<ScheduledIo>>,
    /// The number of each, by its address.
    tokens: BTreeMap<usize, usize>,
    /// The number that was given last.
    last_token: usize,
    is_shut_down: bool,
}

/// Where the owner is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asleep {
    Nowhere,
    Below,
    Polling,
}

/// The right to ask the system, and the half of the event queue that this takes.
enum Turn {
    /// There was no source yet.
    Unmade,
    Free(Selector),
    Taken,
    /// There will be no event any more.
    Closed,
}

/// The turn, taken. It is put back when this is dropped.
struct Taken<'a> {
    shared: &'a Shared,
    selector: Option<Selector>,
    has_events: bool,
}

impl<P: Park> IoPark<P> {
    /// A driver without sources.
    pub fn new(below: P) -> IoPark<P> {
        let shared = Shared {
            below: Box::new(below.unparker()),
            state: Mutex::new(State {
                is_notified: false,
                asleep: Asleep::Nowhere,
                turn: Turn::Unmade,
                does_owner_wait: false,
                poller: None,
                sources: BTreeMap::new(),
                tokens: BTreeMap::new(),
                last_token: 0,
                is_shut_down: false,
            }),
        };
        let handle = IoHandle {
            shared: Arc::new(shared),
        };
        IoPark {
            below,
            handle,
            last_look: None,
        }
    }

    fn sleep(&mut self, timeout: Option<Duration>) {
        let shared = &*self.handle.shared;
        let mut state = shared.lock();
        let is_notified = std::mem::take(&mut state.is_notified);
        if state.sources.is_empty() {
            if !is_notified {
                state.asleep = Asleep::Below;
                drop(state);
                self.sleep_below(timeout);
            }
            return;
        }
        match std::mem::replace(&mut state.turn, Turn::Taken) {
            Turn::Free(selector) => {
                if !is_notified {
                    state.asleep = Asleep::Polling;
                }
                drop(state);
                let mut taken = Taken::new(shared, selector);
                taken.wait(match is_notified {
                    true => Some(Duration::ZERO),
                    false => timeout,
                });
                shared.end_sleep();
                taken.dispatch();
            }
            Turn::Taken if !is_notified => {
                state.does_owner_wait = true;
                state.asleep = Asleep::Below;
                drop(state);
                self.sleep_below(timeout);
            }
            other => state.turn = other,
        }
    }

    fn sleep_below(&mut self, timeout: Option<Duration>) {
        match timeout {
            None => self.below.park(),
            Some(timeout) => self.below.park_timeout(timeout),
        }
        self.handle.shared.end_sleep();
    }

    /// Looks after what is ready.
    fn look(&mut self) {
        let mut state = self.handle.shared.lock();
        state.is_notified = false;
        let has_sources = !state.sources.is_empty();
        drop(state);
        match has_sources {
            true => drop(self.handle.turn()),
            false => self.below.park_timeout(Duration::ZERO),
        }
    }
}

impl<P: Park> Park for IoPark<P> {
    type Unpark = IoHandle;

    fn unparker(&self) -> IoHandle {
        self.handle.clone()
    }

    fn park(&mut self) {
        self.sleep(None);
    }

    fn park_timeout(&mut self, timeout: Duration) {
        if timeout.is_zero() {
            self.look();
        } else {
            self.sleep(Some(timeout));
        }
    }

    fn is_due(&mut self, polls: u32) -> bool {
        if self.handle.count_sources() == 0 {
            return self.below.is_due(polls);
        }
        let now = Instant::now();
        let is_due = self
            .last_look
            .is_none_or(|last| LOOK_INTERVAL <= now.duration_since(last));
        if is_due {
            self.last_look = Some(now);
        }
        is_due
    }

    fn shutdown(&mut self) {
        let mut batch = self.handle.shared.shut_down();
        self.below.shutdown();
        batch.finish();
    }
}

impl<P: Park> Drop for IoPark<P> {
    /// The owner will not turn this driver again, so no task may wait for it.
    fn drop(&mut self) {
        let mut batch = self.handle.shared.shut_down();
        if let Err(payload) = isolate(|| batch.finish()) {
            discard(payload);
        }
    }
}

impl IoHandle {
    /// Registers a source.
    pub(crate) fn register<S: Source + ?Sized>(
        &self,
        source: &mut S,
        interest: Interest,
        begin: Begin,
    ) -> io::Result<Arc<ScheduledIo>> {
        let io = Arc::new(ScheduledIo::new(begin));
        let mut state = self.shared.lock();
        if state.is_shut_down {
            return Err(shut_down_error());
        }
        let poller = state.poller()?;
        let token = state.next_token();
        // Nothing is written yet that would have to be undone. An event that comes at once waits for the lock.
        poller.register(source, token, interest)?;
        state.sources.insert(token, Arc::clone(&io));
        state.tokens.insert(address(&io), token);
        let is_asleep_below = state.asleep == Asleep::Below;
        drop(state);
        if is_asleep_below {
            self.shared.below.unpark();
        }
        Ok(io)
    }

    /// Deregisters a source. An event of it may still be in hand.
    pub(crate) fn deregister<S: Source + ?Sized>(
        &self,
        source: &mut S,
        io: &Arc<ScheduledIo>,
    ) -> io::Result<()> {
        io.forget_latest();
        let mut state = self.shared.lock();
        let Some(poller) = state.poller.clone() else {
            return Err(shut_down_error());
        };
        poller.deregister(source)?;
        // After a shutdown it is not there any more.
        let token = state.tokens.remove(&address(io));
        let reference = token.and_then(|token| state.sources.remove(&token));
        drop(state);
        drop(reference);
        Ok(())
    }

    /// How many sources are registered.
    pub(crate) fn count_sources(&self) -> usize {
        self.shared.lock().sources.len()
    }

    /// How many sources the driver has in its books.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn count_listed(&self) -> usize {
        self.shared.lock().tokens.len()
    }

    /// None that is deregistered takes memory.
    #[cfg_attr(not(feature = "steps"), allow(dead_code))]
    pub(crate) fn count_released(&self) -> usize {
        let state = self.shared.lock();
        state.sources.len() - state.tokens.len()
    }
}

impl Unpark for IoHandle {
    fn unpark(&self) {
        self.shared.unpark();
    }

    fn turn(&self) -> bool {
        let mut state = self.shared.lock();
        let selector = match std::mem::replace(&mut state.turn, Turn::Taken) {
            Turn::Free(selector) => selector,
            other => {
                state.turn = other;
                return false;
            }
        };
        drop(state);
        let mut taken = Taken::new(&self.shared, selector);
        taken.wait(Some(Duration::ZERO));
        taken.dispatch();
        true
    }

    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        if wanted == TypeId::of::<IoHandle>() {
            return Some(self);
        }
        self.shared.below.find(wanted)
    }
}

impl fmt::Debug for IoHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IoHandle")
            .field("sources", &self.count_sources())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        relock(&self.state)
    }

    fn unpark(&self) {
        let mut state = self.lock();
        if std::mem::replace(&mut state.is_notified, true) {
            // The thread that left it wakes the owner.
            return;
        }
        let (asleep, poller) = (state.asleep, state.poller.clone());
        drop(state);
        match asleep {
            Asleep::Nowhere => {}
            Asleep::Below => self.below.unpark(),
            Asleep::Polling => poller.expect("what the owner sleeps on was made").wake(),
        }
    }

    /// The owner is up again. An unpark that came meanwhile is used up.
    fn end_sleep(&self) {
        let mut state = self.lock();
        state.is_notified = false;
        state.asleep = Asleep::Nowhere;
    }

    /// Ends all waits, now and later.
    fn shut_down(&self) -> Batch {
        let mut state = self.lock();
        state.is_shut_down = true;
        let sources = std::mem::take(&mut state.sources);
        state.tokens.clear();
        let turn = std::mem::replace(&mut state.turn, Turn::Closed);
        drop(state);
        drop(turn);
        let mut batch = Batch::new();
        for io in sources.values() {
            io.shut_down(&mut batch);
        }
        batch
    }
}

impl State {
    /// The event queue, which is made if there is none.
    fn poller(&mut self) -> io::Result<Arc<Poller>> {
        if let Some(poller) = &self.poller {
            return Ok(Arc::clone(poller));
        }
        let (poller, selector) = Poller::new()?;
        let poller = Arc::new(poller);
        self.turn = Turn::Free(selector);
        self.poller = Some(Arc::clone(&poller));
        Ok(poller)
    }

    /// A number that no source has, and that no event in hand has either: all other numbers are given before
    /// it comes again. 0 is the queue's own.
    fn next_token(&mut self) -> usize {
        loop {
            self.last_token = self.last_token.wrapping_add(1);
            if self.last_token != 0 && !self.sources.contains_key(&self.last_token) {
                return self.last_token;
            }
        }
    }
}

impl<'a> Taken<'a> {
    fn new(shared: &'a Shared, selector: Selector) -> Taken<'a> {
        Taken {
            shared,
            selector: Some(selector),
            has_events: false,
        }
    }

    fn wait(&mut self, timeout: Option<Duration>) {
        let selector = self.selector.as_mut().expect("it is not put back yet");
        self.has_events = match selector.wait(timeout) {
            Ok(()) => true,
            // A signal. What is in the hand's place are the events of the turn before.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => false,
            Err(error) => panic!("the event queue is broken: {error}"),
        };
    }

    /// Passes the events in hand on to their sources, puts the turn back, and wakes the tasks that
    /// waited for them.
    fn dispatch(self) {
        let mut batch = Batch::new();
        if let Some(selector) = self.selector.as_ref().filter(|_| self.has_events) {
            for (token, ready) in selector.events() {
                // The lock is free again before the report: it may wake what is in the batch.
                let io = self.shared.lock().sources.get(&token).cloned();
                if let Some(io) = io {
                    io.report(ready, &mut batch);
                }
            }
        }
        drop(self);
        batch.finish();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut selector = self.selector.take();
        let mut state = self.shared.lock();
        if let Turn::Taken = state.turn {
            state.turn = selector.take().map_or(Turn::Closed, Turn::Free);
        }
        let does_owner_wait = std::mem::take(&mut state.does_owner_wait);
        drop(state);
        if does_owner_wait {
            self.shared.unpark();
        }
    }
}

/// Where a source is: no other one is there while this one is registered.
fn address(io: &Arc<ScheduledIo>) -> usize {
    Arc::as_ptr(io).addr()
}
