//! exercise: 4.8
//! test: nothing_left::nothing_is_left
//! verdict: wrong
//! message: wakes that are left: 1, but expected 0
//! rule: At the end nothing is queued any more, and nothing is deferred.
//!
//! The tickets are memory and nothing else, so they go as soon as the tasks are gone, and the
//! deferred wakes come after that. But waking what is deferred *queues* it: the ticket of a task
//! that has yielded is now in a run queue that is never looked into again.

<<<<<<< solution
    context.wake_all_deferred();
    drop_tickets(context);
=======
    drop_tickets(context);
    context.wake_all_deferred();
>>>>>>> wrong
