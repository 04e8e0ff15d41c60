//! A task that always finds something ready gives way all the same: each leaf spends the task's budget.

#![cfg(not(loom))]

mod turns;

use std::sync::Arc;

use locks::{Mutex, RwLock, Semaphore};
use testkit::{Exercise, Rule};

use turns::{TIMES, gives_way};

const SHARED: Rule = Exercise::chapter("6", "locks/index.md").rule(
    "A lock or a permit that is ready spends one of the budget, and waits when there is none.",
);

#[test]
fn locks_spend_the_budget() {
    SHARED.holds("locks that are free", || {
        gives_way("Mutex::lock", async {
            let mutex = Mutex::new(());
            for _ in 0..TIMES {
                drop(mutex.lock().await);
            }
        });
        gives_way("Mutex::lock_owned", async {
            let mutex = Arc::new(Mutex::new(()));
            for _ in 0..TIMES {
                drop(Arc::clone(&mutex).lock_owned().await);
            }
        });
        gives_way("Semaphore::acquire", async {
            let semaphore = Semaphore::new(1);
            for _ in 0..TIMES {
                drop(semaphore.acquire().await);
            }
        });
        gives_way("Semaphore::acquire_many_owned", async {
            let semaphore = Arc::new(Semaphore::new(3));
            for _ in 0..TIMES {
                drop(Arc::clone(&semaphore).acquire_many_owned(2).await);
            }
        });
        gives_way("RwLock::read, then RwLock::write", async {
            let lock = RwLock::new(());
            for _ in 0..TIMES / 2 {
                drop(lock.read().await);
                drop(lock.write().await);
            }
        });
    });
}
