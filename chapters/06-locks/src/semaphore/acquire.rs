//! A place in the queue of a semaphore, and the future that waits in it.
//!
//! The place is a type of its own, since not every waiter can borrow the semaphore: for example, a
//! channel's sender owns what the semaphore is in. An owner of a place must [`leave`](Place::leave) it.
//!
//! In tokio: `Acquire` in `sync/batch_semaphore.rs`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use harness::coop;

use crate::list::Waiter;
use crate::semaphore::{AcquireError, REFUSED, Semaphore, Taken, TryAcquireError};

/// Waits for a number of permits.
///
/// # Examples
///
/// ```
/// use locks::Semaphore;
///
/// timer_future::block_on(async {
///     let bytes = Semaphore::new(100);
///     // A channel keeps the permits with the message, not in a guard.
///     assert!(bytes.take(80).await.is_ok());
///     assert_eq!(bytes.available_permits(), 20);
///     bytes.add_permits(80);
///     assert_eq!(bytes.available_permits(), 100);
/// });
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Acquire<'a> {
    semaphore: &'a Semaphore,
    place: Place,
}

/// A request for a number of permits: outside of the queue at first.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Waker};
///
/// use locks::Semaphore;
/// use locks::semaphore::Place;
///
/// let semaphore = Semaphore::new(1);
/// let mut cx = Context::from_waker(Waker::noop());
/// let mut place = pin!(Place::new(2));
/// // SAFETY: it is the same semaphore each time, and the place is left below.
/// assert!(unsafe { place.as_mut().poll(&semaphore, &mut cx) }.is_pending());
/// assert_eq!(semaphore.available_permits(), 0, "it has the one, and waits for another");
/// semaphore.add_permits(1);
/// // SAFETY: as above.
/// assert!(unsafe { place.as_mut().poll(&semaphore, &mut cx) }.is_ready());
/// // SAFETY: the place does not move.
/// let place = unsafe { place.get_unchecked_mut() };
/// // SAFETY: as above.
/// unsafe { place.leave(&semaphore) };
/// ```
#[derive(Debug)]
pub struct Place {
    waiter: Waiter,
    /// How many it wants.
    wanted: usize,
    /// Whether the waiter was put into the list, and what it was handed is not yet ours.
    is_queued: bool,
}

impl<'a> Acquire<'a> {
    #[inline]
    pub(crate) fn new(semaphore: &'a Semaphore, n: usize) -> Acquire<'a> {
        Acquire {
            semaphore,
            place: Place::new(n),
        }
    }

    /// The fields; the place is pinned as the future is.
    fn project(self: Pin<&mut Self>) -> (&'a Semaphore, Pin<&mut Place>) {
        // SAFETY: nothing is moved out.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: the place is a field of the pinned future, and no code moves it: see `drop`.
        (this.semaphore, unsafe {
            Pin::new_unchecked(&mut this.place)
        })
    }
}

impl Future for Acquire<'_> {
    type Output = Result<(), AcquireError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (semaphore, place) = self.project();
        // SAFETY: it is the same semaphore each time, and `drop` leaves.
        unsafe { place.poll(semaphore, cx) }
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        // SAFETY: the place is not moved any more, whether or not it was ever pinned.
        unsafe { self.place.leave(self.semaphore) };
    }
}

impl Place {
    /// A request for `n` permits.
    #[inline]
    pub fn new(n: usize) -> Place {
        // A `u32` may be more, on machines of 32 bits, and would then pass for `REFUSED`.
        let most = Semaphore::MAX_PERMITS;
        assert!(n <= most, "nobody can have more than MAX_PERMITS permits");
        Place {
            waiter: Waiter::new(0),
            wanted: n,
            is_queued: false,
        }
    }

