//! How much a task may do before it gives way.
//!
//! A scheduler gets its thread back when a task returns `Pending`. A task that always finds
//! something ready never does. For example, it reads from a channel that is filled faster than it
//! reads, and every other task of the thread waits. No line of its code is wrong. So each poll by
//! the scheduler begins with a budget, and every leaf that makes progress spends one of it: a value
//! received, a lock taken. When it is used up, the leaf returns `Pending`, though it is ready, and
//! the task is woken at once: it goes on when the others have had their turn.
//!
//! ```text
//!     poll begins: 128     recv: 127    recv: 126   …   recv: 0     recv: Pending, wake deferred
//! ```
//!
//! The wake is [deferred](crate::context::defer), even if the waker is not the task's own. A
//! combinator such as `FuturesUnordered` gives each of its futures a waker of its own, and polls
//! again each future that is woken during its poll. If the leaf woke it at once, the combinator
//! would poll the leaf again, find the budget used up again, and never return (tokio-rs/tokio#2390).
//!
//! Code outside of a task has no budget to keep to.
//!
//! # Left out
//!
//! A budget counts operations, not time. A task that computes for a second between two of them has to call
//! `yield_now` by itself.
//!
//! In tokio: `task/coop/`.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::context::{self, Record};

/// The operations that are left in this poll, and [`SPENT`](Budget::SPENT) more; or one of the values below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget(u8);

/// The leave to make one step of progress.
///
/// Nothing is spent by asking. A leaf that turns out not to be ready drops it.
///
/// # Examples
///
/// ```
/// use std::task::{Context, Poll, Waker};
///
/// use harness::coop::{poll_proceed, with_budget};
///
/// let mut cx = Context::from_waker(Waker::noop());
/// let mut steps = 0;
/// with_budget(|| {
///     while let Poll::Ready(proceed) = poll_proceed(&mut cx) {
///         // A leaf looks here whether it is ready. This one always is.
///         steps += 1;
///         proceed.made_progress();
///     }
/// });
/// assert_eq!(steps, 128, "then it is another task's turn");
/// ```
#[derive(Debug)]
#[must_use = "call `made_progress` if there was any"]
pub struct Proceed {
    /// The budget is that of the thread.
    not_send: PhantomData<*const ()>,
}

/// A future without a budget. Made by [`unconstrained`].
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Waker};
///
/// use harness::coop::{consume_budget, unconstrained, with_budget};
///
/// async fn count_to_a_thousand() {
///     for _ in 0..1000 {
///         consume_budget().await;
///     }
/// }
///
/// let mut cx = Context::from_waker(Waker::noop());
/// let mut polite = pin!(count_to_a_thousand());
/// assert!(with_budget(|| polite.as_mut().poll(&mut cx)).is_pending());
/// let mut rude = pin!(unconstrained(count_to_a_thousand()));
/// assert!(with_budget(|| rude.as_mut().poll(&mut cx)).is_ready());
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Unconstrained<F> {
    inner: F,
}

/// A future that spends the budget. Made by [`cooperative`].
///
/// # Examples
///
/// ```
/// use std::future::ready;
/// use std::pin::pin;
/// use std::task::{Context, Waker};
///
/// use harness::coop::{cooperative, with_budget};
///
/// // A leaf of another crate is always ready, and does not know of budgets.
/// async fn for_ever() {
///     loop {
///         cooperative(ready(())).await;
///     }
/// }
///
/// let mut cx = Context::from_waker(Waker::noop());
/// let mut task = pin!(for_ever());
/// assert!(with_budget(|| task.as_mut().poll(&mut cx)).is_pending(), "the loop gives way");
/// ```
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Coop<F> {
    inner: F,
}

impl Budget {
    /// What a poll begins with: enough that giving way costs nothing beside it, and few enough that the
    /// others wait for microseconds.
    pub(crate) const FULL: Budget = Budget(128 + Budget::SPENT.0);
    /// The budget of code that no scheduler waits for.
    pub(crate) const UNLIMITED: Budget = Budget(u8::MAX);
    /// Nothing is left.
    const SPENT: Budget = Budget(1);
    /// Nothing is left, and a leaf has been told so: the runtime counts such polls, and each once.
    const TOLD: Budget = Budget(0);

