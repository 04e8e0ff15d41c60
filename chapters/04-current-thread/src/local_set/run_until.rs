//! One future that polls a set, perhaps beside others.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::Home;
use super::remote::Key;

/// Runs the tasks of a set until a future is done.
pub(super) struct RunUntil<'a, F> {
    home: &'a Rc<Home>,
    key: Key,
    /// Pinned with us. Dropped in the set, like the tasks: its drop may spawn.
    future: Option<F>,
}

/// Forgets a poller, and tells the others, even if the drop of its future panics.
struct Leave<'a>(&'a Home, Key);

impl<'a, F> RunUntil<'a, F> {
    pub(super) fn new(home: &'a Rc<Home>, future: F) -> RunUntil<'a, F> {
        let key = home.next_key.get();
        home.next_key.set(key + 1);
        RunUntil {
            home,
            key,
            future: Some(future),
        }
    }

    /// The future; it is pinned as we are.
    fn future(self: Pin<&mut Self>) -> Pin<&mut Option<F>> {
        // SAFETY: the field is not moved: `drop` drops it in place, and we are `Unpin` only if it is.
        unsafe { self.map_unchecked_mut(|this| &mut this.future) }
    }
}

impl<F: Future> Future for RunUntil<'_, F> {
    type Output = F::Output;

    #[harness::around("LocalSet::run_until", &**self.home)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let (home, key) = (self.home, self.key);
        Home::poll_with(home, || {
            let mut slot = self.as_mut().future();
            let future = slot.as_mut().as_pin_mut();
            let future = future.expect("`run_until` polled after completion");
            let polled = future.poll(cx);
            if polled.is_ready() {
                let _leave = Leave(home, key);
                drop_in_place(slot);
                return polled;
            }
            home.poll_tasks(key, cx.waker());
            Poll::Pending
        })
    }
}

impl<F> Drop for RunUntil<'_, F> {
    fn drop(&mut self) {
        if self.future.is_none() {
            // It is done, and has left.
            return;
        }
        let home = self.home;
        let _leave = Leave(home, self.key);
        // SAFETY: we are dropped, so we are not moved any more, whether or not we were ever pinned.
        let this = unsafe { Pin::new_unchecked(self) };
        Home::enter(home, || drop_in_place(this.future()));
    }
}

/// Drops the future where it is. `Pin::set` would put `None` there by way of the stack, and a future may be large.
fn drop_in_place<F>(future: Pin<&mut Option<F>>) {
    // SAFETY: nothing is moved out.
    let slot = unsafe { future.get_unchecked_mut() };
    *slot = None;
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.leave(self.1);
    }
}
