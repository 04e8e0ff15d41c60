//! exercise: 5.1
//! test: register::a_drop_that_panics_is_not_the_panic_of_whoever_registers
//! verdict: wrong
//! message: which is another task's
//! rule: A waker that panics leaves a place that others can register at.
//!
//! The window is closed, so the stale waker may be dropped. But if that panics, the panic goes on
//! through the poll of the registering task. That task is ended for the fault of another one, whose
//! waker it never saw.

<<<<<<< solution
                    // Foreign code again, and of another task: after the window.
                    Ok(_) => discard(stale),
=======
                    Ok(_) => drop(stale),
>>>>>>> wrong
