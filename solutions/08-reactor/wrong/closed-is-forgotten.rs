//! exercise: 8.14
//! test: evented::a_source_that_goes
//! verdict: wrong
//! message: sources after the drop
//! rule: A source that is dropped or given away is watched no more.
//!
//! To close a descriptor takes it out of the system's event queue, so why say it before? The driver does not know of it: its list
//! keeps what the socket had, for as long as the program runs. And a copy of the descriptor, in a child process for example,
//! keeps it in the queue.

<<<<<<< solution
        let _ = self.leave();
=======
        self.source = None;
>>>>>>> wrong
