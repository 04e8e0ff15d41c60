//! exercise: 5.2
//! test: take_waker::after_a_wake_another_waker_is_registered
//! verdict: wrong
//! message: wakers of A held: 0
//! rule: A wake leaves the place ready for the next registration.
//!
//! An empty slot gives us nothing to do, so we return at once, past the line that clears WAKING.
//! From then on every registration finds a wake going on, and wakes itself: the task is polled over
//! and over.

<<<<<<< solution
                // SAFETY: the window is ours until WAKING is cleared (One Window).
                let waker = unsafe { self.replace(None) };
                // ORDERING: Release, for the next `register`. And it is a read-modify-write, although
                // no other thread can have changed the word: a store would cut off the wakes that
                // came meanwhile, and published their news by their `fetch_or`.
                self.state.fetch_and(!WAKING, Release);
                waker
=======
                // SAFETY: the window is ours until WAKING is cleared (One Window).
                let waker = unsafe { self.replace(None) }?;
                self.state.fetch_and(!WAKING, Release);
                Some(waker)
>>>>>>> wrong
