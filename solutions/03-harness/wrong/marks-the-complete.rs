//! exercise: 3.2
//! test: notified::a_task_that_is_complete_is_left_alone
//! verdict: wrong
//! message: A task that is complete does not change any more.
//! rule: A task that is complete does not change any more.
//!
//! A task that is neither running nor notified is idle. By that test a complete task is idle, too,
//! because the test leaves out the third bit. The complete task is queued, and its ticket finds
//! nothing to poll.

<<<<<<< solution
            if current.is_complete() {
                return (ToNotifiedByRef::DoNothing, None);
            }
            if current.is_idle() {
                let next = current.with(NOTIFIED).with_ref();
                return (ToNotifiedByRef::Submit, Some(next));
            }
            // Even if NOTIFIED is set already and the word does not change: the poll that answers
            // us must see what we did before this wake, and only a write can tell it.
            (ToNotifiedByRef::DoNothing, Some(current.with(NOTIFIED)))
=======
            let next = current.with(NOTIFIED);
            match current.is_running() || current.is_notified() {
                true => (ToNotifiedByRef::DoNothing, Some(next)),
                false => (ToNotifiedByRef::Submit, Some(next.with_ref())),
            }
>>>>>>> wrong
