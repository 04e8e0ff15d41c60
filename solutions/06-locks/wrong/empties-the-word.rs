//! exercise: 6.4
//! test: pass_on::what_was_told_to_all_leaves_permits_alone
//! verdict: wrong
//! message: the permit of notify_one is lost
//! rule: What was told to all is not passed on, and no permit is lost or made.
//! source: tokio #3652
//!
//! Nobody waits any more, so the word goes back to empty, whatever it was. It was QUEUED in the case
//! that the author had in mind. It may be NOTIFIED: the queue was told by `notify_waiters`, and then
//! somebody left a permit.

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
