//! exercise: 5.10
//! test: first_answer::a_source_that_waits_is_told
//! verdict: hangs
//! message: the program has not come to its end
//! rule: When a question has its answer, each source that still works on it or waits is told, and ends.
//!
//! A source that works can look between two turns whether it is still asked. A source that waits looks at nothing.
//! It has to wait for two things at once: for its own, and for the end of the question.

<<<<<<< solution
        return answer.closed().await;
=======
        std::future::pending::<()>().await;
        return drop(answer);
>>>>>>> wrong
