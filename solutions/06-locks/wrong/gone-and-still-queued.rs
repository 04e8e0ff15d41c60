//! exercise: 6.6
//! test: give_back::a_place_is_used_again
//! verdict: wrong
//! message: which has left and has come again
//! rule: A place that was left may be used again, and then joins the queue anew.
//!
//! The future is being dropped, so no code will look at its fields again. But a place in the queue can
//! outlive that: a `PollSender` leaves with it, and comes again. Then `is_queued` says that it is in
//! the list, and so it waits for permits that no thread will hand to it.

<<<<<<< solution
        self.is_queued = false;
=======
>>>>>>> wrong
