//! exercise: 2.8
//! test: executor::it_sleeps_while_its_task_waits
//! verdict: wrong
//! message: `run` keeps a processor busy
//! rule: An executor with nothing to poll sleeps until a task is queued.
//!
//! It ends at the right time, and every task is run. A weak reference tells how many senders are
//! left, and until there is none the queue is emptied again and again. Each result is right, and
//! one processor does nothing else, even at night when all the tasks wait. `pop` does both: it
//! sleeps until there is a ticket, and it learns that the last sender is gone.

<<<<<<< solution
        let Executor { sender, receiver } = self;
=======
        let Executor { sender, receiver } = self;
        let senders = Arc::downgrade(&sender);
>>>>>>> wrong

<<<<<<< solution
        while let Some(notified) = receiver.pop() {
            match notified.run() {
                Ran::Pending => {}
                Ran::Complete => report.completed += 1,
                Ran::Panicked => report.panicked += 1,
            }
=======
        while senders.strong_count() > 0 {
            while let Some(notified) = receiver.try_pop() {
                match notified.run() {
                    Ran::Pending => {}
                    Ran::Complete => report.completed += 1,
                    Ran::Panicked => report.panicked += 1,
                }
            }
            std::thread::yield_now();
>>>>>>> wrong
