//! exercise: 3.9
//! test: complete::an_unwanted_output_is_dropped_though_somebody_has_a_waker
//! verdict: wrong
//! message: An output that no handle will take is dropped when the task ends.
//! rule: An output that no handle will take is dropped when the task ends.
//!
//! Freeing the task drops its outcome, so why drop it before? Because the last reference may be a waker on another thread. The
//! output is dropped there, much later, and if it is not `Send`, on the wrong thread.

<<<<<<< solution
            ToComplete::Detached => {
                // SAFETY: we have RUNNING.
                unsafe { self.body().drop_output(self.header().id) };
                self.state().transition_to_complete_detached(refs)
            }
=======
            ToComplete::Detached => self.state().transition_to_complete_detached(refs),
>>>>>>> wrong
