//! exercise: 5.1
//! test: register::a_clone_that_panics_leaves_the_place_as_it_was
//! verdict: wrong
//! message: wakers of C held, which came after the panic
//! rule: A waker that panics leaves a place that others can register at.
//! source: tokio #3689: a panic in the clone left the AtomicWaker locked, and later wakes were lost
//!
//! The clone is made where it is needed: in the window, just before it is put into the slot. But it is
//! foreign code. When it panics, the window stays open: the word says REGISTERING for ever, every later
//! registration goes away, and every later wake only leaves word.

<<<<<<< solution
        // Foreign code, and so before the window: it may panic, or call us.
        let waker = waker.clone();
=======
>>>>>>> wrong

<<<<<<< solution
                // SAFETY: the window is ours until the next exchange (One Window).
                let stale = unsafe { self.replace(Some(waker)) };
=======
                // SAFETY: the window is ours until the next exchange (One Window).
                let stale = unsafe { self.replace(Some(waker.clone())) };
>>>>>>> wrong

<<<<<<< solution
                waker.wake();
=======
                waker.wake_by_ref();
>>>>>>> wrong