    /// Takes the permits, or a place in the queue. When this returns `Ready(Ok)`, the permits are the
    /// caller's, and the place may be used again.
    ///
    /// A task that has used up its budget takes them as well, so that no later task gets ahead of it. It
    /// keeps them in its place until its next turn.
    ///
    /// # Safety
    ///
    /// It is the same `semaphore` until the place was left or this returned `Ready`. And before the
    /// place is dropped or the semaphore is, [`leave`](Place::leave) is called.
    pub unsafe fn poll(
        self: Pin<&mut Self>,
        semaphore: &Semaphore,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), AcquireError>> {
        // SAFETY: the waiter is not moved.
        let this = unsafe { self.get_unchecked_mut() };
        let output = match this.is_queued {
            true => ready!(this.poll_queued(semaphore, cx)),
            false => ready!(this.poll_new(semaphore, cx)),
        };
        if let Poll::Ready(proceed) = coop::poll_proceed(cx) {
            proceed.made_progress();
            return Poll::Ready(output);
        }
        if output.is_ok() {
            this.keep();
        }
        Poll::Pending
    }

    /// Leaves the permits in the place, as if they had just been handed over.
    fn keep(&mut self) {
        self.waiter.set_state(0);
        self.is_queued = true;
    }

    /// Leaves the queue, with what was handed over already: that goes to the next.
    ///
    /// # Safety
    ///
    /// As for [`poll`](Place::poll).
    #[inline]
    pub unsafe fn leave(&mut self, semaphore: &Semaphore) {
        if self.is_queued {
            self.leave_queue(semaphore);
        }
    }

    fn poll_new(
        &mut self,
        semaphore: &Semaphore,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), AcquireError>> {
        match semaphore.try_take(self.wanted) {
            Ok(()) => return Poll::Ready(Ok(())),
            Err(TryAcquireError::Closed) => return Poll::Ready(Err(AcquireError::closed())),
            Err(TryAcquireError::NoPermits) => {}
        }
        // A clone is foreign code, and so it comes before the lock.
        let waker = cx.waker().clone();
        let mut waiters = semaphore.lock();
        match semaphore.take_or_queue(&waiters, self.wanted) {
            Taken::All => Poll::Ready(Ok(())),
            Taken::Refused => Poll::Ready(Err(AcquireError::closed())),
            Taken::Missing(missing) => {
                self.waiter.set_state(missing);
                // SAFETY: the waiter is pinned with the place, and in no list. Before it is dropped
                // it leaves.
                unsafe { waiters.push(&self.waiter, Some(waker)) };
                self.is_queued = true;
                Poll::Pending
            }
        }
        // The guard goes before a waker that is not needed.
    }

    fn poll_queued(
        &mut self,
        semaphore: &Semaphore,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), AcquireError>> {
        // A clone is foreign code, and so is a drop: neither is done under the lock. Mostly neither is
        // needed, since the same task waits as before.
        let mut waker = None;
        loop {
            if self.is_decided() {
                return Poll::Ready(self.decide(semaphore));
            }
            let waiters = semaphore.lock();
            if self.is_decided() {
                continue;
            }
            // SAFETY: we have the lock.
            if unsafe { self.waiter.will_wake(cx.waker()) } {
                return Poll::Pending;
            }
            if waker.is_some() {
                // SAFETY: we have the lock.
                waker = unsafe { self.waiter.replace_waker(waker) };
                drop(waiters);
                drop(waker);
                return Poll::Pending;
            }
            drop(waiters);
            waker = Some(cx.waker().clone());
        }
    }

    /// Whether all permits were handed over, or the semaphore was closed before they were.
    fn is_decided(&self) -> bool {
        let missing = self.waiter.state();
        missing == 0 || missing & REFUSED != 0
    }

    /// Leaves after the decision: with all permits, or with an error.
    fn decide(&mut self, semaphore: &Semaphore) -> Result<(), AcquireError> {
        let missing = self.waiter.state() & !REFUSED;
        self.is_queued = false;
        if semaphore.is_closed() {
            semaphore.release(self.wanted - missing);
            return Err(AcquireError::closed());
        }
        debug_assert_eq!(missing, 0, "refused by a semaphore that is open");
        Ok(())
    }

    fn leave_queue(&mut self, semaphore: &Semaphore) {
        // ANCHOR: ex-6-6-give-back
        // The waiter is in no list afterwards, and what it had got so far is with those behind it,
        // or free; no waker is dropped under the lock.
        todo!("6.6 give-back")
        // ANCHOR_END: ex-6-6-give-back
    }
}
