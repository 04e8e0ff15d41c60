//! exercise: 3.1
//! test: loom_idle::a_wake_comes_while_the_poll_ends
//! verdict: wrong
//! message: A wake that comes during a poll is answered by another poll.
//! rule: Look and change are one step.
//!
//! Look first, then do what follows from it. A wake that comes between the look and the change finds
//! the task running, marks it and goes away; the change clears RUNNING and was never told of the
//! mark. Nobody has the ticket now, and NOTIFIED says that somebody has.

<<<<<<< solution
        self.update(|current| {
        ⋮
        })
=======
        let current = self.load();
        if current.is_cancelled() {
            return ToIdle::Cancelled;
        }
        if current.is_notified() {
            self.word.fetch_and(!RUNNING, AcqRel);
            return ToIdle::OkNotified;
        }
        let before = Snapshot(self.word.fetch_sub(RUNNING + REF_ONE, AcqRel));
        match before.ref_count() {
            1 => ToIdle::OkDealloc,
            _ => ToIdle::Ok,
        }
>>>>>>> wrong
