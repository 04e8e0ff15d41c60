//! exercise: 4.7
//! test: loom_end::a_spawn_races_with_the_shutdown
//! verdict: wrong
//! message: join.is_finished()
//! rule: The doors are closed before what is inside is counted.
//!
//! First everything is taken over, and then the queue is closed, when it is empty. What another
//! thread pushes between the two came too late to be taken over, and too early to be refused. Its
//! future is never shut down, and whoever awaits the handle waits for ever.

<<<<<<< solution
    context.shared().close();
    take_all_injected(context);
=======
    take_all_injected(context);
    context.shared().close();
>>>>>>> wrong
