//! exercise: 8.15
//! test: register::after_the_shutdown
//! verdict: wrong
//! message: the error says so
//! rule: After a shutdown a source is refused, and the system is not asked to watch it.
//! source: tokio #2903
//!
//! The shutdown ends all waits there are. A socket that is made a moment later, by the drop of a task or on
//! another thread, is registered like any other. Its wait begins after the shutdown, and no thread will ever ask for its event.

<<<<<<< solution
        if state.is_shut_down {
            return Err(shut_down_error());
        }
=======
>>>>>>> wrong
