//! exercise: 1.7
//! test: both_at_once::a_poll_returns_while_one_is_pending
//! verdict: hangs
//! message: busy loop
//! rule: A poll returns: it does not wait.
//!
//! A join waits for both futures, so this polls until both are ready. That is the loop of `block_on`
//! without its park, inside a poll. It never gives the thread back. If the event that it waits for needs
//! this thread, the event never comes.

<<<<<<< solution
        // Both, whatever the first of them says (Both Are Polled).
        let a = self.a.poll(cx);
        let b = self.b.poll(cx);
        if a.is_pending() || b.is_pending() {
            return Poll::Pending;
=======
        loop {
            let a = self.a.poll(cx);
            let b = self.b.poll(cx);
            if a.is_ready() && b.is_ready() {
                break;
            }
>>>>>>> wrong
