//! exercise: 3.2
//! test: notified::a_task_that_waits_is_submitted_with_a_reference
//! verdict: wrong
//! message: references
//! rule: Every handle that exists is counted once, the ticket too.
//!
//! The waker has a reference, and it keeps it: why count another? Because there are two handles now,
//! and each will give one up: the waker when it is dropped, the ticket at the end of its poll. The
//! cell is freed one handle too early.

<<<<<<< solution
            if current.is_idle() {
                let next = current.with(NOTIFIED).with_ref();
                return (ToNotifiedByRef::Submit, Some(next));
            }
            // Even if NOTIFIED is set already and the word does not change: the poll that answers
            // us must see what we did before this wake, and only a write can tell it.
            (ToNotifiedByRef::DoNothing, Some(current.with(NOTIFIED)))
=======
            let next = current.with(NOTIFIED);
            match current.is_idle() {
                true => (ToNotifiedByRef::Submit, Some(next)),
                false => (ToNotifiedByRef::DoNothing, Some(next)),
            }
>>>>>>> wrong
