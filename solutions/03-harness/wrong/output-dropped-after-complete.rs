//! exercise: 3.6
//! test: complete::an_unwanted_output_is_dropped_before_the_task_is_complete
//! verdict: wrong
//! message: the output was dropped when the task was complete, and its references were gone
//! rule: What is done with the task comes before COMPLETE: then its references are gone, and its cell may be.
//! source: the order of tokio's own `complete`, where the references go in a later step
//!
//! In tokio the transition to complete gives no reference up, so there the output may be dropped
//! after it. Here one step does both. An output that is dropped afterwards is in a cell that may be
//! freed, for example by the last waker, which the output itself may hold.

<<<<<<< solution
                // SAFETY: we have RUNNING.
                unsafe { self.drop_output() };
                self.state().transition_to_complete_detached(refs)
=======
                let is_last = self.state().transition_to_complete_detached(refs);
                // SAFETY: the handle is gone, so it will not touch the output.
                unsafe { self.drop_output() };
                is_last
>>>>>>> wrong
