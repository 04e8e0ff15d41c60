//! exercise: 2.10
//! test: job_runner::three_jobs_take_turns
//! verdict: wrong
//! message: the steps are ["a 1", "a 2", "a 3", "b 1", "b 2", "c 1", "c 2", "c 3"]
//! rule: Jobs take turns: between two steps of a job, each other job that can run makes one.
//!
//! Each job is a task of its own, so it looks as if they ran side by side. But a task runs until it returns
//! `Pending`. A loop without an `.await` that waits keeps the executor's only thread to its end.

<<<<<<< solution
        if 1 < step {
            next_turn().await;
        }
=======
>>>>>>> wrong