    #[inline]
    fn has_remaining(self) -> bool {
        Budget::SPENT.0 < self.0
    }

    #[inline]
    fn less_one(self) -> Budget {
        match self.has_remaining() && self != Budget::UNLIMITED {
            true => Budget(self.0 - 1),
            false => self,
        }
    }
}

/// Asks for leave to make one step of progress. If the budget is used up, the task is woken once the others
/// have had their turn, and the answer is `Pending`, which the leaf is to return.
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<Proceed> {
    if has_budget_remaining() {
        return Poll::Ready(Proceed::new());
    }
    note_forced_yield();
    context::defer(cx.waker());
    Poll::Pending
}

impl Proceed {
    #[inline]
    fn new() -> Proceed {
        Proceed {
            not_send: PhantomData,
        }
    }

    /// Spends one of the budget.
    #[inline]
    pub fn made_progress(self) {
        Record::with(|record| record.budget.set(record.budget.get().less_one()));
    }
}

/// Calls `leaf`, which polls for one step of progress, if there is budget for it; and spends one if
/// the leaf was ready. A leaf's `poll` wraps itself in it.
#[inline]
pub fn poll_spending<T>(
    cx: &mut Context<'_>,
    leaf: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Poll<T> {
    let proceed = ready!(poll_proceed(cx));
    let output = ready!(leaf(cx));
    proceed.made_progress();
    Poll::Ready(output)
}

/// Calls `step`, which tries to make one step of progress without waiting, if there is budget for it; and
/// spends one if the step was made. It is for a leaf's way around its own queue: if it is refused, the leaf
/// polls, and is told to wait there.
#[inline]
pub fn try_spending(step: impl FnOnce() -> bool) -> bool {
    let is_made = has_budget_remaining() && step();
    if is_made {
        Proceed::new().made_progress();
    }
    is_made
}

/// Whether a leaf that is ready would be let through. True outside of a task.
#[inline]
pub fn has_budget_remaining() -> bool {
    Record::with(|record| record.budget.get().has_remaining())
}

/// The first leaf of this poll is told that nothing is left.
#[cold]
fn note_forced_yield() {
    if Record::with(|record| record.budget.replace(Budget::TOLD)) == Budget::SPENT {
        context::note_forced_yield();
    }
}

/// Spends one of the budget, and gives way if there is none. For loops that make progress without any leaf
/// that counts.
///
/// # Cancellation
///
/// Nothing is lost.
pub async fn consume_budget() {
    poll_fn(|cx| poll_spending(cx, |_| Poll::Ready(()))).await;
}

/// Lets `future` do in each poll as much as it likes.
pub fn unconstrained<F>(future: F) -> Unconstrained<F> {
    Unconstrained { inner: future }
}

/// Makes `future` spend one of the budget when it is done, and wait while there is none.
pub fn cooperative<F>(future: F) -> Coop<F> {
    Coop { inner: future }
}

/// Calls `f`, which polls a future for a scheduler, with a fresh budget. A task gets it from the harness;
/// this is for futures that are polled without a task, such as that of a `block_on`.
#[inline]
pub fn with_budget<R>(f: impl FnOnce() -> R) -> R {
    with(Budget::FULL, f)
}

#[inline]
fn with<R>(budget: Budget, f: impl FnOnce() -> R) -> R {
    struct Restore(Budget);
    impl Drop for Restore {
        #[inline]
        fn drop(&mut self) {
            Record::with(|record| record.budget.set(self.0));
        }
    }
    let _restore = Restore(Record::with(|record| record.budget.replace(budget)));
    f()
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the field is pinned as we are: it is never moved, we have no `Drop`, and we are `Unpin`
        // only if it is.
        let inner = unsafe { self.map_unchecked_mut(|this| &mut this.inner) };
        with(Budget::UNLIMITED, || inner.poll(cx))
    }
}

impl<F: Future> Future for Coop<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: as for `Unconstrained`.
        let inner = unsafe { self.map_unchecked_mut(|this| &mut this.inner) };
        poll_spending(cx, |cx| inner.poll(cx))
    }
}
