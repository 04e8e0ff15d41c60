//! exercise: 2.3
//! test: loom_notify::two_wakes_give_out_one_ticket
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: However many threads wake an idle task, one of them queues it.
//!
//! Look whether the task is idle; if so, mark it and queue it. But suppose that two threads look at
//! once. Both find it idle, both queue it, and two executors may poll one future at once. The question
//! and the answer have to be one operation.

<<<<<<< solution
        // ORDERING: Release, so that the poll which answers this wake (Acquire in
        ⋮
        }
=======
        if self.load().is_idle() {
            // ORDERING: AcqRel, pairs with the transitions around a poll.
            self.word.fetch_or(NOTIFIED, AcqRel);
            return ToNotified::Submit;
        }
        // It runs, or is queued: the holder of the ticket will see this.
        self.word.fetch_or(NOTIFIED, AcqRel);
        ToNotified::DoNothing
>>>>>>> wrong
