//! exercise: 7.8
//! test: log_pipeline::all_that_is_read_is_written
//! verdict: hangs
//! message: the program has not come to its end
//! rule: When the log ends, everything that was read is written, and the program comes to its end.
//!
//! All lines are written, and all workers have ended. But the sender from which the workers' senders were cloned is
//! still there. As long as it is, the writer may get one more line, and waits for it.

<<<<<<< solution
    drop(to_writer);
    for (_, (sender, task)) in workers {
=======
    for (_, (sender, task)) in workers {
>>>>>>> wrong
