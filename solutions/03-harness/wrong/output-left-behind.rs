//! exercise: 3.6
//! test: complete::an_unwanted_output_is_dropped_though_somebody_has_a_waker
//! verdict: wrong
//! message: An output that no handle will take is dropped when the task ends.
//! rule: An output that no handle will take is dropped when the task ends.
//!
//! Freeing the cell drops what is left in it, so the output goes by itself. But it goes with the
//! last reference. That may be, for example, a waker that a timer has forgotten to drop, on that
//! timer's thread, an hour later. If the output is a connection, it is open until then. If it is
//! not `Send`, it is dropped on the wrong thread.

<<<<<<< solution
            ToComplete::Detached => {
                // SAFETY: we have RUNNING.
                unsafe { self.drop_output() };
                self.state().transition_to_complete_detached(refs)
            }
=======
            ToComplete::Detached => self.state().transition_to_complete_detached(refs),
>>>>>>> wrong
