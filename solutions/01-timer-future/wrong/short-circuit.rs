//! exercise: 1.7
//! test: both_at_once::the_first_poll_polls_both
//! verdict: wrong
//! message: the second future was polled 0 times in the first poll
//! rule: A poll of a join polls both of its futures.
//!
//! One line in place of three, and every output is right. But `||` looks at its right side only if
//! the left one is false: while the first future is pending, the second is not polled at all. They
//! run one after the other, which `a.await; b.await` does without a join.

<<<<<<< solution
        // Both, whatever the first of them says (Both Are Polled).
        let a = self.a.poll(cx);
        let b = self.b.poll(cx);
        if a.is_pending() || b.is_pending() {
=======
        if self.a.poll(cx).is_pending() || self.b.poll(cx).is_pending() {
>>>>>>> wrong
