//! exercise: 3.2
//! test: loom_notified::a_ticket_is_handed_over
//! verdict: wrong
//! message: Causality violation
//! rule: The ticket changes hands: its new holder sees all that was done by the last one.
//!
//! A wake is a message, and a message is sent with Release. True, and only half of it. If the task waits, the wake also
//! *gets* something: the ticket. Its new holder writes into the task. Between the look and the exchange another
//! thread may have woken the task, polled it and let it wait again: the word is as it was, the exchange succeeds, and
//! without Acquire it orders nothing after that poll.

<<<<<<< solution
        self.update(AcqRel, |current| {
=======
        self.update(Ordering::Release, |current| {
>>>>>>> wrong
