//! exercise: 4.8
//! test: the_end::all_that_came_from_outside_is_dropped
//! verdict: wrong
//! message: futures that are still there: 136, but expected 0
//! rule: What is in the inject queue is taken over before the tasks are shut down, all of it.
//!
//! What is in the inject queue is taken over, and the function for that is there already. It is the
//! one that the scheduler uses between two polls, and so it takes 64 at most. The rest of them stay
//! in a queue that is never looked at again.

<<<<<<< solution
    take_all_injected(context);
=======
    context.core().take_injected(context.shared());
>>>>>>> wrong
