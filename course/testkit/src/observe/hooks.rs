//! Foreign code that a test has run inside a waker's functions.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::words::lock::Lock;
use crate::words::own::uncounted;

/// What is run in which call.
#[derive(Default)]
pub(crate) struct Hooks {
    /// Spares the lock while there are none: taking it would order the threads that wake.
    any: AtomicBool,
    hooks: Lock<Vec<(On, Hook)>>,
}

/// The call that a hook is run in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Wake,
    Clone,
    Drop,
}

pub(crate) type Hook = Arc<dyn Fn() + Send + Sync>;

impl Hooks {
    pub(crate) fn add(&self, on: On, hook: Hook) {
        uncounted(|| self.hooks.lock().push((on, hook)));
        // ORDERING: Release; pairs with the Acquire in `run`.
        self.any.store(true, Release);
    }

    /// Runs those for the call `on`, in the order they were added.
    pub(crate) fn run(&self, on: On) {
        // ORDERING: Acquire; pairs with the Release in `add`.
        if self.any.load(Acquire) {
            let hooks = self.hooks.lock().clone();
            for (_, hook) in hooks.iter().filter(|(this, _)| *this == on) {
                hook();
            }
        }
    }

    /// Drops all hooks, and what they own.
    pub(crate) fn clear(&self) {
        let hooks = std::mem::take(&mut *self.hooks.lock());
        drop(hooks);
    }
}
