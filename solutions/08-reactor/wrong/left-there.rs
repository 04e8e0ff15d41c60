//! exercise: 8.6
//! test: begin_below::an_unpark_is_used_up
//! verdict: wrong
//! message: whether it sleeps the next time
//! rule: An unpark ends one sleep, and no more.
//! source: smol #122
//!
//! There is an unpark, so the owner does not sleep. It goes round, finds nothing to do, and comes here again:
//! and there is an unpark. A program with nothing to do uses a whole core. In smol it was an event that was
//! never cleared while another thread had the reactor.

<<<<<<< solution
        self.take_notified();
        Err(Notified)
=======
        Err(Notified)
>>>>>>> wrong
