//! exercise: 4.5
//! test: rest::nothing_to_do
//! verdict: wrong
//! message: sleeps: 0, but expected 1
//! rule: With nothing to do, the thread sleeps.
//! source: tokio #1296, smol #122: a runtime that only waited used a whole core
//!
//! A look at the driver never goes wrong: no wake can be lost while no thread sleeps, and each turn
//! of the loop looks everywhere. All results are right. But with nothing to do the thread goes
//! round and round, and takes a whole core for as long as it waits.

<<<<<<< solution
        let is_deferred = !self.context.core().defer.is_empty();
        ⋮
        }
=======
        self.polls = 0;
        self.park.park_timeout(Duration::ZERO);
        self.context.wake_deferred();
>>>>>>> wrong
