//! exercise: 3.7
//! test: cancel::a_future_that_is_dropped_knows_its_task
//! verdict: wrong
//! message: A future is dropped as a part of its own task.
//! rule: A future is dropped as a part of its own task.
//! source: tokio #4213: futures were dropped outside of their runtime's context
//!
//! No code of the task runs any more, so there is no current task. But its drops do run: they close
//! files, write to logs, and ask for the current task. During a shutdown inside of another task
//! they would get that task's name.

<<<<<<< solution
        let _entered = self.header().id.enter();
=======
>>>>>>> wrong
