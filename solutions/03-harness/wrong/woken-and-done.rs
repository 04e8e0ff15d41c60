//! exercise: 3.3
//! test: poll::a_task_woken_while_it_runs_runs_once_more
//! verdict: wrong
//! message: polls in all
//! rule: A task woken while it runs is queued when the poll ends.
//!
//! The future is pending, the poll is over, and some waker will wake the task again: done. But the
//! wake that came during the poll has queued nothing. It left that to the poll, which has the
//! ticket.

<<<<<<< solution
            ToIdle::Ok => PollFuture::Done,
            ToIdle::OkNotified => PollFuture::Notified,
=======
            ToIdle::Ok | ToIdle::OkNotified => PollFuture::Done,
>>>>>>> wrong
