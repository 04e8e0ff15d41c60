//! exercise: 3.1
//! test: loom_idle::a_wake_comes_while_the_poll_ends
//! verdict: wrong
//! message: A wake that comes during a poll is answered by another poll.
//! rule: Look and change are one step.
//!
//! This answer looks first, and then acts on what it saw. A wake that comes between the look and
//! the change finds the task running, marks it and goes away. The change clears RUNNING and does
//! not know of the mark. Now NOTIFIED says that there is a ticket, and there is none.

<<<<<<< solution
        self.update(AcqRel, |current| {
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
        let word = self.word.fetch_sub(RUNNING + REF_ONE, AcqRel);
        let before = Snapshot { word };
        match before.ref_count() {
            1 => ToIdle::OkDealloc,
            _ => ToIdle::Ok,
        }
>>>>>>> wrong
