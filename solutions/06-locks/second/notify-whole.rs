// One lock around a queue of numbers.
//
// A future that waits has a number, and its waker stands in the queue beside it. A notification takes the
// first of the queue and notes its number: the future finds it there. No foreign code runs under the lock.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker};

use harness::isolate::{discard, isolate};
use model::loom::sync::{Mutex, MutexGuard};

/// Notifies one task, or all that wait.
pub struct Notify {
    waits: Mutex<Waits>,
}

/// Who waits, and who has been told and has not seen it yet.
#[derive(Debug)]
struct Waits {
    has_permit: bool,
    /// How often `notify_waiters` was called.
    calls: u64,
    /// The number of the next that comes.
    next: u64,
    queue: VecDeque<Entry>,
    /// A `notify_waiters` has come for them, and is about to wake them.
    leaving: VecDeque<Entry>,
    told: BTreeMap<u64, Which>,
}

/// One that waits.
#[derive(Debug)]
struct Entry {
    number: u64,
    /// None if it was only enabled.
    waker: Option<Waker>,
}

/// Which of those who wait.
#[derive(Clone, Copy, Debug)]
enum Which {
    First,
    Last,
}

impl Waits {
    const fn new() -> Waits {
        Waits {
            has_permit: false,
            calls: 0,
            next: 0,
            queue: VecDeque::new(),
            leaving: VecDeque::new(),
            told: BTreeMap::new(),
        }
    }

    /// Tells one, or keeps the permit. The waker is to be woken when the lock is released.
    #[must_use]
    fn tell(&mut self, which: Which) -> Option<Waker> {
        let chosen = match which {
            Which::First => self.queue.pop_front(),
            Which::Last => self.queue.pop_back(),
        };
        let Some(entry) = chosen else {
            self.has_permit = true;
            return None;
        };
        self.told.insert(entry.number, which);
        entry.waker
    }

    /// Takes one out that waits, or is about to be woken with all others.
    fn remove(&mut self, number: u64) -> Option<Entry> {
        for queue in [&mut self.queue, &mut self.leaving] {
            if let Some(place) = queue.iter().position(|entry| entry.number == number) {
                return queue.remove(place);
            }
        }
        None
    }

    /// Whether a future that is not in the queue is done: it was meant by a `notify_waiters`, or takes
    /// the permit.
    fn is_done(&mut self, calls: u64) -> bool {
        // The permit stays for another if `notify_waiters` meant this one.
        self.calls != calls || std::mem::take(&mut self.has_permit)
    }
}

impl Notify {
    /// No task waits, and there is no permit.
    #[cfg(not(loom))]
    pub const fn new() -> Notify {
        Notify {
            waits: Mutex::new(Waits::new()),
        }
    }

    /// As [`new`](Notify::new), for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> Notify {
        Notify::new()
    }

    /// No task waits, and there is no permit. The model checker's types have no `const fn new`.
    #[cfg(loom)]
    pub fn new() -> Notify {
        Notify {
            waits: Mutex::new(Waits::new()),
        }
    }

    /// Waits for a notification.
    pub fn notified(&self) -> Notified<'_> {
        let wait = Wait::new(self);
        Notified { notify: self, wait }
    }

    /// As [`notified`](Notify::notified), with a future that borrows nothing.
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        let wait = Wait::new(&self);
        OwnedNotified { notify: self, wait }
    }

    /// Notifies the task that has waited longest; or, if none waits, the next one that comes.
    pub fn notify_one(&self) {
        self.notify(Which::First);
    }

    /// As [`notify_one`](Notify::notify_one), for the task that came last.
    pub fn notify_last(&self) {
        self.notify(Which::Last);
    }

    /// Notifies all tasks that wait.
    pub fn notify_waiters(&self) {
        let mut waits = self.lock();
        waits.calls += 1;
        let mut queue = std::mem::take(&mut waits.queue);
        waits.leaving.append(&mut queue);
        let mut first = None;
        // One at a time: while one is woken, another may be dropped, and is not woken then.
        while let Some(entry) = waits.leaving.pop_front() {
            drop(waits);
            if let Some(waker) = entry.waker
                && let Err(payload) = isolate(|| waker.wake())
            {
                match first {
                    None => first = Some(payload),
                    Some(_) => discard(payload),
                }
            }
            waits = self.lock();
        }
        drop(waits);
        if let Some(payload) = first {
            resume_unwind(payload);
        }
    }

    fn notify(&self, which: Which) {
        let waker = self.lock().tell(which);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waits> {
        // Nothing panics under the lock.
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Notify {
    fn default() -> Notify {
        Notify::new()
    }
}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notify").finish_non_exhaustive()
    }
}

impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

/// Waits for a notification. Made by [`Notify::notified`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Notified<'a> {
    notify: &'a Notify,
    wait: Wait,
}

/// As [`Notified`], without borrowing the [`Notify`]. Made by [`Notify::notified_owned`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct OwnedNotified {
    notify: Arc<Notify>,
    wait: Wait,
}

/// What both of them are.
#[derive(Debug)]
struct Wait {
    /// How often `notify_waiters` had been called when the future was made.
    calls: u64,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    New,
    /// In the queue, or told, by this number.
    Queued(u64),
    Done,
}

impl Wait {
    fn new(notify: &Notify) -> Wait {
        Wait {
            calls: notify.lock().calls,
            stage: Stage::New,
        }
    }

    fn poll(&mut self, notify: &Notify, waker: Option<&Waker>) -> Poll<()> {
        if self.look(notify, &mut None, waker) {
            return Poll::Ready(());
        }
        let needs_clone = match self.stage {
            Stage::Queued(number) => {
                let waits = notify.lock();
                let mut queue = waits.queue.iter();
                let own = queue.find(|entry| entry.number == number);
                let kept = own.and_then(|entry| entry.waker.as_ref());
                waker.is_some_and(|waker| !kept.is_some_and(|kept| kept.will_wake(waker)))
            }
            _ => true,
        };
        if !needs_clone {
            return Poll::Pending;
        }
        // Foreign code, and so there is another look after it.
        let mut own = Some(waker.cloned());
        let is_done = self.look(notify, &mut own, waker);
        // What is left of it is dropped with no lock held.
        drop(own);
        match is_done {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }

    /// Whether there is a notification. If not, and `own` has what is to be left, leaves it, and `own`
    /// has then what was there before.
    fn look(
        &mut self,
        notify: &Notify,
        own: &mut Option<Option<Waker>>,
        waker: Option<&Waker>,
    ) -> bool {
        let mut waits = notify.lock();
        let is_done = match self.stage {
            Stage::New => waits.is_done(self.calls),
            // A `notify_waiters` means all that are in the queue.
            Stage::Queued(number) => {
                waits.told.remove(&number).is_some() || waits.calls != self.calls
            }
            Stage::Done => true,
        };
        if is_done {
            let entry = match self.stage {
                Stage::Queued(number) => waits.remove(number),
                _ => None,
            };
            self.stage = Stage::Done;
            drop(waits);
            // Its waker is not needed any more.
            drop(entry);
            return true;
        }
        match self.stage {
            Stage::New => {
                if let Some(waker) = own.take() {
                    let number = waits.next;
                    waits.next += 1;
                    waits.queue.push_back(Entry { number, waker });
                    self.stage = Stage::Queued(number);
                }
            }
            Stage::Queued(number) if waker.is_some() => {
                let mut queue = waits.queue.iter_mut();
                let entry = queue.find(|entry| entry.number == number);
                if let (Some(entry), Some(own)) = (entry, own) {
                    std::mem::swap(&mut entry.waker, own);
                }
            }
            _ => {}
        }
        false
    }

    fn leave(&mut self, notify: &Notify) {
        let Stage::Queued(number) = self.stage else {
            return;
        };
        let mut waits = notify.lock();
        let mut own = None;
        let mut next = None;
        if let Some(which) = waits.told.remove(&number) {
            // What was for this one goes to the next.
            next = waits.tell(which);
        } else {
            own = waits.remove(number);
        }
        drop(waits);
        drop(own);
        if let Some(next) = next {
            next.wake();
        }
    }
}

impl Notified<'_> {
    /// Joins the queue without a task to wake, as if it were polled; or takes a notification that is
    /// there, and then returns `true`.
    pub fn enable(mut self: Pin<&mut Self>) -> bool {
        let notify = self.notify;
        self.wait.poll(notify, None).is_ready()
    }
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let notify = self.notify;
        self.wait.poll(notify, Some(cx.waker()))
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        self.wait.leave(self.notify);
    }
}

impl OwnedNotified {
    /// As [`Notified::enable`].
    pub fn enable(mut self: Pin<&mut Self>) -> bool {
        let this = &mut *self;
        this.wait.poll(&this.notify, None).is_ready()
    }
}

impl Future for OwnedNotified {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        this.wait.poll(&this.notify, Some(cx.waker()))
    }
}

impl Drop for OwnedNotified {
    fn drop(&mut self) {
        self.wait.leave(&self.notify);
    }
}
