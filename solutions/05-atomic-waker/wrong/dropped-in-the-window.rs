//! exercise: 5.1
//! test: register::a_drop_that_registers_finds_the_window_closed
//! verdict: wrong
//! message: wakers of C held, which the drop registered last
//! rule: A waker is cloned before the window is opened, and dropped when it is closed.
//! source: tokio #5429, and eight pull requests since: wakers woken or dropped with the lock held
//!
//! The stale waker is done with as soon as the new one is in its place, so it is dropped there. Its
//! drop may be the end of a task, and that may run anything. Here, for example, it registers at the
//! same place, finds the window open, and goes away unregistered.

<<<<<<< solution
                // SAFETY: the window is ours until the next exchange (One Window).
                let stale = unsafe { self.replace(Some(waker)) };
                // ORDERING: Release, for the thread that takes the waker out of the slot. Acquire if
                // it fails, for the look, as above.
                match self
=======
                // SAFETY: the window is ours until the next exchange (One Window).
                discard(unsafe { self.replace(Some(waker)) });
                if self
>>>>>>> wrong

<<<<<<< solution
                {
                    // Foreign code again, and of another task: after the window.
                    Ok(_) => discard(stale),
                    Err(_) => self.wake_registered(stale),
=======
                    .is_err()
                {
                    self.wake_registered(None);
>>>>>>> wrong
