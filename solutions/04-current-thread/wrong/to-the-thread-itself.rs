//! exercise: 4.7
//! test: root_wake::while_the_scheduler_sleeps
//! verdict: wrong
//! message: unparks: 0, but expected 1
//! rule: A wake from another thread ends the sleep of the scheduler that the root's thread is in.
//!
//! The root has a thread, and unparking it is what chapter 1 did. But a thread that drives does not sleep in
//! `thread::park`. It sleeps where the scheduler sleeps: later that is in `epoll_wait`, which no unpark of a thread
//! ends.

<<<<<<< solution
        if before & DRIVING == 0 {
            self.unpark();
            return;
        }
        // On the scheduler's own thread: it is awake, and looks at us before it sleeps.
        let is_here = context::with(|here| {
            let worker = here.worker_of(self.handle.shared());
            worker.inspect(|worker| worker.note_root_woken()).is_some()
        });
        if !is_here {
            self.handle.shared().wake_up();
        }
=======
        self.unpark();
>>>>>>> wrong
