//! exercise: 4.8
//! test: loom_end::a_spawn_races_with_the_shutdown
//! verdict: wrong
//! message: join.is_finished()
//! rule: The doors are closed before what is inside is counted.
//!
//! This answer first takes everything over, and then closes the empty queue. A task that another
//! thread pushes between the two comes too late to be taken over, and too early to be refused. Its
//! future is never shut down, and a task that awaits its handle waits for ever.

<<<<<<< solution
    context.shared().close();
    take_all_injected(context);
=======
    take_all_injected(context);
    context.shared().close();
>>>>>>> wrong
