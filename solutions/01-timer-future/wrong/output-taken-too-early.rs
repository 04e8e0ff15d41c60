//! exercise: 1.7
//! test: both_at_once::the_first_finishes_first
//! verdict: wrong
//! message: a poll of the join panicked
//! rule: A join is ready when both of its futures are, and not before.
//!
//! The output is there, so it is taken, while the other future is still pending. It now lives in a
//! local variable of a poll that returns Pending, and ends with that poll. Between two polls nothing
//! survives but what is stored in the future itself.

<<<<<<< solution
        // Both, whatever the first of them says (Both Are Polled).
        ⋮
        Poll::Ready((a, b))
=======
        let mut a_output = None;
        let mut b_output = None;
        if self.a.poll(cx).is_ready() {
            a_output = self.a.take_output();
        }
        if self.b.poll(cx).is_ready() {
            b_output = self.b.take_output();
        }
        match (a_output, b_output) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            _ => Poll::Pending,
        }
>>>>>>> wrong
