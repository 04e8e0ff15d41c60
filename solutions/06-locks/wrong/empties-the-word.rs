//! exercise: 6.4
//! test: pass_on::what_was_told_to_all_leaves_permits_alone
//! verdict: wrong
//! message: the permit of notify_one is lost
//! rule: What was told to all is not passed on, and no permit is lost or made.
//! source: tokio #3652
//!
//! No task waits any more, so the word goes back to empty, whatever it was. In the case that the author
//! had in mind it was QUEUED. But it may be NOTIFIED: `notify_waiters` told the queue, and then another
//! call left a permit.

<<<<<<< solution
                notify.clear_queued(&lists);
=======
>>>>>>> wrong

<<<<<<< solution
            _by_all => {}
=======
            _ => {}
        }
        if lists.waiting.is_empty() {
            notify.word.fetch_and(!(QUEUED | NOTIFIED), Relaxed);
>>>>>>> wrong
