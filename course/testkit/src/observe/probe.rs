//! A future that counts: any future of a test's, wrapped, so that a hang can be explained.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread::ThreadId;

use crate::observe::drops::{self, Ticket};
use crate::observe::forward::Forward;
use crate::observe::poll;
use crate::observe::tracked::{Owner, Target};
use crate::watch::run;
use crate::words::calls::{self, Doing};
use crate::words::rule::Rule;
use crate::words::task::{Kind, State, Task};

/// Wraps `future` so that its polls, wakes and drops are counted under `name`, and
/// [`within`](crate::within()) can tell where it got stuck. Returns the wrapped future, and a
/// handle to read the counts from.
///
/// The inner future is polled with a waker of the kit's, which passes everything on to the waker
/// that the probe is polled with: for each clone of the one there is a clone of the other, and
/// while the inner future keeps one, the next poll's waker is the same (in the sense of
/// [`Waker::will_wake`]) exactly if the real one is.
///
/// Breaking a rule at the poll itself fails the `within` around it at once: polling again after
/// Ready or a panic, and polling over and over with nothing having happened.
///
/// ```
/// use std::pin::pin;
/// use testkit::TestWaker;
///
/// let (future, seen) = testkit::probe("task 1", async { 7 });
/// assert!(TestWaker::new("A").poll(pin!(future)).is_ready());
/// assert_eq!(seen.polls(), 1);
/// ```
pub fn probe<F: Future>(name: &str, future: F) -> (Probe<F>, Seen) {
    let task = Task::new(name, Kind::Probe);
    run::register(&task);
    let seen = Seen {
        task: Arc::clone(&task),
    };
    let ticket = drops::issue(&task);
    let probe = Probe {
        future: ManuallyDrop::new(future),
        task: ManuallyDrop::new(task),
        owner: ManuallyDrop::new(None),
        ticket,
    };
    (probe, seen)
}

/// The future that [`probe`] returns.
#[must_use = "a future does nothing unless it is polled"]
pub struct Probe<F> {
    /// Pinned when the probe is.
    future: ManuallyDrop<F>,
    task: ManuallyDrop<Arc<Task>>,
    /// The cell of the waker of the latest poll; none before the first.
    owner: ManuallyDrop<Option<Owner>>,
    /// What a second drop of the probe is recognized by.
    ticket: Ticket,
}

/// What was seen of a [`Probe`]'s future. Clones read the same counts.
#[derive(Clone)]
pub struct Seen {
    task: Arc<Task>,
}

impl<F: Future> Probe<F> {
    /// The cell for a poll with `waker`: the same as for the last poll, as long as the wakers that
    /// the inner future still has of it stand for the same real one.
    fn owner_for<'a>(owner: &'a mut Option<Owner>, task: &Arc<Task>, waker: &Waker) -> &'a Owner {
        if owner
            .as_ref()
            .is_some_and(|owner| !owner.cell().forward().is_for(waker))
        {
            *owner = None;
        }
        owner.get_or_insert_with(|| Owner::new(task, Target::Forward(Forward::default())))
    }
}

impl<F: Future> Future for Probe<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out of the probe; `future` is pinned again below, and the
        // other fields are not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `future` lies in the pinned probe, is never moved out of it, and is dropped in
        // place by the probe's drop.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        let owner = &mut *this.owner;
        poll::observed(&this.task, || {
            let owner = Probe::<F>::owner_for(owner, &this.task, cx.waker());
            let forward = owner.cell().forward();
            forward.begin_poll(cx.waker());
            let _end = EndOfPoll(forward);
            let waker = owner.borrowed();
            future.poll(&mut Context::from_waker(&waker))
        })
    }
}

impl<F> Drop for Probe<F> {
    fn drop(&mut self) {
        if !self.ticket.punch() {
            // Dropped before: what is in the fields is not ours any more.
            return;
        }
        let task = Arc::clone(&self.task);
        let _call = calls::enter(Doing::DropFuture, &task);
        let _rest = Rest {
            owner: &mut self.owner,
            task: &mut self.task,
        };
        // SAFETY: the ticket says that this is the first drop, and nothing uses it after.
        unsafe { ManuallyDrop::drop(&mut self.future) };
    }
}

/// Drops the rest of the probe, also when the future's drop panics.
struct Rest<'a> {
    owner: &'a mut ManuallyDrop<Option<Owner>>,
    task: &'a mut ManuallyDrop<Arc<Task>>,
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        self.task.set_state(State::Dropped);
        // SAFETY: this is the probe's only drop, and nothing uses `owner` after it.
        unsafe { ManuallyDrop::drop(self.owner) };
        // SAFETY: the same for `task`.
        unsafe { ManuallyDrop::drop(self.task) };
    }
}

impl Seen {
    /// How often it was polled.
    pub fn polls(&self) -> usize {
        self.task.polls.get()
    }

    /// How often it was dropped: 1 at the end, 0 while it lives or if it leaked.
    pub fn drops(&self) -> usize {
        self.task.drops.get()
    }

    /// Whether it has returned Ready.
    pub fn is_ready(&self) -> bool {
        self.task.was_ready()
    }

    /// Whether it was dropped.
    pub fn is_dropped(&self) -> bool {
        self.drops() > 0
    }

    /// How often its wakers were woken, those of earlier polls included.
    pub fn wakes(&self) -> usize {
        self.task.wakes()
    }

    /// How many of its wakers are alive in foreign hands, those of earlier polls included.
    pub fn wakers_held(&self) -> usize {
        let (latest, earlier) = self.task.held();
        latest + earlier
    }

    /// The thread on which it was dropped, if it was.
    pub fn thread_of_drop(&self) -> Option<ThreadId> {
        self.task.dropped_on()
    }

    /// The name it was made with.
    pub fn name(&self) -> &str {
        &self.task.name
    }

    /// Checks that the future was dropped, and only once.
    ///
    /// # Panics
    ///
    /// If it was not.
    #[track_caller]
    pub fn dropped_once(&self, rule: Rule) {
        drops::check_once(&self.task, rule);
    }
}

impl<F> fmt::Debug for Probe<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("name", &self.task.name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("name", &self.name())
            .field("polls", &self.polls())
            .field("wakes", &self.wakes())
            .field("drops", &self.drops())
            .finish()
    }
}

/// Ends the loan of the real waker, also when the poll unwinds.
struct EndOfPoll<'a>(&'a Forward);

impl Drop for EndOfPoll<'_> {
    fn drop(&mut self) {
        self.0.end_poll();
    }
}
