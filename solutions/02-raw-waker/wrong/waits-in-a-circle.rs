//! exercise: 2.10
//! test: job_runner::a_circle_is_skipped
//! verdict: hangs
//! message: the program has not come to its end
//! rule: The program comes to its end, also if jobs wait for one another in a circle.
//!
//! `run` returns when no task is left that could be woken. The wakers of a circle are all on the board, and the
//! tasks of the circle keep the board. So the executor sleeps, and no thread is left to wake it.

<<<<<<< solution
            false => ending.with(End::Skipped),
=======
            false => executor.spawn(run(job, ending)),
>>>>>>> wrong
