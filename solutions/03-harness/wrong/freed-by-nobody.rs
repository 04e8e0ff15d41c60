//! exercise: 3.3
//! test: poll::a_task_that_nobody_can_wake_is_freed
//! verdict: wrong
//! message: `OkDealloc` was not passed on
//! rule: The thread that takes the count to zero frees the cell.
//!
//! The ticket is used up either way, so the two outcomes look like one. But the second says that
//! the count is zero. No other handle is left that could free the cell, so it is never freed.

<<<<<<< solution
            ToRunning::Failed => return PollFuture::Done,
            ToRunning::Dealloc => return PollFuture::Dealloc,
=======
            ToRunning::Failed | ToRunning::Dealloc => return PollFuture::Done,
>>>>>>> wrong

<<<<<<< solution
            ToIdle::Ok => PollFuture::Done,
            ToIdle::OkNotified => PollFuture::Notified,
            ToIdle::OkYielded => PollFuture::Yielded,
            ToIdle::OkDealloc => PollFuture::Dealloc,
=======
            ToIdle::Ok | ToIdle::OkDealloc => PollFuture::Done,
            ToIdle::OkNotified => PollFuture::Notified,
            ToIdle::OkYielded => PollFuture::Yielded,
>>>>>>> wrong
