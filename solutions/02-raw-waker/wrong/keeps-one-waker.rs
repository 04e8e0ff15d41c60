//! exercise: 2.10
//! test: job_runner::many_jobs_wait_for_one
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A job makes its first step when all jobs that it comes after are done.
//!
//! A future keeps the waker of its latest poll and no older one. That is true of a future that one task polls.
//! Here three tasks wait for one job, and each new waker takes the place of that of another task. Two of the
//! tasks are never woken.

<<<<<<< solution
                    entry.wakers.push(cx.waker().clone());
=======
                    entry.wakers = vec![cx.waker().clone()];
>>>>>>> wrong
